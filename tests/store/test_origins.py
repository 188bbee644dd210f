"""Reprints of one story count once, in the store too: however long the chain, whenever it is found.

The days of ``tests/made_up.py``: paper ``a`` came out on 1 January, ``b`` on the 3rd, ``c`` on the
6th, ``d`` on the 9th.
"""

from datetime import date
from typing import Any

from sqlalchemy import select

from app.resources import BY_NOUN
from app.store.contents import faces, faces_with_origins
from app.store.engine import Database
from app.store.pins import at_pin
from app.store.reader import snapshot
from app.store.selection import table_of
from tests.made_up import (
    Fields,
    claim,
    day,
    demand,
    get,
    meeting,
    notice,
    quote,
    quotes,
    setting,
    source,
    write,
)


def column(
    database: Database,
    noun: str,
    identifier: str,
    name: str,
    *,
    as_of: int | None = None,
    known_at: date | None = None,
) -> Any:
    """What a column of a record holds at a pin."""
    table = table_of(BY_NOUN[noun])
    with snapshot(database) as look:
        same = (table.c.id == identifier, at_pin(table, look.pin(as_of, known_at)))
        return look.connection.execute(select(table.c[name]).where(*same)).scalar_one()


def origins(database: Database, as_of: int | None = None, known_at: date | None = None) -> int:
    found: int = column(database, "claim", "said", "origins", as_of=as_of, known_at=known_at)
    return found


def rows_written(database: Database, noun: str, identifier: str) -> list[int]:
    """The revisions in which a record got new rows."""
    table = table_of(BY_NOUN[noun])
    rows = select(table.c.recorded_from).where(table.c.id == identifier).order_by(table.c.key)
    with database.read() as connection:
        return list(dict.fromkeys(connection.execute(rows).scalars()))


# How many origins the quotes of a claim have.


def test_ten_reprints_of_one_wire_story_count_once(database: Database) -> None:
    reprints = [source(f"copy-{n}", "2022-01-02", origin="a") for n in range(10)]
    copies = [quote(one.id) for one in reprints]
    write(database, *setting(), *reprints, claim("said", evidence=copies))
    assert origins(database) == 1
    write(database, claim("said", evidence=[quote("a"), *copies]))
    assert origins(database) == 1
    write(database, claim("said", evidence=[quote("a"), *copies, quote("c")]))
    assert origins(database) == 2
    # The other paper came out on the 6th only.
    assert (origins(database, known_at=day(5)), origins(database, known_at=day(6))) == (1, 2)


def test_what_disputes_a_claim_is_no_origin_of_it(database: Database) -> None:
    evidence = [quote("a"), quote("b", bearing="disputes"), quote("c")]
    write(database, *setting(), claim("said", evidence=evidence))
    assert origins(database) == 2
    write(database, claim("said", evidence=evidence[1:2]))
    assert origins(database) == 0


def test_a_claim_that_is_only_inferred_has_no_origin(database: Database) -> None:
    write(database, *setting(), claim("said", "", inferred=[{"field": "text", "note": "-"}]))
    assert origins(database) == 0


def test_a_chain_is_followed_to_its_root_whenever_its_links_were_loaded(
    database: Database,
) -> None:
    write(database, *setting())
    write(database, source("wire", "2022-01-01"))
    write(database, source("copy", "2022-01-02", origin="wire"))
    write(database, source("copy-of-copy", "2022-01-03", origin="copy"))
    # The claim quotes neither the link between the two nor anything beside them.
    write(database, claim("said", "copy-of-copy wire"))
    assert origins(database) == 1
    write(database, claim("said", "copy-of-copy wire d"))
    assert origins(database) == 2


def test_a_chain_that_is_loaded_in_one_go_is_followed_too(database: Database) -> None:
    chain = [
        source("copy-of-copy", "2022-01-03", origin="copy"),
        source("copy", "2022-01-02", origin="wire"),
        source("wire", "2022-01-01"),
    ]
    write(database, *setting(), *chain, claim("said", "copy-of-copy wire"))
    assert origins(database) == 1


def test_the_first_story_counts_though_nobody_knows_when_it_was_published(
    database: Database,
) -> None:
    copies = [source(name, "2022-01-02", origin="undated") for name in ("one", "two")]
    write(database, *setting(), *copies, claim("said", "one two"))
    assert (origins(database), origins(database, known_at=day(2))) == (1, 1)


def test_sources_that_reprint_each_other_in_a_circle_are_one_origin(database: Database) -> None:
    circle = {"x": "y", "y": "z", "z": "x", "outside": "y"}
    papers = [source(one, "2022-01-02", origin=other) for one, other in circle.items()]
    write(database, *setting(), *papers, claim("said", "x y z outside"))
    assert origins(database) == 1
    # Loaded from the store, and then cut.
    write(database, claim("said", "x outside a"))
    assert origins(database) == 2
    write(database, source("y", "2022-01-02"))
    assert origins(database) == 2
    write(database, source("outside", "2022-01-02"))
    assert origins(database) == 3


# An origin that is found later.


def test_an_origin_found_later_draws_the_voices_of_a_claim_together(database: Database) -> None:
    write(database, *setting(), claim("said", "a b"))
    assert origins(database) == 2
    write(database, source("b", origin="a"))
    assert [origins(database, as_of=n) for n in (1, 2)] == [2, 1]
    shown = get(database, "claim", "said")
    assert (shown["version"], shown["revision"]) == (1, 1)
    write(database, source("b"))
    assert [origins(database, as_of=n) for n in (1, 2, 3)] == [2, 1, 2]
    assert rows_written(database, "claim", "said") == [1, 2, 3]


def test_an_origin_found_later_reaches_those_who_quote_a_reprint_of_a_reprint(
    database: Database,
) -> None:
    papers = [source("b"), source("c", origin="b"), source("d", origin="c")]
    write(database, *setting(papers="a e undated"), *papers, claim("said", "a d"))
    assert origins(database) == 2
    write(database, source("b", origin="a"))
    assert [origins(database, as_of=n) for n in (1, 2)] == [2, 1]


def test_a_record_whose_voices_stay_apart_gets_no_new_row(database: Database) -> None:
    write(database, *setting(), claim("said", "b c"))
    write(database, source("b", origin="a"))
    write(database, source("c", publisher="Gazette"))
    assert rows_written(database, "claim", "said") == [1]
    assert rows_written(database, "source", "b") == [1, 2]


def test_an_origin_found_later_ends_a_disagreement_about_a_meeting(database: Database) -> None:
    told = [
        notice("held", paper, id=paper, starts=starts)
        for paper, starts in (("b", "2022-01-02"), ("c", "2022-01-04"), ("d", "2022-01-04"))
    ]
    write(database, *setting(), meeting("summit", *told))
    before = get(database, "meeting", "summit")["disagreement"]
    assert [[side["voices"] for side in one["sides"]] for one in before] == [[1, 2]]
    write(database, source("c", origin="a"), source("d", origin="a"))
    (found,) = get(database, "meeting", "summit")["disagreement"]
    assert [(side["notices"], side["voices"]) for side in found["sides"]] == [
        (["b"], 1),
        (["c", "d"], 1),
    ]
    write(database, source("b", origin="a"))
    assert get(database, "meeting", "summit")["disagreement"] == []
    assert get(database, "meeting", "summit", as_of=1)["disagreement"] == before


# A publisher that corrects itself.


def answer(identifier: str, paper: str, stance: str) -> Fields:
    told = {"id": identifier, "by": "northland", "stance": stance, "on": "2022-01-02"}
    return told | quotes(paper)


def answered() -> list[Fields]:
    return [answer("first", "b", "accepts"), answer("second", "c", "rejects")]


def test_a_publisher_that_is_named_later_makes_a_correction_of_a_contradiction(
    database: Database,
) -> None:
    write(database, *setting(), demand("harbour", responses=answered()))
    assert get(database, "demand", "harbour")["status"] == "contested"
    write(database, source("b", publisher="Gazette"))
    assert get(database, "demand", "harbour")["status"] == "contested"
    write(database, source("c", publisher="Gazette"))
    shown = get(database, "demand", "harbour")
    assert (shown["status"], shown["disagreement"]) == ("rejected", [])
    assert get(database, "demand", "harbour", as_of=2)["status"] == "contested"
    # Before the correction came out, the first word held.
    assert get(database, "demand", "harbour", known_at=day(5))["status"] == "accepted"
    write(database, source("c", publisher="Herald"))
    assert get(database, "demand", "harbour")["status"] == "contested"


def test_who_published_the_first_story_counts_for_all_who_quote_a_reprint(
    database: Database,
) -> None:
    papers = [source("a", publisher="Wire"), source("b", origin="a", publisher="Gazette")]
    rest = [source("c", publisher="Agency"), *(source(paper) for paper in ("d", "e", "undated"))]
    write(database, *setting(papers=""), *papers, *rest, demand("harbour", responses=answered()))
    assert get(database, "demand", "harbour")["status"] == "contested"
    # The demand quotes the Gazette, not the story of which the publisher is put right.
    write(database, source("a", publisher="Agency"))
    told = [get(database, "demand", "harbour", as_of=n)["status"] for n in (1, 2)]
    assert told == ["contested", "rejected"]


# What is kept of a source for it.


def test_a_face_says_what_a_source_reprints_and_who_published_it(database: Database) -> None:
    copy = source("copy", "2022-01-02", origin="a", publisher="Gazette")
    write(database, *setting(), copy)
    with database.read() as connection:
        (face,) = faces(connection, [("source", "copy")]).values()
        chain = faces_with_origins(connection, [("source", "copy"), ("participant", "anna")])
    assert (face.origin, face.publisher) == ("a", "Gazette")
    assert set(chain) == {("source", "copy"), ("source", "a"), ("participant", "anna")}
    write(database, source("copy", "2022-01-02"))
    with database.read() as connection:
        (face,) = faces(connection, [("source", "copy")]).values()
    assert (face.origin, face.publisher) == (None, None)
