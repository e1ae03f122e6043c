"""Closes connections that keep a worker waiting, and limits how many there are.

uvicorn closes only connections that are idle after a response. One that never sends a byte, stops in the middle of a
header, or does not read its response would stay open forever.
"""

from __future__ import annotations

import asyncio
import json
from enum import StrEnum
from operator import attrgetter
from typing import Any, ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.service.problems import MEDIA_TYPE, problem_body
from bot.settings import ServeSettings

# How often a connection is checked. It may exceed its time limit by this much.
_CHECK_SECONDS = 1.0
# A refused client has this long to read the refusal. Closing earlier would reset the connection if the request is still
# unread, and the client would lose the refusal (RFC 9112, section 9.6).
_LINGER_SECONDS = 5.0
# At most this many times `serve.max_connections` refused clients have that time; one more ends the oldest one's. In a
# flood of five times the throughput, a factor of 1 was too low for 1,005 of 6,456 clients.
_LINGERING = 4

_BODY = json.dumps(problem_body(503, "Too many open connections: try again in a moment.")).encode()
_FULL = (
    f"HTTP/1.1 503 Service Unavailable\r\nContent-Type: {MEDIA_TYPE}\r\nContent-Length: {len(_BODY)}\r\n"
    "Retry-After: 1\r\nConnection: close\r\n\r\n"
).encode() + _BODY


class _Awaited(StrEnum):
    """What a connection is waiting for its client to do."""

    SEND_HEADER = "send a header"
    SEND_BODY = "send a body"
    READ = "read an answer"
    NOTHING = "nothing: the request is being processed"


class Connection(H11Protocol):
    """One HTTP connection. serve: sets how long it may wait, and how many connections the worker may have."""

    # Refused connections that still wait for their clients to read the refusal, the oldest first (a dict keeps order).
    _lingering: ClassVar[dict[Connection, None]] = {}

    def __init__(self, *arguments: Any, serve: ServeSettings, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._serve = serve
        self._awaits = _Awaited.NOTHING
        self._wait: tuple[Any, ...] = ()
        self._since = 0.0
        self._paused_at = 0.0
        self._refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Accept a connection. If there are too many, drop one that is waiting, or refuse this one with 503."""
        super().connection_made(transport)
        self._check()
        if len(self.connections) > self._serve.max_connections and not self._make_room():
            self._refuse()

    def data_received(self, data: bytes) -> None:
        """Process what the client sends. What a refused client sends is discarded."""
        if not self._refused:
            super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._lingering.pop(self, None)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Note when the client fell behind in reading."""
        self._paused_at = self.loop.time()
        super().pause_writing()

    def _check(self) -> None:
        """Close the connection if it has waited too long; otherwise check again later."""
        if self not in self.connections:
            return  # closed
        awaited = self._observe()
        waited = self.loop.time() - self._since
        if awaited is _Awaited.READ and waited > self._serve.send_seconds:
            self.transport.abort()
        elif awaited is _Awaited.SEND_HEADER and waited > self._serve.header_seconds:
            self.transport.close()
        self.loop.call_later(_CHECK_SECONDS, self._check)

    def _observe(self) -> _Awaited:
        """Return what is awaited now, and set `_since` to the time when that wait began."""
        self._awaits = self._awaited()
        # A new request, or a new pause in writing, starts a new wait.
        wait = (self._awaits, self.cycle, self._paused_at)
        if wait != self._wait:
            self._wait, self._since = wait, self.loop.time()
        return self._awaits

    def _awaited(self) -> _Awaited:
        if self.transport.is_closing() or self.flow.write_paused:
            return _Awaited.READ
        # This includes the rest of a body that is still arriving but no longer needed.
        if self.cycle is None or self.cycle.response_complete:
            return _Awaited.SEND_HEADER
        # The application limits the time for the body itself, and answers 408.
        return _Awaited.SEND_BODY if self.cycle.more_body else _Awaited.NOTHING

    def _refuse(self) -> None:
        """Answer with 503, then close the connection as soon as the client has, or after a short time."""
        self._refused = True
        self.connections.discard(self)
        self.transport.write(_FULL)
        if len(self._lingering) >= _LINGERING * self._serve.max_connections:
            # The oldest has most likely sent its request and read the refusal. This one's request is still unread, so
            # that closing it would reset it.
            oldest = next(iter(self._lingering))
            del self._lingering[oldest]
            oldest.transport.close()
        self._lingering[self] = None
        self.transport.write_eof()
        self.loop.call_later(_LINGER_SECONDS, self.transport.close)

    def _make_room(self) -> bool:
        """Drop the connection that has waited longest for its client. Return whether there was one."""
        while True:
            # Use each connection's last known state: a fresh look at all of them for each newcomer is too slow in a
            # flood.
            waiting = [
                other
                for other in self.connections
                if isinstance(other, Connection) and other is not self and other._awaits is not _Awaited.NOTHING
            ]
            if not waiting:
                return False
            longest = min(waiting, key=attrgetter("_since"))
            if longest._observe() is not _Awaited.NOTHING:
                longest._drop()
                return True

    def _drop(self) -> None:
        """Close this connection for a newcomer, with 503 if its client has sent no request yet."""
        self.connections.discard(self)  # otherwise the next newcomer would find it again
        if self.cycle is None and not self.transport.is_closing():
            self._refuse()
        elif self._awaits is _Awaited.SEND_HEADER:
            self.transport.close()
        else:
            self.transport.abort()
