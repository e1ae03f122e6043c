"""Measures `askpolicy build`: the plain loop and Ray, with one worker and two, on few policies and on many.

Each build is a new process. Wall time counts from its start to its end, with the start of Ray. CPU time and memory are
those of the process and all that it starts; memory is the peak of the sum of their proportional set sizes (PSS).
"""

from __future__ import annotations

import itertools
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.building import steps
from bot.building.publishers import publisher_of
from bot.encoder.embedding import OnnxEmbedder
from bot.encoder.files import encoder_bytes
from bot.settings import load_settings
from evals.bench import median
from evals.bench.invented import write_invented

SIZES = (10, 50)
ENGINES = (("loop", 1), ("loop", 2), ("ray", 1), ("ray", 2))
_TICKS = 100.0  # of CPU time a second, in /proc
_SAMPLE_SECONDS = 0.5


def measure(repeats: int, sizes: Sequence[int] = SIZES) -> dict[str, Any]:
    """Return {"rows": [{"engine", "workers", "policies", "statements", …}], "rates": [...], "stages": {...}}.

    Each value is the median of the repeats; the engines take turns. rates: wall and CPU seconds for each policy and
    those before the first, from the difference between the sizes. stages: CPU seconds of each step for a policy.
    """
    runs: dict[tuple[str, int, int], list[dict[str, float]]] = {}
    for _ in range(repeats):
        for size in sizes:
            for engine, workers in ENGINES:
                runs.setdefault((engine, workers, size), []).append(_measure(engine, workers, size))
    rows = [
        {"engine": engine, "workers": workers, "policies": size, **_medians(runs[engine, workers, size])}
        for engine, workers, size in runs
    ]
    return {"rows": rows, "rates": _rates(rows), "stages": _stages(sizes[0]), "repeats": repeats}


def _medians(runs: Sequence[dict[str, float]]) -> dict[str, float]:
    return {key: median([run[key] for run in runs]) for key in runs[0]}


def _rates(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    rates = []
    for engine, workers in ENGINES:
        own = sorted((r for r in rows if (r["engine"], r["workers"]) == (engine, workers)), key=lambda r: r["policies"])
        few, many = own[0], own[-1]
        policies = many["policies"] - few["policies"]
        if policies:
            rates.append(
                {
                    "engine": engine,
                    "workers": workers,
                    **_beyond_start(few, many, "wall", policies),
                    **_beyond_start(few, many, "cpu", policies),
                    "statements_per_policy": (many["statements"] - few["statements"]) / policies,
                }
            )
    return rates


def _beyond_start(few: dict[str, Any], many: dict[str, Any], kind: str, policies: int) -> dict[str, float | None]:
    """Return the seconds for a policy and those before the first; None if noise hides them."""
    seconds = (many[kind] - few[kind]) / policies
    if seconds <= 0:
        return {f"{kind}_per_policy": None, f"{kind}_start": None}
    return {f"{kind}_per_policy": seconds, f"{kind}_start": few[kind] - few["policies"] * seconds}


def _measure(engine: str, workers: int, size: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_invented(folder / "policies", size)
        command = [sys.executable, "-m", "bot.commands.main", "build", str(folder / "policies"), "--engine", engine]
        started = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603
            [*command, "--workers", str(workers), "--out", str(folder / "out")], stdout=subprocess.PIPE, text=True
        )
        with _sampled(process) as usage:
            said, _ = process.communicate()
        wall = time.perf_counter() - started
        if process.returncode or not said.startswith(f"Built {size} of {size}"):
            raise RuntimeError(f"askpolicy build --engine {engine} failed: {said}")
        statements = int(said.partition(": ")[2].split()[0].replace(",", ""))
        stored = sum(path.stat().st_size for path in (folder / "out").rglob("*") if path.is_file() and _own(path))
    return {"statements": statements, "wall": wall, **usage, "stored": stored / size}


def _own(path: Path) -> bool:
    """Return whether a file is a policy's own. All indexes share the encoder."""
    return path.name not in {"model.onnx", "tokenizer.json", "encoder.json"}


@contextmanager
def _sampled(process: subprocess.Popen[str]) -> Iterator[dict[str, float]]:
    """Yield {"cpu", "peak"} of a process and its descendants, in seconds and bytes: complete after the `with`."""
    usage = {"cpu": 0.0, "peak": 0.0}
    seconds: dict[int, float] = {}
    ended = threading.Event()

    def sample() -> None:
        while not ended.wait(_SAMPLE_SECONDS):
            tree = list(_tree(process.pid))
            seconds.update(tree)
            usage["peak"] = max(usage["peak"], sum(_pss(each) for each, _ in tree))
        usage["cpu"] = sum(seconds.values())

    sampler = threading.Thread(target=sample)
    sampler.start()
    try:
        yield usage
    finally:
        ended.set()
        sampler.join()


def _tree(root: int) -> Iterator[tuple[int, float]]:
    """Yield a process and its descendants, each with its seconds of CPU time so far."""
    known: dict[int, tuple[int, float]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        known[int(stat.parent.name)] = int(fields[1]), (int(fields[11]) + int(fields[12])) / _TICKS
    waiting = [root]
    for each in waiting:
        if each in known:
            yield each, known[each][1]
            waiting += [child for child, (parent, _) in known.items() if parent == each]


def _pss(process: int) -> float:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return sum(1024.0 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _stages(count: int) -> dict[str, float]:
    """Return the CPU seconds of each step for one policy, in one thread, and its statements."""
    with tempfile.TemporaryDirectory() as scratch:
        settings = load_settings(home=Path(scratch) / "home")
        embedder = OnnxEmbedder.from_bytes(encoder_bytes(settings.model), 1)
        publisher = publisher_of(settings)
        spent = {"read": 0.0, "embed": 0.0, "publish": 0.0}
        statements = 0
        for path in write_invented(Path(scratch) / "policies", count):
            marks = [time.process_time()]
            policy_folder = steps.read(str(path), settings)
            marks.append(time.process_time())
            vectors = steps.embed(policy_folder, embedder, settings)
            marks.append(time.process_time())
            statements += steps.publish(policy_folder, vectors, publisher).statements
            marks.append(time.process_time())
            for stage, (start, end) in zip(spent, itertools.pairwise(marks), strict=True):
                spent[stage] += end - start
    return {stage: seconds / count for stage, seconds in spent.items()} | {"statements": statements / count}
