"""Serves static files from memory, each at a fixed URL, so that no request path ever reaches the disk."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from fastapi import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.guard.personal_data import RULES_FILE
from bot.service.embed import pinned_path
from bot.service.negotiation import has_current, takes_gzip
from bot.service.problems import Problem
from bot.wording import LANGUAGES, interface

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
# Browsers check again after five minutes, which costs a 304.
_CHECKED = "public, max-age=300"
# The URL contains a hash of the content, so the content can never change.
_PINNED = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file ready to send, both as it is and gzipped."""

    data: bytes
    zipped: bytes
    media_type: str
    digest: str
    cache: str

    @classmethod
    def of(cls, name: str, data: bytes, cache: str = _CHECKED) -> Asset:
        """Make an asset from a file's bytes. name: its extension determines the media type."""
        digest = hashlib.sha256(data).hexdigest()[:32]
        return cls(data, gzip.compress(data, 9, mtime=0), _TYPES[name[name.rindex(".") :]], digest, cache)

    def response(self, request: Request) -> Response:
        """Return the file, gzipped if the browser accepts that, or 304 if the browser has it.

        Each of the two forms has its own entity tag.
        """
        zipped = takes_gzip(request.headers.get("accept-encoding", ""))
        tag = f'"{self.digest}-gzip"' if zipped else f'"{self.digest}"'
        headers = {"ETag": tag, "Cache-Control": self.cache, "Vary": "Accept-Encoding"}
        if has_current(", ".join(request.headers.getlist("if-none-match")), tag):
            return Response(status_code=304, headers=headers)
        if zipped:
            return Response(self.zipped, 200, {**headers, "Content-Encoding": "gzip"}, self.media_type)
        return Response(self.data, 200, headers, self.media_type)


def widget_script() -> bytes:
    """Return the chat widget: one ES module, built from `widget/src` and committed, so that serving needs no Node."""
    return files("bot.service").joinpath("static", "policy-chat.js").read_bytes()


def widget_words(language: str) -> bytes:
    """Return the widget's labels in one of LANGUAGES, as a JSON object of strings."""
    return json.dumps(dict(interface(language)), ensure_ascii=False).encode("utf-8")


def asset_routes() -> Iterator[Route]:
    """Yield a route for each file."""
    for path, name, data in _files():
        yield _route(path, Asset.of(name, data))
    script = widget_script()
    yield _route("/widget.js", Asset.of("widget.js", script))
    yield _route(pinned_path(script), Asset.of("widget.js", script, _PINNED))
    yield Route("/widget-{version}.js", _other_version, methods=["GET"])


async def _other_version(_: Request) -> Response:
    raise Problem(404, "This service has another version of the chat: run `askpolicy embed` for its URL and hash.")


def _route(path: str, asset: Asset) -> Route:
    async def send(request: Request) -> Response:
        return asset.response(request)

    return Route(path, send, methods=["GET"])


def _files() -> Iterator[tuple[str, str, bytes]]:
    """Yield the URL path, the file name, and the content of each file."""
    own = files("bot.service").joinpath("static")
    for name in ("page.css", "docs.css", "docs.js", "icon.svg"):
        yield f"/static/{name}", name, own.joinpath(name).read_bytes()
    # Swagger UI comes from the package fastapi-swagger, of which only these files are used.
    swagger = files("fastapi_swagger.resources")
    for name in ("swagger-ui.css", "swagger-ui-bundle.js"):
        yield f"/static/{name}", name, swagger.joinpath(name).read_bytes()
    # The widget fetches the rules when it opens: inside its script, they would be half of it or more.
    yield "/widget/personal-data.json", RULES_FILE.name, RULES_FILE.read_bytes()
    # The widget brings the English words and asks for those of another language.
    for language in LANGUAGES:
        yield f"/widget/{language}.json", f"{language}.json", widget_words(language)
