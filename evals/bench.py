"""`python -m evals bench`: how long an answer takes, ours and the peers', in one process, one after the other."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from rich.console import Console

from bot.pipeline import Bot, open_bot
from bot.retrieve import retrieve
from bot.settings import load_settings
from evals import tables
from evals.peers import Peer, build_peer
from evals.results import write_json
from evals.sets import Case, load_set

_WARM_UP = 5


def bench(peers: tuple[str, ...], out: Path, limit: int | None, console: Console) -> int:
    """Time retrieval and answers over `massgov_dev`; write `bench.json` into `out`; returns the exit code.

    For a peer, retrieval is all that there is.
    """
    cases = load_set("massgov_dev")[:limit]
    rows = {}
    with tempfile.TemporaryDirectory() as home:
        started = time.perf_counter()
        bot = open_bot(load_settings(home=Path(home)))
        built = time.perf_counter() - started
        rows["askpolicy, retrieval alone"] = _time(_retrieval(bot), cases, built)
        rows["askpolicy, whole answer"] = _time(lambda case: bot.ask(case.question, case.history), cases, built)
        for name in peers:
            started = time.perf_counter()
            peer = build_peer(name, bot.bundle.policy)
            built = time.perf_counter() - started
            rows[name] = _time(_searching(peer), cases, built)
    tables.show_latency(rows, console)
    write_json(out / "bench.json", rows)
    return 0


def _retrieval(bot: Bot) -> Callable[[Case], object]:
    return lambda case: retrieve(case.question, bot.bundle, bot.settings.retrieve)


def _searching(peer: Peer) -> Callable[[Case], object]:
    return lambda case: peer.search(" ".join([*case.history, case.question]))


def _time(ask: Callable[[Case], object], cases: tuple[Case, ...], built: float) -> dict[str, float]:
    """Seconds: the median, 95th percentile and largest of the answers, and what building took."""
    for case in cases[:_WARM_UP]:
        ask(case)
    seconds = []
    for case in cases:
        started = time.perf_counter()
        ask(case)
        seconds.append(time.perf_counter() - started)
    return {
        "p50": float(np.percentile(seconds, 50)),
        "p95": float(np.percentile(seconds, 95)),
        "max": max(seconds),
        "build": built,
    }
