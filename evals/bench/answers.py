"""Writes the answers to the development sets as JSON Lines: `python -m evals.bench.answers FILE`.

A change that only makes answers faster writes the same file as the commit before it, byte for byte. Each question is
then asked three times, and its least processor time counts. If two checkouts take turns, these times can be compared
even while other programs run.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.opening import open_bot
from bot.pipeline import Bot
from bot.settings import load_settings
from evals.sets.cases import Case, available, load_set
from evals.sets.paths import CORPUS

# The second policy has no visitor questions, so other models decide about it.
_REPEATS = 3
_POLICIES = ("massgov", str(CORPUS / "training" / "granite-county-sheriff" / "policy.txt"))


class _Encoder:
    """An embedder that adds up its processor time, in seconds."""

    def __init__(self, embedder: Any) -> None:
        self.id, self.dimension = embedder.id, embedder.dimension
        self.seconds = 0.0
        self._embedder = embedder

    def encode(self, texts: Sequence[str]) -> Any:
        started = time.process_time()
        vectors = self._embedder.encode(texts)
        self.seconds += time.process_time() - started
        return vectors


def answers() -> Iterator[str]:
    """Yield one line for each answer, without the time that it took. Then print the processor time of each policy."""
    for policy in _POLICIES:
        bot = open_bot(load_settings(policy=policy, cached_answers=0))
        encoder: Any = _Encoder(bot.bundle.embedder)
        bot = dataclasses.replace(bot, bundle=dataclasses.replace(bot.bundle, embedder=encoder))
        cases = [(name, case) for name in available() for case in load_set(name)]
        for name, case in cases:
            answer = bot.ask(case.question, case.history).to_json()
            del answer["seconds"]
            yield json.dumps({"set": name, "case": case.id} | answer, ensure_ascii=False)
        times = np.array([[_times(bot, encoder, case) for _, case in cases] for _ in range(_REPEATS)])
        outside, inside = 1000 * times.min(axis=0).mean(axis=0)
        print(f"{bot.bundle.policy.id}: {outside:.2f} ms an answer outside the encoder, {inside:.2f} ms in it")


def _times(bot: Bot, encoder: _Encoder, case: Case) -> tuple[float, float]:
    """Return the processor time of an answer outside the encoder, and in it, in seconds."""
    started, before = time.process_time(), encoder.seconds
    bot.ask(case.question, case.history)
    inside = encoder.seconds - before
    return time.process_time() - started - inside, inside


if __name__ == "__main__":
    with Path(sys.argv[1]).open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in answers())
