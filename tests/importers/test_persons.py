"""People: their names turned round, and the posts that descriptions mark, with their dates."""

import pytest

from app.importers.frus.names import turned_round
from app.importers.frus.posts import posts_in
from app.importers.frus.states import STATES, state_in


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        ("Aaron, David", "David Aaron"),
        ("Haig, Alexander M., Jr.", "Alexander M. Haig, Jr."),
        ("Earle, Ralph, II", "Ralph Earle II"),
        ("Carter, Jimmy (James Earl)", "Jimmy Carter"),
        ("Turner, Stansfield M., Admiral", "Admiral Stansfield M. Turner"),
        ("Souphanouvong, Prince", "Prince Souphanouvong"),
        ("Ngo Dinh Diem", "Ngo Dinh Diem"),
        ("(unknown)", "(unknown)"),
    ],
)
def test_a_listed_name_is_turned_round(listed: str, said: str) -> None:
    assert turned_round(listed) == said


@pytest.mark.parametrize(
    ("description", "posts"),
    [
        ("Soviet Ambassador", [("Soviet Ambassador", None, None)]),
        ("Secretary until May 1972", [("Secretary", None, "1972-05")]),
        ("Secretary from January 1977", [("Secretary", "1977-01", None)]),
        ("Assistant Secretary, 1969 to 1972", []),
        ("Secretary, from 1969 to 1972.", [("Secretary", "1969", "1972")]),
        ("Minister since June 1, 1958", [("Minister", "1958-06-01", None)]),
        (
            "Acting Director from January 20 until March 9, 1977",
            [("Acting Director", "1977-01-20", "1977-03-09")],
        ),
        (
            "Director until 1974; thereafter, Ambassador until May 5, 1976; Senator",
            [
                ("Director", None, "1974"),
                ("Ambassador", "1974", "1976-05-05"),
                ("Senator", None, None),
            ],
        ),
        (
            "Minister until October 1963; Prime Minister thereafter",
            [("Minister", None, "1963-10"), ("Prime Minister", "1963-10", None)],
        ),
        # Nothing is said of when the post before it ended.
        ("Senator; thereafter, Ambassador", [("Senator", None, None), ("Ambassador", None, None)]),
        ("Member, 1971 and again in 1973", []),
        ("Director from 1977 until 1974", []),
        (
            "Chief of Staff (until 1974 called Head; later not), from 1973 until 1975",
            [("Chief of Staff (until 1974 called Head; later not)", "1973", "1975")],
        ),
        ("", []),
    ],
)
def test_only_posts_whose_dates_are_marked_are_taken(
    description: str, posts: list[tuple[str, str | None, str | None]]
) -> None:
    found = list(posts_in(description))
    assert [(post.title, post.since, post.until) for post in found] == posts
    assert all(post.title in description[post.start : post.end] for post in found)


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("U.S.", "United States"),
        ("The United States Delegation:", "United States"),
        ("USSR PARTICIPANTS", "Soviet Union"),
        ("For the Soviet side", "Soviet Union"),
        ("British Delegation", "United Kingdom"),
        ("Federal Republic of Germany", "Federal Republic of Germany"),
        ("People's Republic of China", "People’s Republic of China"),
        ("State", None),
        ("Washington", None),
        ("U.S. Embassy", None),
        ("Soviet Foreign Ministry", None),
        ("", None),
    ],
)
def test_a_heading_names_a_state_or_none(heading: str, name: str | None) -> None:
    state = state_in(heading)
    assert (state.name if state else None) == name


def test_the_states_have_ids_and_codes_of_their_own() -> None:
    ids = [state.content().id for state in STATES]
    codes = [state.country for state in STATES if state.country]
    assert len(set(ids)) == len(ids)
    assert len(set(codes)) == len(codes)
    assert {"united-states", "soviet-union", "peoples-republic-of-china"} <= set(ids)
