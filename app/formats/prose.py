"""What calendars and feeds say in words, of an entry and of themselves: plain text and HTML."""

import re
from html import escape
from typing import Final

from app.formats.base import About
from app.resources.date_words import in_words
from app.resources.entries import Entry, Quoted, Reference
from app.resources.evidence import Bearing

_LINE_END: Final = re.compile("\r\n?|\n")
_REPLACED: Final = "replaced by something newer"
NO_LONGER: Final = "the date shown no longer holds"


def corrections(about: About) -> str:
    """Where errors in the record are reported; empty where the operator did not say."""
    return f"Corrections: {about.contact}" if about.contact else ""


def colophon(about: About) -> str:
    """The terms of the data and where errors are reported, a line for each that is known."""
    terms = f"Licence of the data: {about.license}" if about.license else ""
    return "\n".join(filter(None, (terms, corrections(about))))


def reported(entry: Entry) -> str:
    """The dates of an entry as the record spells them, in EDTF; empty where it has none."""
    if entry.starts and entry.ends and entry.starts != entry.ends:
        return f"{entry.starts} to {entry.ends}"
    return entry.starts or (f"until {entry.ends}" if entry.ends else "")


def told(entry: Entry) -> list[str]:
    """The paragraphs of plain text: the text, each quote with its source, who has a part, through
    whom it is known, and what no source says.
    """
    paragraphs = [
        entry.text or "",
        *(f"“{quote.exact}” — {quote.source.label}{_against(quote)}" for quote in entry.quotes),
        *(f"{name}: {', '.join(one.label for one in named)}" for name, named in _named(entry)),
        *_unsaid(entry),
    ]
    return [one for one in paragraphs if one]


def plain(entry: Entry) -> str:
    """All of an entry as plain text, never empty: where there is nothing to tell, its title."""
    facts = [f"{name}: {words}" for name, words in _facts(entry)]
    return "\n\n".join([*told(entry), *facts]) or entry.title


def html(entry: Entry, site: str) -> str:
    """All of an entry as HTML below no heading, never empty; links begin with ``site``.

    Words of the record are escaped and find their own direction, left to right or right to left.
    """
    people = [
        (name, ", ".join(_link(site + one.path, one.label) for one in named))
        for name, named in _named(entry)
    ]
    pieces = [
        _paragraph(entry.text) if entry.text else "",
        *(_quote(quote, site) for quote in entry.quotes),
        *(f"<p>{name}: {links}</p>" for name, links in people),
        *map(_paragraph, _unsaid(entry)),
        *(f"<p>{name}: {escape(words)}</p>" for name, words in _facts(entry)),
    ]
    return "".join(pieces) or _paragraph(entry.title)


def _named(entry: Entry) -> list[tuple[str, tuple[Reference, ...]]]:
    named = [("Who", entry.who), ("Reported by", entry.reported_by)]
    return [(name, links) for name, links in named if links]


def _unsaid(entry: Entry) -> list[str]:
    return [f"Inferred ({one.field}): {one.why}" for one in entry.inferred]


def _against(quote: Quoted) -> str:
    """What is said behind the source of words that speak against what they stand by."""
    return " (disputes this)" if quote.bearing is Bearing.disputes else ""


def _facts(entry: Entry) -> list[tuple[str, str]]:
    status = (
        (entry.status or "").replace("_", " "),
        "" if entry.stands else _REPLACED,
        "" if entry.date_holds else NO_LONGER,
    )
    facts = [
        ("When", _when(entry)),
        ("Where", entry.place.words() if entry.place else ""),
        ("Status", ", ".join(filter(None, status))),
    ]
    return [(name, words) for name, words in facts if words]


def _when(entry: Entry) -> str:
    """The dates in words, and in parentheses as the record spells them."""
    first = in_words(entry.starts) if entry.starts else ""
    last = in_words(entry.ends) if entry.ends and entry.ends != entry.starts else ""
    if not first and not last:
        return ""
    words = f"{first}, until {last}" if first and last else first or f"until {last}"
    return f"{words} ({reported(entry)})"


def _quote(quote: Quoted, site: str) -> str:
    address = site + quote.source.path
    language = f' lang="{escape(quote.language)}"' if quote.language else ""
    words = _paragraph(quote.exact)
    source = _link(address, quote.source.label)
    return (
        f'<blockquote cite="{escape(address)}"{language}>{words}</blockquote>'
        f"<p>— <cite>{source}</cite>{_against(quote)}</p>"
    )


def _paragraph(text: str) -> str:
    lines = "<br>".join(escape(line) for line in _LINE_END.split(text))
    return f'<p dir="auto">{lines}</p>'


def _link(address: str, label: str) -> str:
    return f'<a href="{escape(address)}">{escape(label)}</a>'
