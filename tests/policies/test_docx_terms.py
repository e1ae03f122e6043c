"""Lists of terms in Word documents: by indents, and by the styles of programs."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePath

import pytest

from bot.policies.readers.docx import read_docx

_NAMES = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_OPEN = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"


def _docx(body: str, styles: str = "") -> bytes:
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_OPEN}/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_OPEN}/relationships"><Relationship Id="r" Type="{_OFFICE}" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"<w:document {_NAMES}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {_NAMES}>{styles}</w:styles>",
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, text in parts.items():
            file.writestr(name, text)
    return packed.getvalue()


def _paragraph(words: str, indent: int = 0, style: str = "") -> str:
    properties = (f'<w:pStyle w:val="{style}"/>' if style else "") + (f'<w:ind w:left="{indent}"/>' if indent else "")
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>"


def read(data: bytes) -> str:
    return read_docx(data, PurePath("policy.docx")).text


@pytest.mark.parametrize(("indent", "term", "meaning"), [(720, "", ""), (0, "DT", "DD")])
def test_terms_above_what_they_mean_are_items(indent: int, term: str, meaning: str) -> None:
    body = "".join(
        [
            _paragraph("These words mean:"),
            _paragraph("Account", style=term),
            _paragraph("What you open with us.", indent, meaning),
            _paragraph("Device", style=term),
            _paragraph("A phone or a computer.", indent, meaning),
            _paragraph("We sell nothing."),
        ]
    )
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{id}"><w:name w:val="{name}"/></w:style>'
        for id, name in (("DT", "Definition Term"), ("DD", "Definition"))
    )
    assert read(_docx(body, styles)) == (
        "These words mean:\n\n• Account\n  • What you open with us.\n• Device\n  • A phone or a computer.\n\n"
        "We sell nothing."
    )


def test_one_indented_paragraph_below_a_short_one_is_no_list() -> None:
    body = _paragraph("Cookies") + _paragraph("We set one cookie.", 720) + _paragraph("We sell nothing.")
    assert read(_docx(body)) == "Cookies\n\nWe set one cookie.\n\nWe sell nothing."
