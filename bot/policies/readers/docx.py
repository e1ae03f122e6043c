"""Word documents -> text, through the HTML that mammoth makes of them."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePath
from xml.parsers.expat import ExpatError

from bot.policies.readers.html import read_markup
from bot.policies.readers.reading import Reading
from bot.types import AskPolicyError

# A document unpacks to some ten times its size; one that unpacks to more than this is made to fill the memory.
MAX_UNPACKED_BYTES = 200_000_000


def read_docx(data: bytes, path: PurePath) -> Reading:
    """Read a Word document. Raises AskPolicyError if it is none, or if its reader is not installed."""
    try:
        import mammoth
    except ModuleNotFoundError:
        raise AskPolicyError(
            f"{path} is a Word document: install its reader with `pip install 'askpolicy[readers]'`, or save it as "
            "PDF or HTML."
        ) from None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > MAX_UNPACKED_BYTES:
            raise AskPolicyError(f"{path} is too large once unpacked: give the policy alone.")
        # Pictures would be in the page as data.
        no_pictures = mammoth.images.img_element(lambda _: {"src": ""})
        return read_markup(mammoth.convert_to_html(io.BytesIO(data), convert_image=no_pictures).value)
    except (
        zipfile.BadZipFile,
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
