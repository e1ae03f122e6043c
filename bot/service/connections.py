"""Closes connections that keep a worker waiting, and bounds how many there are.

uvicorn closes a connection that is idle after an answer, and nothing else: one that never sends a byte, stops in the
middle of a header, or leaves its answer unread would stay for good.
"""

from __future__ import annotations

import asyncio
import json
from enum import StrEnum
from operator import attrgetter
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.service.problems import MEDIA_TYPE, problem_body
from bot.settings import ServeSettings

# How often a connection is looked at. It may outlive its time by as much.
_LOOK_SECONDS = 1.0

_BODY = json.dumps(problem_body(503, "Too many connections at once: try again in a moment.")).encode()
_FULL = (
    f"HTTP/1.1 503 Service Unavailable\r\nContent-Type: {MEDIA_TYPE}\r\nContent-Length: {len(_BODY)}\r\n"
    "Retry-After: 1\r\nConnection: close\r\n\r\n"
).encode() + _BODY


class _Awaited(StrEnum):
    """What a connection waits for its client to do."""

    SEND_HEADER = "send a header"
    SEND_BODY = "send a body"
    READ = "read an answer"
    NOTHING = "nothing: the request is in work"


class Connection(H11Protocol):
    """One connection. `serve`: how long it may wait, and how many connections the worker may have."""

    def __init__(self, *arguments: Any, serve: ServeSettings, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._serve = serve
        self._awaits = _Awaited.NOTHING
        self._wait: tuple[Any, ...] = ()
        self._since = 0.0
        self._paused_at = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, and make room for it if there are too many."""
        super().connection_made(transport)
        self._look()
        if len(self.connections) > self._serve.max_connections and not self._make_room():
            transport.write(_FULL)
            transport.close()

    def pause_writing(self) -> None:
        """Note since when the client has read too little."""
        self._paused_at = self.loop.time()
        super().pause_writing()

    def _look(self) -> None:
        """Close the connection if it has waited too long, and look again later."""
        if self not in self.connections:  # it is closed
            return
        awaited = self._observe()
        waited = self.loop.time() - self._since
        if awaited is _Awaited.READ and waited > self._serve.send_seconds:
            self.transport.abort()
        elif awaited is _Awaited.SEND_HEADER and waited > self._serve.header_seconds:
            self.transport.close()
        self.loop.call_later(_LOOK_SECONDS, self._look)

    def _observe(self) -> _Awaited:
        """What is awaited now; `_since` is set to the time since when."""
        self._awaits = self._awaited()
        # Another request, or another pause of the writing, is a new wait.
        wait = (self._awaits, self.cycle, self._paused_at)
        if wait != self._wait:
            self._wait, self._since = wait, self.loop.time()
        return self._awaits

    def _awaited(self) -> _Awaited:
        if self.transport.is_closing() or self.flow.write_paused:
            return _Awaited.READ
        # Also if the rest of a body is still coming that nobody waits for any more.
        if self.cycle is None or self.cycle.response_complete:
            return _Awaited.SEND_HEADER
        # The application sets a time for the body and answers 408.
        return _Awaited.SEND_BODY if self.cycle.more_body else _Awaited.NOTHING

    def _make_room(self) -> bool:
        """Drop the connection that has been waiting for its client longest; whether there was one."""
        while True:
            # As last seen: to look at each of them anew, for each newcomer, would take longer than a flood leaves.
            waiting = [
                other
                for other in self.connections
                if isinstance(other, Connection) and other is not self and other._awaits is not _Awaited.NOTHING
            ]
            if not waiting:
                return False
            longest = min(waiting, key=attrgetter("_since"))
            if longest._observe() is not _Awaited.NOTHING:
                longest.transport.abort()
                self.connections.discard(longest)  # or the next newcomer would find it again
                return True
