"""How many questions an address may ask: one moving window for all workers.

Addresses are not kept: a key made from the address with a secret of the day stands for it, in memory, for a minute.

Without a shared store (Redis), the parent process keeps the window and its workers ask it over a local socket: plain
bytes, so that nothing that can carry code is read.
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
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Protocol

from limits import RateLimitItemPerMinute
from limits.errors import ConfigurationError
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from bot.settings import ServeSettings
from bot.types import AskPolicyError

MEMORY = "memory://"
_SECONDS = struct.Struct("!I")
_KEY_BYTES = 32
_log = logging.getLogger("askpolicy.limits")


def client_key(address: str, secret: bytes) -> bytes:
    """What stands for an address today, 32 bytes. An IPv6 network of 64 bits counts as one address."""
    try:
        parsed = ipaddress.ip_address(address)
        if isinstance(parsed, ipaddress.IPv6Address):
            parsed = parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False).network_address
        address = parsed.compressed
    except ValueError:
        pass  # a local socket has no address; a proxy that is trusted may name its visitors as it likes
    day = datetime.now(UTC).date().isoformat()
    todays_secret = hmac.digest(secret, day.encode(), "sha256")
    return hmac.digest(todays_secret, address.encode("utf-8", "backslashreplace"), hashlib.sha256)


class RateLimit(Protocol):
    """Who may go on."""

    def seconds_to_wait(self, key: bytes) -> int:
        """0 lets one more in and counts it; otherwise the whole seconds until it is worth trying again."""


class NoLimit:
    """Lets everybody in."""

    def seconds_to_wait(self, key: bytes) -> int:
        """0."""
        return 0


class StoredLimit:
    """A moving window of a minute in a store of the package `limits`: memory:// or redis://…"""

    def __init__(self, store: str, per_minute: int) -> None:
        try:
            self._storage = storage_from_string(store)
        except ConfigurationError as error:
            raise AskPolicyError(
                f"The setting 'serve.rate_store' cannot be used ({error}): give memory://, or redis://HOST:PORT after "
                "`pip install redis`."
            ) from None
        self._limiter = MovingWindowRateLimiter(self._storage)
        self._item = RateLimitItemPerMinute(per_minute)

    def seconds_to_wait(self, key: bytes) -> int:
        """As in RateLimit. A store that is away lets everybody in: it must not close the service."""
        try:
            if self._limiter.hit(self._item, key.hex()):
                return 0
            reset = self._limiter.get_window_stats(self._item, key.hex()).reset_time
        except self._storage.base_exceptions:
            _log.error("The store of the rate limit does not answer: nobody is limited until it does.")
            return 0
        return max(1, math.ceil(reset - time.time()))


class LimitServer:
    """Runs in the parent: answers its workers' questions with a `RateLimit`, a thread for each worker."""

    def __init__(self, limit: RateLimit, address: Path, authkey: bytes) -> None:
        self._limit = limit
        self._closed = False
        self._listener = Listener(str(address), "AF_UNIX", authkey=authkey)
        threading.Thread(target=self._accept, name="rate limit", daemon=True).start()

    def close(self) -> None:
        """Take no more workers."""
        self._closed = True
        self._listener.close()

    def _accept(self) -> None:
        while not self._closed:
            try:
                connection = self._listener.accept()
            except (OSError, EOFError, AuthenticationError):
                continue  # a worker was killed while it came in
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: Connection) -> None:
        with connection:
            while True:
                try:
                    key = connection.recv_bytes(_KEY_BYTES)
                    connection.send_bytes(_SECONDS.pack(self._limit.seconds_to_wait(key)))
                except (EOFError, OSError):
                    return  # the worker has gone


class ParentLimit:
    """The worker's end of LimitServer."""

    def __init__(self, address: Path, authkey: bytes) -> None:
        self._connection = Client(str(address), "AF_UNIX", authkey=authkey)
        self._lock = threading.Lock()

    def seconds_to_wait(self, key: bytes) -> int:
        """As in RateLimit."""
        with self._lock:
            self._connection.send_bytes(key)
            (seconds,) = _SECONDS.unpack(self._connection.recv_bytes(_SECONDS.size))
        return int(seconds)


@dataclass(frozen=True, slots=True)
class Shared:
    """What all workers of one service have in common.

    folder: theirs alone, gone when the service stops. secret: what keys of addresses are made with.
    """

    folder: Path
    authkey: bytes
    secret: bytes

    @property
    def limit_address(self) -> Path:
        """Where the parent answers."""
        return self.folder / "limit"

    @property
    def load_lock(self) -> Path:
        """Held by the worker that loads."""
        return self.folder / "load"

    @property
    def ready_once(self) -> Path:
        """There as soon as any worker was ready."""
        return self.folder / "ready"


def make_limit(settings: ServeSettings, shared: Shared | None) -> RateLimit:
    """The limit of one worker; with `shared`, all workers have it together."""
    if settings.questions_per_minute == 0:
        return NoLimit()
    if shared is not None and settings.rate_store == MEMORY:
        return ParentLimit(shared.limit_address, shared.authkey)
    return StoredLimit(settings.rate_store, settings.questions_per_minute)
