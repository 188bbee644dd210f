"""Folding: what a word is, in many scripts, and where it stands."""

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.resources.folding import Placed, folded, placed

# Signs with a part in some rule.
telling = st.text("aAsSlL1é\u0301'’ʿ.,-  \u200b\u200d\u202e停がか\u3099ขา한ß½ﷺſŉ\u0640म\u093f")
texts = st.text() | telling


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        ("Security guarantees, at last!", "security guarantees at last"),
        ("US-Russia", "us russia"),
        ("A/RES/68/262", "a res 68 262"),
        ("7.5 % or 1,000", "7 5 or 1 000"),
        ("snake_case #tag @name C++ 10:30", "snake case tag name c 10 30"),
        # Diacritics, and letters that Unicode does not take apart.
        ("Zelenskÿ zélénský ZELENSKÝ", "zelensky zelensky zelensky"),
        ("e\u0301te\u0301 a\u0323\u0308", "ete a"),
        ("Łódź Øresund Đoković Ísland Ħal ŧ", "lodz oresund dokovic island hal t"),
        ("Straße STRASSE Æsir œuvre Þórr ð", "strasse strasse aesir oeuvre thorr d"),
        ("Diyarbakır İstanbul", "diyarbakir istanbul"),
        ("ﬁnal ２０２２ Ⅻ m² №5 ½", "final 2022 xii m2 5 1 2"),
        # Cyrillic and Greek.
        ("Ёлки Алексей мои Київ Зеленський", "елки алексеи мои киів зеленськии"),
        ("ΟΔΟΣ οδός", "οδοσ οδοσ"),
        # Arabic and Persian: points, hamzas, keyboards, tatweel, digits; Hebrew points.
        ("مُحَمَّد أحمد محـــمد", "محمد احمد محمد"),
        ("ایران ايران کتاب كتاب على علي", "ايران ايران كتاب كتاب علي علي"),
        ("٢٠٢٢ ۲۰۲۲ २०२२", "2022 2022 2022"),
        ("می\u200cخواهم", "ميخواهم"),
        ("שָׁלוֹם שלום", "שלום שלום"),
        # Vowel signs of Indic scripts are letters to their readers; a nukta is not.
        ("हिन्दी की का", "हिन्दी की का"),
        ("क़लम", "कलम"),
        # Scripts without spaces: each sign is a word, and a word of another script ends before it.
        ("停火协议", "停 火 协 议"),
        ("2022年NATO停", "2022 年 nato 停"),
        ("カガ か\u3099が ｶﾞ", "カ カ\u3099 か\u3099 か\u3099 カ\u3099"),
        ("ข้อ", "ข ้ อ"),
        # However they are typed, signs below come before signs above.
        ("ก\u0e38\u0e48 ก\u0e48\u0e38", "ก \u0e38 \u0e48 ก \u0e38 \u0e48"),
        ("한국어 협상", normalize("NFKD", "한국어 협상")),
        # Apostrophes.
        ("Kyiv's Kyiv’s KYIV'S Kyiv`s Kyivʼs Kyivs", "kyiv kyiv kyiv kyiv kyiv kyivs"),
        ("don't don’t 'Kyiv' parties' rock 'n' roll", "dont dont kyiv parties rock n roll"),
        ("O'Brien п'ять об’єкт Sanaʿa Ma'rib Ryabʹkov", "obrien пять обєкт sanaa marib ryabkov"),
        ("L'viv D'yachenko", "lviv dyachenko"),
        ("Côte d’Ivoire, l'Ukraine, L'Été", "cote d ivoire l ukraine l ete"),
        ("mal'a 5'10 's s' '", "mala 5 10 s s"),
        # Acronyms.
        ("U.S. u.s US U.S.S.R.", "us us us ussr"),
        ("the U.S.'s U.S.-led e.g. A.B.C", "the us us led eg abc"),
        ("U.S.Deputy a.bc example.org 1.2.3", "us deputy a bc example org 1 2 3"),
        ("Л.Д.", "лд"),
        # What is not there to be read, or is no word.
        ("soft\u00adhyphen join\u2060ed \ufeffmark", "softhyphen joined mark"),
        ("\u202egnp.exe\u202c left\u200eright", "gnp exe leftright"),
        ("zero\u200bwidth", "zero width"),
        ("☮️ 👩‍🚀 1️⃣ 🇺🇦 Kyiv™ ㎏ € … ·", "1 kyiv"),
        ("a\x00b\ud800c\n\td", "a b c d"),
    ],
)
def test_text_is_cut_into_words(text: str, words: str) -> None:
    assert folded(text) == words.split()


def test_a_long_word_is_cut() -> None:
    assert folded("x" * 63 + "yz after") == ["x" * 63 + "y", "after"]
    assert folded("x" * 100_000) == folded("x" * 64)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("The talks.", [Placed("the", 0, 3), Placed("talks", 4, 9)]),
        # Marks belong to the sign before them, also at the end.
        ("ba\u030c\u0323te\u0308\u0301!", [Placed("bate", 0, 8)]),
        ("\u202eKyiv's\u202c", [Placed("kyiv", 1, 5)]),
        ("the U.S. led", [Placed("the", 0, 3), Placed("us", 4, 7), Placed("led", 9, 12)]),
        ("Weißes ½", [Placed("weisses", 0, 6), Placed("1", 7, 8), Placed("2", 7, 8)]),
        ("停火", [Placed("停", 0, 1), Placed("火", 1, 2)]),
        ("x" * 70, [Placed("x" * 64, 0, 70)]),
    ],
)
def test_words_are_found_where_they_stand(text: str, places: list[Placed]) -> None:
    assert list(placed(text)) == places


@given(text=st.text(st.characters(max_codepoint=127)))
def test_plain_text_has_its_words_where_other_text_has_them(text: str) -> None:
    *there, last = placed(f"{text} é")
    assert list(placed(text)) == there
    assert last.word == "e"


@given(text=texts)
def test_words_are_made_of_letters_and_digits_that_no_database_cuts(text: str) -> None:
    for word in folded(text):
        assert 0 < len(word) <= 64
        assert all(not sign.isascii() or sign.islower() or sign.isdigit() for sign in word)


@given(text=texts)
def test_folding_again_changes_nothing(text: str) -> None:
    words = folded(text)
    assert folded(" ".join(words)) == words


@given(text=texts)
def test_how_a_text_is_composed_does_not_matter(text: str) -> None:
    assert folded(normalize("NFC", text)) == folded(normalize("NFD", text)) == folded(text)


@given(text=texts, more=texts)
def test_words_do_not_depend_on_what_stands_beyond_a_space(text: str, more: str) -> None:
    assert folded(f"{text} {more}") == folded(text) + folded(more)


@given(text=texts)
def test_places_are_those_of_the_words(text: str) -> None:
    text = normalize("NFC", text)
    there = list(placed(text))
    assert [item.word for item in there] == folded(text)
    for item in there:
        assert item.word in folded(text[item.start : item.end])
    starts = [item.start for item in there]
    assert starts == sorted(starts)
