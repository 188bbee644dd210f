"""Atom (RFC 4287, paged by RFC 5005): entries as a feed."""

import re
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from app import __version__
from app.formats.base import About, Document
from app.formats.feeds import AUTHOR, Feed, identifier
from app.formats.prose import corrections, html
from app.resources.entries import Entry

NAMESPACE: Final = "http://www.w3.org/2005/Atom"

# XML has no way to spell these, not even escaped (XML 1.0, section 2.2).
_UNSPEAKABLE: Final = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_INSTEAD: Final = "\N{REPLACEMENT CHARACTER}"


class Atom(Feed):
    """Each entry with its text as summary, and with quotes, date and place as HTML.

    ``updated`` is when the record was last changed. There is no ``published``: what is known is the
    day on which readers surely had the facts, which is no instant and not that of this entry.
    """

    name = "atom"
    media_type = "application/atom+xml"

    def render(self, document: Document) -> bytes:
        """One feed document, in UTF-8."""
        about = document.about
        feed = Element("feed", xmlns=NAMESPACE)
        _describe(feed, about)
        for entry in document.entries(document.items):
            _add(feed, entry, about.public_url)
        written: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
        return written


def _describe(feed: Element, about: About) -> None:
    _say(feed, "id", about.identity)
    _say(feed, "title", about.title)
    _say(feed, "updated", about.updated)
    _link(feed, "self", about.address, type=Atom.media_type)
    _link(feed, "alternate", about.public_url)
    if about.following:
        _link(feed, "next", about.following, type=Atom.media_type)
    _person(feed, "author", AUTHOR, about.public_url)
    _say(feed, "generator", AUTHOR, version=__version__)
    if words := corrections(about):
        _say(feed, "subtitle", words)
    if about.license:
        _say(feed, "rights", about.license)


def _add(feed: Element, entry: Entry, site: str) -> None:
    found = SubElement(feed, "entry")
    _say(found, "id", identifier(entry, site))
    _say(found, "title", entry.title)
    _say(found, "updated", entry.updated)
    _link(found, "alternate", site + entry.path)
    # Who has a part in it is no author: the words of the entry are the editors'.
    for one in entry.who:
        _person(found, "contributor", one.label, site + one.path)
    SubElement(found, "category", term=_clean(entry.kind))
    if entry.text:
        _say(found, "summary", entry.text, type="text")
    _say(found, "content", html(entry, site), type="html")


def _say(parent: Element, name: str, words: str, **attributes: str) -> None:
    SubElement(parent, name, attributes).text = _clean(words)


def _link(parent: Element, relation: str, address: str, **attributes: str) -> None:
    SubElement(parent, "link", {"rel": relation, "href": _clean(address), **attributes})


def _person(parent: Element, role: str, name: str, address: str) -> None:
    person = SubElement(parent, role)
    _say(person, "name", name)
    _say(person, "uri", address)


def _clean(words: str) -> str:
    """Text that XML can hold: line ends are newlines, and a forbidden character is replaced."""
    # The pattern is compiled, and kept, when the first feed is asked for: that takes long.
    return re.sub(_UNSPEAKABLE, _INSTEAD, words.replace("\r\n", "\n").replace("\r", "\n"))
