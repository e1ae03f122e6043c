"""Sends an answer as Server-Sent Events: stages while it is in progress, then exactly one `answer` or `error`."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

from sse_starlette import EventSourceResponse, ServerSentEvent

from bot.service.problems import Problem, problem_body
from bot.service.service import Reply

_log = logging.getLogger("askpolicy.stream")


def stream_response(reply: asyncio.Future[Reply], grace_seconds: float) -> EventSourceResponse:
    """Return the response for an answer in progress. No part of the answer is sent before all of it is verified.

    grace_seconds: how long the stream may continue after the service is told to stop.
    """
    return EventSourceResponse(
        _events(reply), headers={"Cache-Control": "no-store"}, shutdown_grace_period=grace_seconds
    )


async def _events(reply: asyncio.Future[Reply]) -> AsyncIterator[ServerSentEvent]:
    yield _event("stage", {"stage": "received"})
    yield _event("stage", {"stage": "searching"})
    try:
        last = _event("answer", (await reply).to_json())
    except Problem as problem:
        last = _event("error", problem.body())
    except Exception:
        _log.exception("A stream ended without its answer.")
        last = _event("error", problem_body(500, "Something went wrong on our side: try again."))
    yield last


def _event(name: str, data: dict[str, Any]) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(data, ensure_ascii=False), event=name)


__all__ = ["stream_response"]
