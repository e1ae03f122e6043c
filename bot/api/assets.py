"""The files that pages need, held in memory under their address: no path of a request ever reaches the disk."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from fastapi import Request
from starlette.responses import Response
from starlette.routing import Route

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
# Asked for again after five minutes, at the cost of a 304.
_CACHE = "public, max-age=300"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent, also compressed."""

    data: bytes
    zipped: bytes
    media_type: str
    etag: str

    @classmethod
    def of(cls, name: str, data: bytes) -> Asset:
        """name: its ending says the type."""
        etag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
        return cls(data, gzip.compress(data, 9, mtime=0), _TYPES[name[name.rindex(".") :]], etag)

    def response(self, request: Request) -> Response:
        """The file, compressed where the browser takes that; 304 where it has it."""
        headers = {"ETag": self.etag, "Cache-Control": _CACHE, "Vary": "Accept-Encoding"}
        if self.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(self.zipped, 200, {**headers, "Content-Encoding": "gzip"}, self.media_type)
        return Response(self.data, 200, headers, self.media_type)


def widget_script() -> bytes:
    """The chat widget: one ES module, built from `widget/src` and committed, so that serving needs no Node."""
    return files("bot.api").joinpath("static", "policy-chat.js").read_bytes()


def asset_routes() -> Iterator[Route]:
    """A route for each file."""
    for path, name, data in _files():
        yield _route(path, Asset.of(name, data))


def _route(path: str, asset: Asset) -> Route:
    async def send(request: Request) -> Response:
        return asset.response(request)

    return Route(path, send, methods=["GET"])


def _files() -> Iterator[tuple[str, str, bytes]]:
    """Address, file name and content of each file."""
    own = files("bot.api").joinpath("static")
    for name in ("page.css", "docs.css", "docs.js", "icon.svg"):
        yield f"/static/{name}", name, own.joinpath(name).read_bytes()
    # Swagger UI, as the package fastapi-swagger carries it: only its files are used.
    swagger = files("fastapi_swagger.resources")
    for name in ("swagger-ui.css", "swagger-ui-bundle.js"):
        yield f"/static/{name}", name, swagger.joinpath(name).read_bytes()
    yield "/widget.js", "policy-chat.js", widget_script()
