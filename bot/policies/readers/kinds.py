"""A file -> the reader for its kind, which its first bytes tell, or else its name."""

from __future__ import annotations

import re
from pathlib import PurePath

from bot.policies.readers.aligned import set_bars
from bot.policies.readers.encodings import decode
from bot.policies.readers.reading import Reading
from bot.types import AskPolicyError

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S
)
_START_BYTES = 4_096
_KINDS = {
    **dict.fromkeys((".html", ".htm", ".xhtml", ".shtml"), "html"),
    **dict.fromkeys((".md", ".markdown", ".mdown", ".mkd", ".mdx"), "markdown"),
    ".pdf": "pdf",
    ".docx": "docx",
}
# The extensions of files that are read as policies.
ENDINGS = frozenset({*_KINDS, ".txt"})
# Formats that have no reader, and what they are called.
_UNREAD = {
    "rtf": "a Rich Text (RTF) document",
    "doc": "an old Word (.doc) document",
    "odt": "an OpenDocument (ODT) document",
    "epub": "an EPUB book",
    "zip": "an archive",
}


def read_file(data: bytes, path: PurePath, kind: str | None = None, charset: str | None = None) -> Reading:
    """Read the bytes of a policy. path: the name that tells its kind, and that errors mention.

    kind, charset: what a server says about the file, if anything. Raises AskPolicyError if it cannot be read, or has no
    text.
    """
    reading = _read(data, path, kind, charset)
    if not reading.text.strip():
        raise AskPolicyError(f"{path} holds no text: give a file whose text can be selected and copied.")
    return reading


def _read(data: bytes, path: PurePath, kind: str | None, charset: str | None) -> Reading:
    # A reader is imported when a file of its kind is read.
    match kind_of(data, path, kind):
        case "html":
            from bot.policies.readers.html import read_html

            return read_html(data, path, charset)
        case "markdown":
            from bot.policies.readers.markdown import read_markdown

            return read_markdown(data, path, charset)
        case "pdf":
            from bot.policies.readers.pdf import read_pdf

            return read_pdf(data, path)
        case "docx":
            from bot.policies.readers.docx import read_docx

            return read_docx(data, path)
        case "text":
            return Reading(set_bars(decode(data, path, charset=charset)))
        case kind:
            raise AskPolicyError(
                f"{path} is {_UNREAD[kind]}, which cannot be read: open it and save it as PDF, HTML, Word (.docx) or "
                "text."
            )


def kind_of(data: bytes, path: PurePath, named: str | None = None) -> str:
    """Tell the kind of a file: html, markdown, pdf, docx, text, or one that has no reader. named: by its server."""
    start = data[:_START_BYTES]
    if start.startswith(b"%PDF-"):
        return "pdf"
    if start.lstrip().startswith(b"{\\rtf"):
        return "rtf"
    if start.startswith(_OLE):
        return "doc"
    if start.startswith(_ZIP):
        return _packed(data, start)
    by_name = named or _KINDS.get(path.suffix.lower(), "text")
    return "html" if by_name == "text" and _HTML_START.match(start) else by_name


def _packed(data: bytes, start: bytes) -> str:
    if b"word/document.xml" in data:
        return "docx"
    if b"application/epub+zip" in start:
        return "epub"
    return "odt" if b"application/vnd.oasis.opendocument" in start else "zip"
