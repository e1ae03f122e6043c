"""The HTTP service: `create_app(settings)` builds the application, `serve(load_settings)` runs it in several workers.

The application:

    app          assembles the application
    routes       JSON over HTTP
    stream       the same answers as Server-Sent Events
    pages        HTML pages for people, which also work without JavaScript
    schemas      request and response bodies, with limits and examples
    problems     error responses (RFC 9457)
    negotiation  reads Accept and similar headers
    middleware   what applies to every request
    connections  closes connections that keep a worker waiting
    render       templates, dates, relative URLs
    assets       static files
    embed        the HTML that puts the chat on a page
    demos        the demo of each policy
    drafts       serves the drafts of policies to those who know the token

A request:

    service           applies rate limits, turns a question into an answer, keeps feedback
    chosen            the policy that a path chooses
    limits            rate limits for questions and feedback
    work              a thread pool shared fairly among clients
    switchboard       the owner's pauses and notices
    question_counter  counts questions without slowing them down

The policies of one worker:

    policies   which policy a request is about, and how policies come into memory
    offers     which policies there are: ids, sites, host names
    shelf      the policies in memory: loaded when somebody asks, unloaded if there is no room
    loading    loads one policy, from its copy or from the owner's files
    content    private copies of what is answered from, for new workers and failed reloads
    summaries  the list of policies, also of those that are not loaded
    earlier    the versions of a policy that are not in use
    following  the policies of the shared database, and their local copies

Processes:

    server      opens the port and starts the supervisor
    supervisor  starts, replaces, reloads, and stops workers
    member      a worker, as its parent sees it
    worker      one worker process, under uvicorn
    memory      gives memory back to the system
    channel     messages between a worker and its parent
    reload      what a reload changes, and how it can fail

What is recorded:

    logs     JSON logs without a visitor's words
    metrics  counts and times for Prometheus

A visitor's words stay in memory, for the request that carries them. Nothing here writes them, or an address, to disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.service.app import create_app
    from bot.service.server import serve

_HOME = {"create_app": "bot.service.app", "serve": "bot.service.server"}


def __getattr__(name: str) -> Any:
    # Import on first use, so that each module of this package loads only what it needs.
    if name in _HOME:
        import importlib

        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module 'bot.service' has no attribute '{name}'")


__all__ = ["create_app", "serve"]
