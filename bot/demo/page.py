"""Puts the page together, and into a web service."""

from __future__ import annotations

import asyncio
from html import escape

import gradio as gr
from fastapi import FastAPI

from bot.demo.ask import AskTab
from bot.demo.browse import build_browse
from bot.demo.evaluation import build_evaluation
from bot.demo.gate import Gate
from bot.demo.html import live_link
from bot.demo.parts import ASSETS, asset, html_part
from bot.pipeline import Bot
from bot.types import Policy

# A speech bubble. Without an icon in the page the browser asks for one elsewhere.
_ICON = (
    '<link rel="icon" href="data:image/svg+xml,'
    "%3Csvg xmlns=%27http://www.w3.org/2000/svg%27 viewBox=%270 0 16 16%27%3E%3Cpath fill=%27%2314558f%27 "
    "d=%27M2 1h12a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H7l-4 3v-3H2a1 1 0 0 1-1-1V2a1 1 0 0 1 1-1z%27/%3E%3C/svg%3E"
    '">'
)


def build_demo(bot: Bot) -> gr.Blocks:
    """The page. Its looks are given where it is served: see `mount_demo`."""
    policy = bot.bundle.policy
    with gr.Blocks(title=f"Ask about the {policy.title}", analytics_enabled=False, fill_width=True) as demo:
        html_part(_header_html(policy), elem_id="header", js_on_load=asset("tabs.js"))
        with gr.Tabs(selected="ask", elem_id="tabs") as tabs:
            with gr.Tab("Ask", id="ask"):
                ask_tab = AskTab(bot)
            with gr.Tab("Browse", id="browse"):
                build_browse(bot, ask_tab, tabs)
            with gr.Tab("Evaluation", id="evaluation"):
                build_evaluation(bot)
        html_part(_footer_html(policy), elem_id="about")
    return demo


def mount_demo(app: FastAPI, bot: Bot, path: str = "/") -> FastAPI:
    """Put the demo into a web service at `path`, with its looks and with what gradio adds by itself turned off.

    It may be done before the service has started or while it runs: the demo needs no start of its own.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        # Where no event loop is running, gradio makes some, and leaves them open.
        asyncio.run(_mount_in_loop(app, bot, path))
    else:
        _mount(app, bot, path)
    return app


async def _mount_in_loop(app: FastAPI, bot: Bot, path: str) -> None:
    _mount(app, bot, path)


def _mount(app: FastAPI, bot: Bot, path: str) -> None:
    system_fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"]
    gr.mount_gradio_app(
        app,
        build_demo(bot),
        path=path,
        theme=gr.themes.Base(font=system_fonts, font_mono=["ui-monospace", "monospace"]),
        css_paths=ASSETS / "demo.css",
        head=_ICON,
        footer_links=[],
        run_history=False,  # gradio would keep every question in the browser
        max_file_size="1kb",  # nothing is uploaded
        show_error=False,
        ssr_mode=False,
        pwa=False,
        enable_monitoring=False,
        mcp_server=False,
    )
    mounted = app.routes[-1].app  # type: ignore[attr-defined]
    mounted.add_middleware(Gate, max_body_bytes=bot.settings.serve.max_body_bytes)


def _header_html(policy: Policy) -> str:
    return (
        f"<header><h1>Ask about the {escape(policy.title)}</h1>"
        "<p>Answers in the policy's own words, each with the place where it stands.</p></header>"
    )


def _footer_html(policy: Policy) -> str:
    dates = [
        f"in effect since {policy.effective}" if policy.effective else "",
        f"updated {policy.updated}" if policy.updated else "",
    ]
    version = ", ".join(words for words in dates if words)
    link = f" {live_link(policy.url, f'Open the policy on {policy.site}')}" if policy.url else ""
    return (
        f"<footer><p>{escape(policy.title)}{escape(f', {version}' if version else '')}.{link}</p>"
        "<p>This demo keeps nothing about you: no cookies, no analytics, no record of your questions. “Helpful” and "
        "“not helpful” are only counted. It is a guide to the policy, not legal advice.</p></footer>"
    )
