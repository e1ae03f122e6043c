"""What the tabs share: the type of an extra tab, the options of events, pieces of HTML, and packaged files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from bot.pipeline import Bot

ASSETS = Path(__file__).resolve().parent / "assets"

# Without a queue, a question is one request with one response, which any process of a service can handle.
EVENT: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}


@dataclass(frozen=True, slots=True)
class ExtraTab:
    """A tab that the demo's host adds to it.

    title: the tab's label. build: adds the tab's content to the page; called once, inside the tab. styles: the tab's
    own CSS file, if it has one.
    """

    title: str
    build: Callable[[Bot], None]
    styles: Path | None = None


def html_part(value: str, **options: Any) -> gr.HTML:
    """Return a Gradio component with this HTML, without Gradio's own styles and click handler."""
    return gr.HTML(value, apply_default_css=False, min_width=0, **{"js_on_load": None, **options})


def asset(name: str) -> str:
    """Return the text of a file in assets/."""
    return (ASSETS / name).read_text(encoding="utf-8")
