"""Which parts of the demo can be reached: every gradio route is requested, and gradio receives nothing else."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import TYPE_CHECKING

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

from bot import Bot
from bot.settings import ServeSettings
from tests.demo.conftest import EVENT, FakeGradio, filter_before, page_of

if TYPE_CHECKING:
    from bot.demo.events import Events

READABLE = {"/", "/theme.css"}
QUESTION = {"data": ["do you sell my data?", []], "fn_index": 0, "session_hash": "x"}
# Routes that a page might leave open, also under the names that gradio's documentation gives them.
KNOWN = (
    "/upload", "/file=/etc/passwd", "/gradio_api/file=/etc/passwd", "/gradio_api/proxy=http://example.org/",
    "/monitoring", "/monitoring/summary", "/gradio_api/heartbeat/abc", "/gradio_api/info", "/config", "/docs",
    "/openapi.json", "/gradio_api/mcp/sse", "/gradio_api/queue/join", "/gradio_api/queue/data", "/static/../config",
    "/assets/../config", "/gradio_api/call/predict", "/gradio_api/run/other", "/manifest.json", "/robots.txt",
    "/gradio_api/run/predict/", "/gradio_api//run/predict", "/gradio_api/api/predict", "/gradio_api/component_server",
    "/assets/", "/assets/..%2f..%2f..%2froutes.py", "/assets/%2e%2e/index.html", "/assets/..%5cindex.html",
    "/assets//etc/passwd", "/assets/%2fetc%2fpasswd", "/assets/none.js", "/assets/none.js%00", "/static/js/", "/static",
    "/static/js/iframeResizer.contentWindow.min.js/", "/theme.css/", "/index.html", "/favicon.ico",
)  # fmt: skip
# What gradio reads from a request to build addresses, identify the client, or choose its response.
TOLD = {
    "Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "evil.example",
    "X-Forwarded-Prefix": "/evil.example", "X-Forwarded-Server": "evil.example", "X-Original-URL": "/evil.example",
    "Forwarded": "host=evil.example;proto=https", "X-Gradio-Server": "http://evil.example/",
    "X-Gradio-User": "evil.example", "Origin": "http://evil.example", "Referer": "http://evil.example/",
    "Cookie": "access-token=evil.example", "Authorization": "Bearer evil.example", "Accept-Language": "evil.example",
    "Range": "bytes=0-3", "If-None-Match": "*",
}  # fmt: skip


@pytest.fixture(scope="module")
def app(bot: Bot, gradio: ModuleType) -> FastAPI:
    from bot.demo.page import mount_demo

    return mount_demo(FastAPI(openapi_url=None), bot, "/demo")


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
def fake_gradio() -> FakeGradio:
    return FakeGradio()


@pytest.fixture
def watched(events: Events, fake_gradio: FakeGradio) -> TestClient:
    """Return a demo with a fake gradio that records its requests."""
    return TestClient(filter_before(fake_gradio, events), base_url="http://127.0.0.1")


def routes(some: Iterable[BaseRoute]) -> Iterator[tuple[str, str]]:
    """Yield every (method, path) that gradio answers, its routers included."""
    for route in some:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from routes(inner.routes)
        for method in getattr(route, "methods", None) or ():
            yield method, re.sub(r"\{[^}]*\}", "x", route.path)  # type: ignore[attr-defined]


def test_every_route_that_the_page_does_not_need_is_closed(
    bot: Bot, client: TestClient, watched: TestClient, fake_gradio: FakeGradio
) -> None:
    found = set(routes(gradio_routes(bot)))
    assert len(found) > 60
    assert ("POST", "/gradio_api/upload") in found
    open_ = set()
    for method, path in sorted(found):
        status = client.request(method, f"/demo{path}", follow_redirects=False).status_code
        watched.request(method, f"/demo{path}", follow_redirects=False)
        if status not in {404, 415}:
            open_.add((method, path))
    assert open_ == {found_ for found_ in found if found_[1] in READABLE}
    assert {(request.method, request.url.path) for request in fake_gradio.asked} == {("GET", path) for path in READABLE}


def gradio_routes(bot: Bot) -> list[BaseRoute]:
    import gradio

    async def mount() -> list[BaseRoute]:
        mounted: FastAPI = gradio.mount_gradio_app(FastAPI(), page_of(bot), path="/").routes[-1].app  # type: ignore[attr-defined]
        return mounted.routes

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(mount())).result()


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
@pytest.mark.parametrize("path", KNOWN)
def test_known_attack_routes_are_closed(watched: TestClient, fake_gradio: FakeGradio, method: str, path: str) -> None:
    assert watched.request(method, f"/demo{path}", json={}).status_code == 404
    assert fake_gradio.asked == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_events_accept_only_post(watched: TestClient, fake_gradio: FakeGradio, method: str) -> None:
    assert watched.request(method, EVENT, json=QUESTION).status_code == 404
    assert fake_gradio.asked == []


def test_headers_and_queries_do_not_change_what_is_read(client: TestClient) -> None:
    script = re.search(r"assets/[\w.-]+\.js", client.get("/demo/").text)
    assert script is not None
    for path in (*READABLE, f"/{script[0]}"):
        plain = client.get(f"/demo{path}")
        for headers in ({name: value} for name, value in TOLD.items()):
            answer = client.get(f"/demo{path}?deep_link=evil.example&__theme=dark", headers=headers)
            assert answer.status_code == 200
            assert answer.content == plain.content
            assert "evil.example" not in f"{answer.headers}{answer.text}"


def test_gradio_receives_only_the_values(watched: TestClient, fake_gradio: FakeGradio) -> None:
    assert watched.post(f"{EVENT}?session_hash=evil.example", json=QUESTION, headers=TOLD).status_code == 200
    watched.get("/demo/?deep_link=evil.example", headers=TOLD)
    for request in fake_gradio.asked:
        assert "evil.example" not in f"{request.scope['path']} {request.headers} {request.query_params} {request.url}"
        assert not request.cookies
    assert json.loads(fake_gradio.bodies[0]) == {
        "data": QUESTION["data"], "fn_index": 0, "event_data": None,
    }  # fmt: skip


def test_the_page_names_no_host_and_has_an_icon(client: TestClient) -> None:
    page = client.get("/demo/").text
    assert "demo.invalid" not in page
    assert page.count('new URL(".", location.href).href.slice(0, -1)') == 2
    assert '<link rel="icon" href="data:' in page
    assert "manifest.json" not in page


def test_responses_say_what_the_page_may_do(client: TestClient) -> None:
    for path in READABLE:
        answer = client.get(f"/demo{path}")
        assert answer.status_code == 200
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in answer.headers


def test_browsers_cache_scripts_but_not_pages(client: TestClient) -> None:
    page = client.get("/demo/")
    script = re.search(r"assets/[\w.-]+\.js", page.text)
    assert script is not None
    assert "max-age" in client.get(f"/demo/{script[0]}").headers["cache-control"]
    assert "cache-control" not in page.headers


def refused(answer: httpx.Response, status: int) -> None:
    """Check that the refusal is one sentence of ours, in the field that gradio's page reads."""
    assert answer.status_code == status
    assert answer.json().keys() == {"error"}
    assert re.fullmatch(r"[A-Z][^.]*\.", answer.json()["error"])


def test_a_large_or_endless_body_is_refused(watched: TestClient, fake_gradio: FakeGradio) -> None:
    kind = {"content-type": "application/json"}
    limit = ServeSettings().max_body_bytes
    refused(watched.post(EVENT, content=b"x" * (limit + 1), headers=kind), 413)
    refused(watched.post(EVENT, content=iter([b"x"]), headers=kind), 411)
    for length in ("-1", "+5", "1_0", "1e3", "", " ", "9" * 30, "²"):
        answer = watched.post(EVENT, content=b"{}", headers={**kind, "content-length": length.encode()})  # type: ignore[dict-item]
        refused(answer, 411)
    both = {**kind, "content-length": "2", "transfer-encoding": "chunked"}
    refused(watched.post(EVENT, content=b"{}", headers=both), 411)
    assert fake_gradio.asked == []


@pytest.mark.parametrize("kind", ["", "text/plain", "multipart/form-data; boundary=x", "application/json2", "*/*"])
def test_another_kind_of_body_is_refused(watched: TestClient, fake_gradio: FakeGradio, kind: str) -> None:
    refused(watched.post(EVENT, content=json.dumps(QUESTION), headers={"content-type": kind}), 415)
    assert fake_gradio.asked == []


def test_an_internal_failure_reveals_no_details(watched: TestClient, fake_gradio: FakeGradio) -> None:
    fake_gradio.status = 500
    refused(watched.post(EVENT, json=QUESTION), 500)


def test_concurrent_events_are_limited(events: Events) -> None:
    """Two events may run at once: the others are told to wait, and the two still get their answers."""
    free = asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await free.wait()
        await PlainTextResponse("{}")(scope, receive, send)

    async def burst() -> list[httpx.Response]:
        transport = httpx.ASGITransport(filter_before(slow, events))  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            asked = [asyncio.create_task(client.post(EVENT, json=QUESTION)) for _ in range(6)]
            await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
            free.set()
            return await asyncio.gather(*asked)

    with ThreadPoolExecutor(1) as pool:
        answers = pool.submit(lambda: asyncio.run(burst())).result()
    assert [answer.status_code for answer in answers].count(200) == 2
    for answer in answers:
        if answer.status_code != 200:
            refused(answer, 503)
            assert answer.headers["retry-after"] == "1"


def test_it_can_be_mounted_while_the_service_runs(bot: Bot, gradio: ModuleType) -> None:
    from bot.demo.page import mount_demo

    service = FastAPI(openapi_url=None)
    with TestClient(service, base_url="http://127.0.0.1") as client:
        mount_demo(service, bot, "/demo")
        answer = client.post(EVENT, json=QUESTION)
        assert answer.status_code == 200
        assert "We do not sell any personally identifiable information" in answer.text
