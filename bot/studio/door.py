"""Who may come in: only the owner's own browser, through the address that the studio printed.

The token is in the path of every page. A cookie would be less visible, but browsers send a cookie to every port of this
machine, so any other local server would receive it. And browsers add no paths on their own, so a page that does not
know the token can do nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY_BYTES = 262_144

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'"
)
_HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    # Forms then say which page sent them. Other sites learn nothing, not even the address of a link's page.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
_CLOSED = "Open the address that `askpolicy studio` printed: this page is only for the person who started it."


class Door:
    """Refuses with 403 every request without the token, for another host, or from another site's page."""

    def __init__(self, app: ASGIApp, token: str, hosts: Collection[str]) -> None:
        """Wrap `app`, which sees paths without the token. hosts: the Host headers to accept, such as 127.0.0.1:8001."""
        self.app = app
        self._token = token.encode()
        self._hosts = frozenset(hosts)
        self._origins = frozenset(f"http://{host}" for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        headers = Headers(scope=scope)
        inside = self._inside(scope["path"])
        if inside is None or not self._is_own(scope["method"], headers):
            await PlainTextResponse(_CLOSED, 403)(scope, receive, send_on)
            return
        length = headers.get("content-length", "0")
        if "transfer-encoding" in headers or not length.isascii() or len(length) > 9 or int(length) > MAX_BODY_BYTES:
            await PlainTextResponse("This request is too large: send less.", 413)(scope, receive, send_on)
            return
        await self.app({**scope, "path": inside, "raw_path": inside.encode()}, receive, send_on)

    def _inside(self, path: str) -> str | None:
        """Return the path after the token, or None if the token is missing or wrong."""
        _, given, *rest = path.split("/", 2) if path.count("/") > 1 else ("", "")
        return f"/{rest[0]}" if rest and secrets.compare_digest(given.encode(), self._token) else None

    def _is_own(self, method: str, headers: Headers) -> bool:
        origin = headers.get("origin")
        # A link may be opened from anywhere, for example from a terminal in a browser. Nothing else may.
        opened = method == "GET" and headers.get("sec-fetch-mode") == "navigate"
        site = headers.get("sec-fetch-site", "none")
        return (
            headers.get("host") in self._hosts
            and (origin is None or origin in self._origins)
            and (opened or site in ("none", "same-origin"))
        )
