"""The places: SQLite's indexes of words run in the order of days, and know the negotiations.

They are made anew in this step. The words of what is there already are written again after it, by
``app.store.indexing``. On PostgreSQL nothing changes.
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WORDS = ("record_words", "entry_words", "quote_words")


def upgrade() -> None:
    _make_anew("title, body, rest, negotiation")


def downgrade() -> None:
    _make_anew("title, body, rest")


def _make_anew(columns: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for name in WORDS:
        op.execute(f"DROP TABLE {name}")
        op.execute(
            f"CREATE VIRTUAL TABLE {name} USING fts5("
            f"{columns}, content='', contentless_delete=1, tokenize='ascii')"
        )
