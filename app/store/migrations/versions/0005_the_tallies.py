"""The tallies: how many records have each value of a filter now, kept as they are written.

Types and names are written out here rather than taken from the models: a migration says what was
done on its day, whatever becomes of the models. Records that are there already are counted after
this step, by ``app.store.tallying``.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EXACT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
KEY = ("noun", "negotiation", "facet", "value")


def upgrade() -> None:
    op.create_table(
        "tally",
        *(sa.Column(name, EXACT, nullable=False) for name in KEY),
        sa.Column("number", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint(*KEY, name=op.f("pk_tally")),
    )
    often = sa.text("number DESC")
    op.create_index("ix_tally_order", "tally", ["noun", "negotiation", "facet", often, "value"])


def downgrade() -> None:
    op.drop_table("tally")
