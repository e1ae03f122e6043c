"""Lets through to gradio what the demo's own page asks for, and nothing else."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The page, its styles, its script files, and the one address that questions go to.
_READ = frozenset({"/", "/theme.css", "/static/js/iframeResizer.contentWindow.min.js"})
_READ_UNDER = "/assets/"
_WRITE = "/gradio_api/run/predict"

# Gradio starts itself from inline scripts and makes functions of the page's handlers ('unsafe-eval'). Whatever it
# would load from, or send to, another host is refused by the browser.
_CSP = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'self'; form-action 'none'; "
    "frame-ancestors 'self'"
)
# The names of script files carry a hash of what is in them.
_SCRIPT_FILES_KEPT = "public, max-age=86400, immutable"
_HEADERS = {"Content-Security-Policy": _CSP, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


class Gate:
    """ASGI middleware of the mounted demo: an allow-list of addresses, and a limit to what is sent.

    404 for whatever the page does not need, such as upload, file, proxy and monitoring; 411 for a body without a
    stated length, 413 for one that states more than `max_body_bytes`, 400 for one that gradio cannot make sense of.
    """

    def __init__(self, app: ASGIApp, max_body_bytes: int) -> None:
        self.app = app
        self.max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"].removeprefix(scope.get("root_path", "").rstrip("/")) or "/"
        headers = Headers(scope=scope)
        reading = scope["method"] in {"GET", "HEAD"} and (path in _READ or path.startswith(_READ_UNDER))
        writing = scope["method"] == "POST" and path == _WRITE
        if not (reading or writing):
            await PlainTextResponse("Not found", 404)(scope, receive, send)
        elif writing and not headers.get("content-length", "").isdecimal():
            await PlainTextResponse("Length required", 411)(scope, receive, send)
        elif writing and int(headers["content-length"]) > self.max_body_bytes:
            await PlainTextResponse("Too large", 413)(scope, receive, send)
        else:
            await self._pass_on(scope, receive, send)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def send_on(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                if message["status"] == 200 and _READ_UNDER in scope["path"]:
                    headers["Cache-Control"] = _SCRIPT_FILES_KEPT
            await send(message)

        try:
            await self.app(scope, receive, send_on)
        except Exception:
            if started:
                raise
            # Gradio answers what goes wrong in the demo itself; what comes here is a request that no page makes.
            await PlainTextResponse("Bad request", 400)(scope, receive, send)
