"""The record: revisions, identities and versions, the rows of the six nouns, and their parts.

Types and names are written out here rather than taken from the models: a migration says what was
done on its day, whatever becomes of the models.
"""

import secrets
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EXACT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
CURRENT = sa.text("recorded_until IS NULL AND known_until IS NULL")
BY_DATE = ["undated", "earliest", "latest", "id"]
MEETING_STATUS = "proposed scheduled rescheduled postponed cancelled held not_held"


def upgrade() -> None:
    _history()
    _evidence()
    _negotiations()
    _participants()
    _sources()
    _meetings()
    _claims()
    _demands()
    _secrets()


def downgrade() -> None:
    nouns = "demand claim meeting source participant negotiation"
    parts = "withdrawal response relation attendance notice post party"
    for name in f"secret {parts} {nouns} speaker quote link version identity revision".split():
        op.drop_table(name)


def _history() -> None:
    op.create_table(
        "revision",
        sa.Column("number", WHOLE, nullable=False),
        sa.Column("recorded_at", EXACT, nullable=False),
        sa.Column("editor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_revision")),
    )
    op.create_index(op.f("ix_revision_recorded_at"), "revision", ["recorded_at"])
    op.create_table(
        "identity",
        sa.Column("noun", EXACT, nullable=False),
        sa.Column("id", EXACT, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("known_from", sa.Date(), nullable=False),
        sa.Column("merged_into", EXACT),
        sa.PrimaryKeyConstraint("noun", "id", name=op.f("pk_identity")),
    )
    op.create_table(
        "version",
        sa.Column("key", WHOLE, nullable=False),
        sa.Column("noun", EXACT, nullable=False),
        sa.Column("id", EXACT, nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("recorded_from", WHOLE, nullable=False),
        sa.Column("recorded_until", WHOLE),
        sa.Column("known_from", sa.Date()),
        sa.Column("known_until", sa.Date()),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_version")),
        _of_identity("version"),
        *(_of_revision(column) for column in ("revision", "recorded_from", "recorded_until")),
    )
    op.create_index("ix_version_record", "version", ["noun", "id", "recorded_from"])


def _evidence() -> None:
    op.create_table(
        "link",
        sa.Column("key", WHOLE, nullable=False),
        sa.Column("role", EXACT, nullable=False),
        sa.Column("noun", EXACT, nullable=False),
        sa.Column("id", EXACT, nullable=False),
        sa.PrimaryKeyConstraint("key", "role", "noun", "id", name=op.f("pk_link")),
        _of_identity("link"),
        _of_version("link"),
    )
    op.create_index("ix_link_target", "link", ["noun", "id", "role", "key"])
    _create_noun(
        "quote",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("noun", EXACT, nullable=False),
        sa.Column("record", EXACT, nullable=False),
        sa.Column("negotiation", sa.String()),
        sa.Column("source", EXACT, nullable=False),
        sa.Column("start_offset", WHOLE, nullable=False),
        _word("bearing"),
        _word("verification"),
        _one_of("quote", "bearing", "bearing", "supports disputes"),
        _one_of(
            "quote",
            "verification",
            "verification",
            "verified verified_multiple relocated missing unchecked",
        ),
        keys=("key", "position"),
    )
    _index_current("ix_quote_place", "quote", ["source", "start_offset", "id"])
    op.create_index("ix_quote_record", "quote", ["noun", "record", "recorded_from"])
    op.create_table(
        "speaker",
        sa.Column("key", WHOLE, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("participant", EXACT, nullable=False),
        sa.PrimaryKeyConstraint("key", "position", "participant", name=op.f("pk_speaker")),
        _of_version("speaker"),
    )
    op.create_index("ix_speaker_participant", "speaker", ["participant"])


def _negotiations() -> None:
    _create_noun(
        "negotiation",
        _word("kind"),
        _word("state"),
        _one_of(
            "negotiation", "kind", "negotiationkind", "bilateral multilateral mediated proximity"
        ),
        _one_of(
            "negotiation",
            "state",
            "negotiationstate",
            "announced active suspended concluded collapsed",
        ),
    )
    _create_part(
        "party",
        sa.Column("participant", sa.String(), nullable=False),
        _word("role"),
        _one_of(
            "party",
            "role",
            "partyrole",
            "principal mediator host guarantor observer affected_non_participant",
        ),
    )


def _participants() -> None:
    _create_noun(
        "participant",
        sa.Column("name", EXACT, nullable=False),
        _word("kind"),
        sa.Column("country", sa.String()),
        sa.Column("part_of", sa.String()),
        _one_of("participant", "kind", "participantkind", "person state organization body group"),
    )
    _create_part(
        "post",
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("organization", sa.String()),
        sa.Column("from_earliest", sa.Date()),
        sa.Column("until_latest", sa.Date()),
    )


def _sources() -> None:
    _create_noun(
        "source",
        _word("kind"),
        _word("proximity"),
        sa.Column("publisher", sa.String()),
        sa.Column("language", sa.String()),
        sa.Column("origin", sa.String()),
        _one_of(
            "source",
            "kind",
            "sourcekind",
            "news wire transcript press_release readout treaty_draft interview document",
        ),
        _one_of("source", "proximity", "proximity", "primary secondary machine_translation"),
    )


def _meetings() -> None:
    _create_noun(
        "meeting",
        sa.Column("negotiation", sa.String(), nullable=False),
        sa.Column("forum", sa.String()),
        _word("status", nullable=True),
        sa.Column("starts", sa.String()),
        sa.Column("followed_until", sa.Date()),
        _one_of("meeting", "status", "meetingstatus", MEETING_STATUS),
    )
    _create_part(
        "notice",
        _word("status"),
        sa.Column("reported_on", sa.String()),
        sa.Column("starts", sa.String()),
        sa.Column("starts_earliest", sa.Date()),
        sa.Column("starts_latest", sa.Date()),
        sa.Column("ends", sa.String()),
        sa.Column("ends_earliest", sa.Date()),
        sa.Column("ends_latest", sa.Date()),
        _one_of("notice", "status", "meetingstatus", MEETING_STATUS),
    )
    _create_part(
        "attendance",
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("on_behalf_of", sa.String()),
        _word("capacity", nullable=True),
        _word("presence"),
        _one_of(
            "attendance",
            "capacity",
            "capacity",
            "head_of_delegation delegate chair host mediator observer spokesperson",
        ),
        _one_of("attendance", "presence", "presence", "expected attended absent unknown"),
    )


def _claims() -> None:
    _create_noun(
        "claim",
        sa.Column("negotiation", sa.String(), nullable=False),
        sa.Column("claimant", sa.String(), nullable=False),
        sa.Column("on_behalf_of", sa.String()),
        sa.Column("meeting", sa.String()),
        _word("kind"),
        _word("attribution"),
        sa.Column("issue", sa.String()),
        _one_of(
            "claim",
            "kind",
            "claimkind",
            "intention fact assessment expectation commitment accusation warning unclassified",
        ),
        _one_of("claim", "attribution", "attribution", "direct_quote partial_quote paraphrase"),
    )
    _create_part(
        "relation",
        sa.Column("to", sa.String(), nullable=False),
        _word("type"),
        sa.Column("basis", sa.String()),
        _one_of(
            "relation",
            "type",
            "relationtype",
            "contradicts qualifies confirms supersedes responds_to retracts",
        ),
    )


def _demands() -> None:
    _create_noun(
        "demand",
        sa.Column("negotiation", sa.String(), nullable=False),
        sa.Column("meeting", sa.String()),
        _word("mode", nullable=True),
        sa.Column("issue", sa.String()),
        sa.Column("part_of", sa.String()),
        _word("status"),
        _one_of("demand", "mode", "mode", "assist change yield meet"),
        _one_of(
            "demand",
            "status",
            "demandstatus",
            "unanswered under_discussion partly_accepted accepted rejected contested withdrawn "
            "superseded",
        ),
    )
    _create_part(
        "response",
        sa.Column("by", sa.String(), nullable=False),
        _word("stance"),
        sa.Column("on", sa.String()),
        sa.Column("on_earliest", sa.Date()),
        sa.Column("on_latest", sa.Date()),
        sa.Column("meeting", sa.String()),
        sa.Column("reported_by", sa.String()),
        _one_of(
            "response",
            "stance",
            "stance",
            "accepts accepts_in_part conditional counter_proposes open_to_discuss defers "
            "no_answer rejects",
        ),
    )
    _create_part(
        "withdrawal",
        sa.Column("on", sa.String()),
        sa.Column("on_earliest", sa.Date()),
        sa.Column("on_latest", sa.Date()),
    )


def _secrets() -> None:
    table = op.create_table(
        "secret",
        sa.Column("name", EXACT, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secret")),
    )
    # The key that seals cursors: every store has its own, and all its workers share it.
    op.bulk_insert(table, [{"name": "cursor_key", "value": secrets.token_hex(32)}])


def _create_noun(name: str, *rest: sa.schema.SchemaItem, keys: tuple[str, ...] = ("key",)) -> None:
    op.create_table(
        name,
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
        sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{name}")),
        _of_version(name),
        *rest,
    )
    op.create_index(f"ix_{name}_id", name, ["id", "recorded_from"])
    _index_current(f"ix_{name}_current", name, BY_DATE)
    if any(column.name == "negotiation" for column in rest if isinstance(column, sa.Column)):
        _index_current(f"ix_{name}_negotiation", name, ["negotiation", *BY_DATE])


def _index_current(name: str, table: str, columns: list[str]) -> None:
    op.create_index(name, table, columns, sqlite_where=CURRENT, postgresql_where=CURRENT)


def _create_part(name: str, *rest: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("key", WHOLE, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", EXACT, nullable=False),
        sa.Column("known_from", sa.Date()),
        sa.PrimaryKeyConstraint("key", "position", name=op.f(f"pk_{name}")),
        _of_version(name),
        *rest,
    )


def _word(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length=40), nullable=nullable)


def _one_of(table: str, column: str, name: str, words: str) -> sa.CheckConstraint:
    values = ", ".join(f"'{word}'" for word in words.split())
    return sa.CheckConstraint(f"{column} IN ({values})", name=op.f(f"ck_{table}_{name}"))


def _of_version(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_key_version")
    return sa.ForeignKeyConstraint(["key"], ["version.key"], name=name)


def _of_identity(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_noun_id_identity")
    return sa.ForeignKeyConstraint(["noun", "id"], ["identity.noun", "identity.id"], name=name)


def _of_revision(column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_version_{column}_revision")
    return sa.ForeignKeyConstraint([column], ["revision.number"], name=name)
