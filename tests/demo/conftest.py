"""Gradio is imported only if a test needs it: the import takes longer than most tests."""

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


class FakeGradio:
    """A fake gradio that records its requests."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.bodies: list[bytes] = []
        self.status = 200

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        self.asked.append(request)
        self.bodies.append(await request.body())
        await PlainTextResponse("{}", self.status)(scope, receive, send)


def filter_before(fake_gradio: ASGIApp, events: Events) -> FastAPI:
    """Return the demo at /demo, with a fake in place of gradio."""
    from bot.demo.request_filter import RequestFilter

    app = FastAPI(openapi_url=None)
    app.routes.append(Route("/demo/{rest:path}", RequestFilter(fake_gradio, events, ServeSettings(max_in_work=2))))
    return app


@pytest.fixture(scope="session")
def gradio() -> ModuleType:
    """Return the module, or skip the test if gradio is not installed."""
    module: ModuleType = pytest.importorskip("gradio", reason="the demo needs gradio: pip install 'askpolicy[demo]'")
    return module


@pytest.fixture(scope="session")
def events(bot: Bot, gradio: ModuleType) -> Events:
    """Return what the page may send."""
    from bot.demo.events import Events

    return Events(page_of(bot), bot.settings.guard)


def page_of(bot: Bot, *, with_evaluation: bool = True) -> Blocks:
    """Build the page as `app.py` serves it, or as the service does, which has no evaluation."""
    from bot.demo.page import build_demo
    from evals.report.tab.build import EVALUATION

    async def build() -> Blocks:
        return build_demo(bot, [EVALUATION] if with_evaluation else [])

    # In a separate thread: the browser of other tests keeps an event loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(build())).result()
