"""Runs a real Redis server for the tests of a shared rate limit."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.running import PATIENCE, wait_for

needs_redis = pytest.mark.skipif(shutil.which("redis-server") is None, reason="needs redis-server: make system-tools")


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """Run a server that listens on a socket in `folder` and stores nothing; yield its address."""
    socket = folder / "redis"
    command = ["redis-server", "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_for(socket.exists)
        yield f"redis+unix://{socket}"
    finally:
        server.terminate()
        server.wait(PATIENCE)
