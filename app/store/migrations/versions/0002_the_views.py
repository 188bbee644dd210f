"""The views: entries of the timeline, full text, changes, positions, and where reports come from.

Types and names are written out here rather than taken from the models: a migration says what was
done on its day, whatever becomes of the models. What can be made from documents that are there
already is made after this step, by ``app.store.deriving``.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EXACT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
CURRENT = sa.text("recorded_until IS NULL AND known_until IS NULL")
STRETCH = ["recorded_from", "recorded_until", "known_from", "known_until", "key"]
BY_DATE = ["undated", "earliest", "latest", "id"]
BY_PLACE = ["source", "start_offset", "id"]
SPAN = ["recorded_until", "known_until", "recorded_from", "known_from"]
OWNED = ("meeting", "claim", "demand", "quote")
MEETING_STATUS = "proposed scheduled rescheduled postponed cancelled held not_held"
STANCE = (
    "accepts accepts_in_part conditional counter_proposes open_to_discuss defers no_answer rejects"
)
WORDS = ("record_words", "entry_words", "quote_words")

NOUNS = ("negotiation", "participant", "source", "meeting", "claim", "demand")
SHARED = ("participant", "source")
SPINE: dict[str, Any] = {
    "negotiation": EXACT,
    "undated": sa.Boolean(),
    "earliest": sa.Date(),
    "latest": sa.Date(),
}
DATE_VERSIONS = """
UPDATE version SET negotiation = {owner}, undated = told.undated, earliest = told.earliest,
    latest = told.latest
FROM {noun} AS told WHERE told.key = version.key
"""
NUMBER_QUOTES = """
UPDATE quote SET number = counted.number FROM (
    SELECT key, position, row_number() OVER (ORDER BY key, position) AS number FROM quote
) AS counted
WHERE counted.key = quote.key AND counted.position = quote.position
"""
CHANGES_WRITTEN = """
INSERT INTO change (revision, noun, id, kind, version)
SELECT DISTINCT written.revision, written.noun, written.id,
    CASE WHEN EXISTS (
        SELECT 1 FROM version AS before
        WHERE before.noun = written.noun AND before.id = written.id
          AND before.number = written.number - 1 AND before.recorded_until = written.revision
    ) THEN 'revised' ELSE 'added' END,
    written.number
FROM version AS written
"""
CHANGES_RETRACTED = """
INSERT INTO change (revision, noun, id, kind, version)
SELECT ended.recorded_until, ended.noun, ended.id, 'retracted', max(ended.number)
FROM version AS ended
WHERE ended.recorded_until IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM version AS next
    WHERE next.noun = ended.noun AND next.id = ended.id
      AND next.recorded_from = ended.recorded_until
)
GROUP BY ended.recorded_until, ended.noun, ended.id
"""


def upgrade() -> None:
    _columns()
    _orders()
    _timeline()
    _changes()
    for name in WORDS:
        _words(name)


def downgrade() -> None:
    for name in (*WORDS, "change", "involved", "moment"):
        op.drop_table(name)
    _orders_back()
    op.drop_index(op.f("ix_quote_number"), "quote")
    op.drop_index("ix_version_negotiation", "version")
    added = {
        "quote": ["number"],
        "claim": ["origins"],
        "demand": ["position_head", "position_cells", "position_parties", "unanswered"],
        "identity": ["origin", "publisher"],
        "version": list(SPINE),
    }
    for table, names in added.items():
        for name in names:
            op.drop_column(table, name)


def _columns() -> None:
    for name in ("origin", "publisher"):
        op.add_column("identity", sa.Column(name, sa.Text()))
    for column in SPINE:
        op.add_column("version", sa.Column(column, SPINE[column]))
    for noun in NOUNS:
        own = {"negotiation": "told.id"}.get(noun, "told.negotiation")
        owner = "NULL" if noun in SHARED else own
        op.execute(DATE_VERSIONS.format(noun=noun, owner=owner))
    _add("claim", "origins", sa.Integer(), "0")
    for name in ("position_head", "position_cells", "position_parties"):
        _add("demand", name, sa.Text(), sa.text("''"))
    _add("demand", "unanswered", sa.Integer(), "0")
    _add("quote", "number", WHOLE, "0")
    op.execute(NUMBER_QUOTES)
    op.create_index(op.f("ix_quote_number"), "quote", ["number"])
    op.create_index("ix_version_negotiation", "version", ["negotiation", "noun", "id", *STRETCH])


def _add(table: str, name: str, kind: Any, default: Any) -> None:
    op.add_column(table, sa.Column(name, kind, nullable=False, server_default=default))


def _timeline() -> None:
    op.create_table(
        "moment",
        sa.Column("key", WHOLE, nullable=False),
        sa.Column("id", EXACT, nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("recorded_from", WHOLE, nullable=False),
        sa.Column("recorded_until", WHOLE),
        sa.Column("known_from", sa.Date()),
        sa.Column("known_until", sa.Date()),
        sa.Column("undated", sa.Boolean(), nullable=False),
        sa.Column("earliest", sa.Date(), nullable=False),
        sa.Column("latest", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("noun", EXACT, nullable=False),
        sa.Column("record", EXACT, nullable=False),
        sa.Column("negotiation", sa.String()),
        sa.Column("meeting", sa.String()),
        sa.Column("issue", sa.String()),
        sa.Column("status", sa.String(length=40)),
        sa.Column("stance", sa.String(length=40)),
        sa.PrimaryKeyConstraint("key", "position", name=op.f("pk_moment")),
        _of_version("moment"),
        _one_of("moment", "kind", "entrykind", "notice claim demand response withdrawal"),
        _one_of("moment", "status", "meetingstatus", MEETING_STATUS),
        _one_of("moment", "stance", "stance", STANCE),
    )
    op.create_index("ix_moment_id", "moment", ["id", "recorded_from"])
    op.create_index("ix_moment_record", "moment", ["noun", "record", "recorded_from"])
    op.create_index(op.f("ix_moment_number"), "moment", ["number"])
    op.create_index("ix_moment_order", "moment", [*BY_DATE, *SPAN])
    op.create_index("ix_moment_negotiation", "moment", ["negotiation", *BY_DATE, *SPAN])
    op.create_table(
        "involved",
        sa.Column("key", WHOLE, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("participant", EXACT, nullable=False),
        sa.PrimaryKeyConstraint("key", "position", "participant", name=op.f("pk_involved")),
        _of_version("involved"),
    )
    op.create_index(op.f("ix_involved_participant"), "involved", ["participant"])


def _changes() -> None:
    op.create_table(
        "change",
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("noun", EXACT, nullable=False),
        sa.Column("id", EXACT, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("revision", "noun", "id", name=op.f("pk_change")),
        sa.ForeignKeyConstraint(
            ["noun", "id"],
            ["identity.noun", "identity.id"],
            name=op.f("fk_change_noun_id_identity"),
        ),
        sa.ForeignKeyConstraint(
            ["revision"], ["revision.number"], name=op.f("fk_change_revision_revision")
        ),
        _one_of("change", "kind", "changekind", "added revised retracted"),
    )
    op.execute(CHANGES_WRITTEN)
    op.execute(CHANGES_RETRACTED)


def _words(name: str) -> None:
    """A full-text index: on SQLite of words that stand in no other place, so nothing is twice."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE VIRTUAL TABLE {name} USING fts5("
            "title, body, rest, content='', contentless_delete=1, tokenize='ascii')"
        )
        return
    op.create_table(
        name,
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("words", sa.dialects.postgresql.TSVECTOR(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=f"pk_{name}"),
    )
    # With fastupdate, new words are found by reading all of them until the next vacuum.
    op.create_index(
        f"ix_{name}_words",
        name,
        ["words"],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )


def _orders() -> None:
    """Lists were in order by index for current rows only; now they are at every pin."""
    for table in (*NOUNS, "quote"):
        op.drop_index(f"ix_{table}_current", table)
        op.create_index(f"ix_{table}_order", table, [*BY_DATE, *SPAN])
    for table in OWNED:
        op.drop_index(f"ix_{table}_negotiation", table)
        op.create_index(f"ix_{table}_negotiation", table, ["negotiation", *BY_DATE, *SPAN])
    op.drop_index("ix_quote_place", "quote")
    op.create_index("ix_quote_place", "quote", [*BY_PLACE, *SPAN])
    op.create_index("ix_participant_name", "participant", ["name", "id", *SPAN])


def _orders_back() -> None:
    op.drop_index("ix_participant_name", "participant")
    for table in (*NOUNS, "quote"):
        op.drop_index(f"ix_{table}_order", table)
        _index_current(f"ix_{table}_current", table, BY_DATE)
    for table in OWNED:
        op.drop_index(f"ix_{table}_negotiation", table)
        _index_current(f"ix_{table}_negotiation", table, ["negotiation", *BY_DATE])
    op.drop_index("ix_quote_place", "quote")
    _index_current("ix_quote_place", "quote", BY_PLACE)


def _index_current(name: str, table: str, columns: list[str]) -> None:
    op.create_index(name, table, columns, sqlite_where=CURRENT, postgresql_where=CURRENT)


def _one_of(table: str, column: str, name: str, words: str) -> sa.CheckConstraint:
    values = ", ".join(f"'{word}'" for word in words.split())
    return sa.CheckConstraint(f"{column} IN ({values})", name=op.f(f"ck_{table}_{name}"))


def _of_version(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_key_version")
    return sa.ForeignKeyConstraint(["key"], ["version.key"], name=name)
