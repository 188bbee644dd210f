"""The redactions: which revisions removed words for good, told as changes and counted as such.

Types and names are written out here rather than taken from the models: a migration says what was
done on its day, whatever becomes of the models.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EXACT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
KINDS = "ck_change_changekind"
BEFORE = "kind IN ('added', 'revised', 'retracted')"
AFTER = "kind IN ('added', 'revised', 'retracted', 'redacted')"


def upgrade() -> None:
    op.create_table(
        "redaction",
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("noun", EXACT, nullable=False),
        sa.Column("id", EXACT, nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_redaction")),
        sa.ForeignKeyConstraint(
            ["revision"], ["revision.number"], name=op.f("fk_redaction_revision_revision")
        ),
    )
    op.add_column("audit", sa.Column("redacted", WHOLE, nullable=False, server_default="0"))
    _kinds(AFTER)


def downgrade() -> None:
    _kinds(BEFORE)
    op.drop_column("audit", "redacted")
    op.drop_table("redaction")


def _kinds(kinds: str) -> None:
    """Let changes be of these kinds. SQLite has to copy the table for it."""
    with op.batch_alter_table("change") as batch:
        batch.drop_constraint(op.f(KINDS), type_="check")
        batch.create_check_constraint(op.f(KINDS), kinds)
