"""The HTTP service: `create_app(settings)` is the application, `serve(load_settings)` runs it in several workers.

    app         puts the rest together
    schemas     what goes in and out, with limits and examples    problems    what is said when it does not (RFC 9457)
    service     the bots, loaded in the background; who is let in; one question -> one answer
    routes      JSON                                             stream      the same as Server-Sent Events
    pages       HTML for people, without JavaScript too           render      templates, dates, relative addresses
    assets      the files that pages need                         embed       the lines that put the chat on a page
    negotiation what a client accepts                             limits      how much an address may ask and give
    middleware  what holds for every request
    work        threads, shared fairly between clients            tally       counts questions, off their path
    logs        JSON lines without a visitor's words              metrics     counts and times for Prometheus
    server      listens and says which settings were read         supervisor  workers: start, replace, reload, stop
    worker      one of them, under uvicorn                        line        what it and its parent tell each other
    reload      what a reload changes, and how it can fail        connections closes those that keep it waiting

A visitor's words live in the memory of the request that carries them. Nothing here writes them, or an address, down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.api.app import create_app
    from bot.api.server import serve

_HOME = {"create_app": "bot.api.app", "serve": "bot.api.server"}


def __getattr__(name: str) -> Any:
    # Imported when first used, so that a part of this package needs no more than it uses.
    if name in _HOME:
        import importlib

        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module 'bot.api' has no attribute '{name}'")


__all__ = ["create_app", "serve"]
