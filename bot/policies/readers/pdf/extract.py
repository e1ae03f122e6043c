"""The bytes of a PDF -> its words with their places, as JSON. Runs in a process of its own, with limits.

PDFium reads the file. It is native code, and an unknown file may be made to crash it or to fill the memory. So this
process may end, and the one that started it continues. `python -m bot.policies.readers.pdf.extract` reads standard
input.
"""

from __future__ import annotations

import ctypes
import json
import math
import re
import resource
import sys
from collections import Counter
from typing import Any, NamedTuple

MEMORY_BYTES = 1_500_000_000
CPU_SECONDS = 60
MAX_PAGES = 500
MAX_CHARS = 5_000_000
_MAX_LINKS, _MAX_TARGET = 1_000, 2_000  # of a page; bytes of an address
_MAX_SHAPES = 5_000  # of a page; drawings have more, and are skipped
_PASSWORD_NEEDED = 4  # FPDF_ERR_PASSWORD
_BOLD_NAME = re.compile(r"bold|black|heavy|demi|cmbx|sfbx|[a-z]bx\d", re.I)
_FORCE_BOLD = 1 << 18  # of a font's flags
_BOLD_WEIGHT = 600
_STROKED = 2  # the render mode that fills and strokes: bold type of fonts that have none
# A gap that is wider than this share of the type size parts words. Justified lines have wider ones than others.
# PDFium adds spaces at narrower ones, some between a figure and its point.
_WORD_GAP, _ADDED_GAP, _STOP_GAP = 0.2, 0.12, 0.4
_LIGATURE = 1.5  # the letters of a ligature are in one place, as wide as all of them
_STOPS = ".,;:!?)"
# A letter that is raised or lowered by less belongs to the word.
_SHIFT = 0.6
_LEAST_SIZE = 1.5  # in points; nobody reads smaller type


class _Style(NamedTuple):
    size: float
    bold: bool
    direction: int  # of reading, in quarter turns clockwise; -1 for slanted text


class _Char(NamedTuple):
    text: str
    box: tuple[float, float, float, float]  # left, bottom, right, top, in the page's own space
    baseline: tuple[float, float]
    style: _Style
    spaced: int  # the space before it: 0 for none, 1 for one that PDFium added, 2 for one that the file has


def extract(data: bytes) -> dict[str, Any]:
    """Return the title and, for each page, its size, words, shapes, links and number of pictures.

    A word is [text, left, top, right, bottom, baseline, size, bold, before, after]; the last two tell whether the
    file has a space there. A shape is [left, top, right, bottom], and a link is [left, top, right, bottom, address].
    Places are in points from the top left corner.
    If the file cannot be read, return {"error": why}.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        return {"error": "password" if error.err_code == _PASSWORD_NEEDED else "broken"}
    if len(document) > MAX_PAGES:
        return {"error": "pages", "pages": len(document)}
    pages: list[dict[str, Any]] = []
    chars = 0
    for number in range(len(document)):
        try:
            page = document[number]
            reader = _Page(document, page)
        except pypdfium2.PdfiumError:
            return {"error": "broken"}
        pages.append(reader.read())
        chars += reader.count
        if chars > MAX_CHARS:
            return {"error": "large"}
        page.close()
    return {"title": document.get_metadata_value("Title"), "pages": pages}


class _Page:
    """Reads one page."""

    def __init__(self, document: Any, page: Any) -> None:
        import pypdfium2.raw as pdfium

        self._pdfium = pdfium
        self._document = document
        self._page = page
        self._text = page.get_textpage()
        self.count: int = self._text.count_chars()
        self._styles: dict[int, _Style] = {}
        self._turns = page.get_rotation() // 90

    def read(self) -> dict[str, Any]:
        chars = self._chars()
        if chars:
            # A page may show its text turned without saying so; most of the text tells how it is read.
            directions = Counter(char.style.direction for char in chars)
            self._turns = -max((way for way in range(4)), key=lambda way: directions[way]) % 4
        left, bottom, right, top = self._page.get_bbox()
        self._corner = {0: (left, top), 1: (left, bottom), 2: (right, bottom), 3: (right, top)}[self._turns]
        wide, high = right - left, top - bottom
        words, turned = self._words(chars)
        shapes, pictures = self._shapes()
        return {
            "size": [high, wide] if self._turns % 2 else [wide, high],
            "words": words,
            "turned": turned,
            "shapes": shapes,
            "links": self._links(),
            "pictures": pictures,
        }

    def _chars(self) -> list[_Char]:
        raw, text = self._pdfium, self._text.raw
        box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
        spaced = 0
        chars = []
        for at in range(self.count):
            code = raw.FPDFText_GetUnicode(text, at)
            if (code <= 32 and code != 2) or code in (0xA0, 0x2028, 0x2029, 0x3000):
                spaced = max(spaced, 1 if raw.FPDFText_IsGenerated(text, at) == 1 or code in (10, 13) else 2)
                continue
            style = self._style(at)
            raw.FPDFText_GetLooseCharBox(text, at, box)
            raw.FPDFText_GetCharOrigin(text, at, x, y)
            # PDFium writes 2 or U+FFFE for a hyphen at the end of a line.
            letter = "-" if code in (2, 0xFFFE) else chr(code)
            if style.size >= _LEAST_SIZE and not 0xD800 <= code <= 0xDFFF:
                chars.append(
                    _Char(letter, (box.left, box.bottom, box.right, box.top), (x.value, y.value), style, spaced)
                )
            spaced = 0
        return chars

    def _style(self, at: int) -> _Style:
        """Return the style of a character. All characters of a text object have the same."""
        raw, text = self._pdfium, self._text.raw
        text_object = raw.FPDFText_GetTextObject(text, at)
        key = ctypes.cast(text_object, ctypes.c_void_p).value or 0
        found = self._styles.get(key)
        if found is None or not key:
            matrix, flags = raw.FS_MATRIX(), ctypes.c_int()
            raw.FPDFText_GetMatrix(text, at, matrix)
            name = ctypes.create_string_buffer(200)
            raw.FPDFText_GetFontInfo(text, at, name, 200, flags)
            bold = (
                bool(_BOLD_NAME.search(name.value.decode("utf-8", "replace")))
                or bool(flags.value & _FORCE_BOLD)
                or raw.FPDFText_GetFontWeight(text, at) >= _BOLD_WEIGHT
                or (bool(key) and raw.FPDFTextObj_GetTextRenderMode(text_object) == _STROKED)
            )
            size = raw.FPDFText_GetFontSize(text, at) * math.hypot(matrix.c, matrix.d)
            found = self._styles[key] = _Style(round(size, 2), bold, _direction(matrix.a, matrix.b))
        return found

    def _place(self, x: float, y: float) -> tuple[float, float]:
        """Map a point of the page's space to the page as it is read."""
        corner_x, corner_y = self._corner
        across, down = x - corner_x, y - corner_y
        match self._turns:
            case 0:
                return across, -down
            case 1:
                return down, across
            case 2:
                return -across, down
            case _:
                return -down, -across

    def _box(self, box: tuple[float, float, float, float]) -> list[float]:
        (x0, y0), (x1, y1) = self._place(box[0], box[1]), self._place(box[2], box[3])
        return [min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)]

    def _words(self, chars: list[_Char]) -> tuple[list[list[Any]], str]:
        """Join characters to words. Returns also the text that is turned."""
        straight = -self._turns % 4
        words: list[list[Any]] = []
        turned: list[str] = []
        for char in chars:
            if char.style.direction != straight:
                turned.append(" " * bool(char.spaced) + char.text)
                continue
            left, top, right, bottom = self._box(char.box)
            baseline = self._place(*char.baseline)[1]
            size = char.style.size
            word = words[-1] if words else None
            gap = _STOP_GAP if char.text in _STOPS else _ADDED_GAP if char.spaced else _WORD_GAP
            if (
                word is None
                or char.spaced == 2
                or not (-0.5 if char.spaced else -_LIGATURE) * size < left - word[3] < gap * max(size, word[6])
                or abs(baseline - word[5]) > _SHIFT * max(size, word[6])
            ):
                if word is not None:
                    word[9] = char.spaced == 2
                words.append(
                    [char.text, left, top, right, bottom, baseline, size, char.style.bold, char.spaced == 2, False]
                )
                continue
            if size > word[6] * 1.1:  # the word began with a raised letter or with a small one
                word[5], word[6] = baseline, size
            word[0] += char.text
            word[2], word[3], word[4] = min(word[2], top), max(word[3], right), max(word[4], bottom)
            word[7] = word[7] and char.style.bold
        width, height = self._page.get_width(), self._page.get_height()
        if self._page.get_rotation() // 90 % 2 != self._turns % 2:
            width, height = height, width
        shown = [word for word in words if word[3] > 0 and word[1] < width and word[4] > 0 and word[2] < height]
        return [word[:1] + [round(n, 2) for n in word[1:7]] + word[7:] for word in shown], "".join(turned).strip()

    def _shapes(self) -> tuple[list[list[float]], int]:
        raw, page = self._pdfium, self._page.raw
        shapes = []
        pictures = 0
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        for at in range(min(raw.FPDFPage_CountObjects(page), _MAX_SHAPES)):
            found = raw.FPDFPage_GetObject(page, at)
            kind = raw.FPDFPageObj_GetType(found)
            pictures += kind == raw.FPDF_PAGEOBJ_IMAGE
            if kind == raw.FPDF_PAGEOBJ_PATH and raw.FPDFPageObj_GetBounds(found, left, bottom, right, top):
                shapes.append([round(n, 2) for n in self._box((left.value, bottom.value, right.value, top.value))])
        return shapes, pictures

    def _links(self) -> list[list[Any]]:
        """Return the boxes on the page that lead to an address."""
        raw, document, page = self._pdfium, self._document.raw, self._page.raw
        at, link, box = ctypes.c_int(), raw.FPDF_LINK(), raw.FS_RECTF()
        address = ctypes.create_string_buffer(_MAX_TARGET)
        links: list[list[Any]] = []
        while len(links) < _MAX_LINKS and raw.FPDFLink_Enumerate(page, at, link):
            action = raw.FPDFLink_GetAction(link)
            if not action or raw.FPDFAction_GetType(action) != raw.PDFACTION_URI:
                continue
            size = raw.FPDFAction_GetURIPath(document, action, address, _MAX_TARGET)
            if 1 < size <= _MAX_TARGET and raw.FPDFLink_GetAnnotRect(link, box):
                place = [round(n, 2) for n in self._box((box.left, box.bottom, box.right, box.top))]
                links.append([*place, address.value.decode("utf-8", "replace")])
        return links


def _direction(across: float, up: float) -> int:
    """Return the way that text runs, in quarter turns clockwise, or -1."""
    if abs(up) * 10 < abs(across):
        return 0 if across > 0 else 2
    if abs(across) * 10 < abs(up):
        return 1 if up < 0 else 3
    return -1


def main() -> None:
    """Read standard input and write standard output, within the limits."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        found = extract(sys.stdin.buffer.read())
    except MemoryError:
        found = {"error": "large"}
    except ModuleNotFoundError:
        found = {"error": "missing"}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
