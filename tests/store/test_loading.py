"""Loading: what it reports is what it does, all of it or nothing; and the way back, exporting."""

from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from app.errors import Conflict, RecordNotFound, Retracted
from app.resources.evidence import RecordContent
from app.resources.resource import Address
from app.store.contents import canonical
from app.store.engine import Database
from app.store.exporting import export
from app.store.loading import Bundle, load
from app.store.tables import REVISION
from tests.made_up import (
    TALKS,
    address_of,
    author,
    bundle,
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
    quote,
    setting,
    source,
    write,
)


def dossier() -> list[RecordContent]:
    """The talks whole: what an editor's file holds."""
    return [
        *setting(papers="a b"),
        meeting("summit", notice("held", "a", starts="2022-01-01"), forum="council"),
        claim("said", "a", meeting="summit"),
        claim("denied", "b", relations=[{"to": "said", "type": "contradicts", "basis": "-"}]),
        demand("asked", "a"),
    ]


def without(contents: Iterable[RecordContent], *addresses: Address) -> list[RecordContent]:
    return [one for one in contents if address_of(one) not in addresses]


def changed(contents: Iterable[RecordContent], *fresh: RecordContent) -> list[RecordContent]:
    """The same records, with some in other words; new ones at the end."""
    return [*without(contents, *(address_of(one) for one in fresh)), *fresh]


def whole_store(database: Database) -> dict[str, list[Any]]:
    with database.read() as connection:
        tables = SQLModel.metadata.sorted_tables
        return {
            table.name: sorted(map(repr, connection.execute(select(table)))) for table in tables
        }


def facts(one: Bundle) -> list[tuple[Address, str]]:
    return [(address, canonical(content)) for address, content in one.records.items()]


def faults(error: Conflict) -> dict[str, str]:
    return {fault.path or "": fault.message for fault in error.faults}


# What loading does, and what it says of it.


def test_the_first_load_adds_everything_under_one_revision(database: Database) -> None:
    plan = load_one(database, dossier(), negotiation=TALKS)
    assert set(plan.added) == {address_of(one) for one in dossier()}
    assert (plan.revised, plan.retracted, plan.unchanged) == ([], [], [])
    assert plan.revision == 1
    assert listed(database, "claim") == ["denied", "said"]


def test_loading_equal_content_makes_no_revision(database: Database) -> None:
    load_one(database, dossier(), negotiation=TALKS)
    before = whole_store(database)
    plan = load_one(database, reversed(dossier()), negotiation=TALKS)
    assert plan.revision is None
    assert not plan.changes()
    assert len(plan.unchanged) == len(dossier())
    assert whole_store(database) == before
    head = f"0 to add, 0 to revise, 0 to retract, {len(dossier())} unchanged; nothing to write"
    assert plan.report() == [head]


def test_a_load_adds_revises_and_retracts_what_differs_and_leaves_the_rest(
    database: Database,
) -> None:
    load_one(database, dossier(), negotiation=TALKS)
    anew = without(changed(dossier(), claim("said", "b"), demand("more", "b")), ("demand", "asked"))
    plan = load_one(database, anew, negotiation=TALKS)
    assert plan.added == [("demand", "more")]
    assert plan.revised == [("claim", "said")]
    assert plan.retracted == [("demand", "asked")]
    assert plan.report() == [
        f"1 to add, 1 to revise, 1 to retract, {len(dossier()) - 2} unchanged; revision 2",
        "  add demand/more",
        "  revise claim/said",
        "  retract demand/asked",
    ]
    assert get(database, "claim", "said")["version"] == 2
    assert get(database, "claim", "denied")["version"] == 1
    with pytest.raises(Retracted):
        get(database, "demand", "asked")


def test_a_dry_run_reports_the_same_and_writes_nothing(database: Database) -> None:
    load_one(database, dossier(), negotiation=TALKS)
    anew = without(changed(dossier(), claim("said", "b"), demand("more", "b")), ("demand", "asked"))
    before = whole_store(database)
    tried = load_one(database, anew, negotiation=TALKS, dry_run=True)
    assert whole_store(database) == before
    done = load_one(database, anew, negotiation=TALKS)
    assert tried == done
    assert tried.report(dry_run=True)[1:] == done.report()[1:]
    assert tried.report(dry_run=True)[0].endswith("nothing was written")


def test_a_dry_run_finds_what_stands_against_a_load(database: Database) -> None:
    load_one(database, dossier(), negotiation=TALKS)
    for wrong in (participant("anna", "Other"), claim("new", "unprinted")):
        with pytest.raises(Conflict):
            load_one(database, changed(dossier(), wrong), negotiation=TALKS, dry_run=True)


def test_retraction_is_for_what_the_negotiation_owns_alone(database: Database) -> None:
    load_one(database, dossier(), negotiation=TALKS)
    other = [participant("eastland"), negotiation("other-talks", parties=[])]
    load_one(
        database, [*other, claim("else", negotiation="other-talks")], negotiation="other-talks"
    )
    anew = without(dossier(), ("participant", "boris"), ("source", "b"), ("claim", "denied"))
    plan = load_one(database, anew, negotiation=TALKS)
    assert plan.retracted == [("claim", "denied")]
    assert listed(database, "claim") == ["else", "said"]
    assert listed(database, "participant", only=["boris", "eastland"]) == ["boris", "eastland"]
    assert listed(database, "source") == ["a", "b"]


def test_a_bundle_without_a_negotiation_retracts_nothing(database: Database) -> None:
    load_one(database, dossier(), negotiation=TALKS)
    plan = load_one(database, [claim("said", "b"), source("c")])
    assert (plan.added, plan.revised, plan.retracted) == (
        [("source", "c")],
        [("claim", "said")],
        [],
    )


def test_what_others_still_link_to_is_not_retracted(database: Database) -> None:
    load_one(database, dossier(), negotiation=TALKS)
    relation = {"to": "said", "type": "confirms", "basis": "-"}
    other = claim("else", negotiation="other-talks", relations=[relation])
    write(database, negotiation("other-talks"), other)
    before = whole_store(database)
    anew = without(dossier(), ("claim", "said"), ("claim", "denied"))
    for replace in (False, True):
        with pytest.raises(Conflict) as caught:
            load_one(database, anew, negotiation=TALKS, replace=replace)
        assert list(faults(caught.value)) == ["claim/else"]
        assert whole_store(database) == before


# Conflicts.


def test_a_shared_record_that_differs_is_a_conflict_unless_replaced(database: Database) -> None:
    load_one(database, dossier(), negotiation=TALKS)
    before = whole_store(database)
    anew = changed(
        dossier(), participant("anna", "Anna Berg"), source("b", "2022-01-04"), claim("said", "b")
    )
    with pytest.raises(Conflict) as caught:
        load_one(database, anew, negotiation=TALKS)
    shared = "is shared between negotiations, and the store has it otherwise"
    assert faults(caught.value) == {"participant/anna": shared, "source/b": shared}
    assert "'replace' overrules it" in caught.value.detail
    assert whole_store(database) == before
    plan = load_one(database, anew, negotiation=TALKS, replace=True)
    assert set(plan.revised) == {("participant", "anna"), ("source", "b"), ("claim", "said")}
    assert plan.conflicts == {}
    assert get(database, "claim", "said")["claimant"]["name"] == "Anna Berg"


def test_a_shared_record_that_is_replaced_makes_no_circle(database: Database) -> None:
    load_one(database, [*dossier(), participant("office", part_of="anna")], negotiation=TALKS)
    before = whole_store(database)
    under = changed(dossier(), participant("anna", part_of="office"))
    with pytest.raises(Conflict) as caught:
        load_one(database, under, negotiation=TALKS, replace=True)
    assert faults(caught.value) == {"participant/anna": "comes back to itself by 'part_of'"}
    assert whole_store(database) == before


def test_an_export_that_others_have_edited_since_is_refused_record_by_record(
    database: Database,
) -> None:
    load_one(database, dossier(), negotiation=TALKS)
    exported = export(database, TALKS)
    write(database, claim("said", "a", text="Newer."), claim("added", "a"))
    before = whole_store(database)
    mine = [
        *exported.records.values(),
        claim("mine", "a"),
    ]
    edited = changed(mine, claim("said", "a", text="Mine."), demand("asked", "b"))
    with pytest.raises(Conflict) as caught:
        load_one(database, edited, negotiation=TALKS, base=exported.base)
    newer = "was changed in revision 2, after this export of revision 1"
    assert faults(caught.value) == {
        "claim/said": newer,
        "claim/added": newer,
    }
    assert whole_store(database) == before
    plan = load_one(database, edited, negotiation=TALKS, base=exported.base, replace=True)
    assert plan.retracted == [("claim", "added")]
    assert set(plan.revised) == {("claim", "said"), ("demand", "asked")}
    assert get(database, "claim", "said")["text"] == "Mine."


def test_a_record_that_reads_differently_by_what_it_links_to_was_not_edited(
    database: Database,
) -> None:
    load_one(database, dossier(), negotiation=TALKS)
    write(database, participant("council", "The Council"), source("a", "2022-01-02"))
    exported = export(database, TALKS)
    write(database, source("a", "2022-01-03"))
    fresh = changed(exported.records.values(), claim("said", "b", meeting="summit"))
    plan = load_one(
        database,
        changed(fresh, source("a", "2022-01-03")),
        negotiation=TALKS,
        base=exported.base,
    )
    assert plan.revised == [("claim", "said")]


def test_an_export_of_facts_that_were_never_here_overwrites_nothing(database: Database) -> None:
    load_one(database, dossier(), negotiation=TALKS)
    never = f"sha256-{'0' * 64}"
    before = whole_store(database)
    edited = without(changed(dossier(), claim("said", "b"), claim("new")), ("demand", "asked"))
    with pytest.raises(Conflict) as caught:
        load_one(database, edited, negotiation=TALKS, base=never)
    strange = "is on record otherwise, and what this export was made of never was on record here"
    assert {path: words.split(";")[0] for path, words in faults(caught.value).items()} == {
        "claim/said": strange,
        "demand/asked": strange,
    }
    assert whole_store(database) == before
    assert not load_one(database, dossier(), negotiation=TALKS, base=never).changes()
    plan = load_one(database, edited, negotiation=TALKS, base=never, replace=True)
    assert (plan.added, plan.revised, plan.retracted) == (
        [("claim", "new")],
        [("claim", "said")],
        [("demand", "asked")],
    )


def test_facts_that_came_back_count_from_their_newest_revision(database: Database) -> None:
    load_one(database, dossier(), negotiation=TALKS)
    exported = export(database, TALKS)
    write(database, claim("said", "b"))
    load_one(database, dossier(), negotiation=TALKS)
    assert export(database, TALKS).base == exported.base
    edited = changed(dossier(), claim("said", "a", text="Mine."))
    plan = load_one(database, edited, negotiation=TALKS, base=exported.base)
    assert plan.revised == [("claim", "said")]


def test_a_record_that_moved_to_another_negotiation_is_no_longer_of_the_first(
    database: Database,
) -> None:
    load_one(database, dossier(), negotiation=TALKS)
    write(database, negotiation("other-talks"))
    first = export(database, TALKS)
    write(database, demand("asked", negotiation="other-talks"))
    second = export(database, TALKS)
    assert first.base != second.base
    edited = changed(second.records.values(), claim("said", "b"))
    plan = load_one(database, edited, negotiation=TALKS, base=second.base)
    assert plan.revised == [("claim", "said")]
    with pytest.raises(Conflict) as caught:
        load(database, [first], author())
    assert "demand/asked" in faults(caught.value)


def test_an_export_loads_over_edits_that_came_before_it(database: Database) -> None:
    load_one(database, dossier(), negotiation=TALKS)
    write(database, claim("said", "a", text="Newer."))
    plan = load(database, [export(database, TALKS)], author())[0]
    assert not plan.changes()


def test_a_record_of_another_negotiation_is_not_taken_over_unless_replaced(
    database: Database,
) -> None:
    load_one(database, dossier(), negotiation=TALKS)
    other = [negotiation("other-talks"), claim("said", "a", negotiation="other-talks")]
    with pytest.raises(Conflict) as caught:
        load_one(database, other, negotiation="other-talks")
    assert list(faults(caught.value)) == ["claim/said"]
    assert "belongs to another negotiation" in str(caught.value)
    plan = load_one(database, other, negotiation="other-talks", replace=True)
    assert plan.revised == [("claim", "said")]
    assert listed(database, "claim", negotiation="other-talks") == ["said"]


def test_a_retracted_id_is_not_given_out_again_unless_replaced(database: Database) -> None:
    load_one(database, dossier(), negotiation=TALKS)
    load_one(database, without(dossier(), ("demand", "asked")), negotiation=TALKS)
    for anew in (dossier(), changed(dossier(), demand("asked", "b"))):
        with pytest.raises(Conflict) as caught:
            load_one(database, anew, negotiation=TALKS)
        assert list(faults(caught.value)) == ["demand/asked"]
        assert "an id is not given out again" in str(caught.value)
    plan = load_one(database, dossier(), negotiation=TALKS, replace=True)
    assert plan.revised == [("demand", "asked")]
    shown = get(database, "demand", "asked")
    assert (shown["version"], shown["revision"]) == (2, 3)
    with pytest.raises(Retracted):
        get(database, "demand", "asked", as_of=2)


def test_a_dangling_link_stops_the_load(database: Database) -> None:
    with pytest.raises(Conflict) as caught:
        load_one(database, without(dossier(), ("source", "b")), negotiation=TALKS)
    assert faults(caught.value) == {"claim/denied": "links to source 'b', which is not on record"}
    assert listed(database, "participant") == []


# Several at once.


def other_talks(*fresh: RecordContent) -> Bundle:
    contents = [participant("anna"), source("a"), negotiation("other-talks", parties=[]), *fresh]
    return bundle(contents, "other-talks")


def test_bundles_load_in_their_order_each_under_a_revision_of_its_own(database: Database) -> None:
    first = bundle(dossier(), TALKS)
    second = other_talks(claim("else", negotiation="other-talks", meeting="summit"))
    plans = load(database, [first, second], author())
    assert [plan.revision for plan in plans] == [1, 2]
    assert len(plans[1].unchanged) == 2
    assert get(database, "claim", "else")["revision"] == 2
    again = load(database, [first, second], author())
    assert [plan.revision for plan in again] == [None, None]


@pytest.mark.parametrize("wrong_first", [True, False])
def test_one_wrong_bundle_stops_them_all(database: Database, wrong_first: bool) -> None:
    wrong = other_talks(claim("else", "unprinted", negotiation="other-talks"))
    right = bundle(dossier(), TALKS)
    before = whole_store(database)
    with pytest.raises(Conflict):
        load(database, [wrong, right] if wrong_first else [right, wrong], author())
    assert whole_store(database) == before


def test_the_conflicts_of_all_bundles_are_listed_together(database: Database) -> None:
    load_one(database, dossier(), negotiation=TALKS)
    before = whole_store(database)
    first = bundle(changed(dossier(), participant("anna", "Other"), claim("new")), TALKS)
    # This one leans on what the first would have added, had it been written.
    second = other_talks(
        claim("else", negotiation="other-talks", about_meetings=["summit"]),
        claim(
            "leaning",
            negotiation="other-talks",
            relations=[{"to": "new", "type": "confirms", "basis": "-"}],
        ),
        source("b", title="Other"),
    )
    with pytest.raises(Conflict) as caught:
        load(database, [first, second], author())
    assert set(faults(caught.value)) == {"participant/anna", "source/b"}
    third = bundle([one for one in second.records.values() if one.id != "b"], "other-talks")
    with pytest.raises(Conflict) as caught:
        load(database, [first, third], author())
    assert set(faults(caught.value)) == {"participant/anna"}
    assert whole_store(database) == before


def test_every_revision_of_a_load_names_its_editor_and_reason(database: Database) -> None:
    load(database, [bundle(dossier(), TALKS), other_talks()], author("two files"))
    with database.read() as connection:
        rows = connection.execute(select(REVISION.c.editor, REVISION.c.reason)).all()
    assert [tuple(row) for row in rows] == [("tester", "two files")] * 2


# Quotes keep what was found out about them.

PLACED: dict[str, Any] = {
    "start": 10,
    "end": 20,
    "prefix": "before ",
    "suffix": " after",
    "verification": "verified",
    "verified_on": "2026-11-23",
}


def quote_of(database: Database, noun: str = "claim", identifier: str = "said") -> dict[str, Any]:
    (shown,) = get(database, noun, identifier)["evidence"]
    return {name: shown[name] for name in PLACED}


def said(*evidence: dict[str, Any], **fields: Any) -> RecordContent:
    return claim("said", evidence=list(evidence), **fields)


def test_the_same_words_loaded_without_their_text_keep_their_place(database: Database) -> None:
    write(database, *setting(), said(quote("a", "some words", **PLACED)))
    plan = load_one(database, [said(quote("a", "some words"))])
    assert not plan.changes()
    load_one(database, [said(quote("a", "some words"), text="Anew.")])
    assert quote_of(database) == PLACED


def test_other_words_or_another_source_or_place_inherit_nothing(database: Database) -> None:
    write(database, *setting(), said(quote("a", "some words", **PLACED)))
    unplaced = dict.fromkeys(PLACED) | {"verification": "unchecked"}
    load_one(database, [said(quote("a", "more words"))])
    assert quote_of(database) == unplaced
    write(database, said(quote("a", "some words", **PLACED)))
    load_one(database, [said(quote("b", "some words"))])
    assert quote_of(database) == unplaced
    write(database, said(quote("a", "some words", **PLACED)))
    load_one(database, [said(quote("a", "some words", start=50, end=60))])
    assert quote_of(database) == unplaced | {"start": 50, "end": 60}


def test_what_is_stated_anew_about_a_quote_is_kept(database: Database) -> None:
    write(database, *setting(), said(quote("a", "some words", **PLACED)))
    told = {"start": 10, "end": 20, "prefix": "other ", "verification": "relocated"}
    load_one(database, [said(quote("a", "some words", **told))])
    assert quote_of(database) == PLACED | told | {"verified_on": None}


def test_words_that_stand_twice_keep_the_place_that_is_named(database: Database) -> None:
    places = [quote("a", "some words", **(PLACED | {"start": n, "end": n + 10})) for n in (10, 40)]
    write(database, *setting(), said(*places))
    load_one(database, [said(quote("a", "some words", start=40))])
    assert quote_of(database) == PLACED | {"start": 40, "end": 50}


def test_words_that_stand_there_placed_and_unplaced_stay_so(database: Database) -> None:
    twice = [quote("a", "some words", **PLACED), quote("a", "some words")]
    write(database, *setting(), said(*twice))
    assert not load_one(database, [said(*twice)]).changes()


def test_quotes_of_parts_keep_their_place_wherever_they_move_in_the_record(
    database: Database,
) -> None:
    placed = {"status": "held", "evidence": [quote("a", "some words", **PLACED)]}
    write(database, *setting(), meeting("summit", placed))
    bare = {"status": "held", "evidence": [quote("a", "some words")]}
    load_one(database, [meeting("summit", notice("scheduled", "b"), bare)])
    shown = get(database, "meeting", "summit")["notices"][1]["evidence"][0]
    assert {name: shown[name] for name in PLACED} == PLACED


# Exporting.


def test_an_export_holds_the_negotiation_and_all_that_it_uses_in_the_order_of_the_lists(
    database: Database,
) -> None:
    unused = [participant("boris"), source("b")]
    write(
        database,
        *(participant(one) for one in ("anna", "council", "northland", "southland", "boris")),
        participant("envoy", "Envoy", part_of="council"),
        source("z", "2022-01-02"),
        source("a", origin="z"),
        *unused,
        negotiation(),
        negotiation("other-talks"),
        meeting("later", notice("scheduled", "a", starts="2022-01-09"), forum="envoy"),
        meeting("earlier", notice("held", "a", starts="2022-01-05")),
        claim("undated"),
        claim("second", on="2022-01-02"),
        claim("first", on="2022-01-01"),
        claim("elsewhere", negotiation="other-talks"),
        demand("asked"),
    )
    assert list(export(database, TALKS).records) == [
        ("negotiation", TALKS),
        ("participant", "anna"),
        ("participant", "envoy"),
        ("participant", "council"),
        ("participant", "northland"),
        ("participant", "southland"),
        ("source", "a"),
        ("source", "z"),
        ("meeting", "earlier"),
        ("meeting", "later"),
        ("claim", "first"),
        ("claim", "second"),
        ("claim", "undated"),
        ("demand", "asked"),
    ]


def test_an_export_loaded_into_an_empty_store_exports_the_same(
    both: tuple[Database, Database],
) -> None:
    one, other = both
    load_one(one, dossier(), negotiation=TALKS)
    write(one, claim("said", "b", text="Newer."))
    exported = export(one, TALKS)
    load(other, [exported], author())
    again = export(other, TALKS)
    assert facts(again) == facts(exported)
    assert (again.negotiation, again.base) == (TALKS, exported.base)
    for noun in ("source", "meeting", "claim", "demand"):
        assert listed(one, noun, known_at=day(2)) == listed(other, noun, known_at=day(2))


def test_an_export_leaves_out_what_was_retracted_and_says_what_is_current(
    database: Database,
) -> None:
    load_one(database, dossier(), negotiation=TALKS)
    load_one(database, without(dossier(), ("demand", "asked")), negotiation=TALKS)
    assert ("demand", "asked") not in export(database, TALKS).records


def test_an_unknown_negotiation_cannot_be_exported(database: Database) -> None:
    write(database, *setting())
    for unknown in ("silence", "anna"):
        with pytest.raises(RecordNotFound):
            export(database, unknown)
