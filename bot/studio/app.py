"""Assembles the studio's application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from importlib.resources import files

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

from bot.service.assets import Asset
from bot.studio import api, pages, preview
from bot.studio.desk import Desk
from bot.studio.door import Door
from bot.studio.render import render_problem
from bot.types import AskPolicyError

_STATIC = (("bot.studio", "studio.css"), ("bot.studio", "studio.js"), ("bot.service", "icon.svg"))


def create_app(desk: Desk, token: str, hosts: Collection[str]) -> FastAPI:
    """Create the application. token, hosts: see `Door`."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        desk.live.start()
        yield
        desk.live.stop()

    app = FastAPI(
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
        routes=[_static(package, name) for package, name in _STATIC],
        exception_handlers={AskPolicyError: _on_unreadable, HTTPException: _on_refused},
    )
    app.state.desk = desk
    for part in (pages, api, preview):
        app.include_router(part.router)
    app.add_middleware(Door, token=token, hosts=hosts)
    return app


def _static(package: str, name: str) -> Route:
    asset = Asset.of(name, files(package).joinpath("static", name).read_bytes())

    async def send(request: Request) -> Response:
        return asset.response(request)

    return Route(f"/static/{name}", send, methods=["GET"])


async def _on_unreadable(request: Request, error: Exception) -> Response:
    """Say what is wrong with the files, or why the chat cannot answer."""
    assert isinstance(error, AskPolicyError)  # noqa: S101 (the handler is registered for it)
    if "/api/" in request.url.path:
        return JSONResponse({"detail": str(error)}, 409)
    return render_problem(error, 409)


async def _on_refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 (the handler is registered for it)
    return PlainTextResponse(error.detail, error.status_code, error.headers)
