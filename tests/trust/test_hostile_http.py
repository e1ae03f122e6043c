"""Requests that no browser sends, written directly to the socket; pages of other sites; forged addresses."""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.running import Running
from tests.trust.conftest import SITE

ROOT = Path(__file__).resolve().parents[2]
ORIGINS = (
    "null", "file://", "https://evilmass.gov", "https://mass.gov.evil.example", "https://www.mass.gov.evil.example",
    "https://mass.gov", "http://www.mass.gov", "https://www.mass.gov:444", "https://www.mass.gov.", "https://www-mass.gov",
    "https://www.mass.gov@evil.example", "https://wwwXmass.gov", "https://ww\u0461.mass.gov", "https://www.mass.gov/",
    "https://sub.www.mass.gov", "HTTPS://WWW.MASS.GOV", "https://www.mass.gov, https://evil.example", "*", "",
)  # fmt: skip
PATHS = (
    "/../bot/models/fitted.json", "/static/../../app.py", "/static/..%2f..%2fapp.py", "/static/%2e%2e/%2e%2e/app.py",
    "/static/....//app.py", "/static/..\\..\\app.py", "/static/%252e%252e%252fapp.py", "/static/%c0%ae%c0%ae/app.py",
    "//etc/passwd", "/static//etc/passwd", "/%2fetc%2fpasswd", "/static/page.css%00.png", "/static/page.css/",
    "/static/", "/static", "/.git/config", "/.env", "/v1/policies/..%2f..%2fetc%2fpasswd", "/v1/policies/%2e%2e",
    "/v1/policies/massgov%00", "/v1/policies/" + "a" * 5_000, "/widget.js/../app.py", "/ask/../../etc/passwd",
    "/corpus/massgov/policy.txt", "/feedback.sqlite", "/docs/../openapi.json", "/;/healthz", "/healthz;x=1",
)  # fmt: skip
HOSTS = (
    b"", b"a b", b"a\tb", b"<script>", b"x/y", b"x?y", b"x#y", b"x@y", b"x:port", b"x:123456", b"[::1", b"::1",
    b"x\\y", b"x,y", b"x\x00y", b"\xff", b"x'y", b'x"y', b"${x}", b"x;y",
)  # fmt: skip


def talk(running: Running, data: bytes) -> bytes:
    """Return the service's reply to these bytes, until it closes the connection or stops sending."""
    place = urlsplit(running.url)
    assert place.hostname is not None
    reply = b""
    with socket.create_connection((place.hostname, place.port), timeout=10) as connection:
        try:
            connection.sendall(data)
            while part := connection.recv(65_536):
                reply += part
        except OSError:  # stopped sending, or closed the connection early
            pass
    return reply


def status(reply: bytes) -> int:
    return int(reply.split(None, 2)[1]) if reply else 0


def get(path: bytes, *headers: bytes) -> bytes:
    return b"\r\n".join([b"GET " + path + b" HTTP/1.1", *headers, b"Connection: close", b"", b""])


@pytest.mark.parametrize("origin", ORIGINS)
def test_pages_of_other_sites_get_nothing(client: httpx.Client, origin: str) -> None:
    headers = {"Origin": origin.encode(), "Access-Control-Request-Method": b"POST"}
    replies = [
        client.options("/v1/answers", headers=headers),
        client.post("/v1/answers", json={"question": "Hello"}, headers={"Origin": origin.encode()}),
        client.post("/v1/feedback", json={}, headers={"Origin": origin.encode()}),
        client.get("/v1/policies", headers={"Origin": origin.encode()}),
    ]
    for reply in replies:
        assert "access-control-allow-origin" not in reply.headers
        assert "access-control-allow-credentials" not in reply.headers


def test_only_the_exact_named_site_is_allowed(client: httpx.Client) -> None:
    reply = client.get("/v1/policies", headers={"Origin": SITE})
    assert reply.headers["access-control-allow-origin"] == SITE


@pytest.mark.parametrize("path", PATHS)
def test_no_path_leads_to_a_file(service: Running, path: str) -> None:
    reply = talk(service, get(path.encode(), b"Host: x"))
    assert status(reply) in (400, 404)
    for secret in ((ROOT / "app.py").read_bytes()[:60], b"root:", b"[core]"):
        assert secret not in reply


@pytest.mark.parametrize("host", HOSTS)
def test_an_invalid_host_header_is_refused(service: Running, host: bytes) -> None:
    reply = talk(service, get(b"/healthz", b"Host: " + host))
    assert status(reply) == 400
    assert host not in reply or not host.strip(b"x")


def test_missing_and_repeated_host_headers_are_refused(service: Running) -> None:
    assert status(talk(service, get(b"/healthz"))) == 400
    assert status(talk(service, get(b"/healthz", b"Host: a", b"Host: b"))) == 400


def test_the_host_header_is_never_repeated(service: Running) -> None:
    """No link and no redirect uses it, so caches cannot be poisoned."""
    for path in (b"/", b"/ask", b"/privacy", b"/docs", b"/openapi.json", b"/nowhere", b"/docs/"):
        reply = talk(service, get(path, b"Host: evil.example", b"X-Forwarded-Host: evil.example"))
        assert b"evil.example" not in reply


@pytest.mark.parametrize(
    "headers",
    [
        [b"X: " + b"a" * 200_000],
        [b"X-%d: a" % number for number in range(20_000)],
        [b"Cookie: " + b"a=b; " * 30_000],
        [b"X" * 200_000 + b": a"],
    ],
    ids=["long value", "many", "cookies", "long name"],
)
def test_headers_are_limited(service: Running, headers: list[bytes]) -> None:
    assert status(talk(service, get(b"/healthz", b"Host: x", *headers))) in (0, 400, 431)
    assert status(talk(service, get(b"/healthz", b"Host: x"))) == 200


def test_a_long_request_line_is_limited(service: Running) -> None:
    assert status(talk(service, get(b"/" + b"a" * 200_000, b"Host: x"))) in (0, 400, 414, 431)


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"POST /v1/answers HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /v1/answers HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n{}..",
        b"POST /v1/answers HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/answers HTTP/1.1\r\nHost: x\r\nContent-Length: 0x10\r\n\r\n",
        b"POST /v1/answers HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"POST /v1/answers HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        b"POST /v1/answers HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\nContent-Length : 4\r\n\r\n{}..",
        b"POST /v1/answers HTTP/1.1\r\nHost: x\nContent-Length: 400000000000000000000000\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 100,
        b"\0" * 1_000,
        b"\r\n\r\n\r\nGARBAGE\r\n\r\n",
    ],
)
def test_ambiguous_requests_are_refused(service: Running, request_bytes: bytes) -> None:
    """The bytes after them are not treated as a second request."""
    reply = talk(service, request_bytes + b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert status(reply) in (0, 400, 413, 415, 422, 505)
    assert b'"status":"ok"' not in reply
    assert b'"status": "ok"' not in reply


@pytest.mark.parametrize(
    "claim",
    ["203.0.113.9", "127.0.0.1", "203.0.113.9, 127.0.0.1", "unknown", "a" * 5_000, "::1", "'; --", "[::1]:80"],
)
def test_a_claimed_address_is_ignored(client: httpx.Client, service: Running, claim: str) -> None:
    headers = {"X-Forwarded-For": claim, "X-Real-IP": claim, "Forwarded": f"for={claim}", "X-Forwarded-Proto": "gopher"}
    reply = client.post("/v1/answers", json={"question": "Hello"}, headers=headers)
    assert reply.status_code == 200
    assert len(claim) < 4 or claim not in service.log.read_text()
