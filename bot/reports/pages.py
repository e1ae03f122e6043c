"""A document -> one page of HTML that loads nothing and runs no script, or Markdown."""

from __future__ import annotations

import re
from pathlib import Path

from markupsafe import Markup

from bot.reports.document import BLANK, Document
from bot.templates import templates

_FOLDER = Path(__file__).resolve().parent / "templates"
_SYNTAX = re.compile(r"[\\`*_\[\]<>|#&~]")
# A command of ours. Anything else in backticks may come from a policy, and stays text.
_COMMAND = re.compile(r"`(askpolicy [a-z -]+)`")


def to_html(document: Document) -> str:
    """Return the document as a page."""
    environment = templates(_FOLDER)
    environment.filters["coded"] = _coded
    return environment.get_template("document.html.jinja").render(document=document, blank=BLANK)


def to_markdown(document: Document) -> str:
    """Return the document as Markdown. Everything in it is text: none of it is read as Markdown or HTML."""
    environment = templates(_FOLDER)
    environment.autoescape = False
    environment.filters["plain"] = _plain
    return environment.get_template("document.md.jinja").render(document=document, blank=BLANK)


def _coded(text: str) -> Markup:
    """Return a text for HTML, with commands as code."""
    parts = _COMMAND.split(text)
    return Markup("").join(Markup("<code>{}</code>").format(part) if n % 2 else part for n, part in enumerate(parts))


def _plain(text: str) -> str:
    """Return a text for Markdown. Commands stay code."""
    parts = _COMMAND.split(" ".join(text.split()))
    return "".join(f"`{part}`" if n % 2 else _SYNTAX.sub(r"\\\g<0>", part) for n, part in enumerate(parts))
