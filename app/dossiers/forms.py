"""The forms that a dossier is written in: their names, their media types, their files."""

from collections.abc import Callable
from dataclasses import dataclass

from app.dossiers.writing import Records, write_json, write_ndjson, write_yaml


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a dossier; the base, the negotiation and the records make its bytes."""

    name: str
    media_type: str
    write: Callable[[str | None, str | None, Records], bytes]

    @property
    def extension(self) -> str:
        """That of a file in this form; a dossier is read in the form that its name says."""
        return self.name


def _ndjson(base: str | None, negotiation: str | None, records: Records) -> bytes:
    return b"".join(write_ndjson(base, negotiation, records))


# In the order of preference where a client takes several.
FORMS = (
    Form("json", "application/json", write_json),
    Form("yaml", "application/yaml", write_yaml),  # RFC 9512
    Form("ndjson", "application/x-ndjson", _ndjson),
)
BY_NAME = {form.name: form for form in FORMS}
BY_MEDIA_TYPE = {form.media_type: form for form in FORMS}
