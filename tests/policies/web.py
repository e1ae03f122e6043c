"""A website on this machine for tests of fetching: it sends what a test tells it to, byte by byte if need be."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

Reply = bytes | Callable[[socket.socket], None]
POLICY = "<title>Privacy</title><h1>Privacy policy</h1><p>We never sell your personal data.</p>"


class Site:
    """Answers each path with bytes that are sent as they are, or with a function that sends them itself.

    asked: the first line and the headers of each request. calls: how many connections there were.
    """

    def __init__(self, address: str = "127.0.0.1", port: int = 0, context: ssl.SSLContext | None = None) -> None:
        self.replies: dict[str, Reply] = {}
        self.asked: list[str] = []
        self.calls = 0
        self._context = context
        self._server = socket.create_server((address, port))
        self.port: int = self._server.getsockname()[1]
        self.url = f"{'https' if context else 'http'}://127.0.0.1:{self.port}"
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        self._server.close()

    def paths(self) -> list[str]:
        return [request.split()[1] for request in self.asked]

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            self.calls += 1
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        try:
            if self._context is not None:
                connection = self._context.wrap_socket(connection, server_side=True)
            with connection:
                request = b""
                while b"\r\n\r\n" not in request and (data := connection.recv(4096)):
                    request += data
                if not request:
                    return
                self.asked.append(request.decode())
                reply = self.replies.get(request.split()[1].decode(), http(404))
                if isinstance(reply, bytes):
                    connection.sendall(reply)
                else:
                    reply(connection)
        except OSError:
            pass


@contextmanager
def site(**options: object) -> Iterator[Site]:
    opened = Site(**options)  # type: ignore[arg-type]
    try:
        yield opened
    finally:
        opened.close()


def http(status: int = 200, body: bytes | str = b"", type: str = "text/html; charset=utf-8", **headers: str) -> bytes:
    """Return a whole response."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} X", f"Content-Type: {type}", f"Content-Length: {len(data)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


def redirect(to: str, status: int = 302) -> bytes:
    return http(status, Location=to)


class Dripping:
    """Sends a piece now and then for so many seconds, and then ends well. ended: whether it came to that."""

    def __init__(self, start: bytes, drop: bytes, seconds: float) -> None:
        self.ended = False
        self._start, self._drop, self._seconds = start, drop, seconds

    def __call__(self, connection: socket.socket) -> None:
        connection.sendall(self._start)
        end = time.monotonic() + self._seconds
        while time.monotonic() < end:
            connection.sendall(self._drop)
            time.sleep(0.05)
        self.ended = True


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """Make a certificate that its own key signs. Returns the files of the certificate and of the key."""
    files = folder / f"{name}.pem", folder / f"{name}.key"
    command = f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={name} -addext subjectAltName=DNS:{name}"
    subprocess.run([*command.split(), "-out", files[0], "-keyout", files[1]], check=True, capture_output=True)
    return files
