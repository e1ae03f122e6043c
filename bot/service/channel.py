"""The channel between a worker and its parent: short messages as JSON, so that nothing that can carry code is read.

The worker's end is served by its event loop: a loop that is stuck gives no sign, and its parent replaces the worker.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Callable
from enum import StrEnum
from multiprocessing.connection import Connection


class ToWorker(StrEnum):
    """What a parent tells its worker."""

    PING = "ping"  # answered with ALIVE
    LISTEN = "listen"  # take requests, whether or not you can answer them
    RELOAD = "reload"  # how the last reload ended: a failure's time and reason, or nothing


class ToParent(StrEnum):
    """What a worker tells its parent."""

    ALIVE = "alive"  # the event loop runs
    READY = "ready"  # everything is loaded
    FAILED = "failed"  # it could not be loaded, and why
    LISTENING = "listening"  # requests are taken


def send(connection: Connection, kind: ToWorker | ToParent, *words: str) -> None:
    """Send one message; nothing happens if the other end has gone."""
    with contextlib.suppress(OSError):
        connection.send_bytes(json.dumps([kind, *words]).encode())


def receive(connection: Connection) -> tuple[str, list[str]]:
    """The next message. Raises EOFError or OSError if the other end has gone."""
    kind, *words = json.loads(connection.recv_bytes())
    return kind, words


class Channel:
    """A worker's end. on_reload: called with what RELOAD carries."""

    def __init__(self, connection: Connection) -> None:
        self.on_reload: Callable[[list[str]], None] = lambda _: None
        self._connection = connection
        self._lock = threading.Lock()
        self._open = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def attach(self) -> None:
        """Begin to answer, on the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._connection.fileno(), self._read)
        self.say(ToParent.ALIVE)

    def say(self, kind: ToParent, *words: str) -> None:
        """Tell the parent; from any thread."""
        with self._lock:
            send(self._connection, kind, *words)

    def ready(self) -> None:
        """Everything is loaded; from any thread."""
        self.say(ToParent.READY)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._open.set)

    async def wait_until_open(self) -> None:
        """Until requests may be taken: everything is loaded, or the parent says so."""
        await self._open.wait()

    def _read(self) -> None:
        try:
            kind, words = receive(self._connection)
        except (EOFError, OSError):
            if self._loop is not None:
                self._loop.remove_reader(self._connection.fileno())
            return
        if kind == ToWorker.PING:
            self.say(ToParent.ALIVE)
        elif kind == ToWorker.LISTEN:
            self._open.set()
        elif kind == ToWorker.RELOAD:
            self.on_reload(words)
