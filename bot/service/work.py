"""Threads that work for requests, shared fairly between clients."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from bot.service.problems import Problem

_RETRY_SECONDS = 1
_T = TypeVar("_T")


class Work:
    """A pool of threads. What is in work or waits takes a place, of which there are `places`.

    One client may take half of the places, and clients that wait are served in turn: whoever asks little waits for no
    more than one piece of work of each of the others, however much they ask.
    """

    def __init__(self, name: str, threads: int, places: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._places = places
        self._taken: Counter[bytes] = Counter()
        # By client, the one whose turn is next first.
        self._waiting: OrderedDict[bytes, deque[tuple[Future[Any], Callable[[], Any]]]] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, client: bytes, work: Callable[[], _T]) -> Future[_T]:
        """Begin to work for a client, named by its key. Raises Problem if there is no place for it."""
        future: Future[_T] = Future()
        with self._lock:
            if self._taken.total() >= self._places or self._taken[client] >= max(1, self._places // 2):
                raise Problem(503, "Too many questions at once: try again in a moment.", retry_after=_RETRY_SECONDS)
            self._taken[client] += 1
            self._waiting.setdefault(client, deque()).append((future, work))
        future.add_done_callback(lambda _: self._release(client))
        self._pool.submit(self._do_next)
        return future

    def stop(self) -> None:
        """Finish what was begun."""
        self._pool.shutdown(wait=True)

    def _do_next(self) -> None:
        with self._lock:
            client, queue = self._waiting.popitem(last=False)
            future, work = queue.popleft()
            if queue:
                self._waiting[client] = queue  # behind the others
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = work()
        except BaseException as error:  # whoever waits for it gets it
            future.set_exception(error)
        else:
            future.set_result(result)

    def _release(self, client: bytes) -> None:
        with self._lock:
            self._taken[client] -= 1
            if not self._taken[client]:
                del self._taken[client]
