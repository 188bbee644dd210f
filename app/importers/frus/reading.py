"""Reads the XML of a volume piece by piece, in memory that does not grow with the volume.

A document type declaration is refused, and with it every entity that a file could declare: only
the five of XML itself are left, so that a small file cannot unfold into a large one, and nothing
outside the file is read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.parsers import expat

from app.errors import Fault, InvalidDossier

# Real volumes stay below 40; a deeper one would exhaust the stack of whoever walks through it.
DEEPEST: Final = 120
XML_ID: Final = "{http://www.w3.org/XML/1998/namespace}id"
_DOCUMENTS: Final = ("historical-document", "editorial-note")
# What is handed over whole: the header, documents, and the entries of lists outside of documents.
ENTRIES: Final = frozenset({"item", "p", "row"})
_BLOCK: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a volume. ``read`` is how many bytes of the file were read so far, of ``size``;
    ``section`` is the id, else the type, of the division that it stands in.
    """

    name: str
    element: Element
    read: int
    size: int
    section: str = ""


class _Begun(Exception):
    """The root element starts here, so there is no declaration before it."""


def local(name: str) -> str:
    """A name without its namespace, of which the series has used more than one."""
    return name.rpartition("}")[2]


def attribute(element: Element, name: str) -> str | None:
    """An attribute by its local name, in whatever namespace; None where it is missing or empty."""
    for key, value in element.attrib.items():
        if local(key) == name and value.strip():
            return value.strip()
    return None


def is_document(element: Element) -> bool:
    """Whether the element is one of the documents of the volume."""
    if local(element.tag) != "div":
        return False
    kind = element.get("type")
    return kind == "document" or (kind is None and element.get("subtype") in _DOCUMENTS)


def pieces(path: Path) -> Iterator[Piece]:
    """The root (empty, for its attributes), the header, documents and entries, in their order.

    A piece is emptied when the next one is asked for. Raises InvalidDossier, with the line, where
    the file cannot be read, is no XML, declares a document type, or is nested too deep.
    """
    try:
        with path.open("rb") as file:
            _refuse_declarations(path, file)
            file.seek(0)
            yield from _pieces(path, file)
    except OSError as error:
        raise _refused(path, f"cannot be read: {error.strerror}") from None


def _refused(path: Path, message: str, line: int | None = None) -> InvalidDossier:
    fault = Fault(message, file=str(path), line=line)
    return InvalidDossier(f"The volume {path.name} cannot be imported.", (fault,))


def _unreadable(path: Path, error: Exception) -> InvalidDossier:
    """What a parser says of a file: it is no XML, or in an encoding that nobody knows."""
    if isinstance(error, expat.ExpatError):
        return _refused(path, f"is not XML: {error}", error.lineno)
    if isinstance(error, ElementTree.ParseError):
        return _refused(path, f"is not XML: {error}", error.position[0])
    return _refused(path, f"is in an encoding that cannot be read: {error}")


def _refuse_declarations(path: Path, file: BinaryIO) -> None:
    """Stop at a document type declaration. It can only stand before the root element."""
    parser = expat.ParserCreate()

    def declared(*_: object) -> None:
        line = parser.CurrentLineNumber
        raise _refused(path, "has a document type declaration, which is not read", line)

    def begun(*_: object) -> None:
        raise _Begun

    parser.StartDoctypeDeclHandler = declared
    parser.StartElementHandler = begun
    try:
        while block := file.read(_BLOCK):
            parser.Parse(block, False)
        parser.Parse(b"", True)
    except _Begun:
        return
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise _unreadable(path, error) from None


def _events(path: Path, file: BinaryIO) -> Iterator[tuple[str, Element]]:
    # No entity can be declared in what is parsed here, and none is loaded from elsewhere.
    events = ElementTree.iterparse(file, ("start", "end"))  # noqa: S314
    while True:
        try:
            event = next(events, None)
        except (ElementTree.ParseError, LookupError, ValueError) as error:
            raise _unreadable(path, error) from None
        if event is None:
            return
        yield event


def _pieces(path: Path, file: BinaryIO) -> Iterator[Piece]:
    size = path.stat().st_size
    around: list[Element] = []
    whole: int | None = None  # how deep the piece stands that is being read
    for event, element in _events(path, file):
        if event == "start":
            if not around:
                yield Piece("root", element, file.tell(), size)
            if len(around) >= DEEPEST:
                raise _refused(path, f"is nested more than {DEEPEST} elements deep")
            if whole is None and _is_piece(element):
                whole = len(around)
            around.append(element)
            continue
        around.pop()
        if whole is not None and len(around) > whole:
            continue
        if whole is not None:
            whole = None
            name = "document" if is_document(element) else local(element.tag)
            yield Piece(name, element, file.tell(), size, _section(around))
        element.clear()
        if around:
            around[-1].remove(element)


def _section(around: list[Element]) -> str:
    divisions = [one for one in reversed(around) if local(one.tag) == "div"]
    names = (one.get(XML_ID) or one.get("type") for one in divisions)
    return next(filter(None, names), "volume")


def _is_piece(element: Element) -> bool:
    name = local(element.tag)
    return name == "teiHeader" or name in ENTRIES or is_document(element)
