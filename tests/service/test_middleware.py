"""Rules that apply to every request."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from bot.pipeline import Bot
from bot.wording import LANGUAGES, interface
from tests.service.conftest import SITE
from tests.support.running import Running, assert_problem, serving

PAGES = ("/", "/ask", "/privacy", "/docs")
PATHS = (*PAGES, "/healthz", "/v1/policies", "/openapi.json", "/widget.js", "/nowhere")


@pytest.mark.parametrize("path", PATHS)
def test_every_response_has_security_headers_and_no_cookies(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    frames = f"'self' {SITE}" if path in PAGES else "'none'"
    assert f"frame-ancestors {frames}" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "server" not in headers
    assert "set-cookie" not in headers
    assert len(headers["x-request-id"]) == 32


def test_each_request_has_its_own_id(client: httpx.Client) -> None:
    mine = {"X-Request-ID": "0" * 32}
    ids = {client.get("/healthz", headers=mine).headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3
    assert "0" * 32 not in ids


@pytest.mark.parametrize("path", PATHS[:-1])
def test_head_equals_get_without_the_body(client: httpx.Client, path: str) -> None:
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
def test_other_methods_are_refused_and_the_allowed_ones_named(
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
def test_other_paths_are_not_found(client: httpx.Client, path: str) -> None:
    # Sent unchanged: an HTTP client would normalize the path.
    request = client.build_request("GET", "/")
    request.url = request.url.copy_with(raw_path=path.encode())
    assert_problem(client.send(request), 404)


@pytest.mark.parametrize("host", ["", "a b", "<script>", "example.org/x", "example.org:port", "a@b"])
def test_an_invalid_host_is_refused(client: httpx.Client, host: str) -> None:
    assert_problem(client.get("/healthz", headers={"Host": host}), 400)


def raw(running: Running, request: bytes) -> bytes:
    """Send a raw request and return the whole reply, up to the end of the connection."""
    place = urlsplit(running.url)
    assert place.hostname is not None
    with socket.create_connection((place.hostname, place.port), timeout=30) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def test_an_http_1_0_probe_needs_no_host(running: Running) -> None:
    for path in (b"/healthz", b"/readyz", b"/ask"):
        assert raw(running, b"GET " + path + b" HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 200")


BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/a/b/nowhere", 404),
        ("GET", "/v1/policies/none", 404),
        ("DELETE", "/ask", 405),
        ("GET", "/v1/answers", 405),
    ],
)
def test_browsers_get_an_error_page_and_programs_a_problem_object(
    client: httpx.Client, method: str, path: str, status: int
) -> None:
    page = client.request(method, path, headers=BROWSER, params={"language": "es"})
    assert page.status_code == status
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-language"] == "es"
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert "Accept" in page.headers["vary"]
    problem = client.request(method, path, headers={"Accept": "application/json"})
    assert_problem(problem, status)
    assert ("allow" in page.headers) == (status == 405)
    assert page.headers.get("allow") == problem.headers.get("allow")


def test_an_error_page_repeats_nothing_that_was_sent(client: httpx.Client) -> None:
    canary = "canary-4711"
    for response in (
        client.get(f"/{canary}", params={canary: canary}, headers=BROWSER),
        client.get("/ask", headers={**BROWSER, "Host": f"<{canary}>"}),
        client.post("/ask", content=f"question={canary}&" * 1_000, headers=BROWSER),
        client.post("/v1/answers", json={canary: canary}, headers=BROWSER),
        client.post("/ask", data={"question": canary}, headers={**BROWSER, "Origin": f"https://{canary}.example"}),
    ):
        assert response.status_code in {400, 403, 404, 422}
        assert response.headers["content-type"].startswith("text/html")
        assert canary not in response.text


def test_a_large_body_is_refused_with_and_without_its_length(client: httpx.Client) -> None:
    large = b" " * 200_000

    def pieces() -> Iterator[bytes]:
        for _ in range(20):
            yield large[:10_000]

    for content in (large, pieces()):
        response = client.post("/v1/answers", content=content, headers={"Content-Type": "application/json"})
        assert_problem(response, 413)


def test_the_service_does_not_wait_for_a_missing_body(running: Running) -> None:
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
def test_other_sites_are_refused_and_the_error_names_the_setting(client: httpx.Client, origin: str) -> None:
    preflight = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    for response in (
        client.options("/v1/answers", headers=preflight),
        client.post("/v1/answers", json={"question": "Hello"}, headers={"Origin": origin}),
        client.post("/ask", data={"question": "Hello"}, headers={"Origin": origin}),
        client.get("/widget.js", headers={"Origin": origin}),
    ):
        assert "serve.origins" in assert_problem(response, 403)["detail"]
        assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize("host", ["", "chat.example.org", "chat.example.org:8443", "[::1]:8000"])
def test_the_services_own_pages_need_no_setting(client: httpx.Client, running: Running, host: str) -> None:
    host = host or urlsplit(running.url).netloc
    for scheme in ("http", "https"):
        headers = {"Origin": f"{scheme}://{host}", "Host": host}
        assert client.post("/v1/answers", json={"question": "Hello"}, headers=headers).status_code == 200
    # A page without a referrer, behind a proxy that changes Host: Sec-Fetch-Site proves where it comes from.
    vouched = {"Origin": "null", "Host": "upstream", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/v1/answers", json={"question": "Hello"}, headers=vouched).status_code == 200
    for site in ("cross-site", "same-site", "none"):
        headers = {**vouched, "Sec-Fetch-Site": site}
        assert_problem(client.post("/v1/answers", json={"question": "Hello"}, headers=headers), 403)


def test_caches_keep_a_separate_response_for_each_site(client: httpx.Client) -> None:
    for headers in ({}, {"Origin": SITE}, {"Origin": "https://evil.example"}):
        varies = client.get("/widget.js", headers=headers).headers["vary"].lower().replace(" ", "").split(",")
        assert "origin" in varies
        assert len(varies) == len(set(varies))


def test_origins_may_be_one_string_and_contain_ipv6(bot: Bot, tmp_path: Path) -> None:
    origins = "https://www.example.org/, http://[::1]:3000"
    with serving(tmp_path / "log", SERVE__ORIGINS=origins) as running, running.client() as client:
        for origin in ("https://www.example.org", "http://[::1]:3000"):
            assert client.get("/widget.js", headers={"Origin": origin}).headers["access-control-allow-origin"] == origin
        assert client.get("/widget.js", headers={"Origin": "http://[::1]"}).status_code == 403


def test_a_named_site_may_ask_without_credentials(client: httpx.Client) -> None:
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


def test_the_widget_is_sent_compressed_and_cached(client: httpx.Client) -> None:
    first = client.get("/widget.js")
    assert first.headers["content-encoding"] == "gzip"
    assert first.headers["content-type"].startswith("text/javascript")
    plain = client.get("/widget.js", headers={"Accept-Encoding": "gzip;q=0"})
    assert "content-encoding" not in plain.headers
    assert plain.text == first.text
    assert plain.headers["etag"] != first.headers["etag"]
    for method in ("GET", "HEAD"):
        for tag in (first.headers["etag"], f"W/{first.headers['etag']}", f'"x", {first.headers["etag"]}', "*"):
            again = client.request(method, "/widget.js", headers={"If-None-Match": tag})
            assert (again.status_code, again.content) == (304, b"")
            for name in ("etag", "cache-control", "vary"):
                assert again.headers[name] == first.headers[name]
    other = client.get("/widget.js", headers={"If-None-Match": plain.headers["etag"]})
    assert other.status_code == 200


def test_a_range_request_gets_the_whole_file(client: httpx.Client) -> None:
    response = client.get("/widget.js", headers={"Range": "bytes=0-9"})
    assert response.status_code == 200
    assert len(response.content) > 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_named_site_gets_every_language_of_the_widget(client: httpx.Client, language: str) -> None:
    sent = client.get(f"/widget/{language}.json", headers={"Origin": SITE})
    assert sent.json() == dict(interface(language))
    assert sent.headers["access-control-allow-origin"] == SITE
    again = client.get(f"/widget/{language}.json", headers={"If-None-Match": sent.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_an_unknown_widget_language_is_not_found(client: httpx.Client) -> None:
    assert client.get("/widget/de.json").status_code == 404
