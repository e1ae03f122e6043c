"""Word documents -> text, through the HTML that mammoth makes of them."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePath
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.parsers.expat import ExpatError

from bot.policies.readers.docx_terms import STYLES, set_terms
from bot.policies.readers.html import read_markup
from bot.policies.readers.reading import Reading
from bot.types import AskPolicyError

# A document unpacks to about ten times its size. One that unpacks to more than this is made to fill the memory.
MAX_UNPACKED_BYTES = 200_000_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DOCUMENT, _STYLES = "word/document.xml", "word/styles.xml"
_HEADING_LEVELS = 6
_MOST_BASES = 20  # a style may be based on another one, which is based on another
# Word's styles for nested lists have no level that mammoth knows.
_LISTS = "\n".join(
    f"p[style-name='List {name} {depth}'] => " + " > ".join(["ul|ol > li"] * (depth - 1)) + f" > {tag} > li:fresh"
    for name, tag in (("Bullet", "ul"), ("Number", "ol"))
    for depth in (2, 3)
)


def read_docx(data: bytes, path: PurePath) -> Reading:
    """Read a Word document. Raises AskPolicyError if it is not one, or if its reader is not installed."""
    try:
        import mammoth
    except ModuleNotFoundError:
        raise AskPolicyError(
            f"{path} is a Word document: install its reader with `pip install 'askpolicy[readers]'`, or save it as "
            "PDF or HTML."
        ) from None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MAX_UNPACKED_BYTES:
                raise AskPolicyError(f"{path} is too large once unpacked: give the policy alone.")
            shown, styles = _prepare(parts)
        # Pictures would be in the page as data.
        no_pictures = mammoth.images.img_element(lambda _: {"src": ""})
        return read_markup(mammoth.convert_to_html(shown, convert_image=no_pictures, style_map=styles).value)
    except (
        zipfile.BadZipFile,
        ElementTree.ParseError,
        ExpatError,
        KeyError,
        ValueError,
        OSError,
        AttributeError,
        EOFError,
        RecursionError,
    ) as error:
        raise AskPolicyError(
            f"{path} cannot be read as a Word document ({type(error).__name__}): save it again as .docx, PDF or HTML."
        ) from None


def _prepare(parts: zipfile.ZipFile) -> tuple[io.BytesIO, str]:
    """Return the document without hidden text, and with a style for each heading; and a style map for mammoth.

    A heading has an outline level: its own, that of its style, or that of a style that its style is based on.
    """
    document = ElementTree.fromstring(parts.read(_DOCUMENT))  # noqa: S314 - expat refuses entities that grow
    styles = ElementTree.fromstring(parts.read(_STYLES)) if _STYLES in parts.namelist() else Element("styles")  # noqa: S314
    levels = _levels(styles)
    set_terms(document)
    used = {found.get(f"{_W}val") for found in document.iter(f"{_W}pStyle")}
    titled = any(_name(style) == "title" and style.get(f"{_W}styleId") in used for style in styles.iter(f"{_W}style"))
    for paragraph in document.iter(f"{_W}p"):
        for run in paragraph.findall(f"{_W}r"):
            hidden = run.find(f"{_W}rPr/{_W}vanish")
            if hidden is not None and hidden.get(f"{_W}val", "1") not in {"0", "false"}:
                paragraph.remove(run)
        properties = paragraph.find(f"{_W}pPr")
        if properties is not None and (level := _outline(properties)) is not None:
            style = properties.find(f"{_W}pStyle")
            if style is None:
                style = Element(f"{_W}pStyle")
                properties.insert(0, style)
            name = f"AskPolicyLevel{level}"
            style.set(f"{_W}val", name)
            levels[name] = level
    tags = {style: min(level + 1 + titled, _HEADING_LEVELS) for style, level in levels.items()}
    lines = [f"p.{style} => h{tag}:fresh" for style, tag in tags.items() if style.isalnum()]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as copy:
        for part in parts.infolist():
            changed = ElementTree.tostring(document) if part.filename == _DOCUMENT else parts.read(part)
            copy.writestr(part.filename, changed)
    packed.seek(0)
    return packed, "\n".join(["p[style-name='Title'] => h1:fresh", *lines, _LISTS, STYLES])


def _levels(styles: Element) -> dict[str, int]:
    """Return the outline level of each style that has one, from 0."""
    by_id = {style.get(f"{_W}styleId", ""): style for style in styles.iter(f"{_W}style")}
    levels = {}
    for name, style in by_id.items():
        base: Element | None = style
        for _ in range(_MOST_BASES):
            if base is None:
                break
            properties = base.find(f"{_W}pPr")
            if properties is not None and (level := _outline(properties)) is not None:
                levels[name] = level
                break
            above = base.find(f"{_W}basedOn")
            base = by_id.get(above.get(f"{_W}val", "")) if above is not None else None
    return levels


def _outline(properties: Element) -> int | None:
    found = properties.find(f"{_W}outlineLvl")
    level = int(found.get(f"{_W}val", "9")) if found is not None else 9
    return level if level < 9 else None  # 9 is body text


def _name(style: Element) -> str:
    found = style.find(f"{_W}name")
    return found.get(f"{_W}val", "").lower() if found is not None else ""
