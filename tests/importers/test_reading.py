"""Reading XML: what is refused, with its line, and that memory does not grow with the volume."""

import tracemalloc
from pathlib import Path

import pytest

from app.errors import InvalidDossier
from app.importers.frus.reading import DEEPEST, pieces
from tests.importers.imported import imported, written

BOMB = """<?xml version="1.0"?>
<!DOCTYPE TEI [
<!ENTITY a "ha">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
]>
<TEI><text><div type="document" xml:id="d1"><p>&b;</p></div></text></TEI>
"""


def refused(path: Path) -> tuple[str, int | None]:
    with pytest.raises(InvalidDossier) as error:
        list(pieces(path))
    (fault,) = error.value.faults
    assert fault.file == str(path)
    return fault.message, fault.line


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_a_document_type_is_refused_before_an_entity_is_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "bomb.xml"
    path.write_bytes(BOMB.replace('"1.0"', f'"1.0" encoding="{encoding[:6]}"').encode(encoding))
    assert refused(path) == ("has a document type declaration, which is not read", 2)


def test_a_document_type_is_found_behind_comments_of_any_length(tmp_path: Path) -> None:
    path = tmp_path / "late.xml"
    path.write_text(f"<!-- {'x' * 200_000} -->\n<!DOCTYPE TEI SYSTEM 'file:///etc/passwd'><TEI/>")
    assert refused(path) == ("has a document type declaration, which is not read", 2)


def test_an_entity_that_xml_does_not_have_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "nbsp.xml"
    path.write_text("<TEI>\n<text>&nbsp;</text></TEI>")
    message, line = refused(path)
    assert "undefined entity" in message
    assert line == 2


@pytest.mark.parametrize(
    ("text", "line"),
    [("", 1), ("no markup", 1), ("<TEI>\n<text></TEI>", 2), ("<TEI>\n\n<text>", 3)],
)
def test_what_is_no_xml_is_refused_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "broken.xml"
    path.write_text(text)
    message, where = refused(path)
    assert message.startswith("is not XML: ")
    assert where == line


def test_an_encoding_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "odd.xml"
    path.write_bytes(b'<?xml version="1.0" encoding="martian"?><TEI/>')
    assert "encoding" in refused(path)[0]


def test_elements_nested_too_deep_are_refused_and_exhaust_no_stack(tmp_path: Path) -> None:
    path = tmp_path / "deep.xml"
    path.write_text("<hi>" * 50_000 + "</hi>" * 50_000)
    assert refused(path)[0] == f"is nested more than {DEEPEST} elements deep"


def test_a_file_that_is_not_there_is_a_fault_with_its_name(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.xml")[0] == "cannot be read: No such file or directory"


def test_xml_without_documents_is_no_volume(tmp_path: Path) -> None:
    path = tmp_path / "page.xml"
    path.write_text("<html><body><p>Hello</p></body></html>")
    with pytest.raises(InvalidDossier) as error:
        imported(path, tmp_path / "texts")
    assert error.value.faults[0].message == 'holds no document, <div type="document">'


def test_memory_depends_on_the_largest_document_and_not_on_how_many_there_are(
    tmp_path: Path,
) -> None:
    def peak(count: int) -> int:
        path = written(tmp_path, *[f"<p>{'word ' * 2_000}</p>"] * count)
        tracemalloc.start()
        for _ in pieces(path):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    few, many = peak(20), peak(400)
    assert many < few * 1.5
