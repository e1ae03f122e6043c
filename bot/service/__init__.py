"""The HTTP service: `create_app(settings)` is the application, `serve(load_settings)` runs it in several workers.

    app               puts the rest together
    routes            JSON over HTTP
    stream            the same as Server-Sent Events
    pages             HTML for people, without JavaScript too
    schemas           what goes in and out, with limits and examples
    problems          what is said when a request does not fit (RFC 9457)
    service           the bots, loaded in the background; who is let in; one question -> one answer
    work              threads, shared fairly between clients
    limits            how much an address may ask and give
    question_counter  counts questions, off their path
    render            templates, dates, relative addresses
    assets            the files that pages need
    embed             the lines that put the chat on a page
    negotiation       what a client accepts
    middleware        what holds for every request
    connections       closes connections that keep it waiting
    logs              JSON lines without a visitor's words
    metrics           counts and times for Prometheus
    server            listens and says which settings were read
    supervisor        workers: start, replace, reload, stop
    worker            one of them, under uvicorn
    channel           what a worker and its parent tell each other
    reload            what a reload changes, and how it can fail

A visitor's words live in the memory of the request that carries them. Nothing here writes them, or an address, down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.service.app import create_app
    from bot.service.server import serve

_HOME = {"create_app": "bot.service.app", "serve": "bot.service.server"}


def __getattr__(name: str) -> Any:
    # Imported when first used, so that a part of this package needs no more than it uses.
    if name in _HOME:
        import importlib

        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module 'bot.service' has no attribute '{name}'")


__all__ = ["create_app", "serve"]
