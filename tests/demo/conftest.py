"""The demo, served once, and opened on a desktop, in dark colors and on a phone.

Gradio is imported only if a test needs it: the import takes longer than most tests.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot import Bot
from bot.demo.own_policy import OwnPolicies
from bot.settings import FetchSettings, ServeSettings
from evals.report.tab.runs import Evaluation
from evals.sets.cases import load_set
from tests.demo.visiting import PUBLIC, DemoVisit
from tests.policies.web import Site, http, site
from tests.support.scripted_bot import ScriptedBot

if TYPE_CHECKING:
    from gradio import Blocks
    from playwright.sync_api import Browser

    from bot.demo.events import Events

LONG = "Widerspruchsrechtsbelehrung" * 6
PAGE = f"<title>Maple Bakery</title><main><p>We never sell personal data.</p><p>{LONG} is kept.</p></main>"
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


@pytest.fixture(scope="session")
def web() -> Iterator[Site]:
    """Serve a bakery's policy, which the demo can fetch."""
    with site(address=PUBLIC) as opened:
        opened.replies["/privacy"] = http(body=PAGE)
        yield opened


@pytest.fixture(scope="session")
def address(bot: Bot, gradio: ModuleType, web: Site) -> Iterator[str]:
    """Serve the demo under a path, with the evaluation tab as `app.py` adds it but only every eighth question."""
    from bot.demo import page
    from bot.demo.page import mount_demo
    from evals.report.tab import build

    app = FastAPI(openapi_url=None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "open_evaluation", lambda bot: Evaluation(bot, load_set("massgov_dev")[::8]))
        patch.setattr(build, "stored_run", lambda bot: None)
        patch.setattr(page, "OwnPolicies", partial(OwnPolicies, resolve=lambda host, port: [PUBLIC]))
        fetching = FetchSettings(ports=(80, 443, web.port))
        bot = ScriptedBot(bot.bundle, bot.settings.model_copy(update={"fetch": fetching}))
        mount_demo(app, bot, "/demo", [build.EVALUATION], own_policy=True)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listener.close()


@pytest.fixture(params=["desktop", "dark", "phone"])
def visit(request: pytest.FixtureRequest, chromium: Browser, address: str) -> Iterator[DemoVisit]:
    phone = request.param == "phone"
    context = chromium.new_context(
        viewport={"width": 375, "height": 812} if phone else {"width": 1280, "height": 900},
        color_scheme="dark" if request.param == "dark" else "light",
        reduced_motion="reduce" if phone else "no-preference",
    )
    visit = DemoVisit(context, [address])
    visit.open(address)
    yield visit
    visit.assert_clean()
    context.close()
