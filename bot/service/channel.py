"""The channel between a worker and its parent: short JSON messages, since unpickling could run code.

The worker's event loop serves its end. If the loop is stuck, it does not answer pings, and the parent replaces the
worker.
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
    """Messages from a parent to its worker."""

    PING = "ping"  # the worker replies ALIVE
    LISTEN = "listen"  # take requests, whether or not you can answer them
    DRAIN = "drain"  # say at /readyz that the service is about to stop, and keep answering
    RELOAD = "reload"  # how the last reload ended: the time and reason of a failure, or nothing


class ToParent(StrEnum):
    """Messages from a worker to its parent."""

    ALIVE = "alive"  # the event loop is running
    READY = "ready"  # everything is loaded
    FAILED = "failed"  # loading failed, and why
    STALE = "stale"  # a policy keeps the content from before the last reload: its id, and what is wrong with its files
    LISTENING = "listening"  # the worker takes requests


def send(connection: Connection, kind: ToWorker | ToParent, *words: str) -> None:
    """Send one message. Does nothing if the other end is closed."""
    with contextlib.suppress(OSError):
        connection.send_bytes(json.dumps([kind, *words]).encode())


def receive(connection: Connection) -> tuple[str, list[str]]:
    """Wait for the next message; return its kind and words. Raises EOFError or OSError if the other end is closed."""
    kind, *words = json.loads(connection.recv_bytes())
    return kind, words


class Channel:
    """The worker's end of the channel.

    on_reload: called with the words of each RELOAD message. on_drain: called when the service is about to stop.
    """

    def __init__(self, connection: Connection) -> None:
        self.on_reload: Callable[[list[str]], None] = lambda _: None
        self.on_drain: Callable[[], None] = lambda: None
        self._connection = connection
        self._lock = threading.Lock()
        self._open = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def attach(self) -> None:
        """Start answering the parent, on the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._connection.fileno(), self._read)
        self.say(ToParent.ALIVE)

    def say(self, kind: ToParent, *words: str) -> None:
        """Send a message to the parent. Thread-safe."""
        with self._lock:
            send(self._connection, kind, *words)

    def ready(self) -> None:
        """Report that everything is loaded. Thread-safe."""
        self.say(ToParent.READY)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._open.set)

    async def wait_until_open(self) -> None:
        """Wait until the worker may take requests: everything is loaded, or the parent says so."""
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
        elif kind == ToWorker.DRAIN:
            self.on_drain()
        elif kind == ToWorker.RELOAD:
            self.on_reload(words)
