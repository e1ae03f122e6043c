"""What of gradio is reachable: every route of the mounted demo is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from types import ModuleType

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.routing import BaseRoute

from bot import Bot

READABLE = {"/", "/theme.css"}
WRITABLE = "/gradio_api/run/predict"
# What a page might leave open: asked under the names that gradio's documentation gives them, too.
KNOWN = (
    "/upload", "/file=/etc/passwd", "/gradio_api/file=/etc/passwd", "/gradio_api/proxy=http://example.org/",
    "/monitoring", "/monitoring/summary", "/gradio_api/heartbeat/abc", "/gradio_api/info", "/config", "/docs",
    "/openapi.json", "/gradio_api/mcp/sse", "/gradio_api/queue/join", "/gradio_api/queue/data", "/static/../config",
    "/assets/../config", "/gradio_api/call/predict", "/gradio_api/run/other", "/manifest.json", "/robots.txt",
)  # fmt: skip


@pytest.fixture(scope="module")
def app(bot: Bot, gradio: ModuleType) -> FastAPI:
    from bot.demo.page import mount_demo

    return mount_demo(FastAPI(openapi_url=None), bot, "/demo")


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


def routes(some: Iterable[BaseRoute]) -> Iterator[tuple[str, str]]:
    """Every (method, path) that gradio answers, in its routers too."""
    for route in some:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from routes(inner.routes)
        for method in getattr(route, "methods", None) or ():
            yield method, re.sub(r"\{[^}]*\}", "x", route.path)  # type: ignore[attr-defined]


def test_every_route_that_the_page_does_not_need_is_closed(app: FastAPI, client: TestClient) -> None:
    found = set(routes(app.routes[-1].app.routes))  # type: ignore[attr-defined]
    assert len(found) > 60
    assert ("POST", "/gradio_api/upload") in found
    open_ = set()
    for method, path in sorted(found):
        status = client.request(method, f"/demo{path}", follow_redirects=False).status_code
        if status not in {403, 404, 411, 413}:
            open_.add((method, path))
    assert open_ == {found_ for found_ in found if found_[1] in READABLE}


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", KNOWN)
def test_known_ways_in_are_closed(client: TestClient, method: str, path: str) -> None:
    assert client.request(method, f"/demo{path}", json={}).status_code == 404


def test_what_is_read_says_what_the_page_may_do(client: TestClient) -> None:
    for path in READABLE:
        answer = client.get(f"/demo{path}")
        assert answer.status_code == 200
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in answer.headers


def test_script_files_are_kept_by_the_browser_and_pages_are_not(client: TestClient) -> None:
    page = client.get("/demo/")
    script = re.search(r"assets/[\w.-]+\.js", page.text)
    assert script is not None
    assert "max-age" in client.get(f"/demo/{script[0]}").headers["cache-control"]
    assert "cache-control" not in page.headers
    assert client.get("/demo/assets/none.js").status_code == 404


def test_a_large_or_endless_body_is_refused(client: TestClient, bot: Bot) -> None:
    limit = bot.settings.serve.max_body_bytes
    assert client.post(f"/demo{WRITABLE}", content=b"x" * (limit + 1)).status_code == 413
    assert client.post(f"/demo{WRITABLE}", content=iter([b"x"])).status_code == 411


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"data": 1}', b'{"data": [], "fn_index": 999}'])
def test_a_malformed_body_says_nothing_of_the_inside(client: TestClient, body: bytes) -> None:
    answer = client.post(f"/demo{WRITABLE}", content=body, headers={"content-type": "application/json"})
    assert 400 <= answer.status_code < 600
    assert "Traceback" not in answer.text


def test_it_can_be_mounted_while_the_service_runs(bot: Bot, gradio: ModuleType) -> None:
    from bot.demo.page import mount_demo

    service = FastAPI(openapi_url=None)
    with TestClient(service, base_url="http://127.0.0.1") as client:
        mount_demo(service, bot, "/demo")
        body = {"data": ["do you sell my data?", []], "fn_index": 0, "session_hash": "x"}
        answer = client.post(f"/demo{WRITABLE}", json=body)
        assert answer.status_code == 200
        assert "We do not sell any personally identifiable information" in answer.text
