"""Makes the PDF and Word files of policies/ from sources/*.html: `python -m evals.sets.reading.make_files`.

The files are committed, because labels name their sha256. Make one again only to change it. PDF is printed by Chromium;
a Word document is the headings, paragraphs, lists and tables of its source.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from evals.sets.reading.labels import FOLDER, INVENTED

SOURCES = FOLDER / "sources"
WORD = ("relaydesk",)
# Name of a source -> what is printed at the top of every page; nothing if it is empty.
PDF = {"hollin-schools": "", "thistle-and-rye": "Thistle & Rye Outfitters, Inc. – Privacy Policy"}
_SMALL = "font-size:8px;width:100%;text-align:center"
_HEADINGS = {"h1": "Heading1", "h2": "Heading2", "h3": "Heading3"}
_NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def main() -> None:
    """Make every file."""
    for name in WORD:
        (INVENTED / f"{name}.docx").unlink(missing_ok=True)
        _write_docx((SOURCES / f"{name}.html").read_text(encoding="utf-8"), INVENTED / f"{name}.docx")
    _print_pdfs()


def _print_pdfs() -> None:
    from playwright.sync_api import sync_playwright

    browser = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=browser, args=["--no-sandbox", "--headless"])
        page = chromium.new_page()
        for name, head in PDF.items():
            page.goto((SOURCES / f"{name}.html").as_uri())
            page.pdf(
                path=INVENTED / f"{name}.pdf",
                prefer_css_page_size=True,
                display_header_footer=bool(head),
                header_template=f'<div style="{_SMALL}">{escape(head)}</div>',
                footer_template=f'<div style="{_SMALL}">Page <span class="pageNumber"></span> of '
                '<span class="totalPages"></span></div>',
            )
        chromium.close()


def _write_docx(source: str, path: Path) -> None:
    body = LexborHTMLParser(source).body
    content = "".join(_blocks(body)) if body else ""
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{style}"><w:name w:val="heading {level}"/>'
        f'<w:pPr><w:outlineLvl w:val="{level - 1}"/></w:pPr></w:style>'
        for level, style in enumerate(_HEADINGS.values(), start=1)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_MAIN}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{_MAIN}.styles+xml"/>'
        f'<Override PartName="/word/numbering.xml" ContentType="{_MAIN}.numbering+xml"/></Types>',
        "_rels/.rels": _relations("officeDocument", "word/document.xml"),
        "word/_rels/document.xml.rels": _relations("styles", "styles.xml", "numbering", "numbering.xml"),
        "word/styles.xml": f"<w:styles {_NAMESPACE}>{styles}</w:styles>",
        "word/numbering.xml": f'<w:numbering {_NAMESPACE}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0">'
        '<w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>',
        "word/document.xml": f"<w:document {_NAMESPACE}><w:body>{content}</w:body></w:document>",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, xml in parts.items():
            # A fixed date, so that the same source gives the same bytes.
            file.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), _XML + xml, zipfile.ZIP_DEFLATED)


def _relations(*pairs: str) -> str:
    relations = "".join(
        f'<Relationship Id="r{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(zip(pairs[::2], pairs[1::2], strict=True))
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>'


def _blocks(body: LexborNode) -> Iterator[str]:
    for node in body.iter():
        match node.tag:
            case "h1" | "h2" | "h3":
                yield _paragraph(node, f'<w:pStyle w:val="{_HEADINGS[node.tag]}"/>')
            case "ul":
                for item in node.css("li"):
                    yield _paragraph(item, '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>')
            case "table":
                yield f"<w:tbl>{''.join(map(_row, node.css('tr')))}</w:tbl>"
            case _:
                yield _paragraph(node)


def _row(row: LexborNode) -> str:
    return f"<w:tr>{''.join(f'<w:tc>{_paragraph(cell)}</w:tc>' for cell in row.css('th, td'))}</w:tr>"


def _paragraph(node: LexborNode, properties: str = "") -> str:
    text = escape(" ".join(node.text().split()))
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


if __name__ == "__main__":
    main()
