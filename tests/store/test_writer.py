"""Writing: one revision or nothing, links that lead somewhere, immutable answers, whole rectangles.

The last test is a property: whatever is loaded, in whatever order and with whatever days of
publication, each pin has one row of each record that was known, and keeps its answers for ever.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, func, select
from sqlmodel import SQLModel

from app.errors import Conflict, Retracted
from app.resources import RESOURCES
from app.resources.base import NEVER
from app.resources.dates import parse_edtf
from app.resources.evidence import RecordContent
from app.resources.knowledge import evidence_of
from app.resources.resource import Address
from app.store.engine import Database
from app.store.pins import newest_revision
from app.store.reader import Found, snapshot
from app.store.selection import Selection
from app.store.tables import IDENTITY, REVISION, SECRET, VERSION
from tests.made_up import (
    Fields,
    address_of,
    answer,
    claim,
    day,
    demand,
    get,
    listed,
    load_one,
    meeting,
    negotiation,
    notice,
    participant,
    quotes,
    record,
    setting,
    source,
    write,
)

# What says in which version a record is, and in which revision it was written.
STAMPED = ("version", "revision", "cite")


def revision_of(database: Database) -> int:
    with database.read() as connection:
        return newest_revision(connection)


def faults(error: Conflict) -> dict[str, str]:
    return {fault.path or "": fault.message for fault in error.faults}


def test_a_change_is_one_revision_with_its_editor_reason_and_instant(database: Database) -> None:
    now = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
    assert write(database, *setting(), reason="first", now=now) == 1
    assert write(database, claim("said"), reason="second", now=now + timedelta(seconds=1)) == 2
    with database.read() as connection:
        rows = connection.execute(select(REVISION).order_by(REVISION.c.number)).all()
    assert [tuple(row) for row in rows] == [
        (1, "2026-11-23T12:30:00.000000Z", "tester", "first"),
        (2, "2026-11-23T12:30:01.000000Z", "tester", "second"),
    ]


def test_a_record_counts_its_own_versions_and_names_the_revision_that_wrote_it(
    database: Database,
) -> None:
    write(database, *setting(), claim("said"), claim("other"))
    write(database, claim("said", text="Anew."))
    write(database, claim("other", text="Anew."))
    write(database, claim("said", text="And again."))
    stamps = {
        name: [(one["version"], one["revision"]) for one in shown]
        for name in ("said", "other")
        for shown in [[get(database, "claim", name, as_of=n) for n in (1, 2, 3, 4)]]
    }
    assert stamps == {
        "said": [(1, 1), (2, 2), (2, 2), (3, 4)],
        "other": [(1, 1), (1, 1), (2, 3), (2, 3)],
    }


@pytest.mark.parametrize(
    ("content", "target"),
    [
        (claim("said", claimant="nobody"), "participant 'nobody'"),
        (claim("said", "unprinted"), "source 'unprinted'"),
        (claim("said", meeting="nowhere"), "meeting 'nowhere'"),
        (claim("said", negotiation="silence"), "negotiation 'silence'"),
        (claim("said", relations=[{"to": "no", "type": "confirms", "basis": "-"}]), "claim 'no'"),
        (demand("asked", replaces="no"), "demand 'no'"),
        (demand("asked", responses=[{"by": "no", "stance": "defers", **quotes("a")}]), "'no'"),
        (meeting("summit", notice("held", "a"), forum="no"), "participant 'no'"),
        (source("copy", origin="no"), "source 'no'"),
        (participant("envoy", part_of="no"), "participant 'no'"),
    ],
)
def test_a_link_to_what_is_not_on_record_is_refused_and_nothing_is_written(
    database: Database, content: RecordContent, target: str
) -> None:
    write(database, *setting())
    with pytest.raises(Conflict) as caught:
        write(database, claim("fine"), content)
    (message,) = faults(caught.value).values()
    assert target in message
    assert list(faults(caught.value)) == ["/".join(address_of(content))]
    assert revision_of(database) == 1
    assert listed(database, "claim") == []


def test_every_dangling_link_is_named_in_one_go(database: Database) -> None:
    write(database, *setting())
    with pytest.raises(Conflict) as caught:
        write(database, claim("one", claimant="x", meeting="y"), claim("two", "z"))
    assert len(caught.value.faults) == 3


def test_records_that_point_at_each_other_can_be_written_together(database: Database) -> None:
    def confirms(other: str) -> list[Fields]:
        return [{"to": other, "type": "confirms", "basis": "same words"}]

    one, two = claim("one", "a", relations=confirms("two")), claim("two", "b")
    write(database, *setting(), one, claim("two", "b", relations=confirms("one")))
    for name, other in (("one", "two"), ("two", "one")):
        shown = get(database, "claim", name)
        assert shown["relations"][0]["to"]["title"] == f"Claim {other}"
        assert shown["related_from"][0]["claim"]["id"] == other
    with pytest.raises(Conflict):
        write(database, retract=[("claim", "two")])
    write(database, two, retract=[])
    assert get(database, "claim", "one")["related_from"] == []


def test_a_record_cannot_be_retracted_while_another_links_to_it(database: Database) -> None:
    told = meeting("summit", notice("held", "b"))
    reply = claim("reply", relations=[{"to": "said", "type": "confirms", "basis": "-"}])
    write(database, *setting(), told, claim("said", meeting="summit"), reply)
    targets = [
        ("meeting", "summit"),
        ("claim", "said"),
        ("source", "a"),
        ("participant", "anna"),
        ("negotiation", "harbour-talks"),
    ]
    for target in targets:
        with pytest.raises(Conflict):
            write(database, retract=[target])
        assert revision_of(database) == 1
    with pytest.raises(Conflict) as caught:
        write(database, retract=[("claim", "said")])
    assert faults(caught.value) == {
        "claim/reply": "still links to a record that is to be retracted"
    }


def test_a_record_can_be_retracted_together_with_what_links_to_it_or_once_that_lets_go(
    database: Database,
) -> None:
    reply = claim("reply", relations=[{"to": "said", "type": "confirms", "basis": "-"}])
    write(database, *setting(), claim("said"), reply)
    write(database, claim("reply"), retract=[("claim", "said")])
    assert listed(database, "claim") == ["reply"]
    write(database, claim("said"))
    write(database, reply)
    write(database, retract=[("claim", "said"), ("claim", "reply")])
    assert listed(database, "claim") == []


def test_what_is_retracted_cannot_be_linked_to(database: Database) -> None:
    write(database, *setting(), claim("said"), claim("reply"))
    write(database, retract=[("claim", "said")])
    relation = {"to": "said", "type": "confirms", "basis": "-"}
    with pytest.raises(Conflict, match="not on record"):
        write(database, claim("reply", relations=[relation]))
    with pytest.raises(Conflict, match="not on record"):
        write(
            database,
            demand("new", replaces="old"),
            demand("old"),
            retract=[("participant", "southland")],
        )


def test_a_record_that_comes_back_counts_on_and_is_linked_again(database: Database) -> None:
    write(database, *setting(), claim("said"), claim("other"))
    write(database, retract=[("claim", "said")], reason="a mistake")
    relation = {"to": "other", "type": "qualifies", "basis": "-"}
    write(database, claim("said", relations=[relation]), reason="not a mistake")
    shown = get(database, "claim", "said")
    assert (shown["version"], shown["revision"]) == (2, 3)
    back = [len(get(database, "claim", "other", as_of=n)["related_from"]) for n in (1, 2, 3)]
    assert back == [0, 0, 1]
    with pytest.raises(Retracted, match="a mistake"):
        get(database, "claim", "said", as_of=2)
    assert get(database, "claim", "said", as_of=1)["relations"] == []


def test_what_does_not_read_differently_gets_no_new_row(database: Database) -> None:
    write(database, *setting(), claim("said", "a"), claim("other", "b"))
    before = rows_of(database)
    # Wikidata stands in no link, so nothing but the participant itself reads differently.
    write(database, participant("anna", wikidata="Q42"))
    fresh = [row for row in rows_of(database) if row not in before]
    assert {(row.noun, row.id) for row in fresh} == {("participant", "anna")}
    write(database, participant("anna", "Anna Berg", wikidata="Q42"))
    fresh = [row for row in rows_of(database) if row.recorded_from == 3]
    assert {(row.noun, row.id) for row in fresh} == {
        ("participant", "anna"),
        ("claim", "said"),
        ("claim", "other"),
    }
    write(database, source("b", title="New title"))
    fresh = [row for row in rows_of(database) if row.recorded_from == 4]
    assert {(row.noun, row.id) for row in fresh} == {("source", "b"), ("claim", "other")}


def test_the_face_of_a_record_is_kept_as_others_show_it_now(database: Database) -> None:
    write(database, *setting(), claim("said", "b"))
    write(database, claim("said", "a", text="Other words."))
    with database.read() as connection:
        rows = select(IDENTITY).where(IDENTITY.c.noun == "claim")
        (face,) = connection.execute(rows).all()
    assert (face.id, face.label, face.known_from) == ("said", "Other words.", day(1))


def rows_of(database: Database) -> Sequence[Any]:
    with database.read() as connection:
        columns = [VERSION.c[name] for name in RECTANGLE]
        return connection.execute(select(*columns).order_by(VERSION.c.key)).all()


RECTANGLE = ("noun", "id", "recorded_from", "recorded_until", "known_from", "known_until")


# The property.

PAPERS = ("p", "q", "r")
PUBLISHED = st.sampled_from(
    [None, "2022-01-02", "2022-01-04", "2022-01-05", "2022-01-02/2022-01-06", "2022-01-03/.."]
)
SOME_PAPERS = st.lists(st.sampled_from(PAPERS), min_size=1, max_size=2, unique=True).map(" ".join)
STATUSES = st.sampled_from(["scheduled", "rescheduled", "postponed", "cancelled", "held"])
STARTS = st.sampled_from([None, "2022-01-03", "2022-01-05", "2022-01", "../2022-01-04"])
STANCES = st.sampled_from(["accepts", "rejects", "no_answer", "conditional"])
NAMES = st.sampled_from(["Anna Ek", "Anna Berg"])
KNOWN = [None, *(day(number) for number in range(1, 7))]


@st.composite
def meetings(draw: st.DrawFn) -> RecordContent:
    told = [
        notice(draw(STATUSES), draw(SOME_PAPERS), starts=draw(STARTS))
        for _ in range(draw(st.integers(1, 3)))
    ]
    return meeting("m", *told)


@st.composite
def claims(draw: st.DrawFn, identifier: str, others: Sequence[str]) -> RecordContent:
    related = draw(st.lists(st.sampled_from(others), unique=True, max_size=2)) if others else []
    relations = [
        {"to": other, "type": "confirms", "basis": "-", **quotes(draw(st.just("") | SOME_PAPERS))}
        for other in related
    ]
    text = draw(st.sampled_from(["Said.", "Said otherwise.", None]))
    kind = "fact" if text else "unclassified"
    proof = draw(SOME_PAPERS)
    return claim(identifier, proof, text=text, kind=kind, relations=relations)


@st.composite
def shared(draw: st.DrawFn) -> list[RecordContent]:
    """What the dossier shares with others: the papers and a name."""
    papers = [record_of_paper(paper, draw(PUBLISHED)) for paper in PAPERS]
    return [*papers, participant("anna", draw(NAMES))]


@st.composite
def histories(draw: st.DrawFn) -> list[list[RecordContent]]:
    """Some worlds, each followed by what it becomes when only one shared record changes."""
    found: list[list[RecordContent]] = []
    for world in draw(st.lists(worlds(), min_size=1, max_size=2)):
        found.append(world)
        fresh = draw(shared().flatmap(st.sampled_from))
        found.append([fresh if address_of(one) == address_of(fresh) else one for one in world])
    return found


@st.composite
def worlds(draw: st.DrawFn) -> list[RecordContent]:
    """What the dossier of the talks holds after an editor's next change of mind."""
    there = draw(st.sets(st.sampled_from(["m", "c1", "c2", "c3", "d1", "d2"])))
    contents = [*draw(shared()), *PEOPLE, negotiation()]
    if "m" in there:
        contents.append(draw(meetings()))
    present = sorted(there & {"c1", "c2", "c3"})
    contents += [draw(claims(name, [n for n in present if n != name])) for name in present]
    if "m" in there and present:
        contents[-1] = contents[-1].model_copy(update={"meeting": "m"})
    answers = [
        {"by": "northland", "stance": draw(STANCES), **quotes(draw(SOME_PAPERS))}
        for _ in range(draw(st.integers(0, 2)))
    ]
    if "d1" in there:
        contents.append(demand("d1", draw(SOME_PAPERS), responses=answers))
    if "d2" in there:
        replaces = "d1" if "d1" in there and draw(st.booleans()) else None
        contents.append(demand("d2", draw(SOME_PAPERS), replaces=replaces))
    return contents


def record_of_paper(identifier: str, published: str | None) -> RecordContent:
    told = {"title": identifier, "kind": "news", "proximity": "primary"}
    return record("source", id=identifier, published=published, **told)


PEOPLE = [participant("northland"), participant("southland")]


def days_of_papers(contents: Iterable[RecordContent]) -> dict[str, date]:
    """The last day on which each paper can have come out; NEVER where nobody knows it."""
    found: dict[str, date] = {}
    for content in contents:
        noun, identifier = address_of(content)
        if noun == "source":
            published = getattr(content, "published")  # noqa: B009
            found[identifier] = (parse_edtf(published).latest if published else None) or NEVER
    return found


def expected_days(world: Sequence[RecordContent]) -> dict[Address, date]:
    """The day from which each record is listed; identity data always is."""
    papers = days_of_papers(world)
    days: dict[Address, date] = {}
    for content in world:
        noun, identifier = address_of(content)
        if noun in ("participant", "negotiation"):
            days[noun, identifier] = date.min
        elif noun == "source":
            days[noun, identifier] = papers[identifier]
        else:
            # What shows a relation to another claim does not yet show the claim.
            quoted = [
                papers[evidence.source]
                for path, evidence in evidence_of(content)
                if not path.startswith("/relations/")
            ]
            days[noun, identifier] = min(quoted)
    return days


Answers = dict[tuple[int, date | None], list[Found]]


@dataclass
class History:
    """What was loaded under each revision, and what was answered then."""

    database: Database
    worlds: dict[int, Sequence[RecordContent]] = field(default_factory=dict)
    answers: Answers = field(default_factory=dict)

    def load(self, world: Sequence[RecordContent]) -> None:
        plan = load_one(self.database, world, negotiation="harbour-talks", replace=True)
        if plan.revision is None:
            assert plan.conflicts == {}
            return
        self.worlds[plan.revision] = world
        self.answers |= self.ask([plan.revision])

    def ask(self, revisions: Iterable[int]) -> Answers:
        """Every document of every noun at each of the revisions, on each of the days."""
        told: Answers = {}
        whole = Selection(order="id", limit=200)
        with snapshot(self.database) as look:
            for revision in revisions:
                for known in KNOWN:
                    pin = look.pin(revision, known)
                    pages = [look.page(noun, pin, whole) for noun in RESOURCES]
                    told[revision, known] = [one for shown in pages for one in shown.items]
        return told

    def check_rectangles(self) -> None:
        """Each record has one row at each pin at which it was there and known, and none else."""
        rows = rows_of(self.database)
        for revision, world in self.worlds.items():
            expected = expected_days(world)
            for known in KNOWN:
                covering = [(row.noun, row.id) for row in rows if covers(row, revision, known)]
                wanted = [
                    address
                    for address, first in expected.items()
                    if known is None or first <= known
                ]
                assert sorted(covering) == sorted(wanted), (revision, known)

    def current(self) -> dict[str, list[Fields]]:
        """What the newest revision tells by day, without the numbers that count changes."""
        newest = self.ask([max(self.worlds)])
        return {
            str(known): [_uncounted(one) for one in told] for (_, known), told in newest.items()
        }


def _uncounted(one: Found) -> Fields:
    shown = answer(one)
    return {name: value for name, value in shown.items() if name not in STAMPED}


def covers(row: Any, revision: int, known: date | None) -> bool:
    recorded = row.recorded_from <= revision < (row.recorded_until or revision + 1)
    if known is None:
        return recorded and row.known_until is None
    begun = row.known_from is not None and row.known_from <= known
    return recorded and begun and (row.known_until is None or known < row.known_until)


def unguard_audit(connection: Connection) -> None:
    """Let rows of the audit be deleted, which nobody else may do."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER USER")
        return
    connection.exec_driver_sql("DROP TRIGGER IF EXISTS audit_no_delete")


def empty(database: Database) -> None:
    with database.write() as connection:
        unguard_audit(connection)
        for table in reversed(SQLModel.metadata.sorted_tables):
            if table is not SECRET:
                connection.execute(delete(table))
        for name in ("record_words", "entry_words", "quote_words"):
            connection.exec_driver_sql(f"DELETE FROM {name}")
        assert connection.execute(select(func.count()).select_from(VERSION)).scalar() == 0


def keeps_its_promises(database: Database, history: list[list[RecordContent]]) -> None:
    empty(database)
    told = History(database)
    for world in history:
        told.load(world)
    told.check_rectangles()
    assert told.ask(told.worlds) == told.answers
    current, newest = told.current(), told.worlds[max(told.worlds)]
    empty(database)
    fresh = History(database)
    fresh.load(newest)
    assert fresh.current() == current


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
)
@given(history=histories())
def test_whatever_is_loaded_each_pin_has_one_row_of_each_known_record_and_never_changes(
    database: Database, history: list[list[RecordContent]]
) -> None:
    keeps_its_promises(database, history)
