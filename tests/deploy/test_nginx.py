"""deploy/nginx.conf in a real nginx, in front of a small upstream."""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from tests.support.behind_nginx import CONFIGURATION, HOST, Proxy, is_closed, needs_nginx, nginx
from tests.support.running import PATIENCE


class Upstream(BaseHTTPRequestHandler):
    """Repeats the request; `/v1/answers` responds in two parts, the second only when the test allows it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # otherwise each answer waits 40 ms
    seen: ClassVar[list[tuple[str, dict[str, str]]]] = []
    go_on = threading.Event()
    gone = threading.Event()

    def do_GET(self) -> None:
        if self.gone.is_set():  # a connection that nginx kept open
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.seen.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        if self.path == "/v1/answers":
            self._send("text/event-stream", [b"event: stage\n\n", b"event: answer\n\n"])
        elif self.path == "/busy":
            self._send("application/problem+json", [b'{"from":"the application"}'], 429)
        elif self.path == "/widget.js":
            self._send("text/javascript", [b"// the widget\n" * 1_000])
        else:
            self._send("text/plain", [b"%d bytes" % len(body)])

    do_POST = do_GET  # noqa: N815 (the name is http.server's)

    def _send(self, kind: str, parts: list[bytes], status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", "default-src 'none'")
        self.send_header("X-Request-ID", "id-of-the-application")
        self.send_header("Content-Length", str(sum(map(len, parts))))
        self.end_headers()
        for number, part in enumerate(parts):
            if number:
                self.go_on.wait(20)
            self.wfile.write(part)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture
def patience() -> str:
    """How long nginx waits for a visitor: as shipped, unless a test overrides it to see the timeout."""
    return "10s"


@pytest.fixture
def extra() -> str:
    """What a test adds to the nginx configuration."""
    return ""


@pytest.fixture
def proxy(tmp_path: Path, patience: str, extra: str) -> Iterator[Proxy]:
    Upstream.seen.clear()
    Upstream.go_on.clear()
    Upstream.gone.clear()
    upstream = ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    threading.Thread(target=upstream.serve_forever, daemon=True).start()

    def stop_upstream() -> None:
        Upstream.gone.set()
        upstream.shutdown()
        upstream.server_close()

    with nginx(tmp_path, upstream.server_port, patience, extra) as started:
        started.stop_upstream = stop_upstream
        yield started
    Upstream.go_on.set()
    stop_upstream()


@needs_nginx
def test_headers_are_cleaned_before_they_reach_the_application(proxy: Proxy) -> None:
    claims = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "gopher",
        "Forwarded": "for=203.0.113.9",
        "Cookie": "session=secret",
        "Authorization": "Basic secret",
    }
    response, _ = proxy.ask("GET", "/anything", headers=claims)
    assert response.status == 200
    (_, headers), *_ = Upstream.seen
    assert headers["host"] == HOST
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert headers["x-forwarded-proto"] == "https"
    assert not {"cookie", "authorization", "forwarded"} & headers.keys()


@needs_nginx
def test_response_headers_reach_the_visitor_unchanged(proxy: Proxy) -> None:
    response, body = proxy.ask("GET", "/busy")
    assert response.status == 429
    assert json.loads(body) == {"from": "the application"}
    assert response.getheader("Content-Security-Policy") == "default-src 'none'"
    assert response.getheader("Server") == "nginx"


@needs_nginx
def test_scripts_are_compressed(proxy: Proxy) -> None:
    response, body = proxy.ask("GET", "/widget.js", headers={"Accept-Encoding": "gzip"})
    assert response.getheader("Content-Encoding") == "gzip"
    assert len(body) < 1_000


@needs_nginx
def test_a_body_is_refused_only_if_it_exceeds_the_limit(proxy: Proxy) -> None:
    response, body = proxy.ask("POST", "/anything", b"x" * 131_072)
    assert (response.status, body) == (200, b"131072 bytes")
    response, body = proxy.ask("POST", "/anything", b"x" * 131_073)
    assert response.status == 413
    assert response.getheader("Content-Type") == "application/problem+json"
    assert json.loads(body)["status"] == 413


@needs_nginx
def test_the_limit_applies_to_a_body_without_a_length(proxy: Proxy) -> None:
    client = proxy.connect()
    client.sendall(f"POST /anything HTTP/1.1\r\nHost: {HOST}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
    client.sendall(b"20001\r\n" + b"x" * 0x20001 + b"\r\n0\r\n\r\n")
    assert client.recv(65_536).startswith(b"HTTP/1.1 413")
    assert Upstream.seen == []


@needs_nginx
def test_a_long_question_fits_in_the_address(proxy: Proxy) -> None:
    response, _ = proxy.ask("GET", "/ask?question=" + "%E4%BD%A0" * 2_000)
    assert response.status == 200


@needs_nginx
def test_events_are_forwarded_as_they_arrive(proxy: Proxy) -> None:
    client = proxy.connect()
    client.sendall(f"POST /v1/answers HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 0\r\n\r\n".encode())
    received = b""
    while b"event: stage" not in received:
        received += client.recv(65_536)
    assert b"event: answer" not in received
    Upstream.go_on.set()
    while b"event: answer" not in received:
        received += client.recv(65_536)


@needs_nginx
@pytest.mark.thorough
@pytest.mark.parametrize("patience", ["1s"])
def test_slow_sockets_are_closed(proxy: Proxy) -> None:
    post = f"POST /any HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: ".encode()
    sent = {
        "idle": b"",
        "part of the header": b"POST /v1/answers HTTP/1.1\r\nHost: chat",
        "part of the body": post + b"9\r\n\r\nhalf",
        "part of a refused body": post + b"999999\r\n\r\nhalf",
        "idle after an answer": post + b"0\r\n\r\n",
    }
    clients = {name: proxy.connect() for name in sent}
    clients["idle before the handshake"] = proxy.connect(tls=False)
    clients["part of the handshake"] = proxy.connect(tls=False)
    clients["part of the handshake"].sendall(b"\x16\x03\x01\x02\x00\x01")
    for name, data in sent.items():
        clients[name].sendall(data)
    assert [name for name, connection in clients.items() if not is_closed(connection)] == []


@needs_nginx
@pytest.mark.thorough
@pytest.mark.parametrize("patience", ["1s"])
def test_a_connection_is_closed_if_its_header_drips(proxy: Proxy) -> None:
    client = proxy.connect()
    client.sendall(b"GET / HTTP/1.1\r\n")
    closed = threading.Event()
    threading.Thread(target=lambda: is_closed(client) and closed.set(), daemon=True).start()
    for _ in range(60):  # 15 s
        if closed.wait(0.25):
            break
        try:
            client.sendall(b"X: y\r\n")
        except OSError:
            break
    assert closed.wait(1)


@needs_nginx
@pytest.mark.thorough
def test_floods_get_429_with_retry_after(proxy: Proxy) -> None:
    answers = [proxy.ask("GET", "/anything")[0] for _ in range(80)]
    refused = [response for response in answers if response.status != 200]
    assert refused
    assert {(response.status, response.getheader("Retry-After")) for response in refused} == {(429, "5")}
    assert refused[0].getheader("Content-Type") == "application/problem+json"


# A header sets the address that nginx sees, because this machine has few addresses.
PRETEND = "    set_real_ip_from 127.0.0.1;\n    real_ip_header X-Pretend;\n"


def assert_one_visitor(proxy: Proxy, addresses: list[str], *, one: bool) -> None:
    """Check whether many requests at once, from these addresses in turn, are limited together."""
    connection = http.client.HTTPSConnection("127.0.0.1", proxy.port, context=proxy.trust, timeout=PATIENCE)
    let_in, began = 0, time.monotonic()
    for number in range(80):
        address = addresses[number % len(addresses)]
        connection.request("GET", "/any", headers={"Host": HOST, "X-Pretend": address})
        response = connection.getresponse()
        response.read()
        let_in += response.status == 200
    connection.close()
    assert (40 <= let_in <= 42 + 10 * (time.monotonic() - began)) if one else let_in == 80


@needs_nginx
@pytest.mark.parametrize("extra", [PRETEND], ids=[""])
def test_one_ipv6_network_counts_as_one_visitor(proxy: Proxy) -> None:
    """This holds however its addresses are written. An IPv4 address written as IPv6 is one visitor too."""
    network = ["2001:db8::1", "2001:0DB8:0000:0000:ffff:0:0:9", "2001:db8:0:0:a::", "2001:db8::10.0.0.1"]
    assert_one_visitor(proxy, network, one=True)
    mapped = ["198.51.100.7", "::ffff:198.51.100.7", "::FFFF:C633:6407", "0:0:0:0:0:ffff:c633:6407"]
    assert_one_visitor(proxy, mapped, one=True)
    assert_one_visitor(proxy, [f"2001:db8:0:{number:x}::1" for number in range(1, 81)], one=False)
    assert_one_visitor(proxy, [f"::ffff:203.0.113.{number}" for number in range(1, 81)], one=False)


@needs_nginx
@pytest.mark.parametrize("extra", [PRETEND], ids=[""])
def test_any_byte_in_an_address_is_read_literally(proxy: Proxy) -> None:
    """Line ends, quotes and invalid characters included: a rule that fails on one would limit each address alone."""
    for byte in ("0a", "0d", "00", "22", "24", "5c", "7f", "80", "ff"):
        two = byte * 2
        addresses = [f"2001:{two}:{two}:{two}:{number:x}:{two}:{two}:{byte}0a" for number in range(80)]
        assert_one_visitor(proxy, addresses, one=True)


@needs_nginx
@pytest.mark.thorough
def test_connections_per_address_are_limited(proxy: Proxy) -> None:
    # nginx counts a connection once it has read its header.
    head = f"POST /any HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 9\r\n\r\nhalf".encode()
    for _ in range(40):
        proxy.connect().sendall(head)
    response, _ = proxy.ask("GET", "/anything")
    assert response.status == 429


@needs_nginx
def test_an_unreachable_application_gives_503_with_retry_after(proxy: Proxy) -> None:
    proxy.stop_upstream()
    response, body = proxy.ask("POST", "/v1/answers", b"{}")
    assert (response.status, response.getheader("Retry-After")) == (503, "5")
    assert json.loads(body)["status"] == 503


@needs_nginx
def test_browsers_get_a_page_when_nginx_refuses(proxy: Proxy) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    large, page = proxy.ask("POST", "/ask", b"x" * 131_073, browser)
    assert (large.status, large.getheader("Content-Type")) == (413, "text/html; charset=utf-8")
    assert b"<h1>" in page
    head = f"POST /any HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 9\r\n\r\nhalf".encode()
    clients = [proxy.connect() for _ in range(40)]
    for connection in clients:
        connection.sendall(head)
    many, page = proxy.ask("GET", "/ask", headers=browser)
    assert (many.status, many.getheader("Content-Type")) == (429, "text/html; charset=utf-8")
    assert many.getheader("Retry-After") == "5"
    for connection in clients:
        connection.close()
    time.sleep(1)  # nginx notices the change
    proxy.stop_upstream()
    away, page = proxy.ask("GET", "/ask", headers=browser)
    assert (away.status, away.getheader("Retry-After")) == (503, "5")
    assert away.getheader("Content-Security-Policy") == "default-src 'none'"
    assert b"Please try again" in page


@needs_nginx
def test_metrics_are_not_public(proxy: Proxy) -> None:
    assert proxy.ask("GET", "/metrics")[0].status == 404
    assert Upstream.seen == []


@needs_nginx
def test_plain_http_redirects_to_tls_on_the_configured_host(proxy: Proxy) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", proxy.plain_port, timeout=PATIENCE)
    connection.request("GET", "/ask", headers={"Host": "evil.example"})
    response = connection.getresponse()
    assert (response.status, response.getheader("Location")) == (308, f"https://{HOST}/ask")
    connection.close()


@needs_nginx
def test_the_logs_contain_no_address_and_no_question(proxy: Proxy) -> None:
    """This includes errors, which nginx logs by default with the whole request line."""
    agent = {"User-Agent": "canary-agent", "Referer": f"https://{HOST}/canary-page"}
    proxy.ask("GET", "/ask?question=canary-question", headers=agent)
    proxy.ask("POST", "/ask?question=canary-question", b"canary-body" * 20_000, headers=agent)
    proxy.ask("GET", "/metrics?question=canary-question", headers=agent)
    for _ in range(60):
        proxy.ask("GET", "/ask?question=canary-question", headers=agent)
    proxy.stop_upstream()
    time.sleep(1)  # the earlier flood no longer counts
    assert proxy.ask("GET", "/ask?question=canary-question", headers=agent)[0].status == 503
    client = proxy.connect()
    client.sendall(b"GET /ask?question=canary-question HTTP/1.1\r\nBad Header\r\n\r\n")
    assert is_closed(client)
    logged = (proxy.folder / "askpolicy.access.log").read_text()
    assert logged.count(" /ask ") >= 60
    assert " id-of-the-application GET /ask 200 " in logged
    logged += "".join(path.read_text() for path in proxy.folder.glob("*.log"))
    assert "canary" not in logged
    assert "127.0.0.1" not in logged


def test_no_shipped_timeout_exceeds_15_seconds() -> None:
    times = dict(re.findall(r"^\s*(\w+_timeout|lingering_time) (\d+)s;", CONFIGURATION.read_text(), re.MULTILINE))
    waiting_for_clients = {
        name: int(seconds) for name, seconds in times.items() if not name.startswith(("proxy_", "ssl_"))
    }
    assert waiting_for_clients.keys() == {
        "client_header_timeout", "client_body_timeout", "send_timeout", "keepalive_timeout", "lingering_time",
    }  # fmt: skip
    assert max(waiting_for_clients.values()) <= 15
