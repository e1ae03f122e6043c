"""`python -m evals bench`: measures speed and footprint, for us and for peers; writes bench.json and bench.html.

systems      cold start, latency, memory, time to index, and installed size, in a new process for each run
child        the code that runs in such a process
footprint    installed size
serving      the part `http`: throughput by number of visitors and workers
load         the load that `serving` puts on a service
quick_start  LangChain's quick start as a service, for comparison
growth       the cost of 100 to 1,000,000 passages, by kind of index
batches      throughput of the encoder by batch size
indexing     the part `index`: reading and indexing of large pages
building     the part `build`: many policies at once, by the plain loop and on Ray
invented     invents the policies for it
day          the part `day`: a day of a state's traffic, and what a million visitors cost
traffic      that traffic, and who sends it
behind_nginx nginx in front of several replicas
running_nginx runs nginx, for benchmarks and tests
embedded     the programs of PostgreSQL, for benchmarks and tests
many         the part `many`: memory and first answers of a worker with 1 to 1,000 policies
tracing      what tracing costs an answer: `python -m evals.bench.tracing`
large/       the part `large`: 1,000,000 statements of 10,000 policies, in FAISS and in PostgreSQL
page, plots  the results on the terminal and as one page
"""

from __future__ import annotations

import functools
import os
import socket
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

# The last two run only if they are named; `large` takes more than an hour.
PARTS = ("systems", "http", "growth", "batches", "index", "many", "build", "day", "large")


@dataclass(frozen=True, slots=True)
class Options:
    """What to measure.

    out: the results folder. parts: some of PARTS. repeats: runs to take the median of. limit: how many questions of
    `massgov_dev` each process asks, all if None. full: go up to 1,000,000 passages. statements: how many the part
    `large` has. seconds: how long each load lasts. core_hour: the price of one processor for an hour.
    """

    out: Path
    parts: tuple[str, ...] = PARTS
    peers: tuple[str, ...] = ()
    repeats: int = 5
    limit: int | None = None
    full: bool = False
    statements: int = 1_000_000
    seconds: float = 4.0
    core_hour: float = 0.04


def bench(options: Options, console: Console) -> int:
    """Measure the parts, print the results, write them to `out`, and return the exit code, 0.

    Results of other parts that an earlier run wrote to `out` are kept. The part `large` goes on if it was stopped.
    """
    from evals.bench import batches, building, day, growth, indexing, many, page, serving, systems
    from evals.files import read_json, write_json

    path = options.out / "bench.json"
    results: dict[str, Any] = read_json(path) if path.is_file() else {}
    for part in options.parts:
        started, load = datetime.now(UTC), os.getloadavg()[0]
        console.print(f"[bold]{part}[/] …")
        if part == "systems":
            results[part] = systems.measure(options.peers, options.repeats, options.limit)
        elif part == "http":
            results[part] = serving.measure(options.seconds)
        elif part == "growth":
            results[part] = growth.measure(growth.FULL if options.full else growth.USUAL)
        elif part == "index":
            results[part] = indexing.measure(options.repeats)
        elif part == "many":
            results[part] = many.measure()
        elif part == "build":
            results[part] = building.measure(options.repeats)
        elif part == "day":
            results[part] = day.measure(options.seconds, options.core_hour)
        elif part == "large":
            _large(options, results.setdefault(part, {}), functools.partial(write_json, path, results))
        else:
            results[part] = batches.measure(options.repeats)
        results[part]["machine"] = page.machine()
        # How many programs wanted a processor, on average of a minute: what else ran before, and with the part itself.
        results[part]["load"] = [round(load, 1), round(os.getloadavg()[0], 1)]
        results[part]["started"] = started.isoformat(timespec="seconds")
        write_json(path, results)
        page.show(part, results[part], console)
    console.print(f"{page.write(results, options.out / 'bench.html')}")
    return 0


def _large(options: Options, results: dict[str, Any], save: Callable[[], None]) -> None:
    from evals.bench import large  # needs packages that the other parts do not

    if results.get("statements", options.statements) != options.statements:
        results.clear()
    large.measure(options.out / "large", results, save, options.statements, options.limit or large.QUESTIONS)


def median(values: Sequence[float]) -> float:
    """Return the median. Raises StatisticsError if there are no values."""
    return float(statistics.median(values))


def free_ports(count: int) -> list[int]:
    """Return different ports of this machine that nothing uses now."""
    holders = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(holder.getsockname()[1]) for holder in holders]
    for holder in holders:
        holder.close()
    return ports
