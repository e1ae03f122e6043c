"""Measures one system in a separate process: `python -m evals.bench.child answer|index SYSTEM HOME [LIMIT]`.

`answer` prints one line when the first question is answered, which ends the cold start, then one line of JSON.
`index` prints one line of JSON.
"""

from __future__ import annotations

import dataclasses
import json
import os
import resource
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from evals import OURS

FIRST = "Do you sell my data?"


def main(arguments: Sequence[str]) -> None:
    """Run one task and print what it measured."""
    warnings.simplefilter("ignore")  # the peers' packages warn
    task, system, home, *limit = arguments
    if task == "index":
        print(json.dumps(_index(system, Path(home))))
        return
    ask, encoding = _ours(Path(home)) if system == OURS else (_peer(system), [])
    ask(FIRST, ())
    print("answered", flush=True)
    from evals.sets.cases import load_set

    cases = load_set("massgov_dev")[: int(limit[0]) if limit else None]
    for case in cases[:10]:
        ask(case.question, case.history)
    encoding.clear()
    seconds = []
    for case in cases:
        started = time.perf_counter()
        ask(case.question, case.history)
        seconds.append(time.perf_counter() - started)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": seconds, "encoder": sum(encoding), "peak": peak}))


class _Timed:
    """An embedder that records how long it takes."""

    def __init__(self, embedder: Any, seconds: list[float]) -> None:
        self.id = embedder.id
        self._embedder = embedder
        self._seconds = seconds

    def encode(self, texts: Sequence[str]) -> Any:
        started = time.perf_counter()
        vectors = self._embedder.encode(texts)
        self._seconds.append(time.perf_counter() - started)
        return vectors


def _ours(home: Path) -> tuple[Callable[[str, Sequence[str]], object], list[float]]:
    from bot.opening import open_bot
    from bot.settings import load_settings

    bot = open_bot(load_settings(home=home, cached_answers=0))
    encoding: list[float] = []
    timed: Any = _Timed(bot.bundle.embedder, encoding)
    bot = dataclasses.replace(bot, bundle=dataclasses.replace(bot.bundle, embedder=timed))
    return bot.ask, encoding


def _peer(name: str) -> Callable[[str, Sequence[str]], object]:
    peer = _built(name)
    return lambda question, history: peer.search(" ".join([*history, question]))


def _built(name: str) -> Any:
    from bot.policies.folder import load_policy_folder
    from bot.settings import load_settings
    from evals.peers import build_peer

    return build_peer(name, load_policy_folder("massgov", load_settings().corpus).policy)


def _index(system: str, home: Path) -> dict[str, float]:
    """Return the seconds to load the model and index the policy; for our bot, also with its visitor questions."""
    if system != OURS:
        import evals.peers

        __import__(evals.peers.PEERS[system])
        import sentence_transformers  # noqa: F401

        started = time.perf_counter()
        _built(system)
        return {"index": time.perf_counter() - started}
    from bot.encoder.files import encoder_bytes
    from bot.index.bundle import build_bundle
    from bot.policies.folder import load_policy_folder
    from bot.settings import load_settings

    settings = load_settings()
    policy_folder = load_policy_folder("massgov", settings.corpus)
    seconds = {}
    for name, content in (
        ("index", dataclasses.replace(policy_folder, questions=())),
        ("with_questions", policy_folder),
    ):
        started = time.perf_counter()
        build_bundle(content, encoder_bytes(settings.model), home / f"{name}-{os.getpid()}", threads=settings.threads)
        seconds[name] = time.perf_counter() - started
    return seconds


if __name__ == "__main__":
    main(sys.argv[1:])
