"""A thread pool for requests, shared fairly among clients."""

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
    """A pool of threads with `places` for tasks, waiting or running.

    One client may take up to half of the places. Waiting clients take turns, so a client with a single task waits for
    at most one task of each other client, however many tasks those have.
    """

    def __init__(self, name: str, threads: int, places: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._places = places
        self._taken: Counter[bytes] = Counter()
        # The waiting tasks by client, in the order of the clients' turns.
        self._waiting: OrderedDict[bytes, deque[tuple[Future[Any], Callable[[], Any]]]] = OrderedDict()
        self._lock = threading.Lock()
        self._stopped = False

    def begin(self, client: bytes, work: Callable[[], _T]) -> Future[_T]:
        """Schedule work for a client, identified by its key. Raises Problem (503) if there is no place for it.

        It also does so after `stop`, because a connection that was accepted while the service stops may come later.
        """
        future: Future[_T] = Future()
        with self._lock:
            if self._stopped:
                raise Problem(503, "The service is stopping: try again in a moment.", retry_after=_RETRY_SECONDS)
            if self._taken.total() >= self._places or self._taken[client] >= max(1, self._places // 2):
                detail = "Too many questions at the same time: try again in a moment."
                raise Problem(503, detail, retry_after=_RETRY_SECONDS)
            self._taken[client] += 1
            self._waiting.setdefault(client, deque()).append((future, work))
            self._pool.submit(self._do_next)
        future.add_done_callback(lambda _: self._release(client))
        return future

    def stop(self) -> None:
        """Take no more work, and wait until all that is scheduled is done."""
        with self._lock:
            self._stopped = True
        self._pool.shutdown(wait=True)

    def _do_next(self) -> None:
        with self._lock:
            client, queue = self._waiting.popitem(last=False)
            future, work = queue.popleft()
            if queue:
                self._waiting[client] = queue  # at the end of the queue
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = work()
        except BaseException as error:  # raised again for whoever waits for the result
            future.set_exception(error)
        else:
            future.set_result(result)

    def _release(self, client: bytes) -> None:
        with self._lock:
            self._taken[client] -= 1
            if not self._taken[client]:
                del self._taken[client]
