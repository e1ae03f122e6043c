"""Slow sockets by the hundred, behind the shipped nginx configuration and in front of the real service."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.api.running import serving
from tests.deploy.behind_nginx import HOST, is_closed, needs_nginx, nginx
from tests.trust import load


@needs_nginx
@pytest.mark.security
@pytest.mark.usefixtures("bot")  # its index is there
def test_200_slow_sockets_at_once_keep_nobody_waiting(tmp_path: Path, figure: Callable[[str], None]) -> None:
    """In front of the real service, the sockets from ten addresses and the others from as many more, three times."""
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

        def closed_after(held: socket.socket, opened: float) -> float:
            return time.monotonic() - opened if is_closed(held) else float("inf")

        others()
        ratios, slowest = [], 0.0
        for _ in range(3):
            calm = others()
            held = [proxy.connect(source=f"127.0.1.{1 + number % 10}") for number in range(200)]
            for number, one in enumerate(held):
                one.sendall(kinds[number % 3])
            opened = time.monotonic()
            closing = [pool.submit(closed_after, one, opened) for one in held]
            replies = others()
            slowest = max(slowest, *(one.result() for one in closing))
            assert load.counted([*calm, *replies]) == {200: 360}
            ratios.append(load.p95(replies) / load.p95(calm))
    ratio = sorted(ratios)[1]
    figure(
        f"200 slow sockets at once: all closed within {slowest:.1f} s; p95 of others beside them "
        f"{ratio:.2f} times that without (median of {', '.join(f'{one:.2f}' for one in ratios)})."
    )
    assert slowest <= 15
    assert ratio < 1.2
