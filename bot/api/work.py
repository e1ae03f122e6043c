"""Threads that work for requests, and how much of them one client may take."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from bot.api.problems import Problem

_RETRY_SECONDS = 1
# One client may take a quarter of the places, so that the others find some whatever it sends.
_SHARE = 4
_T = TypeVar("_T")


class Work:
    """A pool of threads. What is in work or waits takes a place, of which there are `places`."""

    def __init__(self, name: str, threads: int, places: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._places = places
        self._taken: Counter[bytes] = Counter()
        self._lock = threading.Lock()

    def begin(self, client: bytes, work: Callable[[], _T]) -> Future[_T]:
        """Begin to work for a client, named by its key. Raises Problem if there is no place for it."""
        with self._lock:
            if self._taken.total() >= self._places or self._taken[client] >= max(1, self._places // _SHARE):
                raise Problem(503, "Too many questions at once: try again in a moment.", retry_after=_RETRY_SECONDS)
            self._taken[client] += 1
        future = self._pool.submit(work)
        future.add_done_callback(lambda _: self._release(client))
        return future

    def stop(self) -> None:
        """Finish what was begun."""
        self._pool.shutdown(wait=True)

    def _release(self, client: bytes) -> None:
        with self._lock:
            self._taken[client] -= 1
            if not self._taken[client]:
                del self._taken[client]
