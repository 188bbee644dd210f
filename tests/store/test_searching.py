"""Searching: both databases find the same rows in the same tiers, whatever is asked."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    event,
    insert,
    not_,
    select,
    text,
)

from app.resources.folding import folded
from app.resources.wording import Texts, Words, words_in
from app.store.engine import Database, roll_back
from app.store.searching import delete_words, matching, tier, words_table, write_words
from app.store.tables import MOMENT, QUOTE, VERSION

SHEET = Table(
    "sheet",
    MetaData(),
    Column("key", Integer, primary_key=True),
    Column("day", Integer, index=True),
    Column("document", Text),
)

# The tiers of the rows that were found, by key; 0 is best.
Found = dict[int, int]
Both = tuple[Database, Database]

CORPUS = {
    1: Texts(("US-Russia security talks",), ("Talks on security guarantees in Geneva.",)),
    2: Texts(("Security",), ("guarantees for all",), ("Promote Ukraine", "Wendy Sherman")),
    3: Texts(("Guarantees of security",)),
    4: Texts(("Kyiv's answer", "Kyiv’s reply"), ("The U.S. did not answer.",)),
    5: Texts((), (), ("Володимир Зеленський", "Łódź, 7.5 %", "A/RES/68/262")),
    6: Texts(("停火协议",), ("火 停 火",), ("ข้อตกลง", "한국어 협상")),
    7: Texts(("near the end",), ("the beginning",), ("or not and near",)),
    8: Texts(("مُحَمَّد",), ("שָׁלוֹם",), ("title: rest body",)),
    9: Texts(),
    10: Texts(("the the the",), ("the end", "of the", "of")),
}
FOUND_BY_HAND: dict[str, Found] = {
    "security": {1: 0, 2: 0, 3: 0},
    "SECURITY guarantees": {1: 1, 2: 1, 3: 0},
    '"security guarantees"': {1: 1},
    "geneva talks": {1: 1},
    "security sherman": {2: 2},
    "security kyiv": {},
    "Kyiv": {4: 0},
    "kyiv’s": {4: 0},
    "us": {1: 0, 4: 1},
    "U.S.": {1: 0, 4: 1},
    "us-russia": {1: 0},
    "russia-us": {},
    "russia us": {1: 0},
    "зеленськии": {5: 2},
    "lodz": {5: 2},
    "7.5": {5: 2},
    "5.7": {},
    "A/RES/68/262": {5: 2},
    "停火": {6: 0},
    "火停": {6: 1},
    "火协议停": {},
    "ตกลง": {6: 2},
    "협상": {6: 2},
    "محمد שלום": {8: 1},
    "the": {4: 1, 7: 0, 10: 0},
    '"the the the"': {10: 0},
    '"the the the the"': {},
    # A phrase stands in one text: it runs neither into the next column nor into the next text.
    '"the the end"': {},
    '"end of"': {},
    '"ukraine wendy"': {},
    '"end the"': {},
    # None of these means anything but its words.
    "title:rest": {8: 2},
    "near not": {7: 2},
    "near NOT the": {7: 2},
    "near OR end": {7: 2},
    "secur*": {},
    "security -geneva": {1: 1},
    '"security': {1: 0, 2: 0, 3: 0},
}
HOSTILE = [
    *('" a', '"" a', '"""a', "' a", "\\ a", "\x00a", "% a", "_a", "? a", ": a", "a*", "(a", ")a"),
    *("security*", "secur*", "OR", "NOT", "AND", "NEAR", "NEAR(the end)", "NEAR(the end, 5)"),
    *("security OR geneva", "security NOT geneva", "^security", "title:security", "+security"),
    *("{title body}:security", "title : security", "rest", "record_words", "rowid:1", "!security"),
    *("security & geneva", "security | geneva", "security <-> guarantees", "'the':A", "the:A"),
    *("security:*", "'; DROP TABLE record_words; --", '" OR 1=1 --', "$1", ":words", "%s s"),
    *("%(words)s", "{a}", '"security guarantees', 'security guarantees"', '"security" "the end'),
    *("\ud800 a", "a·b", "\u202esecurity", "𐀀 a", "don't", "C++", "10:30", "\u200ba", "’a´", "ﷺ ½"),
    " ".join(f"w{number}" for number in range(32)),
    "a" * 500,
]
SIGNS = "\"*-+:()^{}|&!<>\\'%?$.,;·“”«’\x00\u200b\u202e\ud800 "


def flat(texts: Texts) -> tuple[str, ...]:
    return (*texts.title, *texts.body, *texts.rest)


PIECES = sorted({word for texts in CORPUS.values() for own in flat(texts) for word in own.split()})
queries = st.lists(st.sampled_from(PIECES) | st.text(SIGNS, max_size=3), max_size=8).map(" ".join)
loose_queries = queries | queries.map(lambda query: query.replace(" ", "")) | st.text(max_size=20)
# Few words make matches, and phrases that nearly match, likely.
own_texts = st.lists(st.text("ab é'.\"停", max_size=12), max_size=3).map(tuple)
corpora = st.lists(st.builds(Texts, own_texts, own_texts, own_texts), min_size=1, max_size=6)
shared = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def stands(phrase: Sequence[str], texts: Sequence[str]) -> bool:
    """Whether the words stand in one of the texts, each right behind the other."""
    size = len(phrase)
    return any(
        words[place : place + size] == list(phrase)
        for words in map(folded, texts)
        for place in range(len(words))
    )


def expected(corpus: Mapping[int, Texts], words: Words) -> Found:
    """What plain Python finds."""
    found: Found = {}
    for key, texts in corpus.items():
        tiers = (texts.title, (*texts.title, *texts.body), flat(texts))
        has = [all(stands(phrase, own) for phrase in words.phrases) for own in tiers]
        if has[2]:
            found[key] = has.index(True)
    return found


def row_of(key: int) -> dict[str, Any]:
    """What a row says of where its words stand: some have no day."""
    return {"key": key, "undated": key % 4 == 0, "earliest": date(2022, 1, 28 - key % 28)}


def store(connection: Connection, corpus: Mapping[int, Texts], document: str = "") -> None:
    SHEET.metadata.create_all(connection)
    rows = [{"key": key, "day": key % 7, "document": document} for key in corpus]
    connection.execute(insert(SHEET), rows)
    write_words(connection, SHEET, ((row_of(key), texts) for key, texts in corpus.items()))


def asked(words: Words) -> Select[int, int]:
    matches = matching(SHEET, words)
    return select(SHEET.c.key, tier(SHEET, words)).where(matches).order_by(SHEET.c.key)


def found_in(connection: Connection, words: Words) -> Found:
    return {row[0]: row[1] for row in connection.execute(asked(words))}


def found(database: Database, query: str) -> Found:
    words = words_in(query)
    assert words is not None
    with database.read() as connection:
        return found_in(connection, words)


@pytest.fixture
def corpus(database: Database) -> Database:
    with database.write() as connection:
        store(connection, CORPUS)
    return database


@pytest.fixture
def both_corpora(both: Both) -> Both:
    for database in both:
        with database.write() as connection:
            store(connection, CORPUS)
    return both


def test_a_search_finds_what_a_reader_would(corpus: Database) -> None:
    assert {query: found(corpus, query) for query in FOUND_BY_HAND} == FOUND_BY_HAND


def test_nothing_that_is_asked_is_an_error_or_an_operator(corpus: Database) -> None:
    for query in HOSTILE:
        words = words_in(query)
        assert words is not None
        assert found(corpus, query) == expected(CORPUS, words), query


@shared
@given(query=loose_queries)
def test_both_databases_find_what_plain_python_finds(both_corpora: Both, query: str) -> None:
    words = words_in(query)
    if words is None:
        return
    for database in both_corpora:
        with database.read() as connection:
            assert found_in(connection, words) == expected(CORPUS, words)


@shared
@given(texts=corpora, query=st.text("ab é'.\"停", min_size=1, max_size=8))
def test_both_databases_keep_the_same_words(both: Both, texts: list[Texts], query: str) -> None:
    words = words_in(query)
    if words is None:
        return
    corpus = dict(enumerate(texts, start=1))
    for database in both:
        with database.write() as connection:
            store(connection, corpus)
            assert found_in(connection, words) == expected(corpus, words)
            roll_back(connection)


class TestWhatIsLong:
    """A tsvector has limits. What is beyond them is the same on both databases."""

    @pytest.fixture
    def words(self) -> list[str]:
        return [f"w{number}" for number in range(17_000)]

    def test_every_word_is_found_and_phrases_as_far_as_there_are_positions(
        self, database: Database, words: list[str]
    ) -> None:
        with database.write() as connection:
            store(connection, {1: Texts(("title",), (" ".join(words),), ("the rest",))})
        for query in ("w0", "w16000", "w16379", "w16380", "w16999", "title w16998 rest"):
            assert list(found(database, query)) == [1]
        # The title takes the first position, the gap behind it the second.
        assert found(database, '"w16377 w16378"') == {1: 1}
        assert found(database, '"w16378 w16379"') == {}
        assert found(database, '"w16998 w16999"') == {}
        assert found(database, '"the rest"') == {}

    def test_the_tier_of_a_word_beyond_the_last_position_is_that_of_its_best_text(
        self, database: Database, words: list[str]
    ) -> None:
        long = " ".join(words)
        with database.write() as connection:
            store(connection, {1: Texts((long,), ("w16999 body",), ("w16999 w0 body rest",))})
        assert found(database, "w16999") == {1: 0}
        assert found(database, "w16999 body") == {1: 1}
        assert found(database, "w0 rest") == {1: 2}

    def test_a_word_counts_in_phrases_the_first_255_times(self, database: Database) -> None:
        pairs = " ".join(f"the w{number}" for number in range(300))
        with database.write() as connection:
            store(connection, {1: Texts(("a",), (pairs,), ("the end",))})
        assert found(database, '"the w254"') == {1: 1}
        assert found(database, '"the w255"') == {}
        assert found(database, "the w299 end") == {1: 2}
        assert found(database, '"w298 w299"') == {}

    def test_no_text_is_too_long(self, database: Database) -> None:
        # Four bytes a sign, 64 signs a word: twenty times what a tsvector can hold.
        letters = [chr(0x10400 + 40 + number) for number in range(40)]
        words = [
            (one + other + third) * 21
            for one in letters
            for other in letters
            for third in letters[:50]
        ]
        with database.write() as connection:
            store(connection, {1: Texts(("title",), (" ".join(words),)), 2: Texts((words[-1],))})
        assert found(database, words[0]) == {1: 1}
        assert found(database, words[-1]) == {2: 0}


def test_words_are_gone_once_they_are_deleted(corpus: Database) -> None:
    with corpus.write() as connection:
        delete_words(connection, SHEET, map(row_of, (1, 3, 77)))
        delete_words(connection, SHEET, [])
    assert found(corpus, "security") == {2: 0}
    with corpus.write() as connection:
        write_words(connection, SHEET, [(row_of(1), Texts((), ("security",)))])
        write_words(connection, SHEET, [])
    assert found(corpus, "security") == {1: 1, 2: 0}


def test_what_does_not_match_can_be_asked_for(corpus: Database) -> None:
    words = words_in("security the")
    assert words is not None
    with corpus.read() as connection:
        rest = select(SHEET.c.key).where(not_(matching(SHEET, words)), SHEET.c.key < 4)
        assert set(connection.execute(rest).scalars()) == {1, 2, 3}


def test_searches_share_a_statement_but_not_their_words(corpus: Database) -> None:
    compiled: dict[Any, Any] = {}
    with corpus.read() as plain:
        connection = plain.execution_options(compiled_cache=compiled)
        answers = [
            found_in(connection, words)
            for query in ("security", "kyiv", '"the end"')
            if (words := words_in(query))
        ]
    assert answers == [{1: 0, 2: 0, 3: 0}, {4: 0}, {7: 0, 10: 1}]
    assert len(compiled) == 1


def test_the_words_are_no_part_of_the_statement(corpus: Database) -> None:
    with corpus.read() as connection:
        words = words_in("security")
        assert words is not None
        assert "security" not in str(asked(words).compile(connection))


def test_records_entries_and_quotes_have_words_of_their_own(corpus: Database) -> None:
    words = Words((("talks",),))
    with corpus.read() as connection:
        for rows, name, number in (
            (VERSION, "record_words", "version.key"),
            (MOMENT, "entry_words", "moment.number"),
            (QUOTE, "quote_words", "quote.number"),
        ):
            assert words_table(rows) == name
            found = select(rows.c.key).where(matching(rows, words))
            assert connection.execute(found).all() == []
            statement = str(found.compile(connection)).replace('"', "")
            assert f"({number} IN (SELECT " in statement
            assert f" FROM {name} WHERE " in statement


class TestPlans:
    """No search reads every row."""

    @pytest.fixture
    def filled(self, database: Database) -> Database:
        """Many rows with a long text; few of them have "word7"."""
        talk = " ".join(f"talk{number}" for number in range(60))
        rows = {key: Texts((f"word{key % 1_000}",), (talk,)) for key in range(1, 3_001)}
        with database.write() as connection:
            store(connection, rows, document="." * 500)
            if not database.is_sqlite:  # where new words may wait, and what waits is read in full
                waiting = "SELECT gin_clean_pending_list('ix_record_words_words')"
                connection.execute(text(waiting))
            connection.execute(text("ANALYZE"))
        return database

    def plan(self, database: Database, statement: Select[Any, Any]) -> str:
        explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
        ran: list[tuple[str, Any]] = []
        with database.read() as connection:

            @event.listens_for(connection, "before_cursor_execute")
            def note(_connection: Any, _cursor: Any, sql: str, values: Any, *_rest: Any) -> None:
                ran.append((sql, values))

            connection.execute(statement)
            event.remove(connection, "before_cursor_execute", note)
            sql, values = ran[0]
            lines = connection.exec_driver_sql(explain + sql, values)
            return "\n".join(str(line[-1]) for line in lines)

    @pytest.mark.parametrize("query", ["word7", '"talk3 talk4" word7', "talk5 word7"])
    def test_a_list_goes_from_the_words_to_the_rows(self, filled: Database, query: str) -> None:
        words = words_in(query)
        assert words is not None
        listed = select(SHEET.c.key, SHEET.c.day).where(matching(SHEET, words))
        plan = self.plan(filled, listed.order_by(SHEET.c.day).limit(20))
        if filled.is_sqlite:
            assert "SCAN record_words VIRTUAL TABLE INDEX 0:M" in plan
            assert "SEARCH sheet USING INTEGER PRIMARY KEY (rowid=?)" in plan
            assert "SCAN sheet" not in plan
        else:
            assert "Bitmap Index Scan on ix_record_words_words" in plan
            assert "Index Scan using sheet_pkey on sheet" in plan
            assert "Seq Scan" not in plan

    def test_a_tier_is_found_by_the_index(self, filled: Database) -> None:
        words = words_in("word7")
        assert words is not None
        plan = self.plan(filled, asked(words))
        if filled.is_sqlite:
            assert plan.count("SCAN record_words VIRTUAL TABLE INDEX 0:M") == 3
            assert "SCAN sheet" not in plan
        else:
            assert plan.count("Bitmap Index Scan on ix_record_words_words") == 3
            assert "Seq Scan" not in plan
