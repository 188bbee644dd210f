"""What was measured, and whether it is what was asked for; kept as JSON between runs."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast one contender did one work: rates of all rounds, and their median.

    ``bytes`` is the mean size of an answer with its headers, and ``micros`` the processor time that
    the server took for one, in microseconds; 0 where that was not measured.
    """

    work: str
    contender: str
    rates: tuple[float, ...]
    median: float
    bytes: int
    micros: float = 0.0


@dataclass(frozen=True, slots=True)
class Ratio:
    """One figure beside the one that was asked for.

    ``figure`` is ours divided by theirs, or what ``unit`` says. ``most`` is set where less is
    better, ``least`` where more is; neither where nothing was asked for. ``lighter`` is their
    processor time for an answer divided by ours: other work on the machine hardly changes it.
    """

    work: str
    beside: str
    figure: float
    least: float | None = None
    most: float | None = None
    unit: str = "times"
    lighter: float | None = None

    @property
    def verdict(self) -> str:
        """Whether it is what was asked for."""
        if self.least is None and self.most is None:
            return ""
        enough = self.least is None or self.figure >= self.least
        return "yes" if enough and (self.most is None or self.figure <= self.most) else "no"


@dataclass(slots=True)
class Results:
    """All that one run measured."""

    setting: dict[str, str]
    speeds: list[Speed] = field(default_factory=list)
    ratios: list[Ratio] = field(default_factory=list)
    growth: list[Speed] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def miss(self, what: str) -> None:
        """Note once what could not be measured."""
        if what not in self.missing:
            self.missing.append(what)
            print(f"not measured: {what}", flush=True)

    def judge(self, ratios: Iterable[Ratio]) -> None:
        """Add figures, and show them."""
        for one in ratios:
            self.ratios.append(one)
            lighter = f", by processor time {one.lighter:.2f}" if one.lighter else ""
            told = f"{one.work} / {one.beside}: {one.figure:.2f} {one.verdict}{lighter}"
            print(f"  {told}", flush=True)

    def write(self, file: Path) -> None:
        """Keep them."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")

    @classmethod
    def read(cls, file: Path) -> "Results":
        """Those that were kept."""
        kept = json.loads(file.read_text(encoding="utf-8"))
        return cls(
            setting=kept["setting"],
            speeds=[_speed(one) for one in kept["speeds"]],
            ratios=[Ratio(**one) for one in kept["ratios"]],
            growth=[_speed(one) for one in kept["growth"]],
            missing=kept["missing"],
        )


def _speed(kept: dict[str, Any]) -> Speed:
    return Speed(**kept | {"rates": tuple(kept["rates"])})
