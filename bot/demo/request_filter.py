"""Filters requests to Gradio: visitors reach only the page, its files, and the page's own events.

Of a visitor's request, only an event's values reach Gradio, as checked by `bot.demo.events`. Headers, query, path, and
cookies never do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import gradio
import httpx
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.demo.events import Events, Refused
from bot.demo.own_policy import MAX_BODY_BYTES, Forgotten, OwnPolicies, OwnRequest
from bot.settings import ServeSettings
from bot.types import AskPolicyError

_PAGE, _STYLES, _EVENT, _OWN = "/", "/theme.css", "/gradio_api/run/predict", "/own"
_FRONTEND = Path(gradio.__file__).parent / "templates" / "frontend"
_FRAME_SCRIPT = "static/js/iframeResizer.contentWindow.min.js"

# Gradio builds URLs from the request's Host, and this is the only one that it sees.
_HOST = "http://demo.invalid"
# The script that replaces it on the page: the URL that the browser shows, behind any proxy.
_OWN_ADDRESS = 'new URL(".", location.href).href.slice(0, -1)'
# A speech bubble. If the page has no icon, browsers request /favicon.ico.
_ICON = (
    '<link rel="icon" href="data:image/svg+xml,'
    "%3Csvg xmlns=%27http://www.w3.org/2000/svg%27 viewBox=%270 0 16 16%27%3E%3Cpath fill=%27%2314558f%27 "
    "d=%27M2 1h12a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H7l-4 3v-3H2a1 1 0 0 1-1-1V2a1 1 0 0 1 1-1z%27/%3E%3C/svg%3E"
    '">'
)
# Replacements in Gradio's page. The manifest would make browsers request a file that is not served.
_CHANGES = {json.dumps(_HOST): _OWN_ADDRESS, '<link rel="manifest" href="/manifest.json" />': _ICON}

# Gradio starts from inline scripts and compiles the page's handlers ('unsafe-eval'). The browser blocks whatever it
# tries to load from, or send to, another host.
_CSP = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'self'; form-action 'none'"
)
# The names of script files contain a hash of their content.
_FILES_KEPT = {"Cache-Control": "public, max-age=86400, immutable"}

_FAILED = "Something went wrong on our side: try again."


class RequestFilter:
    """An ASGI application: an allow list of paths in front of Gradio's own application.

    The status is 404 for everything that the page does not need, such as upload, file, proxy, and monitoring. For an
    event it is 415 if the body is not JSON, 411 without a Content-Length, 413 above the limit, 400 if the page sends no
    such event, and 503 if too many are in progress. For a visitor's own policy it is also 422 if it cannot be
    fetched or read, and 409 if the page has to send it again.
    """

    def __init__(
        self,
        app: ASGIApp,
        events: Events,
        serve: ServeSettings,
        own: OwnPolicies | None = None,
        frames: Sequence[str] = (),
    ) -> None:
        """Wrap the demo.

        own: reads visitors' own policies; None if the demo does not offer it. frames: other sites that may show it in
        a frame, in addition to `serve.origins`.
        """
        self._gradio = httpx.ASGITransport(app)
        self._events = events
        self._serve = serve
        self._own = own
        self._in_work = 0
        self._files = {f"/assets/{file.name}": file for file in (_FRONTEND / "assets").iterdir()}
        self._files[f"/{_FRAME_SCRIPT}"] = _FRONTEND / _FRAME_SCRIPT
        self._made: dict[str, Response] = {}
        ancestors = " ".join(("'self'", *serve.origins, *frames))
        self._headers = {
            "Content-Security-Policy": f"{_CSP}; frame-ancestors {ancestors}",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it. The route that mounts this must name the rest of the path `rest`."""
        path = f"/{scope['path_params']['rest']}"
        reading = scope["method"] in {"GET", "HEAD"}
        if scope["method"] == "POST" and path == _EVENT:
            response = await self._post(Request(scope, receive), self._serve.max_body_bytes, self._event)
        elif scope["method"] == "POST" and path == _OWN and self._own is not None:
            response = await self._post(Request(scope, receive), MAX_BODY_BYTES, partial(_own_policy, self._own))
        elif reading and path in {_PAGE, _STYLES}:
            response = await self._page(path)
        elif reading and path in self._files:
            response = FileResponse(self._files[path], headers=_FILES_KEPT)
        else:
            response = _refusal(404, "There is nothing at this URL.")
        response.headers.update(self._headers)
        # Without the request's headers, a file response sees no ranges or conditions, which are not supported.
        await response({**scope, "headers": []}, receive, send)

    async def _page(self, path: str) -> Response:
        """Return the page or its styles. They are the same for everybody, so they are made only once."""
        if path not in self._made:
            answer = await self._ask_gradio("GET", path)
            if answer.status_code != 200:
                return _refusal(500, _FAILED)
            words = answer.text
            for old, new in _CHANGES.items():
                words = words.replace(old, new)
            self._made[path] = Response(words, media_type=answer.headers["content-type"])
        return self._made[path]

    async def _post(self, request: Request, most: int, handle: Callable[[bytes], Awaitable[Response]]) -> Response:
        kind, length = request.headers.get("content-type", ""), request.headers.get("content-length", "")
        if kind.partition(";")[0].strip().lower() != "application/json":
            return _refusal(415, "The demo accepts only JSON: send it as application/json.")
        if not re.fullmatch(r"[0-9]{1,18}", length) or "transfer-encoding" in request.headers:
            return _refusal(411, "The length of the body is required: send Content-Length, and do not use chunks.")
        if int(length) > most:
            return _refusal(413, f"This is too long: send at most {most:,} bytes.")
        body = await request.body()
        if self._in_work >= self._serve.max_in_work:
            return _refusal(503, "Too many questions at the same time: try again in a moment.", {"Retry-After": "1"})
        self._in_work += 1
        try:
            return await handle(body)
        finally:
            self._in_work -= 1

    async def _event(self, body: bytes) -> Response:
        try:
            event = self._events.read(body)
        except Refused as refused:
            return _refusal(400, str(refused))
        answer = await self._ask_gradio("POST", _EVENT, event)
        if answer.status_code != 200:
            return _refusal(500, _FAILED)
        return Response(answer.content, media_type="application/json")

    async def _ask_gradio(self, method: str, path: str, body: bytes = b"") -> httpx.Response:
        """Return Gradio's response to a request with only these contents."""
        headers = {"Content-Type": "application/json"} if body else {}
        request = httpx.Request(method, f"{_HOST}{path}", content=body, headers=headers)
        answer = await self._gradio.handle_async_request(request)
        await answer.aread()
        return answer


async def _own_policy(own: OwnPolicies, body: bytes) -> Response:
    try:
        shown = await own.reply(OwnRequest.model_validate_json(body))
    except ValidationError:
        return _refusal(400, "The demo does not understand this request: reload the page and try again.")
    except Forgotten:
        return _refusal(409, "The policy was forgotten: choose it again.")
    except AskPolicyError as error:
        return _refusal(422, str(error))
    return Response(json.dumps(shown), media_type="application/json")


def _refusal(status: int, words: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return a refusal in the form that the page can show: see assets/refusals.js."""
    return Response(json.dumps({"error": words}), status, headers, "application/json")
