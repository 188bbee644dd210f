"""States whose delegations lists of participants name, and the words in which they name them.

A code (ISO 3166-1 alpha-3, or one that it once had) stands only where one state had it all the
time. Names that have meant more than one state, like "China" before 1979, have none.
"""

import re
from dataclasses import dataclass
from typing import Final

from app.resources.participants import ParticipantContent, ParticipantKind


@dataclass(frozen=True, slots=True)
class State:
    """A state. ``other_names`` are kept with it; ``words`` only lead to it."""

    name: str
    country: str | None
    words: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Its id, which all dossiers share."""
        return re.sub("[^a-z]+", "-", self.name.lower().replace("’", ""))

    def content(self) -> ParticipantContent:
        """The state as a participant."""
        return ParticipantContent(
            id=self.id,
            kind=ParticipantKind.state,
            name=self.name,
            other_names=list(self.other_names),
            country=self.country,
        )


# fmt: off
STATES: Final = (
    # The same as in other dossiers, so that both can be loaded.
    State("United States", "USA", ("us", "usa", "american"),
          ("United States of America", "Washington")),
    State("Soviet Union", "SUN", ("ussr", "soviet", "soviets"),
          ("Union of Soviet Socialist Republics",)),
    State("United Kingdom", "GBR", ("uk", "british", "britain", "great britain")),
    State("France", "FRA", ("french",)),
    State("Germany", None, ("german",)),
    State("Federal Republic of Germany", "DEU", ("frg", "west germany", "west german")),
    State("German Democratic Republic", "DDR", ("gdr", "east germany", "east german")),
    State("China", None, ("chinese",)),
    State("People’s Republic of China", "CHN", ("prc", "peoples republic of china")),
    State("Republic of China", "TWN", ("roc", "nationalist china")),
    State("Japan", "JPN", ("japanese",)),
    State("Republic of Korea", "KOR", ("rok", "south korea", "south korean")),
    State("Republic of Vietnam", None, ("rvn", "gvn", "south vietnam", "south vietnamese")),
    State("Democratic Republic of Vietnam", None, ("drv", "north vietnam", "north vietnamese")),
    State("Laos", "LAO", ("lao", "laotian")),
    State("Cambodia", "KHM", ("cambodian",)),
    State("Italy", "ITA", ("italian",)),
    State("Belgium", "BEL", ("belgian",)),
    State("Netherlands", "NLD", ("dutch",)),
    State("Luxembourg", "LUX"),
    State("Canada", "CAN", ("canadian",)),
    State("Norway", "NOR", ("norwegian",)),
    State("Denmark", "DNK", ("danish",)),
    State("Sweden", "SWE", ("swedish",)),
    State("Finland", "FIN", ("finnish",)),
    State("Iceland", "ISL", ("icelandic",)),
    State("Austria", "AUT", ("austrian",)),
    State("Switzerland", "CHE", ("swiss",)),
    State("Spain", "ESP", ("spanish",)),
    State("Portugal", "PRT", ("portuguese",)),
    State("Ireland", "IRL", ("irish",)),
    State("Greece", "GRC", ("greek",)),
    State("Turkey", "TUR", ("turkish",)),
    State("Cyprus", "CYP", ("cypriot",)),
    State("Poland", "POL", ("polish",)),
    State("Hungary", "HUN", ("hungarian",)),
    State("Romania", None, ("romanian", "rumania")),
    State("Bulgaria", "BGR", ("bulgarian",)),
    State("Czechoslovakia", "CSK", ("czechoslovak",)),
    State("Yugoslavia", "YUG", ("yugoslav",)),
    State("Israel", "ISR", ("israeli", "israelis")),
    State("Egypt", "EGY", ("egyptian", "egyptians")),
    State("United Arab Republic", None, ("uar",)),
    State("Syria", "SYR", ("syrian",)),
    State("Jordan", "JOR", ("jordanian",)),
    State("Lebanon", "LBN", ("lebanese",)),
    State("Iraq", "IRQ", ("iraqi",)),
    State("Iran", "IRN", ("iranian",)),
    State("Saudi Arabia", "SAU", ("saudi",)),
    State("India", "IND", ("indian",)),
    State("Pakistan", None, ("pakistani",)),
    State("Indonesia", "IDN", ("indonesian",)),
    State("Thailand", "THA", ("thai",)),
    State("Philippines", "PHL", ("philippine",)),
    State("Australia", "AUS", ("australian",)),
    State("New Zealand", "NZL"),
    State("South Africa", "ZAF", ("south african",)),
    State("Mexico", "MEX", ("mexican",)),
    State("Cuba", "CUB", ("cuban",)),
    State("Panama", "PAN", ("panamanian",)),
    State("Brazil", "BRA", ("brazilian",)),
    State("Argentina", "ARG", ("argentine",)),
    State("Chile", "CHL", ("chilean",)),
)
# fmt: on
# What a heading says beside the state.
# fmt: off
_BESIDE: Final = frozenset({
    "the", "side", "delegation", "delegations", "participants", "participant", "members", "member",
    "representatives", "representative", "group", "party", "present", "for", "attendees",
    "attending", "government",
})
# fmt: on


def _known() -> dict[str, State]:
    known: dict[str, State] = {}
    for state in STATES:
        for words in (state.name, *state.other_names, *state.words):
            known.setdefault(_bare(words), state)
    # A city that stands for its government is no name of a delegation.
    del known["washington"]
    return known


def _bare(words: str) -> str:
    """Words in small letters, without full stops, apostrophes and other signs. Letters that stand
    alone, as in "U. S.", are one word.
    """
    bare = " ".join(re.sub("[^a-z]+", " ", re.sub("[.’']", "", words.lower())).split())
    return re.sub(r"\b([a-z]) (?=[a-z]\b)", r"\1", bare)


_KNOWN: Final = _known()


def state_in(heading: str) -> State | None:
    """The state that a heading of a delegation names, where it names one and nothing else."""
    words = _bare(heading).split()
    return _KNOWN.get(" ".join(words)) or _KNOWN.get(
        " ".join(word for word in words if word not in _BESIDE)
    )
