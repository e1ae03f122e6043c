"""Connections that keep a worker waiting, over real sockets: the service itself closes each."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from typing import Any

import pytest
from uvicorn import Config, Server

from bot.pipeline import Bot
from bot.service.connections import Connection
from bot.settings import ServeSettings
from tests.support.running import PATIENCE, Running, serving, wait_for
from tests.trust.load import use

HEAD = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
MOST = 40


@pytest.fixture(scope="module")
def impatient(bot: Bot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Run one worker with timeouts of a second and few connections."""
    with serving(
        tmp_path_factory.mktemp("impatient") / "log",
        SERVE__QUESTIONS_PER_MINUTE=0,
        SERVE__HEADER_SECONDS=1.0,
        SERVE__BODY_SECONDS=1.0,
        SERVE__SEND_SECONDS=1.0,
        SERVE__MAX_CONNECTIONS=MOST,
    ) as running:
        yield running


@pytest.fixture
def opened() -> Iterator[list[socket.socket]]:
    """Close what a test opened at its end."""
    sockets: list[socket.socket] = []
    yield sockets
    for one in sockets:
        one.close()


def connect(running: Running, receive_bytes: int = 0) -> socket.socket:
    one = socket.socket()
    if receive_bytes:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    one.settimeout(PATIENCE)
    one.connect(("127.0.0.1", int(running.url.rpartition(":")[2])))
    return one


def read_all(one: socket.socket) -> bytes:
    """Return everything received until the other side closes, which must happen within PATIENCE."""
    data = b""
    try:
        while more := one.recv(65_536):
            data += more
    except ConnectionResetError:
        pass
    return data


def files(running: Running) -> int:
    return use(running.workers(), 0.0).files


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param(b"", b"", id="no byte at all"),
        pytest.param(b"GET /heal", b"", id="half a request line"),
        pytest.param(HEAD + b"X-Half: y", b"", id="half a header"),
        pytest.param(HEAD + b"\r\n", b"200", id="idle after an answer"),
        pytest.param(HEAD + b"\r\n" + HEAD, b"200", id="half a header after an answer"),
        pytest.param(HEAD + b"Content-Length: 99\r\n\r\n{", b"200", id="half a body that nobody reads"),
        pytest.param(
            b"POST /v1/answers HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{",
            b"408",
            id="half a body",
        ),
    ],
)
def test_a_stalled_connection_is_closed(impatient: Running, sent: bytes, status: bytes) -> None:
    with connect(impatient) as one:
        one.sendall(sent)
        data = read_all(one)
    assert data[9:12] == status


@pytest.mark.parametrize("start", [HEAD, HEAD + b"\r\n" + HEAD, HEAD + b"Content-Length: 9999\r\n\r\n"])
def test_a_dripping_connection_is_closed(impatient: Running, start: bytes) -> None:
    with connect(impatient) as one:
        one.sendall(start)
        one.settimeout(0.1)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                one.sendall(b"X: y\r\n")
                if one.recv(65_536) == b"":
                    return
            except TimeoutError:
                continue
            except OSError:
                return
    pytest.fail("It is still open.")


def test_an_unread_answer_is_abandoned(impatient: Running, opened: list[socket.socket]) -> None:
    before = files(impatient)
    asked = b"GET /widget.js HTTP/1.1\r\nHost: x\r\n\r\n"
    for _ in range(5):
        one = connect(impatient, receive_bytes=4_096)
        opened.append(one)
        one.settimeout(1)
        try:
            while True:  # until the service accepts no more: it reads no question while nobody reads its answers
                one.sendall(asked * 100)
        except (TimeoutError, OSError):
            pass
    wait_for(lambda: files(impatient) <= before)


def test_an_unread_stream_is_abandoned(impatient: Running, opened: list[socket.socket]) -> None:
    before = files(impatient)
    body = b'{"question": "Do you sell my data?"}'
    asked = (
        b"POST /v1/answers HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\n"
        b"Content-Length: %d\r\n\r\n" % len(body)
    ) + body
    for _ in range(5):
        opened.append(connect(impatient, receive_bytes=4_096))
        opened[-1].sendall(asked)
    wait_for(lambda: files(impatient) <= before)


def test_an_active_client_is_not_disconnected(impatient: Running) -> None:
    with connect(impatient) as one:
        for _ in range(8):
            one.sendall(HEAD + b"\r\n")
            data = b""
            while not data.endswith(b"}"):
                received = one.recv(65_536)
                assert received, "it was closed"
                data += received
            time.sleep(0.4)


def test_new_clients_are_served_beyond_the_connection_limit(impatient: Running, opened: list[socket.socket]) -> None:
    """Idle connections are closed to make room: half of them have sent nothing, the others half a body."""
    half = b"POST /v1/answers HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{"
    before = files(impatient)
    for number in range(3 * MOST):
        opened.append(connect(impatient))
        if number % 2:
            opened[-1].sendall(half)
        if number % MOST == MOST - 1:
            with impatient.client() as client:
                assert client.get("/healthz").status_code == 200
                assert client.post("/v1/answers", json={"question": "Hello"}).status_code == 200
            # A client that sent nothing may still be reading its refusal.
            assert files(impatient) <= before + 2 * MOST + 2


def test_a_client_that_makes_room_gets_503_even_if_its_request_comes_late(
    impatient: Running, opened: list[socket.socket]
) -> None:
    opened.extend(connect(impatient) for _ in range(2 * MOST))
    with impatient.client() as client:
        assert client.get("/healthz").status_code == 200
    first = opened[0]
    first.sendall(HEAD + b"\r\n")
    assert read_all(first).startswith(b"HTTP/1.1 503 ")


def busy(begun: threading.Event, go_on: threading.Event) -> Server:
    """Return a server that takes one connection, and answers it only after `go_on`."""

    async def slow(_: Any, receive: Any, send: Any) -> None:
        begun.set()
        await asyncio.to_thread(go_on.wait, PATIENCE)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    serve = ServeSettings(max_connections=1)
    return Server(Config(slow, http=partial(Connection, serve=serve), lifespan="off", log_config=None))  # type: ignore[arg-type]


def test_a_new_client_gets_503_if_all_connections_are_busy() -> None:
    begun, go_on = threading.Event(), threading.Event()
    server = busy(begun, go_on)
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as pool:
        pool.submit(server.run, [listener])
        with socket.create_connection(listener.getsockname()) as first:
            first.sendall(HEAD + b"\r\n")
            assert begun.wait(PATIENCE)
            with socket.create_connection(listener.getsockname()) as second:
                second.sendall(HEAD + b"\r\n")
                head, _, body = read_all(second).partition(b"\r\n\r\n")
            go_on.set()
            assert first.recv(65_536)[9:12] == b"204"
        server.should_exit = True
    assert head.startswith(b"HTTP/1.1 503 ")
    assert b"\r\nRetry-After: 1\r\n" in head
    assert json.loads(body)["detail"] == "Too many open connections: try again in a moment."


def test_a_client_gets_503_even_if_many_refused_ones_stay() -> None:
    """The oldest refused connections are closed, not the newest, whose requests are still unread."""
    begun, go_on = threading.Event(), threading.Event()
    server = busy(begun, go_on)
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as pool, ExitStack() as stack:
        pool.submit(server.run, [listener])
        stack.callback(setattr, server, "should_exit", True)
        stack.callback(go_on.set)

        def ask() -> socket.socket:
            one = stack.enter_context(socket.create_connection(listener.getsockname(), PATIENCE))
            one.sendall(HEAD + b"\r\n")
            return one

        ask()
        assert begun.wait(PATIENCE)
        refused = [ask() for _ in range(40)]
        for one in refused:
            assert one.recv(65_536).startswith(b"HTTP/1.1 503 ")  # a reset connection raises an error
            assert one.recv(1) == b""
