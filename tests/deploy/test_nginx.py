"""deploy/nginx.conf in a real nginx, with its placeholders filled, in front of a small upstream."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from tests.api.running import PATIENCE

CONFIGURATION = Path(__file__).resolve().parents[2] / "deploy" / "nginx.conf"
HOST = "chat.example.org"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")

needs_nginx = pytest.mark.skipif(
    NGINX is None or shutil.which("openssl") is None, reason="nginx and openssl are needed: scripts/test_tools.sh"
)


class Upstream(BaseHTTPRequestHandler):
    """Says what it was asked; `/v1/answers` says it in two parts, the second only when the test allows it."""

    protocol_version = "HTTP/1.1"
    seen: ClassVar[list[tuple[str, dict[str, str]]]] = []
    go_on = threading.Event()
    gone = threading.Event()

    def do_GET(self) -> None:
        if self.gone.is_set():  # a connection that nginx kept
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
        """The test's output stays clean."""


@dataclass
class Proxy:
    """A running nginx."""

    port: int
    plain_port: int
    folder: Path
    trust: ssl.SSLContext
    stop_upstream: Callable[[], None]
    sockets: list[socket.socket] = field(default_factory=list)

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=self.trust, timeout=PATIENCE)
        try:
            connection.request(method, path, body, {"Host": HOST, **(headers or {})})
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()

    def connect(self, *, tls: bool = True) -> socket.socket:
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=15)
        self.sockets.append(self.trust.wrap_socket(raw, server_hostname=HOST) if tls else raw)
        return self.sockets[-1]


def _free_ports(count: int) -> list[int]:
    holders = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(holder.getsockname()[1]) for holder in holders]
    for holder in holders:
        holder.close()
    return ports


def _fill(text: str, replacements: dict[str, str]) -> str:
    for pattern, replacement in replacements.items():
        text, found = re.subn(pattern, replacement, text, flags=re.MULTILINE)
        assert found, f"{pattern} stands nowhere in deploy/nginx.conf"
    return text


@pytest.fixture
def patience() -> str:
    """How long nginx waits for a visitor: as shipped, unless a test wants to see the end of it."""
    return "10s"


@pytest.fixture
def proxy(tmp_path: Path, patience: str) -> Iterator[Proxy]:
    assert NGINX
    Upstream.seen.clear()
    Upstream.go_on.clear()
    Upstream.gone.clear()
    upstream = ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    threading.Thread(target=upstream.serve_forever, daemon=True).start()

    def stop_upstream() -> None:
        Upstream.gone.set()
        upstream.shutdown()
        upstream.server_close()

    port, plain_port = _free_ports(2)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST},IP:127.0.0.1",
         "-keyout", "privkey.pem", "-out", "fullchain.pem"],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    site = _fill(
        CONFIGURATION.read_text(),
        {
            r"^ *listen \[::\].*\n": "",
            r"listen 80;": f"listen 127.0.0.1:{plain_port};",
            r"listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
            r"127\.0\.0\.1:8000": f"127.0.0.1:{upstream.server_port}",
            r"/etc/ssl/askpolicy/": f"{tmp_path}/",
            r"/var/log/nginx/": f"{tmp_path}/",
            r"\b10s;": f"{patience};",
        },
    )
    (tmp_path / "askpolicy.conf").write_text(site)
    temporary = "".join(
        f"    {kind}_temp_path {tmp_path}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "nginx.conf").write_text(
        f"daemon off;\npid {tmp_path}/nginx.pid;\nworker_processes 1;\n"
        + ("user root;\n" if os.geteuid() == 0 else "")
        + f"events {{ }}\nhttp {{\n{temporary}    access_log {tmp_path}/other.log;\n"
        + f"    include {tmp_path}/askpolicy.conf;\n}}\n"
    )
    command = [NGINX, "-e", str(tmp_path / "start.log"), "-c", str(tmp_path / "nginx.conf")]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "[warn]" not in checked.stderr
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    started = Proxy(
        port, plain_port, tmp_path, ssl.create_default_context(cafile=tmp_path / "fullchain.pem"), stop_upstream
    )
    try:
        _wait_until_open(port)
        yield started
    finally:
        for held in started.sockets:
            held.close()
        server.terminate()
        server.wait(PATIENCE)
        Upstream.go_on.set()
        stop_upstream()


def _wait_until_open(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("nginx did not open its port in time.")


def _is_closed(held: socket.socket) -> bool:
    """Whether the other side closes within 15 s, whatever it says before."""
    try:
        while held.recv(65_536):
            pass
    except TimeoutError:
        return False
    except OSError:  # a reset closes as well
        return True
    return True


@needs_nginx
def test_headers_reach_the_application_cleaned(proxy: Proxy) -> None:
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
def test_the_applications_headers_reach_the_visitor_as_they_are(proxy: Proxy) -> None:
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
def test_a_body_over_the_limit_is_refused_and_one_at_the_limit_is_not(proxy: Proxy) -> None:
    response, body = proxy.ask("POST", "/anything", b"x" * 131_072)
    assert (response.status, body) == (200, b"131072 bytes")
    response, body = proxy.ask("POST", "/anything", b"x" * 131_073)
    assert response.status == 413
    assert response.getheader("Content-Type") == "application/problem+json"
    assert json.loads(body)["status"] == 413


@needs_nginx
def test_a_body_without_a_length_is_held_to_the_limit_too(proxy: Proxy) -> None:
    held = proxy.connect()
    held.sendall(f"POST /anything HTTP/1.1\r\nHost: {HOST}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
    held.sendall(b"20001\r\n" + b"x" * 0x20001 + b"\r\n0\r\n\r\n")
    assert held.recv(65_536).startswith(b"HTTP/1.1 413")
    assert Upstream.seen == []


@needs_nginx
def test_a_long_question_fits_into_the_address(proxy: Proxy) -> None:
    response, _ = proxy.ask("GET", "/ask?question=" + "%E4%BD%A0" * 2_000)
    assert response.status == 200


@needs_nginx
def test_events_go_out_as_they_come_in(proxy: Proxy) -> None:
    held = proxy.connect()
    held.sendall(f"POST /v1/answers HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 0\r\n\r\n".encode())
    received = b""
    while b"event: stage" not in received:
        received += held.recv(65_536)
    assert b"event: answer" not in received
    Upstream.go_on.set()
    while b"event: answer" not in received:
        received += held.recv(65_536)


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
    held = {name: proxy.connect() for name in sent}
    held["idle before the handshake"] = proxy.connect(tls=False)
    held["part of the handshake"] = proxy.connect(tls=False)
    held["part of the handshake"].sendall(b"\x16\x03\x01\x02\x00\x01")
    for name, data in sent.items():
        held[name].sendall(data)
    assert [name for name, connection in held.items() if not _is_closed(connection)] == []


@needs_nginx
@pytest.mark.thorough
@pytest.mark.parametrize("patience", ["1s"])
def test_a_header_that_drips_is_closed_as_well(proxy: Proxy) -> None:
    held = proxy.connect()
    held.sendall(b"GET / HTTP/1.1\r\n")
    closed = threading.Event()
    threading.Thread(target=lambda: _is_closed(held) and closed.set(), daemon=True).start()
    for _ in range(60):  # 15 s
        if closed.wait(0.25):
            break
        try:
            held.sendall(b"X: y\r\n")
        except OSError:
            break
    assert closed.wait(1)


@needs_nginx
@pytest.mark.thorough
def test_floods_get_429_with_a_time_to_come_back(proxy: Proxy) -> None:
    answers = [proxy.ask("GET", "/anything")[0] for _ in range(80)]
    refused = [response for response in answers if response.status != 200]
    assert refused
    assert {(response.status, response.getheader("Retry-After")) for response in refused} == {(429, "5")}
    assert refused[0].getheader("Content-Type") == "application/problem+json"


@needs_nginx
@pytest.mark.thorough
def test_one_address_holds_few_connections(proxy: Proxy) -> None:
    # A connection counts once its header is read.
    head = f"POST /any HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 9\r\n\r\nhalf".encode()
    for _ in range(40):
        proxy.connect().sendall(head)
    response, _ = proxy.ask("GET", "/anything")
    assert response.status == 429


@needs_nginx
def test_an_application_that_is_away_is_503_with_a_time_to_come_back(proxy: Proxy) -> None:
    proxy.stop_upstream()
    response, body = proxy.ask("POST", "/v1/answers", b"{}")
    assert (response.status, response.getheader("Retry-After")) == (503, "5")
    assert json.loads(body)["status"] == 503


@needs_nginx
def test_figures_for_the_operator_are_not_public(proxy: Proxy) -> None:
    assert proxy.ask("GET", "/metrics")[0].status == 404
    assert Upstream.seen == []


@needs_nginx
def test_plain_http_leads_to_tls_on_the_configured_host(proxy: Proxy) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", proxy.plain_port, timeout=PATIENCE)
    connection.request("GET", "/ask", headers={"Host": "evil.example"})
    response = connection.getresponse()
    assert (response.status, response.getheader("Location")) == (308, f"https://{HOST}/ask")
    connection.close()


@needs_nginx
def test_the_logs_hold_no_address_and_no_words(proxy: Proxy) -> None:
    """Also where something goes wrong, which nginx likes to log with the whole request line."""
    agent = {"User-Agent": "canary-agent", "Referer": f"https://{HOST}/canary-page"}
    proxy.ask("GET", "/ask?question=canary-question", headers=agent)
    proxy.ask("POST", "/ask?question=canary-question", b"canary-body" * 20_000, headers=agent)
    proxy.ask("GET", "/metrics?question=canary-question", headers=agent)
    for _ in range(60):
        proxy.ask("GET", "/ask?question=canary-question", headers=agent)
    proxy.stop_upstream()
    time.sleep(1)  # the flood of before is forgiven
    assert proxy.ask("GET", "/ask?question=canary-question", headers=agent)[0].status == 503
    held = proxy.connect()
    held.sendall(b"GET /ask?question=canary-question HTTP/1.1\r\nBad Header\r\n\r\n")
    assert _is_closed(held)
    logged = (proxy.folder / "askpolicy.access.log").read_text()
    assert logged.count(" /ask ") >= 60
    assert " id-of-the-application GET /ask 200 " in logged
    logged += "".join(path.read_text() for path in proxy.folder.glob("*.log"))
    assert "canary" not in logged
    assert "127.0.0.1" not in logged


def test_no_time_shipped_is_longer_than_15_seconds() -> None:
    times = dict(re.findall(r"^\s*(\w+_timeout|lingering_time) (\d+)s;", CONFIGURATION.read_text(), re.MULTILINE))
    waiting_for_clients = {
        name: int(seconds) for name, seconds in times.items() if not name.startswith(("proxy_", "ssl_"))
    }
    assert waiting_for_clients.keys() == {
        "client_header_timeout", "client_body_timeout", "send_timeout", "keepalive_timeout", "lingering_time",
    }  # fmt: skip
    assert max(waiting_for_clients.values()) <= 15
