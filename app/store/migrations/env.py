"""Runs the migrations on the connection that ``app.store.migrating`` hands over."""

from alembic import context
from sqlmodel import SQLModel

import app.resources
import app.store.tables  # noqa: F401  (with the nouns, every table there is)
from app.store.migrating import of_models, told_by_both

connection = context.config.attributes["connection"]

context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    compare_type=True,
    compare_server_default=True,
    include_name=of_models,
    include_object=told_by_both,
    # SQLite cannot alter a constraint: alembic makes the table anew. With foreign keys enforced,
    # that works for tables that no other table refers to.
    render_as_batch=connection.dialect.name == "sqlite",
)
# The caller's transaction is the transaction: alembic neither begins nor commits one of its own.
context.run_migrations()
