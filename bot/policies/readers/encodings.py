"""Bytes -> text: by byte order mark, as UTF-8, by declaration, and otherwise as Windows-1252 or Mac Roman."""

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
_INNER_CAPITAL = re.compile(r"(?<=[a-zß-öø-ÿ])[À-ÖØ-ÞŒŠŽŸ]|[‡†√∂∑∏Ω≈]")
_MOST_BAD = 4  # a file in UTF-8 has at least this many characters above ASCII for each bad byte
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def decode(data: bytes, path: PurePath, *, declares: bool = False, charset: str | None = None) -> str:
    """Return the text of a file. Line ends stay as they are, and a byte order mark is dropped.

    declares: whether the file can name its encoding itself, as HTML does. charset: what the server named it, if any.
    Raises AskPolicyError if the encoding cannot be recognized, or if the file is not text.
    """
    text = _try(data, "utf-8") if _marked(data) is None else None
    if text is None or "\0" in text[:_SAMPLE_BYTES]:
        tries = (_try(data, encoding) for encoding in _encodings(data, declares, charset))
        text = next((tried for tried in tries if tried is not None), None)
        text = _mostly_utf8(data) if text is None else text
    if text is None:
        raise AskPolicyError(f"{path} has an encoding that cannot be told from its bytes: save it as UTF-8.")
    text = text.removeprefix("\ufeff")
    if _CONTROL.search(text):
        raise AskPolicyError(f"{path} is not a text file: give a text, Markdown, HTML, PDF or Word (.docx) file.")
    return text


def _encodings(data: bytes, declares: bool, charset: str | None) -> list[str]:
    """Return the encodings to try if it is not UTF-8, the most certain first."""
    if marked := _marked(data):
        return [marked]
    if wide := _wide(data):
        return [wide]
    found = _DECLARED.search(data, 0, _DECLARATION_BYTES) if declares else None
    # As in browsers, the server's declaration takes precedence over the page's own.
    declared = [name.lower() for name in (charset, found[1].decode("ascii") if found else None) if name]
    # A declaration inside bytes that are read one by one cannot be right if it names two-byte units.
    names = ["cp1252" if name in _WESTERN else name for name in declared if not name.startswith(("utf-16", "utf-32"))]
    sample = data[:_SAMPLE_BYTES]
    high = len(sample) - len(sample.decode("ascii", "ignore"))
    western = high <= _MOST_ABOVE_ASCII * len(sample)
    return [*names, *([_western(sample)] if western and not _is_mostly_utf8(data) else [])]


def _western(sample: bytes) -> str:
    """Tell Windows-1252 from Mac Roman: if read as the wrong one, words have capital letters inside ("donÕt")."""
    capitals = {name: len(_INNER_CAPITAL.findall(sample.decode(name, "replace"))) for name in ("cp1252", "mac_roman")}
    return "mac_roman" if capitals["mac_roman"] < capitals["cp1252"] else "cp1252"


def _is_mostly_utf8(data: bytes) -> bool:
    """Return whether there are far more characters in UTF-8 than bytes that are not."""
    text = data.decode("utf-8", "replace")
    above_ascii = len(text) - len(text.encode("ascii", "ignore"))
    return text.count("\ufffd") * _MOST_BAD < above_ascii


def _mostly_utf8(data: bytes) -> str | None:
    """Read UTF-8 with a few bad bytes, which are read as Windows-1252, as in files that several editors wrote."""
    return data.decode("utf-8", "askpolicy.western") if _is_mostly_utf8(data) else None


def _read_western(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return bad.decode("cp1252", "replace") if len(bad) == 1 else "\ufffd", error.end


codecs.register_error("askpolicy.western", _read_western)


def _marked(data: bytes) -> str | None:
    return next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)


def _wide(data: bytes) -> str | None:
    """Tell UTF-16 without a mark: Western letters have a zero in every second byte."""
    sample = data[:_SAMPLE_BYTES]
    pairs = len(sample) // 2
    if not pairs:
        return None
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > pairs / 2 and even < pairs / 20:
        return "utf-16-le"
    return "utf-16-be" if even > pairs / 2 and odd < pairs / 20 else None


def _try(data: bytes, encoding: str) -> str | None:
    try:
        # Some of Python's codecs return no text ("base64"): only those for text are looked up by `str`.
        whole = data[: len(data) // 2 * 2] if encoding.startswith("utf-16") else data
        return str(whole, encoding)
    except (UnicodeError, LookupError):
        return None
