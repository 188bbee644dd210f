"""Made-up prose: sentences whose words are as unevenly frequent as those of a language."""

from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from random import Random

# The most frequent words first. What stands behind them is made of syllables.
COMMON = Path(__file__).with_name("words.txt").read_text(encoding="utf-8").split()
SYLLABLES = [first + second for first in "bcdfghklmnprstvz" for second in "aeiou"]
VOCABULARY = 6_000


def _vocabulary() -> tuple[str, ...]:
    made = [first + second for first in SYLLABLES for second in SYLLABLES]
    Random("vocabulary").shuffle(made)
    return tuple(dict.fromkeys([*COMMON, *made]))[:VOCABULARY]


WORDS = _vocabulary()
_WEIGHTS = tuple(accumulate(1 / (rank + 2.7) for rank in range(len(WORDS))))


@dataclass(frozen=True, slots=True)
class Prose:
    """Sentences drawn from a generator of random numbers."""

    random: Random

    def words(self, least: int, usual: int, most: int) -> str:
        """Some words with spaces between them; most draws are near ``usual``, few far above."""
        drawn = int(self.random.lognormvariate(0, 0.45) * usual)
        count = min(max(drawn, least), most)
        return " ".join(self.random.choices(WORDS, cum_weights=_WEIGHTS, k=count))

    def sentence(self, least: int = 5, usual: int = 14, most: int = 60) -> str:
        """A sentence with a capital letter and a full stop."""
        words = self.words(least, usual, most)
        return f"{words[0].upper()}{words[1:]}."


def searched_words(count: int) -> tuple[str, ...]:
    """Words to search for that many records hold: behind those that nearly every record holds."""
    return tuple(word for word in WORDS[20:] if word.isalpha())[:count]
