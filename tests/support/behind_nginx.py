"""Runs a real nginx with deploy/nginx.conf, its placeholders filled."""

from __future__ import annotations

import http.client
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from evals.bench import free_ports
from evals.bench.running_nginx import NGINX, nginx_command, running
from tests.support.running import PATIENCE

CONFIGURATION = Path(__file__).resolve().parents[2] / "deploy" / "nginx.conf"
HOST = "chat.example.org"

needs_nginx = pytest.mark.skipif(
    NGINX is None or shutil.which("openssl") is None, reason="needs nginx and openssl: make system-tools"
)


@dataclass
class Proxy:
    """A running nginx."""

    port: int
    plain_port: int
    folder: Path
    trust: ssl.SSLContext
    stop_upstream: Callable[[], None] = lambda: None
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

    def connect(self, *, tls: bool = True, source: str = "127.0.0.1") -> socket.socket:
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=15, source_address=(source, 0))
        self.sockets.append(self.trust.wrap_socket(raw, server_hostname=HOST) if tls else raw)
        return self.sockets[-1]


def _fill(text: str, replacements: dict[str, str]) -> str:
    for pattern, replacement in replacements.items():
        text, found = re.subn(pattern, replacement, text, flags=re.MULTILINE)
        assert found, f"{pattern} is missing from deploy/nginx.conf"
    return text


@contextmanager
def nginx(
    tmp_path: Path, upstream_port: int = 8000, patience: str = "10s", extra: str = "", upstream: str = ""
) -> Iterator[Proxy]:
    """Run nginx with the shipped configuration in front of a port.

    extra: is added to its http block. upstream: replaces the block of that name.
    """
    port, plain_port = free_ports(2)
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
            r"127\.0\.0\.1:8000": f"127.0.0.1:{upstream_port}",
            r"/etc/ssl/askpolicy/": f"{tmp_path}/",
            r"/var/log/nginx/": f"{tmp_path}/",
            r"\b10s;": f"{patience};",
            **({r"^upstream askpolicy \{\n(.*\n)*?\}\n": upstream} if upstream else {}),
        },
    )
    (tmp_path / "askpolicy.conf").write_text(site)
    http = f"{extra}    access_log {tmp_path}/other.log;\n    include {tmp_path}/askpolicy.conf;"
    command = nginx_command(tmp_path, http)
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "[warn]" not in checked.stderr
    started = Proxy(port, plain_port, tmp_path, ssl.create_default_context(cafile=tmp_path / "fullchain.pem"))
    with running(command, port):
        try:
            yield started
        finally:
            for client in started.sockets:
                client.close()


@contextmanager
def site(folder: Path, service: str, location: str) -> Iterator[str]:
    """Run nginx with a location block in front of the service at an address; yield the address of the site."""
    (port,) = free_ports(1)
    http = (
        f"access_log off;\nserver {{ listen 127.0.0.1:{port};\n"
        f"location / {{ return 404; }}\n{location.replace('127.0.0.1:8000', urlsplit(service).netloc)} }}"
    )
    with running(nginx_command(folder, http), port):
        yield f"http://127.0.0.1:{port}"


def is_closed(client: socket.socket) -> bool:
    """Tell whether the other side closes within 15 s, whatever it sends before."""
    try:
        while client.recv(65_536):
            pass
    except TimeoutError:
        return False
    except OSError:  # a reset also closes
        return True
    return True
