"""What every record is made of: ids, links, words, and the shape all six nouns share."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, ClassVar, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, StringConstraints

from app.resources.dates import Edtf

# Knowledge days outside the calendar. They order days inside the service and never leave it.
ALWAYS = date.min
NEVER = date.max

# Control characters, line ends and tabs aside, and halves of characters (lone surrogates).
UNREADABLE = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff]")

# Stands for the public URL in stored documents. No text of a record can hold it.
HERE = "\0"

SLUG = r"^[a-z0-9][a-z0-9-]{0,127}$"


@dataclass(frozen=True, slots=True)
class LinkTo:
    """Marks a field that holds the id of a record of another noun."""

    noun: str


class IsDate:
    """Marks a field that holds an EDTF date, to be answered with its bounds."""


def readable(text: str) -> str:
    """The text, where people and machines can read all of it. Raises ValueError."""
    if UNREADABLE.search(text):
        raise ValueError("must not have control characters or lone surrogates")
    return text


def _words(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty or only white space")
    return readable(text)


def _one_line(text: str) -> str:
    # U+2028 and U+2029 end a line for JavaScript and for many text tools.
    if any(sign in text for sign in "\n\t\u2028\u2029"):
        raise ValueError("must be one line, without tabs")
    return _words(text)


def _web_address(url: str) -> str:
    parts = urlsplit(_one_line(url))
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an http or https address, like https://example.org/page")
    if parts.username or parts.password or re.search(r"\s", url):
        raise ValueError("must not have a user name, a password or white space")
    return url


def is_prose(validator: object) -> bool:
    """Whether a field that is checked like this holds words, or an address that may be made of
    some.
    """
    return validator in (_words, _one_line, _web_address, readable)


Slug = Annotated[str, StringConstraints(pattern=SLUG), Field(examples=["wendy-sherman"])]
PartId = Annotated[str, StringConstraints(pattern=SLUG)]
Line = Annotated[str, StringConstraints(max_length=500), AfterValidator(_one_line)]
Prose = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(_words)]
WebAddress = Annotated[str, StringConstraints(max_length=2_000), AfterValidator(_web_address)]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
LanguageTag = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", max_length=35)
]
When = Annotated[Edtf, IsDate()]

NegotiationId = Annotated[Slug, LinkTo("negotiation")]
ParticipantId = Annotated[Slug, LinkTo("participant")]
MeetingId = Annotated[Slug, LinkTo("meeting")]
ClaimId = Annotated[Slug, LinkTo("claim")]
DemandId = Annotated[Slug, LinkTo("demand")]
SourceId = Annotated[Slug, LinkTo("source")]


class Content(BaseModel):
    """Facts as an editor writes them: strict types, and no field that is not declared."""

    # Built when it is first used, like all shapes here: most processes never meet an editor.
    model_config = ConfigDict(extra="forbid", strict=True, validate_by_name=True, defer_build=True)


class Part(Content):
    """A piece of a record with an id of its own inside it; it appears when it was known."""

    id: PartId | None = Field(default=None, description="Its id inside the record.")

    # Set by ``knowledge.annotate``; a day, ALWAYS or NEVER.
    _known_from: date = PrivateAttr(default=NEVER)

    # The letter that made-up ids begin with.
    id_prefix: ClassVar[str] = "p"

    def link_role(self, field: str, name: str) -> str:
        """The role of a link in this part, which stands in ``field`` of its record."""
        return f"{field}.{name}"

    @property
    def known_from(self) -> date:
        """The first day on which a reader surely had this part before them."""
        return self._known_from


class Answer(BaseModel):
    """A shape of an answer. Every property is always there; what is not known is null."""

    # Nothing is checked by it. It is built where somebody asks for the OpenAPI document.
    model_config = ConfigDict(json_schema_serialization_defaults_required=True, defer_build=True)


class NamedLink(Answer):
    """A linked participant, with what a script needs to print it."""

    id: Slug
    name: str
    href: str = Field(examples=["/participants/wendy-sherman"])


class TitledLink(Answer):
    """A linked record other than a participant, with what a script needs to print it."""

    id: Slug
    title: str
    href: str = Field(examples=["/meetings/geneva-2022-01-10"])


def fields_of(model: BaseModel) -> dict[str, Any]:
    """The fields of a content model as plain JSON values, under their public names."""
    return model.model_dump(mode="json", by_alias=True)


@lru_cache(maxsize=1_000)
def fields_holding(model: type[BaseModel], kind: type[BaseModel]) -> tuple[str, ...]:
    """The names of the fields of a model that can be models of a kind, or lists of them."""
    fields = model.model_fields.items()
    return tuple(name for name, declared in fields if _holds(declared.annotation, kind))


def _holds(hint: Any, kind: type[BaseModel]) -> bool:
    if isinstance(hint, type) and issubclass(hint, kind):
        return True
    return any(_holds(inner, kind) for inner in get_args(hint))
