"""Replays a day of a state's traffic on one worker, two workers, and three replicas behind nginx, on this machine.

Three figures for each: the latency of a day with a given number of visitors, the rate that holds at a 95th percentile
under 100 ms, and what a million visitors a day cost. The load runs on the same processors as the service, so its own
share is measured and shown.
"""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.opening import index_policy
from bot.policies.folder import load_policy_folder
from bot.settings import load_settings
from evals import OURS
from evals.bench.behind_nginx import nginx
from evals.bench.serving import children, service
from evals.bench.traffic import PEAK, Request, Sent, a_day, send, steady

# Assumptions about visitors. The price of a processor for an hour is a parameter.
QUESTIONS_EACH = 3
MILLION = 1_000_000
_POLICIES = 10
_HOUR = 5.0  # seconds that an hour of the day lasts
_LIMIT = 0.1  # seconds
_ERRORS = 0.001  # the highest share of errors at a rate that holds
_LOWEST, _STEP = 40.0, 1.25
# Name, workers, and the addresses of replicas behind nginx.
SETUPS: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    ("1 worker", 1, ()),
    ("2 workers", 2, ()),
    ("3 replicas", 1, ("127.0.0.2", "127.0.0.3", "127.0.0.4")),
)


@dataclass(frozen=True, slots=True)
class Started:
    """A running service. port: where to send questions. processes: all of its processes, and nginx's."""

    port: int
    processes: tuple[int, ...]


def measure(seconds: float, core_hour: float, visitors: int = MILLION, hour: float = _HOUR) -> dict[str, Any]:
    """Return {"rows": [{"setup", "p50", …}], "cost": […], …}.

    seconds: how long each try of a rate lasts. core_hour: the price of one processor for an hour. visitors: a day's.
    hour: how many seconds an hour of the day lasts.
    """
    mean = visitors * QUESTIONS_EACH / 86_400
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        asked, settings = _prepare(home)
        for name, workers, addresses in SETUPS:
            with _started(workers, addresses, home, settings) as started:
                send(started.port, steady(asked, 20, 4))  # loads every policy
                traffic = a_day(asked, mean, hour)
                before = _cpu(started)
                sent = send(started.port, traffic)
                row = {"setup": name, **_of_a_day(traffic, sent), "cpu_each": (_cpu(started) - before) / len(traffic)}
                rows.append(row | _held(started, asked, seconds))
    processors = os.cpu_count() or 1
    return {
        "rows": rows,
        "cost": [cost(row["setup"], row["held"], processors, core_hour) for row in rows],
        "visitors": visitors,
        "mean": mean,
        "policies": _POLICIES,
        "hour": hour,
        "core_hour": core_hour,
        "load_before": os.getloadavg()[2],
    }


def cost(setup: str, held: float, processors: int, core_hour: float) -> dict[str, Any]:
    """Return what a million visitors a day need and cost, if one machine holds `held` requests a second.

    There are enough machines for a peak of ten times the mean, all day, and one more in case one fails.
    """
    peak = MILLION * QUESTIONS_EACH / 86_400 * PEAK
    machines = math.ceil(peak / held) + 1 if held else 0
    return {
        "setup": setup,
        "held": held,
        "peak": peak,
        "machines": machines,
        "a_day": machines * processors * 24 * core_hour,
    }


def _prepare(home: Path) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """Build the indexes; return the questions, the most frequent first, and the settings of the service."""
    settings = load_settings(home=home)
    folders = sorted(str(path) for path in (settings.corpus / "training").iterdir())[: _POLICIES - 1]
    asked: list[tuple[str, str]] = []
    for source in (settings.policy, *folders):
        folder = load_policy_folder(source, settings.corpus)
        built = load_settings().home / folder.policy.id
        index_policy(source, settings, reuse=built if built.is_dir() else None)
        asked.extend((folder.policy.id, question.question) for question in folder.questions)
    ranks = np.random.default_rng(18).permutation(len(asked))
    # The defaults of the service, which `evals.bench.serving` changes.
    defaults = {"CACHED_ANSWERS": "512", "SERVE__QUESTIONS_PER_MINUTE": "60", "SERVE__MAX_IN_WORK": "32"}
    return [asked[rank] for rank in ranks], {**defaults, "SERVE__POLICIES": ",".join(folders)}


@contextmanager
def _started(workers: int, addresses: Sequence[str], home: Path, settings: dict[str, str]) -> Iterator[Started]:
    with ExitStack() as stack:
        if not addresses:
            port, pid = stack.enter_context(service(OURS, workers, home, settings))
            yield Started(port, (pid, *children(pid)))
            return
        behind = settings | {"SERVE__TRUSTED_PROXIES": "127.0.0.1"}
        running = [stack.enter_context(service(OURS, workers, home, behind, host=host)) for host in addresses]
        places = [f"{host}:{port}" for host, (port, _) in zip(addresses, running, strict=True)]
        port, proxy = stack.enter_context(nginx(places))
        processes = [pid for _, parent in running for pid in (parent, *children(parent))]
        yield Started(port, (*processes, proxy, *children(proxy)))


def _of_a_day(traffic: Sequence[Request], sent: Sent) -> dict[str, Any]:
    results = list(zip(traffic, sent.seconds, sent.statuses, strict=True))
    visits = [(seconds, status) for request, seconds, status in results if not request.bot]
    peak = [seconds for request, seconds, _ in results if request.peak]
    bots = [status for request, _, status in results if request.bot]
    p50, p95, p99 = np.percentile([seconds for seconds, _ in visits], (50, 95, 99)).tolist()
    return {
        "requests": len(traffic),
        "p50": p50,
        "p95": p95,
        "p99": p99,
        "peak_p95": float(np.percentile(peak, 95)),
        "errors": sum(status != 200 for _, status in visits) / len(visits),
        "bots_refused": sum(status != 200 for status in bots) / max(1, len(bots)),
        "load_share": sent.own_cpu / sent.took,
    }


def _held(started: Started, asked: Sequence[tuple[str, str]], seconds: float) -> dict[str, float]:
    """Return the highest rate found that holds, and the share of a processor that the load took at that rate."""
    best, share, rate = 0.0, 0.0, _LOWEST
    failures = 0
    while failures < 2:  # a single failure may be the machine's
        sent = send(started.port, steady(asked, rate, seconds, seed=int(rate)))
        errors = sum(status != 200 for status in sent.statuses) / len(sent.statuses)
        if float(np.percentile(sent.seconds, 95)) < _LIMIT and errors < _ERRORS:
            best, share, failures = rate, sent.own_cpu / sent.took, 0
            rate *= _STEP
        else:
            failures += 1
    return {"held": best, "held_load_share": share}


def _cpu(started: Started) -> float:
    """Return the processor seconds that the processes have used."""
    ticks = 0
    for process in started.processes:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
