"""Hundreds of slow sockets, at the service itself and behind the shipped nginx configuration."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.behind_nginx import HOST, is_closed, needs_nginx, nginx
from tests.support.running import serving
from tests.trust import load


@needs_nginx
@pytest.mark.security
@pytest.mark.usefixtures("bot")  # builds its index
def test_200_slow_sockets_behind_nginx_delay_nobody(tmp_path: Path, figure: Callable[[str], None]) -> None:
    """Run three times: slow sockets from ten addresses and normal requests from ten others reach the real service."""
    header = f"POST /v1/answers HTTP/1.1\r\nHost: {HOST}\r\n".encode()
    kinds = (b"", header[:40], header + b"Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{")
    with (
        serving(tmp_path / "log", workers=2, SERVE__QUESTIONS_PER_MINUTE=0) as running,
        nginx(tmp_path, int(running.url.rpartition(":")[2])) as proxy,
        ThreadPoolExecutor(200) as pool,
    ):

        def others() -> list[load.Reply]:
            return load.run(
                f"https://127.0.0.1:{proxy.port}", 20, 9, lambda number: f"127.0.2.{1 + number % 10}", trust=proxy.trust
            )

        def closed_after(client: socket.socket, opened: float) -> float:
            return time.monotonic() - opened if is_closed(client) else float("inf")

        others()
        ratios, slowest = [], 0.0
        for _ in range(3):
            calm = others()
            clients = [proxy.connect(source=f"127.0.1.{1 + number % 10}") for number in range(200)]
            for number, one in enumerate(clients):
                one.sendall(kinds[number % 3])
            opened = time.monotonic()
            closing = [pool.submit(closed_after, one, opened) for one in clients]
            replies = others()
            slowest = max(slowest, *(one.result() for one in closing))
            assert load.counted([*calm, *replies]) == {200: 360}
            ratios.append(load.p95(replies) / load.p95(calm))
    ratio = sorted(ratios)[1]
    figure(
        f"200 slow sockets at once: all closed within {slowest:.1f} s; p95 of other requests "
        f"{ratio:.2f} times that without (median of {', '.join(f'{one:.2f}' for one in ratios)})."
    )
    assert slowest <= 15
    assert ratio < 1.2


@pytest.mark.security
@pytest.mark.usefixtures("bot")
def test_1000_slow_sockets_at_the_service_delay_nobody(tmp_path: Path, figure: Callable[[str], None]) -> None:
    """One worker with the shipped limits and no proxy closes most of the sockets to make room."""
    header = b"POST /v1/answers HTTP/1.1\r\nHost: x\r\n"
    kinds = (
        b"",
        header[:40],
        header + b"Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",  # idle after its answer
    )
    unread = b"GET /static/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n" * 10  # more than the buffers can hold
    with serving(tmp_path / "log", SERVE__QUESTIONS_PER_MINUTE=0) as running:

        def others() -> list[load.Reply]:
            return load.run(running.url, 10, 9, lambda number: f"127.0.2.{1 + number % 10}")

        others()  # each answer has been given once, so it is cached
        calm = others()
        place = ("127.0.0.1", int(running.url.rpartition(":")[2]))
        files = load.use(running.workers(), 0.0).files
        clients: list[socket.socket] = []
        opened = time.monotonic()
        for number in range(1_000):
            clients.append(socket.create_connection(place, source_address=(f"127.0.1.{1 + number % 10}", 0)))
            clients[-1].settimeout(0.05)
            with contextlib.suppress(OSError):  # the service closed it to make room, or reads no more
                clients[-1].sendall(kinds[number % len(kinds)] if number % 100 else unread)
        replies = others()
        while load.use(running.workers(), 0.0).files > files:
            time.sleep(0.1)
        gone = time.monotonic() - opened
        for one in clients:
            one.close()
    figure(
        f"1,000 slow sockets at the service itself: others {load.counted(replies)}, p95 {load.p95(replies):.0f} ms "
        f"({load.p95(calm):.0f} ms without); "
        f"all gone {gone:.1f} s after the first was opened."
    )
    assert load.counted(replies) == {200: 90}, {reply.body for reply in replies if reply.status != 200}
