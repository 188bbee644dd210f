"""The check: nothing is wrong with a whole store, and each kind of damage is found and named."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pysqlite3 import dbapi2
from sqlalchemy import select

from app.editing import Options, load_files, seed_files
from app.store.checking import Checked, check
from app.store.checks.finding import Finding
from app.store.engine import Database
from app.store.places import NUMBERS
from app.store.tables import VERSION
from tests.made_up import (
    TALKS,
    author,
    claim,
    demand,
    meeting,
    negotiation,
    notice,
    participant,
    quotes,
    setting,
    source,
    write,
)
from tests.postgres import Server
from tests.random_edits import World

SEED = Path(__file__).resolve().parents[2] / "seed"


def findings(database: Database) -> list[str]:
    found: list[Finding] = []
    check(database, found.append)
    return [str(one) for one in found]


def harm(database: Database, *statements: str) -> None:
    """Run statements past all that the database does to keep the store whole."""
    if database.is_sqlite:
        # A connection as the driver makes it: without foreign keys.
        with closing(dbapi2.connect(database.url.database)) as connection, connection:
            for name in ("update", "delete", "replace"):
                connection.execute(f"DROP TRIGGER IF EXISTS audit_no_{name}")
            for statement in statements:
                connection.execute(statement)
        return
    with database.write() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for statement in statements:
            connection.exec_driver_sql(statement)


@pytest.fixture(scope="module")
def sqlite_history(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with a history, to copy."""
    path = tmp_path_factory.mktemp("history") / "parley.db"
    shutil.copyfile(sqlite_template, path)
    make_history(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="module")
def postgresql_history(server: Server, postgresql_template: str, fresh_names: Iterator[str]) -> str:
    """The name of a database with a history, to copy."""
    name = next(fresh_names)
    make_history(server.create_database(name, postgresql_template))
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A store of seven revisions: corrected, retracted, taken up again, merged, and renamed."""
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_history"), tmp_path / "parley.db")
        url = f"sqlite:///{tmp_path / 'parley.db'}"
    else:
        server: Server = request.getfixturevalue("server")
        name = next(request.getfixturevalue("fresh_names"))
        url = server.create_database(name, request.getfixturevalue("postgresql_history"))
    with closing(Database(url)) as database:
        yield database
    if request.param != "sqlite":
        server.drop_database(name)


def make_history(url: str) -> None:
    """Write it all in its revisions."""
    with closing(Database(url)) as database:
        write_history(database)


def write_history(database: Database) -> None:
    answers = [
        {"by": "northland", "stance": "rejects", **quotes("b")},
        {"by": "northland", "stance": "accepts", "reported_by": "boris", **quotes("d")},
    ]
    there = {"participant": "anna", "presence": "attended", **quotes("b")}
    relation = {"to": "c1", "type": "confirms", "basis": "-"}
    write(
        database,
        *setting(),
        participant("carl", "Carl", part_of="council"),
        source("copy", "2022-01-04", origin="b", publisher="Copy House"),
        claim("c1", "a c", text="The pier is open"),
        claim("c2", "b undated", relations=[relation]),
        claim("c3", "undated"),
        demand("d1", responses=answers, withdrawn=quotes("e")),
        demand("d2", part_of="d1"),
        meeting("m1", notice("held", "b", starts="2022-01-03"), attendance=[there]),
    )
    write(database, claim("c1", "a c", text="The pier is shut"), demand("d1"))
    write(database, retract=[("claim", "c2")])
    write(database, claim("c2", "b"))
    write(database, source("a", "2022-01-02"), participant("anna", "Anna Berg"))
    write(database, retract=[("claim", "c3")])
    write(database, negotiation(title="Talks on the harbour"))
    harm(database, "UPDATE identity SET merged_into = 'c1' WHERE id = 'c3'")


def key_of(database: Database, noun: str, identifier: str) -> int:
    """The key of the row that holds all that is known of a record now."""
    one = (VERSION.c.noun == noun, VERSION.c.id == identifier)
    now = (VERSION.c.recorded_until.is_(None), VERSION.c.known_until.is_(None))
    with database.read() as connection:
        key: int = connection.execute(select(VERSION.c.key).where(*one, *now)).scalar_one()
    return key


def test_nothing_is_wrong_with_a_store_that_was_only_written_to(kept: Database) -> None:
    assert findings(kept) == []


def test_nothing_is_wrong_with_an_empty_store(database: Database) -> None:
    assert findings(database) == []


def test_nothing_is_wrong_with_the_seed_and_what_was_checked_is_counted(
    database: Database,
) -> None:
    now = author().now
    load_files(database, seed_files(SEED), Options("seed", "the first record"), now)
    found: list[Finding] = []
    assert check(database, found.append) == Checked(records=33, versions=37, revisions=1)
    assert found == []


def test_nothing_is_wrong_after_random_edits(database: Database) -> None:
    world = World(database, seed=11)
    for _ in range(25):
        world.edit()
    assert findings(database) == []


def test_the_check_says_how_far_it_is(database: Database) -> None:
    write(database, *setting())
    told: list[tuple[str, int, int]] = []
    check(database, lambda _: None, lambda *step: told.append(step))
    steps = {what: (done, of) for what, done, of in told}
    assert steps["versions"] == (12, 12)
    assert steps["documents of participants"] == steps["readings of participants"] == (5, 5)
    assert all(done == of for done, of in steps.values())


# Damage: what is done to the store, and what is said of it.

C1 = "(SELECT max(key) FROM version WHERE noun = 'claim' AND id = 'c1')"
FIRST_C1 = "(SELECT min(key) FROM version WHERE noun = 'claim' AND id = 'c1')"
D1 = "(SELECT min(key) FROM version WHERE noun = 'demand' AND id = 'd1')"

DAMAGES: dict[str, tuple[str, list[str]]] = {
    # Revisions and the audit.
    "a revision is gone": (
        "DELETE FROM revision WHERE number = 3",
        ["revision 3: is missing", "change 3 claim c2: refers to a row of 'revision'"],
    ),
    "an instant went back": (
        "UPDATE revision SET recorded_at = '2020-01-01T00:00:00.000000Z' WHERE number = 4",
        ["revision 4: was recorded before revision 3"],
    ),
    "a revision has no row in the audit": (
        "DELETE FROM audit WHERE revision = 2",
        ["revision 2: has no row in the audit"],
    ),
    "the audit counts otherwise": (
        "UPDATE audit SET retracted = 5 WHERE revision = 3",
        ["revision 3: its row in the audit counts other changes than it made"],
    ),
    # Versions.
    "a version is left out": (
        "UPDATE version SET number = number + 1 WHERE noun = 'claim' AND id = 'c1' AND number = 2",
        [
            "claim/c1 version 3: follows version 1",
            "claim/c1: revision 2 has revised version 3, and no change tells of it",
            "claim/c1: a change tells that revision 2 has revised version 2",
        ],
    ),
    "numbers begin at 2": (
        "UPDATE version SET number = 2 WHERE id = 'd2'",
        ["demand/d2 version 2: follows version 0"],
    ),
    "a version was written in another revision": (
        "UPDATE version SET revision = 1 WHERE id = 'c1' AND number = 2",
        ["claim/c1 version 2: begins in revision 2, and was written in 1"],
    ),
    "a version ends too late": (
        "UPDATE version SET recorded_until = 5 WHERE id = 'c1' AND recorded_from = 1",
        ["claim/c1 version 1: does not end where its rows of revision 2 begin"],
    ),
    "a version never ends": (
        "UPDATE version SET recorded_until = NULL WHERE id = 'c1' AND recorded_from = 1",
        ["claim/c1 version 1: does not end where its rows of revision 2 begin"],
    ),
    "a version ends too early": (
        "UPDATE version SET recorded_until = 4 WHERE id = 'c1' AND recorded_until = 5",
        ["claim/c1 version 2: is not there in revision 4"],
    ),
    "a version ends before it begins": (
        "UPDATE version SET recorded_until = 4 WHERE id = 'c2' AND recorded_from = 4",
        ["claim/c2 version 2: ends in revision 4, and began in 4"],
    ),
    "days are left out": (
        "UPDATE version SET known_until = '2022-01-02' "
        "WHERE id = 'd1' AND known_until = '2022-01-03'",
        ["demand/d1 version 1: its rows leave days out, or have them twice, before 2022-01-03"],
    ),
    "days are there twice": (
        "UPDATE version SET known_from = '2022-01-01' "
        "WHERE id = 'd1' AND known_from = '2022-01-03'",
        ["demand/d1 version 1: its rows leave days out, or have them twice, before 2022-01-01"],
    ),
    "nothing holds all that is known": (
        f"UPDATE version SET known_until = '2030-01-01' WHERE key = {C1}",
        ["claim/c1 version 2: no row of it holds all that is known"],
    ),
    "rows of one version differ": (
        f"UPDATE version SET content = '{{}}' WHERE key = {D1}",
        ["demand/d1 version 1: its rows from revision 1 on differ in content"],
    ),
    "facts change without a version": (
        "UPDATE version SET content = replace(content, 'shut', 'shot') "
        "WHERE id = 'c1' AND recorded_from = 7",
        ["claim/c1 version 2: has other facts from revision 7 on"],
    ),
    # Changes.
    "a change is not told": (
        "DELETE FROM change WHERE revision = 3",
        [
            "claim/c2: revision 3 has retracted version 1, and no change tells of it",
            "revision 3: its row in the audit counts other changes than it made",
        ],
    ),
    "a change is told of nothing": (
        "INSERT INTO change (revision, noun, id, kind, version) "
        "VALUES (7, 'claim', 'c1', 'revised', 2)",
        ["claim/c1: a change tells that revision 7 has revised version 2"],
    ),
    "a change is told as another": (
        "UPDATE change SET kind = 'revised' WHERE revision = 4",
        ["claim/c2: revision 4 has added version 2, and no change tells of it"],
    ),
    # References and links.
    "an identity is gone": (
        "DELETE FROM identity WHERE id = 'd2'",
        ["refers to a row of 'identity' that is not there"],
    ),
    "an identity was given out for nothing": (
        "INSERT INTO identity (noun, id, label, known_from) "
        "VALUES ('claim', 'none', 'None', '2022-01-01')",
        ["claim/none: its id was given out, and it was never recorded"],
    ),
    "a link leads to what was retracted": (
        "INSERT INTO link (key, role, noun, id) "
        "SELECT key, 'odd', 'claim', 'c3' FROM version WHERE id = 'm1' AND recorded_from = 5",
        ["meeting/m1 version 1: links to claim/c3 as odd, which is not there in revision 6"],
    ),
    "a link leads to what was gone at the time": (
        "INSERT INTO link (key, role, noun, id) "
        "SELECT key, 'odd', 'claim', 'c2' FROM version WHERE id = 'd1' AND recorded_from = 2",
        ["demand/d1 version 2: links to claim/c2 as odd, which is not there in revision 3"],
    ),
    "a link leads nowhere": (
        f"INSERT INTO link (key, role, noun, id) VALUES ({C1}, 'odd', 'claim', 'none')",
        [
            "odd claim none: refers to a row of 'identity' that is not there",
            "claim/c1 version 2: links to claim/none as odd, which is not there in revision 7",
        ],
    ),
    "a link is gone": (
        f"DELETE FROM link WHERE key = {C1} AND role = 'claimant'",
        ["its rows in 'link' are not the links of its facts"],
    ),
    "a past link is gone": (
        "DELETE FROM link WHERE role = 'claimant' AND key = "
        "(SELECT key FROM version WHERE id = 'c1' AND number = 1 AND known_until IS NULL)",
        ["claim/c1 version 1: its rows in 'link' are not the links of its facts"],
    ),
    # Identities.
    "a merged record leads nowhere": (
        "UPDATE identity SET merged_into = 'none' WHERE id = 'c3'",
        ["claim/c3: was merged into claim/none, which is not there"],
    ),
    "a merged record is there all the same": (
        "UPDATE identity SET merged_into = 'c1' WHERE id = 'c2'",
        ["claim/c2: was merged, and is there all the same"],
    ),
    "a merged record leads to itself": (
        "UPDATE identity SET merged_into = 'c3' WHERE id = 'c3'",
        ["claim/c3: goes round in a circle by merged_into: c3 → c3"],
    ),
    "a label is another": (
        "UPDATE identity SET label = 'Bore' WHERE id = 'boris'",
        ["participant/boris: its identity shows another label, day or origin than its facts"],
    ),
    "a day is another": (
        "UPDATE identity SET known_from = '2022-01-08' WHERE id = 'c'",
        ["source/c: its identity shows another label, day or origin than its facts"],
    ),
    "an origin is another": (
        "UPDATE identity SET origin = 'c' WHERE id = 'copy'",
        ["source/copy: its identity shows another label, day or origin than its facts"],
    ),
    # Rows beside the version.
    "the row of a noun is gone": (
        f"DELETE FROM claim WHERE key = {C1}",
        ["claim/c1 version 2: has no row in 'claim'"],
    ),
    "a row stands under another version": (
        "UPDATE party SET key = (SELECT min(key) FROM version WHERE noun = 'claim') "
        "WHERE position = 0 AND key = (SELECT max(key) FROM party)",
        ["its key is not that of a version of a negotiation"],
    ),
    "times of a row differ": (
        f"UPDATE claim SET recorded_from = 4, undated = NOT undated WHERE key = {C1}",
        ["claim/c1 version 2: its row in 'claim'", "has another recorded_from, undated"],
    ),
    "a quote has other times": (
        f"UPDATE quote SET recorded_until = 7 WHERE key = {C1}",
        ["claim/c1 version 2: its row in 'quote'", "has another recorded_until"],
    ),
    "an entry is of another record": (
        f"UPDATE moment SET record = 'c2' WHERE key = {C1}",
        ["claim/c1 version 2: its row in 'moment'", "has another record"],
    ),
    "two quotes have one number": (
        f"UPDATE quote SET number = 1 WHERE key = {C1}",
        ["quote number 1: is given to more than one row"],
    ),
    # Documents and what is made of them.
    "a document is another": (
        f"UPDATE claim SET document = replace(document, 'shut', 'shot') WHERE key = {C1}",
        [
            "claim/c1 version 2: does not read as its facts say",
            "claim KEY: its words in the index are not those of its document",
        ],
    ),
    "a column is another": (
        f"UPDATE claim SET origins = 9, claimant = 'boris' WHERE key = {C1}",
        ["claim/c1 version 2: claimant, origins are not what its facts say"],
    ),
    "a document is none": (
        f"UPDATE claim SET document = '{{' WHERE key = {C1}",
        ["claim/c1 version 2: its document cannot be read"],
    ),
    "facts are none": (
        "UPDATE version SET content = '{}' WHERE id = 'd2'",
        ["demand/d2 version 1: its facts cannot be read", "demand/d2: cannot be rendered afresh"],
    ),
    "a part is gone": (
        "DELETE FROM response WHERE stance = 'accepts'",
        ["demand/d1 version 1: its rows in 'response' are not what its document says"],
    ),
    "a part is another": (
        "UPDATE response SET stance = 'defers' WHERE stance = 'accepts'",
        ["demand/d1 version 1: its rows in 'response' are not what its document says"],
    ),
    "a quote is another": (
        f"UPDATE quote SET source = 'e' WHERE key = {FIRST_C1}",
        ["claim/c1 version 1: its rows in 'quote' are not what its document says"],
    ),
    "a speaker is gone": (
        f"DELETE FROM speaker WHERE key = {C1}",
        ["claim/c1 version 2: its rows in 'speaker' are not what its document says"],
    ),
    "an entry is gone": (
        f"DELETE FROM moment WHERE key = {C1}",
        ["claim/c1 version 2: its rows in 'moment' are not what its document says", "entry_words "],
    ),
    "somebody involved is gone": (
        f"DELETE FROM involved WHERE key = {C1}",
        ["claim/c1 version 2: its rows in 'involved' are not what its document says"],
    ),
    # Tallies.
    "a tally is too high": (
        "UPDATE tally SET number = number + 1 WHERE noun = 'claim' AND facet = 'kind' "
        "AND negotiation = ''",
        ["tally claim kind fact: is not 2, which the rows come to"],
    ),
    "a tally is gone": (
        "DELETE FROM tally WHERE noun = 'demand' AND facet = '' AND negotiation <> ''",
        [f"tally demand {TALKS}: is not 2, which the rows come to"],
    ),
    "a tally is of nothing": (
        "INSERT INTO tally (noun, negotiation, facet, value, number) VALUES "
        "('entry', '', 'kind', 'none', 3), ('entry', '', 'colour', 'red', 3)",
        [
            "tally entry kind none: is 3, and there is no such row",
            "tally entry colour red: counts what is no facet",
        ],
    ),
    # Words.
    "words are gone": (
        f"DELETE FROM record_words WHERE NUMBER = {C1}",
        ["claim KEY: its words in the index are not those of its document"],
    ),
    "words of a quote are gone": (
        "DELETE FROM quote_words WHERE NUMBER = 1",
        ["quote 1: its words in the index are not those of its document"],
    ),
    "words are of no row": (
        "WORDS",
        ["record_words 9999: has words of a row that is not there"],
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_each_kind_of_damage_is_found_and_named(kept: Database, name: str) -> None:
    statement, wanted = DAMAGES[name]
    words = "rowid, title" if kept.is_sqlite else "number, words"
    insert = f"INSERT INTO record_words ({words}) VALUES (9999, 'pier')"
    number = f"rowid & {NUMBERS}" if kept.is_sqlite else "number"
    harm(kept, statement.replace("NUMBER", number).replace("WORDS", insert))
    found = findings(kept)
    key = str(key_of(kept, "claim", "c1")) if "KEY" in "".join(wanted) else ""
    for words in wanted:
        assert any(words.replace("KEY", key) in one for one in found), found


def test_words_at_another_place_or_of_another_negotiation_are_found(
    sqlite_database: Database,
) -> None:
    write(sqlite_database, *setting(), claim("c1", "a", text="The pier"), claim("c2", "b"))
    c1, c2 = (key_of(sqlite_database, "claim", one) for one in ("c1", "c2"))
    move = f"UPDATE record_words SET {{}} WHERE rowid & {NUMBERS} = {{}}"
    columns = "title = 'the pier', body = '', rest = ''"
    harm(
        sqlite_database,
        move.format(f"rowid = rowid + {NUMBERS + 1}, {columns}, negotiation = '·'", c1),
    )
    found = findings(sqlite_database)
    assert f"claim {c1}: its words in the index are not those of its document" in found
    assert f"record_words {c1}: has words of a row that is not there" in found
    assert not any(str(c2) in one for one in found)


def test_a_damaged_file_is_named(sqlite_database: Database) -> None:
    write(sqlite_database, *setting())
    # An index that says it is of other columns than those that are in it.
    other = "replace(sql, 'noun, id, role', 'id, noun, role')"
    harm(
        sqlite_database,
        "PRAGMA writable_schema = ON",
        f"UPDATE sqlite_master SET sql = {other} WHERE name = 'ix_link_target'",
        "PRAGMA writable_schema = OFF",
    )
    again = Database(str(sqlite_database.url))
    found = findings(again)
    again.close()
    assert any("the file: row 1 missing from index ix_link_target" in one for one in found), found


def test_what_is_found_is_of_one_moment_and_the_store_is_as_it_was(kept: Database) -> None:
    """A connection that only reads can still not write afterwards."""
    assert findings(kept) == []
    if kept.is_sqlite:
        with kept.read() as connection:
            assert connection.exec_driver_sql("PRAGMA query_only").scalar_one() == 1
            views = "SELECT count(*) FROM temp.sqlite_master"
            assert connection.exec_driver_sql(views).scalar_one() == 0
