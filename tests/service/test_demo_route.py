"""/demo before and after the demo has loaded."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import PlainTextResponse

from bot import Bot, Settings
from bot.service.app import create_app

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


def get_when_loaded(app: FastAPI) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client,
        ):
            while (answer := await client.get("/demo/")).status_code == 503:
                await asyncio.sleep(0.05)
            return answer

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(ask())).result()


def test_a_demo_that_cannot_start_does_not_ask_to_wait(
    offered: Settings, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no page")

    monkeypatch.setattr("bot.demo.page.demo_app", fail)
    assert get_when_loaded(create_app(offered)).status_code == 404


def test_the_demo_replaces_the_waiting_page(offered: Settings, bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.demo.page.demo_app", lambda *_, **__: PlainTextResponse("the page"))
    assert get_when_loaded(create_app(offered)).text == "the page"
