"""Answers as Server-Sent Events."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from sse_starlette import ServerSentEvent

from bot.service.problems import Problem
from bot.service.stream import _events
from tests.support.running import assert_problem

EVENTS = {"Accept": "text/event-stream"}


def parse(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the events of a stream: their names and data."""
    events = []
    for block in text.replace("\r\n", "\n").strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
        events.append((fields["event"], json.loads(fields["data"])))
    return events


def test_a_stream_sends_its_stages_then_one_answer(client: httpx.Client) -> None:
    body = {"question": "Do you sell my data?"}
    response = client.post("/v1/answers", json=body, headers=EVENTS)
    assert response.headers["content-type"].startswith("text/event-stream")
    events = parse(response.text)
    assert [name for name, _ in events] == ["stage", "stage", "answer"]
    assert [data["stage"] for name, data in events if name == "stage"] == ["received", "searching"]
    plain = client.post("/v1/answers", json=body).json()
    answer = events[-1][1]
    assert answer.keys() == plain.keys()
    assert answer["text"] == plain["text"]


@pytest.mark.parametrize(
    ("accept", "events"),
    [
        ("text/event-stream", True),
        ("text/event-stream, */*;q=0.1", True),
        ("application/json, text/event-stream", True),
        ("text/event-stream;q=0.5, application/json", False),
        ("application/json, text/event-stream;q=0", False),
        ("*/*", False),
    ],
)
def test_events_are_sent_if_the_client_prefers_them_or_has_no_preference(
    client: httpx.Client, accept: str, events: bool
) -> None:
    response = client.post("/v1/answers", json={"question": "Do you sell my data?"}, headers={"Accept": accept})
    assert response.headers["content-type"].startswith("text/event-stream") is events


def test_an_invalid_request_is_refused_before_any_stream(client: httpx.Client) -> None:
    assert_problem(client.post("/v1/answers", json={"question": 1}, headers=EVENTS), 422)
    assert_problem(client.post("/v1/answers", json={"question": "x", "policy": "y"}, headers=EVENTS), 404)


@pytest.mark.parametrize(
    ("error", "status"), [(RuntimeError("what was typed"), 500), (Problem(503, "Not now.", retry_after=1), 503)]
)
def test_every_stream_ends_with_one_terminal_event(error: Exception, status: int) -> None:
    async def collect() -> list[ServerSentEvent]:
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        answer.set_exception(error)
        return [event async for event in _events(answer)]

    # In a separate thread: the browser of other tests keeps an event loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        collected = pool.submit(lambda: asyncio.run(collect())).result()
    events = parse(b"".join(event.encode() for event in collected).decode())
    assert [name for name, _ in events] == ["stage", "stage", "error"]
    assert events[-1][1]["status"] == status
    assert "typed" not in str(events)
