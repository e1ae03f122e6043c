"""What tracing costs an answer: `python -m evals.bench.tracing` prints the ratios of p50, side by side in one process.

Each question is answered three times in turn: without the code for tracing, with it but turned off (the default), and
with spans of every step that go to an exporter which drops them. Nothing is cached.
"""

from __future__ import annotations

import importlib
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any
from unittest.mock import patch

from bot import Bot, load_settings, open_bot, tracing
from bot.settings import TracingSettings
from bot.topics.catalog import policy_topics

_QUESTIONS, _TURNS = 30, 7
# Where the steps are looked up when a question is answered.
_STEPS = {
    "bot.pipeline": ("guard", "understand", "compose"),
    "bot.answering.finding": ("retrieve", "rank", "decide"),
    "bot.encoder.embedding.OnnxEmbedder": ("encode",),
}


@contextmanager
def _unwrapped() -> Iterator[None]:
    """Remove the decorators of the steps."""
    patches = []
    for owner, names in _STEPS.items():
        module, _, name = owner.rpartition(".")
        home = getattr(importlib.import_module(module), name)
        patches += [patch.object(home, each, getattr(home, each).__wrapped__) for each in names]
    for each in patches:
        each.start()
    try:
        yield
    finally:
        for each in patches:
            each.stop()


@contextmanager
def _traced() -> Iterator[None]:
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

    class Dropping(SpanExporter):
        def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
            return SpanExportResult.SUCCESS

    with tracing.exporting(TracingSettings(), Dropping()):
        yield


def main() -> None:
    """Measure, and print one line for each way."""
    bot = open_bot(load_settings(cached_answers=0))
    questions = [topic.question for topic in policy_topics()][:_QUESTIONS]
    ways: dict[str, Callable[[], AbstractContextManager[Any]]] = {
        "without the code for tracing": _unwrapped,
        "turned off (the default)": nullcontext,
        "turned on, every request": _traced,
    }
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for turn in range(_TURNS + 1):
        for way, context in ways.items():
            with context():
                times = [_timed(bot, question) for question in questions]
            if turn:  # the first turn warms up
                seconds[way].append(statistics.median(times))
    plain = seconds["without the code for tracing"]
    for way, medians in seconds.items():
        ratios = [one / other for one, other in zip(medians, plain, strict=True)]
        print(f"{way}: p50 {statistics.median(medians) * 1e3:.2f} ms, {statistics.median(ratios):.3f} x")


def _timed(bot: Bot, question: str) -> float:
    # The time that this thread keeps a processor busy, so that a busy machine does not matter.
    started = time.thread_time()
    bot.ask(question)
    return time.thread_time() - started


if __name__ == "__main__":
    main()
