"""Reads YAML 1.2, without the parts that make a text mean something else than it shows."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

from app.dossiers.document import Steps
from app.dossiers.faults import Faults
from app.dossiers.sheet import DEEPEST, TOO_DEEP, TWICE, Sheet
from app.dossiers.yaml_scalars import resolved

_UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"  # YAML 1.2, 5.1
)
# The parser fails on these without saying where.
_BEYOND_UNICODE = re.compile(r"\\U(?!000|0010)[0-9a-fA-F]{8}")
_KEY_IS_NOT_TEXT = "has a key that is not plain text; write each key as a word and a colon"


def read_yaml(text: str, faults: Faults) -> Sheet:
    """The values of a YAML file; the path of a value leads to the line of its key."""
    odd = _UNPRINTABLE.search(text)
    if odd:
        line = text.count("\n", 0, odd.start()) + 1
        faults.stop("has a control character; write it as an escape in double quotes", line=line)
    builder = _Builder(text, faults)
    for event in _events(text, faults):
        builder.take(event)
    return Sheet(builder.root, builder.line_of, builder.written)


def _unreadable(text: str, error: MarkedYAMLError) -> tuple[str, Steps, int | None]:
    """What a syntax error is, and the line; an open quote is noticed far from where it begins."""
    marks = [mark for mark in (error.context_mark, error.problem_mark) if mark]
    lines = [text.count("\n", 0, mark.index) + 1 for mark in marks]
    begun = f", in what begins in line {lines[0]}" if lines[:-1] and lines[0] < lines[-1] else ""
    problem = str(error.problem)[:100]
    return f"cannot be read as YAML here: {problem}{begun}", (), lines[-1] if lines else None


def _events(text: str, faults: Faults) -> Iterator[Event]:
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as error:
        faults.stop(*_unreadable(text, error))
    except (YAMLError, ValueError, OverflowError):
        escape = _BEYOND_UNICODE.search(text)
        line = text.count("\n", 0, escape.start()) + 1 if escape else None
        faults.stop("cannot be read as YAML: an escape (\\U) names no character", line=line)


@dataclass(slots=True)
class _Frame:
    """A list or mapping that is being filled; ``key`` waits for its value."""

    holder: Any
    steps: Steps
    key: str | None = None
    repeated: bool = False


@dataclass(slots=True)
class _Builder:
    """Puts values together from the events of the parser, without recursion."""

    text: str
    faults: Faults
    root: Any = None
    written: dict[Steps, str] = field(default_factory=dict)
    _lines: dict[Steps, int] = field(default_factory=dict)
    _frames: list[_Frame] = field(default_factory=list)
    _breaks: list[int] = field(default_factory=list)
    _documents: int = 0

    def __post_init__(self) -> None:
        self._breaks = [found.start() for found in re.finditer("\n", self.text)]
        self.faults.line_of = self.line_of

    def line_of(self, steps: Steps) -> int | None:
        """The line of a value, or of the nearest one around it."""
        while steps and steps not in self._lines:
            steps = steps[:-1]
        return self._lines.get(steps)

    def take(self, event: Event) -> None:
        """Add what one event says."""
        if isinstance(event, NodeEvent):
            self._node(event)
        elif isinstance(event, DocumentStartEvent):
            self._document(event)
        elif isinstance(event, CollectionEndEvent):
            self._frames.pop()

    def _line(self, event: Event) -> int:
        # The parser's own count would take U+2028 for a line break, which editors do not.
        return bisect_right(self._breaks, event.start_mark.index - 1) + 1

    def _document(self, event: DocumentStartEvent) -> None:
        self._documents += 1
        line = self._line(event)
        if self._documents > 1:
            self.faults.stop("has a second YAML document; write one dossier a file", line=line)
        if event.tags or event.version not in (None, (1, 2)):
            self.faults.stop("must be YAML 1.2 without %TAG; leave these lines out", line=line)

    def _node(self, event: NodeEvent) -> None:
        line = self._line(event)
        frame = self._frames[-1] if self._frames else None
        if frame and isinstance(frame.holder, dict) and frame.key is None:
            self._key(event, frame, line)
            return
        steps = self._steps(frame)
        self._lines.setdefault(steps, line)
        self._refuse_extras(event, steps, line)
        value = self._value(event, steps)
        self._place(frame, value)
        if isinstance(event, CollectionStartEvent):
            if len(self._frames) >= DEEPEST:
                self.faults.stop(TOO_DEEP, steps[:4], line)
            self._frames.append(_Frame(value, steps))

    def _key(self, event: NodeEvent, frame: _Frame, line: int) -> None:
        self._refuse_extras(event, frame.steps, line)
        if not isinstance(event, ScalarEvent):
            self.faults.stop(_KEY_IS_NOT_TEXT, frame.steps, line)
        frame.key = str(event.value)
        frame.repeated = frame.key in frame.holder
        steps = (*frame.steps, frame.key)
        if frame.repeated:
            self.faults.add(TWICE, steps, line)
        self._lines.setdefault(steps, line)

    def _refuse_extras(self, event: NodeEvent, steps: Steps, line: int) -> None:
        if isinstance(event, AliasEvent):
            self.faults.stop("is an alias (*); write out what it stands for", steps, line)
        if event.anchor is not None:
            self.faults.add("has an anchor (&), which dossiers do not use", steps, line)
        if isinstance(event, ScalarEvent | CollectionStartEvent) and event.tag is not None:
            self.faults.add("has a tag (!), which dossiers do not use", steps, line)

    @staticmethod
    def _steps(frame: _Frame | None) -> Steps:
        if frame is None:
            return ()
        return (*frame.steps, len(frame.holder) if frame.key is None else frame.key)

    def _value(self, event: NodeEvent, steps: Steps) -> Any:
        if not isinstance(event, ScalarEvent):
            return {} if isinstance(event, MappingStartEvent) else []
        if event.style is not None:
            return str(event.value)
        value = resolved(event.value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            self.written.setdefault(steps, event.value)
        return value

    def _place(self, frame: _Frame | None, value: Any) -> None:
        if frame is None:
            self.root = value
        elif frame.key is None:
            frame.holder.append(value)
        else:
            if not frame.repeated:
                frame.holder[frame.key] = value
            frame.key = None
