"""What holds for every request."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from tests.api.conftest import SITE
from tests.api.running import Running, assert_problem

PATHS = ("/", "/ask", "/privacy", "/docs", "/healthz", "/v1/policies", "/openapi.json", "/widget.js", "/nowhere")


@pytest.mark.parametrize("path", PATHS)
def test_every_response_is_hardened_and_sets_nothing(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "server" not in headers
    assert "set-cookie" not in headers
    assert len(headers["x-request-id"]) == 32


def test_each_request_has_an_id_of_its_own(client: httpx.Client) -> None:
    mine = {"X-Request-ID": "0" * 32}
    ids = {client.get("/healthz", headers=mine).headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3
    assert "0" * 32 not in ids


@pytest.mark.parametrize("path", PATHS[:-1])
def test_head_is_get_without_the_body(client: httpx.Client, path: str) -> None:
    head, get = client.head(path), client.get(path)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-type"] == get.headers["content-type"]
    assert head.headers["content-length"] == get.headers["content-length"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/answers", {"POST"}),
        ("HEAD", "/v1/answers", {"POST"}),
        ("DELETE", "/v1/policies", {"GET", "HEAD"}),
        ("POST", "/healthz", {"GET", "HEAD"}),
        ("PUT", "/ask", {"GET", "HEAD", "POST"}),
        ("BREW", "/", {"GET", "HEAD"}),
        ("POST", "/static/page.css", {"GET", "HEAD"}),
    ],
)
def test_other_methods_are_refused_and_the_right_ones_named(
    client: httpx.Client, method: str, path: str, allowed: set[str]
) -> None:
    response = client.request(method, path)
    assert response.status_code == 405
    assert {name.strip() for name in response.headers["allow"].split(",")} == allowed
    if method != "HEAD":
        assert_problem(response, 405)


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/v1/policies/none",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static//etc/passwd",
        "/docs/",
        "//",
    ],
)
def test_nothing_else_is_there(client: httpx.Client, path: str) -> None:
    # Sent as it stands: a client of ours would tidy the path.
    request = client.build_request("GET", "/")
    request.url = request.url.copy_with(raw_path=path.encode())
    assert_problem(client.send(request), 404)


@pytest.mark.parametrize("host", ["", "a b", "<script>", "example.org/x", "example.org:port", "a@b"])
def test_a_host_that_is_none_is_refused(client: httpx.Client, host: str) -> None:
    assert_problem(client.get("/healthz", headers={"Host": host}), 400)


def test_a_large_body_is_refused_with_and_without_its_length(client: httpx.Client) -> None:
    large = b" " * 200_000

    def pieces() -> Iterator[bytes]:
        for _ in range(20):
            yield large[:10_000]

    for content in (large, pieces()):
        response = client.post("/v1/answers", content=content, headers={"Content-Type": "application/json"})
        assert_problem(response, 413)


def test_a_body_that_does_not_come_is_not_waited_for(running: Running) -> None:
    place = urlsplit(running.url)
    assert place.hostname is not None
    with socket.create_connection((place.hostname, place.port), timeout=30) as connection:
        connection.sendall(
            b"POST /v1/answers HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
        )
        assert connection.recv(1_000).startswith(b"HTTP/1.1 408")


HOSTILE = (
    "null",
    "https://example.org",
    "http://www.example.org",
    "https://www.example.org.evil.example",
    "https://evilwww.example.org",
    "https://www.example.org:8443",
    "https://www.example.org/",
    "https://WWW.EXAMPLE.ORG",
    "*",
)


@pytest.mark.parametrize("origin", HOSTILE)
def test_pages_of_other_sites_may_not_ask(client: httpx.Client, origin: str) -> None:
    preflight = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    for response in (
        client.options("/v1/answers", headers=preflight),
        client.post("/v1/answers", json={"question": "Hello"}, headers={"Origin": origin}),
        client.get("/widget.js", headers={"Origin": origin}),
    ):
        assert "access-control-allow-origin" not in response.headers


def test_pages_of_the_named_site_may_ask_without_credentials(client: httpx.Client) -> None:
    preflight = {
        "Origin": SITE,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    allowed = client.options("/v1/answers", headers=preflight)
    assert allowed.status_code == 200
    script = client.get("/widget.js", headers={"Origin": SITE})
    for response in (allowed, script):
        assert response.headers["access-control-allow-origin"] == SITE
        assert "access-control-allow-credentials" not in response.headers
        assert "origin" in response.headers["vary"].lower()


def test_the_widget_is_sent_compressed_and_not_twice(client: httpx.Client) -> None:
    first = client.get("/widget.js")
    assert first.headers["content-encoding"] == "gzip"
    assert first.headers["content-type"].startswith("text/javascript")
    again = client.get("/widget.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = client.get("/widget.js", headers={"Accept-Encoding": "identity"})
    assert plain.text == first.text
