"""A document -> one page of HTML that loads nothing and runs no script, or Markdown."""

from __future__ import annotations

import re
from pathlib import Path

from bot.reports.document import BLANK, Document
from bot.templates import templates

_FOLDER = Path(__file__).resolve().parent / "templates"
_SYNTAX = re.compile(r"[\\`*_\[\]<>|#&~]")


def to_html(document: Document) -> str:
    """Return the document as a page."""
    return templates(_FOLDER).get_template("document.html.jinja").render(document=document, blank=BLANK)


def to_markdown(document: Document) -> str:
    """Return the document as Markdown. Whatever it says is text: nothing of it is read as Markdown or HTML."""
    environment = templates(_FOLDER)
    environment.autoescape = False
    environment.filters["plain"] = _plain
    return environment.get_template("document.md.jinja").render(document=document, blank=BLANK)


def _plain(text: str) -> str:
    return _SYNTAX.sub(r"\\\g<0>", " ".join(text.split()))
