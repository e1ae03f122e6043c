"""Bytes -> text: by byte order mark, by declaration, as UTF-8, and otherwise as browsers do, as Windows-1252."""

from __future__ import annotations

import codecs
import re
from pathlib import PurePath

from bot.types import AskPolicyError

# UTF-32 first: its mark begins like that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# A page's own declaration. The HTML standard has browsers look at the first 1,024 bytes; many pages are later.
_DECLARED = re.compile(
    rb"""<(?:meta\b[^<>]{0,500}?\bcharset|\?xml\b[^<>]{0,200}?\bencoding)\s*=\s*["']?\s*([\w.:-]+)""", re.I
)
_DECLARATION_BYTES = 8_192
# The HTML standard reads these labels as Windows-1252, because that is what files with them contain.
_WESTERN = frozenset(
    "ascii us-ascii latin1 latin-1 l1 iso-8859-1 iso8859-1 iso88591 cp1252 windows-1252 x-cp1252".split()
)
_SAMPLE_BYTES = 65_536
# English and other Western texts have accents and curly quotes in at most a tenth of their bytes; Cyrillic, Greek or
# Japanese bytes read as Windows-1252 are nearly all above ASCII.
_MOST_ABOVE_ASCII = 0.2
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def decode(data: bytes, path: PurePath, *, declares: bool = False) -> str:
    """Return the text of a file. Line ends stay as they are, and a byte order mark is dropped.

    declares: whether the file can name its encoding itself, as HTML does.
    Raises AskPolicyError if the encoding cannot be told, or if the file is no text.
    """
    text = next((tried for encoding in _encodings(data, declares) if (tried := _try(data, encoding)) is not None), None)
    if text is None:
        raise AskPolicyError(f"{path} has an encoding that cannot be told from its bytes: save it as UTF-8.")
    text = text.removeprefix("\ufeff")
    if _CONTROL.search(text):
        raise AskPolicyError(f"{path} is not a text file: give a text, Markdown, HTML, PDF or Word (.docx) file.")
    return text


def _encodings(data: bytes, declares: bool) -> list[str]:
    """Return the encodings to try, the most certain first."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return [encoding]
    if wide := _wide(data):
        return [wide]
    found = _DECLARED.search(data, 0, _DECLARATION_BYTES) if declares else None
    declared = found[1].decode("ascii").lower() if found else ""
    if declared in _WESTERN:
        declared = "cp1252"
    # A declaration inside bytes that are read one by one cannot be right if it names two-byte units.
    names = [declared] if declared and not declared.startswith(("utf-16", "utf-32")) else []
    high = sum(byte > 127 for byte in data[:_SAMPLE_BYTES])
    western = high <= _MOST_ABOVE_ASCII * len(data[:_SAMPLE_BYTES])
    return [*names, "utf-8", *(["cp1252"] if western else [])]


def _wide(data: bytes) -> str | None:
    """Tell UTF-16 without a mark: Western letters have a zero in every second byte."""
    sample = data[:_SAMPLE_BYTES]
    pairs = len(sample) // 2
    if not pairs or len(data) % 2:
        return None
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > pairs / 2 and even < pairs / 20:
        return "utf-16-le"
    return "utf-16-be" if even > pairs / 2 and odd < pairs / 20 else None


def _try(data: bytes, encoding: str) -> str | None:
    try:
        # Some of Python's codecs return no text ("base64"): only those for text are looked up by `str`.
        return str(data, encoding)
    except (UnicodeError, LookupError):
        return None
