"""The statements of the matrix of positions, compiled once for each shape of a question."""

from functools import lru_cache

from sqlalchemy import Dialect

from app.resources.demands import DEMANDS
from app.store.matrix import parties_statement, rows_statement
from app.store.prepared import Prepared, Shape, prepared_of, probed


@lru_cache(maxsize=1_000)
def prepare_matrix(shape: Shape, dialect: Dialect) -> tuple[Prepared, Prepared]:
    """The statement of the columns, and that of some rows. A filter of the shape is the
    negotiation.
    """
    pin, selection = probed(DEMANDS, shape)
    (negotiation,) = selection.filters["negotiation"]
    columns, rows = parties_statement(negotiation, pin), rows_statement(pin, selection)
    return prepared_of(columns, shape, dialect), prepared_of(rows, shape, dialect)
