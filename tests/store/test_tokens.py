"""Tokens in the store: only their hash is kept, and a revocation holds at once, everywhere."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select, update

from app.errors import RecordNotFound
from app.resources.tokens import Grant, Scope, State, hashed, id_of, make
from app.store.engine import Database
from app.store.tables import TOKEN
from app.store.tokens import any_valid, create, find, listed, revoke

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=90)
BOTH = (Scope.write, Scope.import_)


def looked_up(database: Database, token: str) -> Grant | None:
    with database.read() as connection:
        return find(connection, token)


def is_open(database: Database, now: datetime) -> bool:
    with database.read() as connection:
        return any_valid(connection, now)


def test_a_token_is_found_with_what_it_was_given_out_for(database: Database) -> None:
    token = create(database, "The desk", BOTH, NOW, LATER)
    grant = looked_up(database, token)
    assert grant == Grant(
        id=id_of(token) or "",
        label="The desk",
        scopes=frozenset({Scope.write, Scope.import_}),
        created_at=NOW,
        expires_at=LATER,
    )


def test_only_the_hash_of_a_token_is_kept(database: Database) -> None:
    token = create(database, "desk", BOTH, NOW, LATER)
    secret = token.split("_")[2]
    with database.read() as connection:
        row = connection.execute(select(TOKEN)).one()
    assert row.hash == hashed(token)
    assert row.scopes == "import,write"
    assert secret not in repr(row)


def test_a_token_that_was_not_given_out_is_not_found(database: Database) -> None:
    token = create(database, "desk", BOTH, NOW, None)
    assert looked_up(database, make()) is None
    assert looked_up(database, token[:-1]) is None
    assert looked_up(database, "") is None


def test_a_public_id_with_another_secret_is_not_found(database: Database) -> None:
    token = create(database, "desk", BOTH, NOW, None)
    other = create(database, "other", BOTH, NOW, None)
    with database.write() as connection:
        row = TOKEN.c.id == id_of(token)
        connection.execute(update(TOKEN).where(row).values(hash=hashed(other)))
    assert looked_up(database, token) is None


def test_a_token_is_looked_up_in_one_statement_by_its_key(database: Database) -> None:
    token = create(database, "desk", BOTH, NOW, None)
    statements: list[str] = []
    event.listen(
        database._reader, "before_cursor_execute", lambda *told: statements.append(told[2])
    )
    assert looked_up(database, token)
    looked = [one for one in statements if one.startswith("SELECT")]
    assert len(looked) == 1
    assert "WHERE token.id =" in looked[0]


def test_what_is_no_token_is_not_even_looked_up(database: Database) -> None:
    statements: list[str] = []
    event.listen(
        database._reader, "before_cursor_execute", lambda *told: statements.append(told[2])
    )
    assert looked_up(database, "parley_x") is None
    assert [one for one in statements if one.startswith("SELECT")] == []


def test_a_revoked_token_is_revoked_for_every_process_at_once(database: Database) -> None:
    other = Database(database.url.render_as_string(hide_password=False))
    token = create(database, "desk", BOTH, NOW, LATER)
    grant = looked_up(other, token)
    assert grant
    assert grant.state(NOW) is State.valid
    revoke(database, grant.id, NOW + timedelta(hours=1))
    found = looked_up(other, token)
    other.close()
    assert found
    assert found.state(NOW) is State.revoked
    assert found.revoked_at == NOW + timedelta(hours=1)


def test_a_token_is_revoked_once_and_for_good(database: Database) -> None:
    token = create(database, "desk", BOTH, NOW, LATER)
    first = revoke(database, id_of(token) or "", NOW)
    second = revoke(database, id_of(token) or "", NOW + timedelta(days=1))
    assert first == second
    assert second.revoked_at == NOW


def test_a_token_that_is_not_there_cannot_be_revoked(database: Database) -> None:
    with pytest.raises(RecordNotFound, match="no token with this id"):
        revoke(database, "0123456789ab", NOW)


def test_every_token_is_listed_oldest_first_whatever_became_of_it(database: Database) -> None:
    assert listed(database) == []
    create(database, "second", [Scope.admin], NOW + timedelta(seconds=1), None)
    first = create(database, "first", BOTH, NOW, LATER)
    revoke(database, id_of(first) or "", NOW)
    grants = listed(database)
    assert [grant.label for grant in grants] == ["first", "second"]
    assert [grant.state(LATER) for grant in grants] == [State.revoked, State.valid]


def test_a_store_takes_changes_while_there_is_a_token_that_is_valid(database: Database) -> None:
    assert not is_open(database, NOW)
    expiring = create(database, "desk", BOTH, NOW, LATER)
    assert is_open(database, LATER - timedelta(microseconds=1))
    assert not is_open(database, LATER)
    lasting = create(database, "other", [Scope.admin], NOW, None)
    assert is_open(database, LATER)
    revoke(database, id_of(lasting) or "", NOW)
    assert is_open(database, NOW)
    revoke(database, id_of(expiring) or "", NOW)
    assert not is_open(database, NOW)
