"""What the tabs share: a tab itself, and how a piece of HTML, an event and a packaged file are given to gradio."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from bot.pipeline import Bot

ASSETS = Path(__file__).resolve().parent / "assets"

# No queue: a question is one request with one answer, so that any process of a service may take it.
EVENT: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}


@dataclass(frozen=True, slots=True)
class ExtraTab:
    """A tab that whoever serves the demo adds to it.

    title: its name in the row of tabs. build: adds its parts to the page; called once, inside the tab. styles: a CSS
    file of its own.
    """

    title: str
    build: Callable[[Bot], None]
    styles: Path | None = None


def html_part(value: str, **options: Any) -> gr.HTML:
    """A piece of the page, without gradio's own styles and click handler."""
    return gr.HTML(value, apply_default_css=False, min_width=0, **{"js_on_load": None, **options})


def asset(name: str) -> str:
    """The text of a file under assets/."""
    return (ASSETS / name).read_text(encoding="utf-8")
