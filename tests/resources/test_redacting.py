"""Words taken out of facts and documents, with a gap in their place."""

from app.resources.redacting import GAP, Redaction, prose, words_in

HREF = "/claims/c"


def redaction(*words: str) -> Redaction:
    return Redaction(words, HREF, "a new label")


def test_words_go_the_longest_first_and_gaps_stay() -> None:
    cut = redaction("red", "redact", "a").cut
    assert cut("redacted, red") == f"{GAP}ed, {GAP}"
    assert cut("no such thing") == "no such thing"
    assert redaction().cut("anything") == GAP
    assert redaction("a.c").cut("abc a.c") == f"abc {GAP}"


def test_a_text_that_would_grow_too_long_goes_whole() -> None:
    assert redaction("a").cut("ba", 11) == f"b{GAP}"
    assert redaction("a").cut("bba", 11) == GAP


def test_prose_is_what_people_word() -> None:
    fields = prose()
    assert {"title", "text", "note", "exact", "prefix", "name", "url", "publisher"} <= fields.keys()
    assert not {"id", "kind", "on", "source", "sha256", "country", "issue"} & fields.keys()
    assert (fields["title"], fields["text"], fields["url"]) == (500, 20_000, 2_000)


def test_without_words_all_prose_goes_but_what_tells_nothing() -> None:
    facts = {
        "id": "c",
        "kind": "fact",
        "text": "words",
        "authors": ["A", "B"],
        "publisher": "A house",
        "url": "https://example.org/words",
        "inferred": [{"field": "text", "note": "because"}],
    }
    assert redaction().of(facts) == {
        "id": "c",
        "kind": "fact",
        "text": GAP,
        "authors": [GAP],
        "publisher": "A house",
        "url": None,
        "inferred": [{"field": "text", "note": GAP}],
    }
    assert redaction("house").of(facts)["publisher"] == f"A {GAP}"


def test_a_quote_that_loses_words_loses_its_place() -> None:
    quote = {
        "exact": "the very words",
        "prefix": "before ",
        "suffix": " after",
        "start": 7,
        "end": 21,
        "verification": "verified",
        "verified_on": "2022-01-10",
    }
    assert redaction("very").of(quote) == {
        "exact": f"the {GAP} words",
        "prefix": None,
        "suffix": None,
        "start": None,
        "end": None,
        "verification": "unchecked",
        "verified_on": None,
    }
    # Words beside it: the quote itself is as it was.
    assert redaction("before").of(quote) == quote | {"prefix": None}


def test_links_to_the_record_are_called_anew_and_others_stay() -> None:
    own = {"id": "c", "title": "secret", "href": HREF}
    other = {"id": "d", "title": "secret", "href": "/claims/d"}
    assert redaction("secret").of([own, other]) == [own | {"title": "a new label"}, other]
    document = {"text": "secret", "relations": [{"to": own, "basis": "secret"}]}
    assert redaction("secret").elsewhere(document) == {
        "text": "secret",
        "relations": [{"to": own | {"title": "a new label"}, "basis": "secret"}],
    }


def test_words_are_looked_for_in_prose_alone() -> None:
    facts = {"id": "c", "text": "a", "authors": ["b"], "posts": [{"title": "c", "from": "2022"}]}
    assert list(words_in(facts)) == ["a", "b", "c"]
