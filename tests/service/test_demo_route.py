"""/demo before and after the demo has loaded."""

from __future__ import annotations

import asyncio
import dataclasses
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot import Bot, Settings
from bot.service.app import _mount_demo, create_app

pytest.importorskip("gradio", reason="the demo needs gradio: pip install 'askpolicy[demo]'")


def get(app: FastAPI, method: str = "GET") -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)  # without starting the application, so no index is loaded
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.request(method, "/demo/")

    # In a separate thread: the browser of other tests keeps an event loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(ask())).result()


@pytest.fixture
def offered(settings: Settings) -> Settings:
    return settings.model_copy(update={"serve": settings.serve.model_copy(update={"demo": True})})


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_until_the_demo_is_loaded_the_response_says_when_to_retry(offered: Settings, method: str) -> None:
    answer = get(create_app(offered), method)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0


def test_without_a_demo_the_route_does_not_ask_to_wait(settings: Settings) -> None:
    without = settings.model_copy(update={"serve": settings.serve.model_copy(update={"demo": False})})
    assert get(create_app(without)).status_code == 404


def test_a_demo_that_cannot_start_does_not_ask_to_wait(
    offered: Settings, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no page")

    monkeypatch.setattr("bot.demo.page.mount_demo", fail)
    app = create_app(offered)
    _mount_demo(app, dataclasses.replace(bot, settings=offered))
    assert get(app).status_code == 404


def test_the_demo_replaces_the_waiting_page(offered: Settings, bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    def mount(app: FastAPI, _: Bot, path: str) -> None:
        app.routes.append(Route(f"{path}/{{rest:path}}", lambda _: PlainTextResponse("the page")))

    monkeypatch.setattr("bot.demo.page.mount_demo", mount)
    app = create_app(offered)
    _mount_demo(app, dataclasses.replace(bot, settings=offered))
    assert get(app).text == "the page"
