"""Builds the demo's page and adds it to a web service."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Sequence
from html import escape

import gradio as gr
from fastapi import FastAPI
from starlette.routing import Route

from bot.demo.ask import AskTab
from bot.demo.browse import build_browse
from bot.demo.events import Events
from bot.demo.html import live_link
from bot.demo.own_policy import OwnPolicies
from bot.demo.own_tab import build_own_policy
from bot.demo.parts import ASSETS, ExtraTab, asset, html_part
from bot.demo.request_filter import RequestFilter
from bot.pipeline import Bot
from bot.types import Policy

# In this order: what is on a narrow window replaces what is before it.
_STYLES = [ASSETS / f"{name}.css" for name in ("page", "conversation", "policy", "narrow", "own")]


def build_demo(
    bot: Bot, extra_tabs: Sequence[ExtraTab] = (), *, own_policy: bool = False, in_service: bool = False
) -> gr.Blocks:
    """Build the page, without its styles, which `mount_demo` adds. own_policy, in_service: see there."""
    policy = bot.bundle.policy
    with gr.Blocks(title=f"Ask about the {policy.title}", analytics_enabled=False, fill_width=True) as demo:
        html_part(_header_html(policy), elem_id="header", js_on_load=asset("tabs.js") + asset("refusals.js"))
        if in_service:
            html_part(f'<div data-policy="{escape(policy.id)}"></div>', elem_id="owner", js_on_load=asset("service.js"))
        with gr.Tabs(selected="ask", elem_id="tabs") as tabs:
            with gr.Tab("Ask", id="ask"):
                ask_tab = AskTab(bot)
            with gr.Tab("Browse", id="browse"):
                build_browse(bot, ask_tab, tabs)
            if own_policy:
                with gr.Tab("Your policy", id="own"):
                    build_own_policy()
            for extra in extra_tabs:
                with gr.Tab(extra.title):
                    extra.build(bot)
        html_part(_footer_html(policy, in_service=in_service), elem_id="about")
    return demo


def mount_demo(
    app: FastAPI,
    bot: Bot,
    path: str = "",
    extra_tabs: Sequence[ExtraTab] = (),
    *,
    own_policy: bool = False,
) -> FastAPI:
    """Add the demo to a web service at `path`, such as "/demo", or by default at its root. Return `app`.

    The service may be running already. extra_tabs: come after the demo's own tabs. own_policy: whether visitors may ask
    about another policy, a file of their own or a page that the server fetches for them.
    """
    app.routes.append(Route(f"{path}/{{rest:path}}", demo_app(bot, extra_tabs, own_policy=own_policy)))
    return app


def demo_app(
    bot: Bot,
    extra_tabs: Sequence[ExtraTab] = (),
    *,
    own_policy: bool = False,
    frames: Sequence[str] = (),
    in_service: bool = False,
) -> RequestFilter:
    """Return the demo as an application for a route that names the rest of the path `rest`.

    frames: sites that may show it in a frame, in addition to those of the setting serve.origins. in_service: whether
    the HTTP service is one level above; then the page shows the owner's notices and passes questions on. See
    `mount_demo`.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        # Without a running event loop, Gradio creates loops and leaves them open.
        return asyncio.run(_filtered_in_loop(bot, extra_tabs, own_policy, frames, in_service))
    return _filtered(bot, extra_tabs, own_policy, frames, in_service)


async def _filtered_in_loop(
    bot: Bot, extra_tabs: Sequence[ExtraTab], own_policy: bool, frames: Sequence[str], in_service: bool
) -> RequestFilter:
    return _filtered(bot, extra_tabs, own_policy, frames, in_service)


def _filtered(
    bot: Bot, extra_tabs: Sequence[ExtraTab], own_policy: bool, frames: Sequence[str], in_service: bool
) -> RequestFilter:
    _load_matplotlib()
    page = build_demo(bot, extra_tabs, own_policy=own_policy, in_service=in_service)
    system_fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"]
    # Gradio gets a separate application behind the filter, so that what it adds is not reachable.
    inside = gr.mount_gradio_app(
        FastAPI(openapi_url=None),
        page,
        path="/",
        theme=gr.themes.Base(font=system_fonts, font_mono=["ui-monospace", "monospace"]),
        css_paths=[*_STYLES, *(extra.styles for extra in extra_tabs if extra.styles)],
        footer_links=[],
        run_history=False,  # Gradio would keep every question in the browser
        max_file_size="1kb",  # nothing is uploaded to Gradio
        show_error=False,
        ssr_mode=False,
        pwa=False,
        enable_monitoring=False,
        mcp_server=False,
    )
    own = OwnPolicies(bot) if own_policy else None
    return RequestFilter(inside, Events(page, bot.settings.guard), bot.settings.serve, own, frames)


def _load_matplotlib() -> None:
    """Load matplotlib, if it is installed, before the first visitor comes: Gradio uses it for every event.

    Set a backend, since matplotlib would otherwise load pyplot to choose one. Measured: the first event takes 0.02 s
    instead of 3.8 s.
    """
    os.environ.setdefault("MPLBACKEND", "agg")
    with contextlib.suppress(ImportError):
        import matplotlib  # noqa: F401


def _header_html(policy: Policy) -> str:
    return (
        f"<header><h1>Ask about the {escape(policy.title)}</h1>"
        "<p>Get answers in the policy's own words, with a link to each quote.</p></header>"
    )


def _footer_html(policy: Policy, *, in_service: bool) -> str:
    dates = [
        f"in effect since {policy.effective}" if policy.effective else "",
        f"updated {policy.updated}" if policy.updated else "",
    ]
    version = ", ".join(words for words in dates if words)
    record = "no record of your questions, unless you pass one on" if in_service else "no record of your questions"
    link = f" {live_link(policy.url, f'Open the policy on {policy.site}')}" if policy.url else ""
    return (
        f"<footer><p>{escape(policy.title)}{escape(f', {version}' if version else '')}.{link}</p>"
        f"<p>This demo keeps nothing about you: no cookies, no analytics, {record}. It only counts "
        "how many answers were helpful. It is a guide to the policy, not legal advice.</p></footer>"
    )
