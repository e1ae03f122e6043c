"""Fuzzes a reader with atheris; libFuzzer's options follow its name. test_hostile_text.py runs it.

    python -m tests.trust.fuzz policy|guard|batch|http [-runs=N …]

An input that takes a second of CPU time is a failure. Now and then it prints the longest time so far, and how much
memory grew after the first inputs.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import atheris

with atheris.instrument_imports(include=["bot"]):
    from bot.commands.batch import answer_lines
    from bot.guard.cleaning import guard
    from bot.policies.parsing import parse_policy
    from bot.service.app import create_app
    from bot.settings import GuardSettings, load_settings
    from bot.types import AskPolicyError

_WARM = 20_000


def policy(data: bytes) -> None:
    """Check that offsets are correct for any text."""
    text = atheris.FuzzedDataProvider(data).ConsumeUnicodeNoSurrogates(len(data))
    try:
        read = parse_policy(text, id="fuzz")
    except AskPolicyError:
        return
    for sentence in read.sentences:
        assert read.text[sentence.start : sentence.end] == sentence.text


def guarded(data: bytes) -> None:
    text = atheris.FuzzedDataProvider(data).ConsumeUnicode(len(data))
    assert guard(text, GuardSettings()).question.isprintable()


class FakeBot:
    """A fake bot that repeats the question, because only the reading of lines is tested."""

    def ask(self, question: str, history: list[str]) -> FakeBot:
        assert all(isinstance(text, str) for text in (question, *history))
        return self

    def failed(self, reason: str) -> FakeBot:
        assert reason.endswith(".")
        return self

    def to_json(self) -> dict[str, Any]:
        return {}


def batch(data: bytes) -> None:
    for answer in answer_lines(data.split(b"\n"), FakeBot()):  # type: ignore[arg-type]
        json.dumps(answer)


def http() -> Callable[[bytes], None]:
    """Send bodies of POST /v1/answers through the whole application, which has no index: a valid one gets 503."""
    app = create_app(load_settings(serve={"questions_per_minute": 0, "demo": False}, feedback={"enabled": False}))
    loop = asyncio.new_event_loop()
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": "/v1/answers", "raw_path": b"/v1/answers", "query_string": b"", "root_path": "",
        "headers": [(b"host", b"x"), (b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2),
    }  # fmt: skip

    def post(data: bytes) -> None:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": data, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        loop.run_until_complete(app({**scope, "state": {}}, receive, send))
        assert sent[0]["status"] in (400, 422, 503), sent
        problem = json.loads(b"".join(message.get("body", b"") for message in sent))
        assert problem["status"] == sent[0]["status"]

    return post


def memory() -> float:
    """Return the memory of this process in megabytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def watched(reader: Callable[[bytes], None]) -> Callable[[bytes], None]:
    runs, longest, warm = 0, 0.0, 0.0

    def one(data: bytes) -> None:
        nonlocal runs, longest, warm
        began = time.thread_time()
        reader(data)
        seconds = time.thread_time() - began
        runs, longest = runs + 1, max(longest, seconds)
        if runs == _WARM:
            warm = memory()
        assert seconds < 1, f"{seconds:.1f} s for {len(data)} bytes"
        # Not at the end: atheris exits without Python's exit handlers.
        if runs % 1_000 == 0:
            grown = max(0.0, memory() - warm) if warm else 0.0
            os.write(2, f"longest {longest:.3f} s, memory after warm-up +{grown:.1f} MB\n".encode())

    return one


if __name__ == "__main__":
    name = sys.argv.pop(1)
    reader = {"policy": lambda: policy, "guard": lambda: guarded, "batch": lambda: batch, "http": http}[name]()
    atheris.Setup(sys.argv, watched(reader))
    atheris.Fuzz()
