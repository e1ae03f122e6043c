"""Renders the studio's pages."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from starlette.responses import HTMLResponse, Response

from bot.studio.desk import Desk
from bot.studio.files import Contents
from bot.templates import templates
from bot.types import AskPolicyError
from bot.wording import date_in_words

_templates = templates(Path(__file__).resolve().parent / "templates")
_templates.filters["in_words"] = partial(date_in_words, language="en")
_templates.filters["sentence"] = lambda words: f"{words[:1].upper()}{words[1:]}"


def render(desk: Desk, template: str, contents: Contents, status: int = 200, **values: Any) -> Response:
    """Render a page. values: may have the `state` that its content was made in."""
    html = _templates.get_template(template).render(
        policy=contents.policy,
        revision=contents.revision,
        board=desk.board(contents),
        draft=desk.files.is_draft,
        **{"state": state_of(desk, contents), **values},
    )
    return HTMLResponse(html, status)


def render_problem(error: AskPolicyError, status: int) -> Response:
    """Render a page that says what is wrong with the files, for as long as they cannot be read."""
    return HTMLResponse(_templates.get_template("problem.html").render(problem=str(error)), status)


def state_of(desk: Desk, contents: Contents) -> dict[str, Any]:
    """Return how far the chat is. words: the same for people. built: the revision that it was built from."""
    live = desk.live
    current = live.is_current(contents.revision)
    if not current:
        words = "Building the chat with your last edit…" if live.built else "Building the chat…"
    elif live.problem:
        words = f"The chat cannot be built. {live.problem}"
    else:
        words = "The chat is up to date."
    built = live.built.revision if live.built else ""
    return {
        "revision": contents.revision,
        "built": built,
        "current": current,
        "failed": bool(current and live.problem),
        "words": words,
    }
