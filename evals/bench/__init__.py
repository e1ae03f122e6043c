"""`python -m evals bench`: speed and footprint, ours and the peers', in one run: bench.json and bench.html.

systems      cold start, latency, memory, time to index, installed size: a new process each time, systems in turn
child        one system in such a process; footprint: its installed size
serving      the part `http`: answers per second as visitors and workers grow
load         such a load on a service; quick_start: LangChain's quick start as a service
growth       what 100 to 1,000,000 passages cost, by kind of index
batches      how many texts the encoder should read at a time
page, plots  all of it on the terminal and as one page
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

PARTS = ("systems", "http", "growth", "batches")


@dataclass(frozen=True, slots=True)
class Options:
    """out: the results folder. parts: which of PARTS. limit: questions of `massgov_dev` a process, all if None.

    full: up to 1,000,000 passages. seconds: how long each load lasts.
    """

    out: Path
    parts: tuple[str, ...] = PARTS
    peers: tuple[str, ...] = ()
    repeats: int = 5
    limit: int | None = None
    full: bool = False
    seconds: float = 4.0


def bench(options: Options, console: Console) -> int:
    """Measure, print, write; returns the exit code. Other parts that an earlier run left in `out` stay."""
    from evals.bench import batches, growth, page, serving, systems
    from evals.files import read_json, write_json

    path = options.out / "bench.json"
    results: dict[str, Any] = read_json(path) if path.is_file() else {}
    for part in options.parts:
        started = datetime.now(UTC)
        console.print(f"[bold]{part}[/] …")
        if part == "systems":
            results[part] = systems.measure(options.peers, options.repeats, options.limit)
        elif part == "http":
            results[part] = serving.measure(options.seconds)
        elif part == "growth":
            results[part] = growth.measure(growth.FULL if options.full else growth.USUAL)
        else:
            results[part] = batches.measure(options.repeats)
        results[part]["machine"] = page.machine()
        results[part]["started"] = started.isoformat(timespec="seconds")
        write_json(path, results)
        page.show(part, results[part], console)
    console.print(f"{page.write(results, options.out / 'bench.html')}")
    return 0


def median(values: Sequence[float]) -> float:
    """Return the middle value, or the mean of the two in the middle."""
    return float(statistics.median(values))
