"""Rate limits for questions and feedback: moving windows that all workers share.

No network address is kept, only a key derived from the address and a secret that changes daily. The key stays in
memory for a minute after a question and for an hour after feedback.

Without a shared store (Redis), the parent process keeps the windows and its workers ask it over a local socket. They
exchange plain bytes, since unpickling could run code.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import logging
import math
import struct
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any, Protocol, cast

from limits import RateLimitItemPerSecond
from limits.errors import ConfigurationError
from limits.storage import Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from bot.settings import Settings
from bot.types import AskPolicyError

MEMORY = "memory://"
_SECONDS = struct.Struct("!I")
_KEY_BYTES = 32
# The most keys held for each kind; the oldest go first. They take about 45 MB.
MAX_KEYS = 50_000
# How long a question may wait for a shared store, which answers within a millisecond or two. There may be one retry
# more, for a connection that the store has closed in the meantime.
STORE_SECONDS = 0.25
# How long the store is not asked after a failure, so that only an occasional question waits for it.
_PAUSE_SECONDS = 2.0
_log = logging.getLogger("askpolicy.limits")


def client_key(address: str, secret: bytes) -> bytes:
    """Return today's key for an address, 32 bytes. An IPv6 /64 network counts as one address."""
    try:
        parsed = ipaddress.ip_address(address)
        if isinstance(parsed, ipaddress.IPv6Address):
            parsed = parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False).network_address
        address = parsed.compressed
    except ValueError:
        pass  # a local socket has no address, and a trusted proxy may call its visitors anything
    day = datetime.now(UTC).date().isoformat()
    todays_secret = hmac.digest(secret, day.encode(), "sha256")
    return hmac.digest(todays_secret, address.encode("utf-8", "backslashreplace"), hashlib.sha256)


@dataclass(frozen=True, slots=True)
class Window:
    """At most `most` events in any period of `seconds`; 0 means no limit."""

    most: int
    seconds: int


class Kind(StrEnum):
    """What is limited, each in its own window. Values are one byte long: they precede the key in a message."""

    QUESTION = "q"
    FEEDBACK = "f"


Windows = Mapping[Kind, Window]


def windows(settings: Settings) -> Windows:
    """Return the windows that the settings ask for."""
    return {
        Kind.QUESTION: Window(settings.serve.questions_per_minute, 60),
        Kind.FEEDBACK: Window(settings.feedback.per_hour, 3_600),
    }


class RateLimit(Protocol):
    """Decides whether a client may proceed."""

    def seconds_to_wait(self, kind: Kind, key: bytes) -> int:
        """Return 0 and count one event, or return the whole seconds to wait before another try."""


class MemoryLimit:
    """Moving windows in this process's memory, on a monotonic clock."""

    def __init__(self, windows: Windows, clock: Callable[[], float] = time.monotonic) -> None:
        self._windows = windows
        self._clock = clock
        # The times of admitted events by key, the key with the latest event at the end.
        self._times: dict[Kind, OrderedDict[bytes, deque[float]]] = {kind: OrderedDict() for kind in windows}
        self._lock = threading.Lock()

    def seconds_to_wait(self, kind: Kind, key: bytes) -> int:
        """See RateLimit."""
        window, times = self._windows[kind], self._times[kind]
        if window.most == 0:
            return 0
        with self._lock:
            now = self._clock()
            self._forget(times, now - window.seconds)
            mine = times.get(key, deque())
            while mine and mine[0] <= now - window.seconds:
                mine.popleft()
            if len(mine) >= window.most:
                return max(1, math.ceil(mine[0] + window.seconds - now))
            mine.append(now)
            times[key] = mine
            times.move_to_end(key)
            return 0

    def __len__(self) -> int:
        """Return the number of keys held."""
        return sum(len(times) for times in self._times.values())

    @staticmethod
    def _forget(times: OrderedDict[bytes, deque[float]], until: float) -> None:
        """Drop the keys whose last event is outside the window, and the oldest if there are too many."""
        while times and (next(iter(times.values()))[-1] <= until or len(times) >= MAX_KEYS):
            times.popitem(last=False)


class StoredLimit:
    """Moving windows in a store that several machines share, through the package `limits`: redis://…"""

    def __init__(self, store: str, windows: Windows) -> None:
        self._storage = _open_storage(store)
        self._failed_at = -math.inf  # monotonic seconds
        self._limiter = MovingWindowRateLimiter(self._storage)
        self._windows = windows
        self._items = {
            kind: RateLimitItemPerSecond(window.most, window.seconds, namespace=f"askpolicy-{kind.name.lower()}")
            for kind, window in windows.items()
        }

    def seconds_to_wait(self, kind: Kind, key: bytes) -> int:
        """See RateLimit. If the store is unreachable, everybody may proceed: its failure must not stop the service."""
        window, item = self._windows[kind], self._items[kind]
        if window.most == 0 or time.monotonic() < self._failed_at + _PAUSE_SECONDS:
            return 0
        try:
            admitted = self._limiter.hit(item, key.hex())
            reset = 0.0 if admitted else self._limiter.get_window_stats(item, key.hex()).reset_time
        except self._storage.base_exceptions:
            if self._failed_at == -math.inf:
                _log.error("The rate limit's store does not respond: there is no limit until it does.")
            self._failed_at = time.monotonic()
            return 0
        if self._failed_at != -math.inf:
            _log.info("The rate limit's store responds again.")
            self._failed_at = -math.inf
        return 0 if admitted else min(max(1, math.ceil(reset - time.time())), window.seconds + 1)


def _open_storage(store: str) -> Storage:
    """Return the store at a URL, without connecting to it yet. Raises AskPolicyError if it cannot be used."""
    try:
        options: dict[str, Any] = {}
        if store.startswith("redis"):
            from redis.backoff import NoBackoff
            from redis.retry import Retry

            # By default, redis waits forever for a machine that has gone, and pauses between its retries.
            options = {
                "socket_timeout": STORE_SECONDS,
                "socket_connect_timeout": STORE_SECONDS,
                "retry": Retry(NoBackoff(), 1),
            }
        return cast(Storage, storage_from_string(store, **options))
    except (ConfigurationError, ImportError) as error:
        raise AskPolicyError(
            f"The setting 'serve.rate_store' cannot be used ({error}): give memory://, or redis://HOST:PORT after "
            "`pip install 'limits[redis]'`."
        ) from None


class LimitServer:
    """Runs in the parent: applies one RateLimit for all workers, with one thread for each worker."""

    def __init__(self, limit: RateLimit, address: Path, authkey: bytes) -> None:
        self._limit = limit
        self._closed = False
        self._listener = Listener(str(address), "AF_UNIX", authkey=authkey)
        threading.Thread(target=self._accept, name="rate limit", daemon=True).start()

    def close(self) -> None:
        """Stop accepting workers."""
        self._closed = True
        self._listener.close()

    def _accept(self) -> None:
        while not self._closed:
            try:
                connection = self._listener.accept()
            except (OSError, EOFError, AuthenticationError):
                continue  # a worker was killed while it connected
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: Connection) -> None:
        with connection:
            while True:
                try:
                    message = connection.recv_bytes(1 + _KEY_BYTES)
                    seconds = self._limit.seconds_to_wait(Kind(message[:1].decode()), message[1:])
                    connection.send_bytes(_SECONDS.pack(seconds))
                except (EOFError, OSError):
                    return  # the worker has exited


class ParentLimit:
    """The worker's end of LimitServer."""

    def __init__(self, address: Path, authkey: bytes) -> None:
        self._connection = Client(str(address), "AF_UNIX", authkey=authkey)
        self._lock = threading.Lock()

    def seconds_to_wait(self, kind: Kind, key: bytes) -> int:
        """See RateLimit."""
        with self._lock:
            self._connection.send_bytes(kind.encode() + key)
            (seconds,) = _SECONDS.unpack(self._connection.recv_bytes(_SECONDS.size))
        return int(seconds)


@dataclass(frozen=True, slots=True)
class Shared:
    """What all workers of one service share.

    folder: private to them, deleted when the service stops. authkey: authenticates them to their parent's LimitServer.
    secret: turns network addresses into keys.
    """

    folder: Path
    authkey: bytes
    secret: bytes

    @property
    def limit_address(self) -> Path:
        """Return the path of the socket where the parent's LimitServer listens."""
        return self.folder / "limit"


def own_limit(settings: Settings) -> RateLimit:
    """Create the rate limit of a process without a parent. Raises AskPolicyError if its store cannot be used."""
    if settings.serve.rate_store == MEMORY:
        return MemoryLimit(windows(settings))
    return StoredLimit(settings.serve.rate_store, windows(settings))


def make_limit(settings: Settings, shared: Shared | None) -> RateLimit:
    """Create one worker's rate limit. With `shared`, all workers have it in common."""
    if shared is not None and settings.serve.rate_store == MEMORY:
        return ParentLimit(shared.limit_address, shared.authkey)
    return own_limit(settings)
