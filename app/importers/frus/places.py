"""Places of datelines: the cities among them whose country is beyond doubt in every volume."""

from typing import Final

from app.resources.notices import PlaceContent

# Moscow, Vienna, Rome, Saigon and the like stay without a country: in the time of the series it has
# changed, or its code has.
# fmt: off
_CITIES: Final = {
    "Washington": "USA", "New York": "USA", "Geneva": "CHE", "Bern": "CHE", "Paris": "FRA",
    "London": "GBR", "Brussels": "BEL", "The Hague": "NLD", "Tokyo": "JPN", "Ottawa": "CAN",
    "Helsinki": "FIN", "Stockholm": "SWE", "Oslo": "NOR", "Copenhagen": "DNK", "Reykjavik": "ISL",
    "Lisbon": "PRT", "Madrid": "ESP", "Athens": "GRC", "Ankara": "TUR", "Mexico City": "MEX",
}
_CITIES_ALONE: Final = frozenset({
    "Moscow", "Vienna", "Rome", "Dublin", "Manila", "Leningrad", "Vladivostok", "Berlin", "Bonn",
    "Warsaw", "Prague", "Budapest", "Bucharest", "Belgrade", "Sofia", "Beijing", "Peking", "Cairo",
    "Jerusalem", "Tel Aviv", "Saigon", "Hanoi", "Seoul", "New Delhi", "Tehran", "Baghdad",
    "Damascus", "Beirut", "Amman",
})
# fmt: on


def place_of(words: str) -> PlaceContent | None:
    """A place by the words of a dateline. What is not known to be a city is only named."""
    words = words.strip(" ,.[]()")
    if not words:
        return None
    if words in _CITIES:
        return PlaceContent(city=words, country=_CITIES[words])
    if words in _CITIES_ALONE:
        return PlaceContent(city=words)
    return PlaceContent(name=words[:500])
