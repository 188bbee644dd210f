"""The editors: tokens, the audit of changes, answers to requests that are sent again, and texts.

Types and names are written out here rather than taken from the models: a migration says what was
done on its day, whatever becomes of the models.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EXACT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
REFUSAL = "the rows of the audit stay as they are"
# Every revision has its row: older ones say that nobody wrote down how they came about.
OLDER = """
INSERT INTO audit (revision, via, label, added, revised, retracted)
SELECT number, 'unrecorded', editor,
    (SELECT count(*) FROM change WHERE revision = number AND kind = 'added'),
    (SELECT count(*) FROM change WHERE revision = number AND kind = 'revised'),
    (SELECT count(*) FROM change WHERE revision = number AND kind = 'retracted')
FROM revision
"""
# INSERT OR REPLACE deletes a row without asking the trigger on DELETE.
ON_SQLITE = {
    "audit_no_update": "BEFORE UPDATE ON audit",
    "audit_no_delete": "BEFORE DELETE ON audit",
    "audit_no_replace": "BEFORE INSERT ON audit "
    "WHEN EXISTS (SELECT 1 FROM audit WHERE revision = NEW.revision)",
}
# 23000 is a violation of integrity, which is what SQLite makes of its refusal as well.
FUNCTION = f"""
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = '23000'; END $$
"""
ON_POSTGRESQL = {
    "audit_no_change": "BEFORE UPDATE OR DELETE ON audit FOR EACH ROW",
    "audit_no_truncate": "BEFORE TRUNCATE ON audit FOR EACH STATEMENT",
}


def upgrade() -> None:
    _token()
    _audit()
    _idempotency()
    op.create_table(
        "source_text",
        sa.Column("source", EXACT, nullable=False),
        sa.Column("sha256", EXACT, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_source_text")),
    )


def downgrade() -> None:
    for name in ("source_text", "idempotency", "audit", "token"):
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_refuse()")


def _token() -> None:
    op.create_table(
        "token",
        sa.Column("id", EXACT, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("hash", EXACT, nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", EXACT, nullable=False),
        sa.Column("expires_at", EXACT),
        sa.Column("revoked_at", EXACT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("via", sa.String(length=40), nullable=False),
        sa.Column("token_id", EXACT),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("method", sa.Text()),
        sa.Column("path", sa.Text()),
        sa.Column("request_id", sa.Text()),
        sa.Column("added", WHOLE, nullable=False),
        sa.Column("revised", WHOLE, nullable=False),
        sa.Column("retracted", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_audit")),
        _refers("audit", "revision", "revision", "number"),
        _refers("audit", "token_id", "token", "id"),
        sa.CheckConstraint(
            "via IN ('http', 'command_line', 'unrecorded')", name=op.f("ck_audit_via")
        ),
    )
    op.execute(OLDER)
    if op.get_bind().dialect.name == "sqlite":
        for name, event in ON_SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {event} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")
        return
    op.execute(FUNCTION)
    for name, event in ON_POSTGRESQL.items():
        op.execute(f"CREATE TRIGGER {name} {event} EXECUTE FUNCTION audit_refuse()")


def _idempotency() -> None:
    op.create_table(
        "idempotency",
        sa.Column("key", EXACT, nullable=False),
        sa.Column("token_id", EXACT, nullable=False),
        sa.Column("method", EXACT, nullable=False),
        sa.Column("path", EXACT, nullable=False),
        sa.Column("fingerprint", EXACT, nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("revision", WHOLE),
        sa.Column("created_at", EXACT, nullable=False),
        sa.PrimaryKeyConstraint("key", "token_id", "method", "path", name=op.f("pk_idempotency")),
        _refers("idempotency", "token_id", "token", "id"),
        _refers("idempotency", "revision", "revision", "number"),
    )
    op.create_index(op.f("ix_idempotency_created_at"), "idempotency", ["created_at"])


def _refers(table: str, column: str, other: str, key: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.{key}"], name=name)
