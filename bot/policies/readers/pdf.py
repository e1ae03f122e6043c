"""PDF -> text."""

from __future__ import annotations

import io
import logging
from pathlib import PurePath

from bot.policies.readers.reading import Reading
from bot.types import AskPolicyError


def read_pdf(data: bytes, path: PurePath) -> Reading:
    """Read a PDF, page by page. Raises AskPolicyError if it is none."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        return Reading("\n\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages))
    except (PyPdfError, ValueError, KeyError, TypeError) as error:
        raise AskPolicyError(
            f"{path} cannot be read as a PDF ({str(error) or type(error).__name__}): save it again as PDF or as text."
        ) from None
