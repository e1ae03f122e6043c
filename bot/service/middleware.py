"""Applies to every request: an id, a valid Host, security headers, no requests from other sites' pages, a body of
limited size, and a line in the log.

This is plain ASGI, so that streams pass through unchanged.
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Collection
from contextlib import nullcontext
from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.service.chosen import choose_by_path
from bot.service.drafts import choose_drafts
from bot.service.metrics import Metrics
from bot.service.negotiation import is_own_page
from bot.service.problems import Problem, problem_response
from bot.tracing import note, span

DEMO = "/demo"

_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BODY_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})

# JSON needs no permissions; a page sets its own Content-Security-Policy.
CSP_DATA = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_HEADERS = {
    "Content-Security-Policy": CSP_DATA,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
# Monitoring asks for these every few seconds, so they are logged at the debug level only, and not traced.
_MONITORED = frozenset({"/healthz", "/readyz", "/metrics"})
_log = logging.getLogger("askpolicy.http")


@dataclass(slots=True)
class _Exchange:
    """One request and its response."""

    scope: Scope
    send_on: Send
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    status: int = 0
    started: float = field(default_factory=time.perf_counter)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = self.id
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await self.send_on(message)

    @property
    def route(self) -> str:
        """Return the pattern that the path matched. The path itself may contain anything that a visitor typed."""
        return getattr(self.scope.get("route"), "path", "unmatched")


class Outermost:
    """The outermost middleware: turns any exception into a problem response, and logs each request in one line."""

    def __init__(self, app: ASGIApp, metrics: Metrics, root_path: str, draft_token: str | None) -> None:
        """Wrap `app`. root_path: the setting serve.root_path. draft_token: None if no drafts are served."""
        self.app = app
        self.metrics = metrics
        self.root_path = root_path
        self.draft_token = draft_token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and send a response whatever happens."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope = choose_by_path(choose_drafts(self._without_prefix(scope), self.draft_token))
        method = scope["method"]
        # HEAD is handled as GET; the server drops the body.
        exchange = _Exchange({**scope, "method": "GET"} if method == "HEAD" else scope, send)
        with nullcontext() if scope["path"] in _MONITORED else span("request", "server"):
            await self._respond(scope, method, exchange, receive)

    async def _respond(self, scope: Scope, method: str, exchange: _Exchange, receive: Receive) -> None:
        try:
            headers = Headers(scope=scope)
            if "content-length" in headers and "transfer-encoding" in headers:
                # A proxy in front may go by the other length, and treat the rest of the body as the next request.
                detail = "The body has two lengths: send Content-Length or Transfer-Encoding, not both."
                response = problem_response(scope, 400, detail, headers={"Connection": "close"})
                await response(scope, receive, exchange.send)
            elif "host" not in headers or _HOST.fullmatch(headers["host"]):
                # Only HTTP/1.0 may omit Host, as probes do: for later versions, the server has already refused it.
                await self.app(exchange.scope, receive, exchange.send)
            else:
                detail = "The Host header is not a host name: send the service's host name."
                response = problem_response(scope, 400, detail)
                await response(scope, receive, exchange.send)
        except Exception:
            fields = {"request_id": exchange.id, "route": exchange.route}
            _log.exception("A request failed.", extra={"fields": fields})
            if exchange.status:
                raise  # Too late for an error: the server closes the connection, so the response looks incomplete.
            detail = "Something went wrong on our side: try again. If it keeps happening, tell us the X-Request-ID."
            await problem_response(scope, 500, detail)(scope, receive, exchange.send)
        finally:
            self._finish(exchange, method if method in _METHODS else "other")

    def _without_prefix(self, scope: Scope) -> Scope:
        """Return the request without the proxy's path prefix, if the proxy left the prefix in."""
        prefix = f"{self.root_path}/"
        if not self.root_path or not scope["path"].startswith(prefix):
            return scope
        return {
            **scope,
            "path": scope["path"].removeprefix(self.root_path),
            "raw_path": scope["raw_path"].removeprefix(self.root_path.encode()),
        }

    def _finish(self, exchange: _Exchange, method: str) -> None:
        seconds = time.perf_counter() - exchange.started
        self.metrics.requested(exchange.route, method, exchange.status, seconds)
        note(route=exchange.route, method=method, status=exchange.status, request_id=exchange.id)
        fields = {
            "request_id": exchange.id,
            "method": method,
            "route": exchange.route,
            "status": exchange.status,
            "seconds": round(seconds, 4),
            **exchange.scope.get("state", {}).get("log", {}),
        }
        level = logging.DEBUG if exchange.route in _MONITORED else logging.INFO
        _log.log(level, "request", extra={"fields": fields})


class SiteLimit:
    """Refuses requests from another site's page, unless the setting serve.origins or the policy's manifest names it.

    It allows the pages of allowed sites to read responses (CORS).
    """

    def __init__(self, app: ASGIApp, origins: Callable[[Scope], Collection[str]]) -> None:
        """Wrap `app`. origins: returns the sites that may send a request."""
        self.app = app
        self.origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it with 403 and name the setting."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                _vary_by_origin(MutableHeaders(scope=message))
            await send(message)

        headers = Headers(scope=scope)
        origin = headers.get("origin")
        try:
            origins = self.origins(scope) if origin is not None else ()
        except Problem as problem:
            await problem_response(scope, problem.status, problem.detail, headers=problem.headers)(
                scope, receive, send_on
            )
            return
        if origin is None or origin in origins or is_own_page(origin, headers):
            await _with_cors(self.app, origins)(scope, receive, send_on)
            return
        if origin == "null":
            detail = (
                "A page without a site of its own (a local file, a sandboxed frame) may not use this service: serve "
                "the page from a site, and add that site to the service's setting serve.origins."
            )
        else:
            detail = (
                "Pages on this site may not use this service: add the site to the service's setting serve.origins "
                "(ASKPOLICY_SERVE__ORIGINS=https://www.example.org)."
            )
        await problem_response(scope, 403, detail)(scope, receive, send_on)


def _with_cors(app: ASGIApp, origins: Collection[str]) -> ASGIApp:
    if not origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=tuple(origins),
        allow_methods=["GET", "POST"],
        allow_headers=["Accept", "Content-Type"],
        expose_headers=["Retry-After", "X-Request-ID"],
        max_age=600,
    )


def _vary_by_origin(headers: MutableHeaders) -> None:
    """Keep caches from giving one site the response to another."""
    if "origin" not in headers.get("vary", "").lower():
        headers.add_vary_header("Origin")


class BodyLimit:
    """Reads each body before anything else happens, and limits its size and the time that it takes."""

    def __init__(self, app: ASGIApp, max_bytes: int, seconds: float) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body and pass the request on, or refuse it with 408 or 413."""
        if scope["type"] != "http" or scope["method"] not in _BODY_METHODS:
            await self.app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "0")
        # The server has already refused a length that is not a number. Without a length, the bytes are counted.
        body = await self._read(receive) if len(length) < 19 and int(length) <= self.max_bytes else 413
        if isinstance(body, int):
            detail = {
                408: "The body did not arrive in time: send it again.",
                413: f"The body is too large: send at most {self.max_bytes:,} bytes.",
            }[body]
            await problem_response(scope, body, detail, headers={"Connection": "close"})(scope, receive, send)
        elif body is not None:
            await self.app(scope, _Replay(body, receive), send)

    async def _read(self, receive: Receive) -> bytes | int | None:
        """Return the body, the status that refuses it (408 or 413), or None if the client has disconnected."""
        body = b""
        try:
            async with asyncio.timeout(self.seconds):
                more = True
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return None
                    body += message.get("body", b"")
                    if len(body) > self.max_bytes:
                        return 413
                    more = message.get("more_body", False)
        except TimeoutError:
            return 408
        return body


class DemoLimit:
    """Makes requests to the demo count toward the address's limit on questions."""

    def __init__(self, app: ASGIApp, admit: Callable[[str], Awaitable[object]]) -> None:
        self.app = app
        self.admit = admit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it with 429 if it has to wait."""
        if scope["type"] == "http" and scope["method"] == "POST" and scope["path"].startswith(f"{DEMO}/"):
            try:
                await self.admit(scope["client"][0] if scope["client"] else "")
            except Problem as problem:
                # The demo's page shows errors of this form: see bot.demo.request_filter.
                await JSONResponse({"error": problem.detail}, problem.status, problem.headers)(scope, receive, send)
                return
        await self.app(scope, receive, send)


class _Replay:
    """Replays the body that was read, then passes on the server's messages."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self.body: bytes | None = body
        self.receive = receive

    async def __call__(self) -> Message:
        if self.body is None:
            return await self.receive()
        message = {"type": "http.request", "body": self.body, "more_body": False}
        self.body = None
        return message
