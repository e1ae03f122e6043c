"""Gradio, imported if a test needs it: it takes longer than most of them."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot import Bot
from bot.settings import ServeSettings

if TYPE_CHECKING:
    from gradio import Blocks

    from bot.demo.events import Events


EVENT = "/demo/gradio_api/run/predict"


class Inside:
    """Stands for gradio, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.bodies: list[bytes] = []
        self.status = 200

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        self.asked.append(request)
        self.bodies.append(await request.body())
        await PlainTextResponse("{}", self.status)(scope, receive, send)


def filter_before(inside: ASGIApp, events: Events) -> FastAPI:
    """The demo at /demo, with something else in gradio's place."""
    from bot.demo.request_filter import RequestFilter

    app = FastAPI(openapi_url=None)
    app.routes.append(Route("/demo/{rest:path}", RequestFilter(inside, events, ServeSettings(max_in_work=2))))
    return app


@pytest.fixture(scope="session")
def gradio() -> ModuleType:
    """The module; a test that asks for it is skipped if it is not installed."""
    module: ModuleType = pytest.importorskip("gradio", reason="the demo needs gradio: pip install 'askpolicy[demo]'")
    return module


@pytest.fixture(scope="session")
def events(bot: Bot, gradio: ModuleType) -> Events:
    """What the page may send."""
    from bot.demo.events import Events

    return Events(page_of(bot), bot.settings.guard)


def page_of(bot: Bot, *, with_evaluation: bool = True) -> Blocks:
    """Build the page as `app.py` serves it, or as the service does, which has no evaluation."""
    from bot.demo.page import build_demo
    from evals.report.tab.build import EVALUATION

    async def build() -> Blocks:
        return build_demo(bot, [EVALUATION] if with_evaluation else [])

    # In a thread: a browser that other tests have open keeps an event loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(build())).result()
