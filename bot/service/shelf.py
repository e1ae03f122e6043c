"""The policies of one worker that are in memory: loaded when somebody asks, unloaded if there is no room."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future

from bot.policies.versions import version_of
from bot.service.loading import Loader, ServedPolicy, reason_of
from bot.service.metrics import Metrics
from bot.service.offers import Offer
from bot.tracing import note, span

# After a policy could not be loaded, requests for it are refused this long before the next try.
RETRY_SECONDS = 5
_log = logging.getLogger("askpolicy.shelf")


class Shelf:
    """The loaded policies. One thread loads them, one after the other, so that answers keep the other processors.

    limit_bytes: beyond it, the least recently asked policies are unloaded; the default one never is.
    """

    def __init__(self, loader: Loader, limit_bytes: int, metrics: Metrics) -> None:
        self._loader = loader
        self._limit_bytes = limit_bytes
        self._metrics = metrics
        self._loaded: OrderedDict[str, ServedPolicy] = OrderedDict()  # the least recently used first
        self._default: str | None = None
        self._loading: dict[str, Future[ServedPolicy]] = {}
        self._failed: dict[str, tuple[float, str]] = {}
        self._lock = threading.Lock()
        self._work: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        # A daemon thread must not keep the process from ending.
        threading.Thread(target=self._run, name="load", daemon=True).start()

    def get(self, id: str) -> ServedPolicy | None:
        """Return a policy that is in memory, or None."""
        with self._lock:
            if id in self._loaded:
                self._loaded.move_to_end(id)
            return self._loaded.get(id)

    @property
    def versions(self) -> dict[str, str]:
        """Return the version of each policy in memory, by id."""
        with self._lock:
            return {id: version_of(served.policy) for id, served in self._loaded.items()}

    def load(self, offer: Offer, *, default: bool = False) -> Future[ServedPolicy]:
        """Start loading a policy, unless that has already begun. See `Loader.load`.

        default: it is never unloaded, and content of the previous load is not good enough for it.
        """
        with self._lock:
            if offer.id in self._loaded:
                done: Future[ServedPolicy] = Future()
                done.set_result(self._loaded[offer.id])
                return done
            if offer.id not in self._loading:
                future = self._loading[offer.id] = Future()
                self._work.put(lambda: self._load(offer, future, default=default))
            return self._loading[offer.id]

    def refresh(self, offer: Offer, version: str) -> None:
        """Load a policy again unless this version of it is in memory. The one in memory answers until then.

        Requests that have the previous one keep it. If loading fails, or nobody asked for the policy, nothing changes.
        """

        def again() -> None:
            served = self.get(offer.id)
            if served is not None and served.version != version:
                self._load(offer, Future(), default=offer.id == self._default)

        with self._lock:
            if offer.id in self._loaded or offer.id in self._loading:
                self._work.put(again)

    def drop(self, id: str) -> None:
        """Forget a policy that is no longer offered."""
        with self._lock:
            self._loaded.pop(id, None)

    def failed_lately(self, id: str) -> bool:
        """Return whether a policy could not be loaded a moment ago."""
        with self._lock:
            at, _ = self._failed.get(id, (-float("inf"), ""))
            return time.monotonic() - at < RETRY_SECONDS

    def _run(self) -> None:
        while True:
            self._work.get()()

    def _load(self, offer: Offer, future: Future[ServedPolicy], *, default: bool) -> None:
        began = time.monotonic()
        try:
            with span("load"):
                note(policy=offer.id)
                served = self._loader.load(offer, or_before=not default)
        except Exception as error:
            self._metrics.loaded("failed", time.monotonic() - began)
            reason = reason_of(error)
            with self._lock:
                _, before = self._failed.get(offer.id, (0.0, ""))
                self._failed[offer.id] = time.monotonic(), reason
                self._loading.pop(offer.id, None)
                keeps = offer.id in self._loaded
            if keeps:
                _log.error("The policy '%s' keeps its old content: %s", offer.id, reason)
            elif reason != before and not default:
                _log.error("The policy '%s' cannot be served: %s", offer.id, reason)
            future.set_exception(error)
            return
        with self._lock:
            self._failed.pop(offer.id, None)
            self._loading.pop(offer.id, None)
            self._loaded[offer.id] = served
            self._metrics.loaded("loaded", time.monotonic() - began)
            if default:
                self._default = offer.id
            self._make_room(offer.id)
        future.set_result(served)

    def _make_room(self, newest: str) -> None:
        total = sum(served.bytes for served in self._loaded.values())
        for id in list(self._loaded):
            if total <= self._limit_bytes:
                return
            if id not in (newest, self._default):
                total -= self._loaded.pop(id).bytes
                self._metrics.loaded("unloaded")
