"""Measures throughput over HTTP: `askpolicy serve` with its defaults, next to LangChain's quick start with FastAPI."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bot.opening import index_policy
from bot.settings import load_settings
from evals import OURS
from evals.bench import free_ports, median
from evals.bench.load import load
from evals.bench.systems import clean_environment
from evals.sets.cases import load_set
from evals.sets.paths import ROOT

PEER = "langchain"
VISITORS = (1, 2, 4, 8, 16, 32, 64)
_WAIT_SECONDS = 300
_REPEATS = 3


def measure(seconds: float, visitors: Sequence[int] = VISITORS, repeats: int = _REPEATS) -> dict[str, Any]:
    """Return {"rows": [{"system", "workers", "visitors", …}], "ratios": {visitors: ours / theirs}, "peak": bytes}.

    Both services run one worker for each processor, under load in turn. Then ours runs with other numbers of workers.
    peak: the most memory that one of our workers used.
    """
    questions = [case.question for case in load_set("massgov_dev") if not case.history]
    processors = os.cpu_count() or 1
    rows: list[dict[str, Any]] = []
    pairs: dict[int, list[float]] = {number: [] for number in visitors}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        settings = load_settings(home=home)
        index_policy(settings.policy, settings)  # building takes more memory than serving
        with service(OURS, processors, home) as (ours, pid), service(PEER, processors, home) as (theirs, _):
            for port in (ours, theirs):
                load(port, questions, processors, min(2.0, seconds))  # the first answers are slower
            found: dict[tuple[str, int], list[dict[str, float]]] = {}
            for _ in range(repeats):
                for number in visitors:
                    pair = {
                        name: load(port, questions, number, seconds) for name, port in ((OURS, ours), (PEER, theirs))
                    }
                    pairs[number].append(pair[OURS]["per_second"] / pair[PEER]["per_second"])
                    for name, row in pair.items():
                        found.setdefault((name, number), []).append(row)
            peak = max(_peak(worker) for worker in children(pid))
        for (name, number), runs in found.items():
            rows.append({"system": name, "workers": processors, "visitors": number, **_middle(runs)})
        for workers in range(1, processors + 1):
            with service(OURS, workers, home) as (port, _):
                load(port, questions, workers, min(2.0, seconds))
                runs = [load(port, questions, 8, seconds) for _ in range(repeats)]
                rows.append({"system": f"{OURS}, by workers", "workers": workers, "visitors": 8, **_middle(runs)})
    ratios = {str(number): median(values) for number, values in pairs.items()}
    return {"rows": rows, "ratios": ratios, "peak": float(peak), "seconds": seconds, "repeats": repeats}


def _middle(runs: Sequence[dict[str, float]]) -> dict[str, float]:
    return {key: median([run[key] for run in runs]) for key in runs[0]}


@contextmanager
def service(
    name: str,
    workers: int,
    home: Path,
    settings: Mapping[str, str] = MappingProxyType({}),
    host: str = "127.0.0.1",
) -> Iterator[tuple[int, int]]:
    """Run a service inside a `with` block. Yields its port and its process id when it is ready.

    settings: more settings of ours, such as `SERVE__POLICIES`. host: where ours listens.
    Raises RuntimeError if it ends before it is ready or takes longer than 300 seconds.
    """
    (port,) = free_ports(1)
    if name == OURS:
        command = [sys.executable, "-m", "bot.commands.main", "serve", "--host", host, "--port", str(port)]
        command += ["--workers", str(workers)]
    else:
        factory = "evals.bench.quick_start:create"
        command = [sys.executable, "-W", "ignore", "-m", "uvicorn", factory, "--factory", "--no-access-log"]
        command += ["--log-level", "error", "--port", str(port), "--workers", str(workers)]
        command += ["--timeout-worker-healthcheck", "120"]
    # All load comes from one address, so the rate limit is off. Every request may wait. Questions repeat, so the cache
    # is off and each answer is computed.
    ours = {
        "ASKPOLICY_HOME": str(home),
        "ASKPOLICY_CACHED_ANSWERS": "0",
        "ASKPOLICY_SERVE__QUESTIONS_PER_MINUTE": "0",
        "ASKPOLICY_SERVE__MAX_IN_WORK": "256",
        "ASKPOLICY_SERVE__DEMO": "false",
        **{f"ASKPOLICY_{key}": value for key, value in settings.items()},
    }
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=ROOT, env=clean_environment() | ours, stdout=quiet, stderr=quiet)  # noqa: S603
    try:
        _wait(host, port, process, name)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(60)


def _wait(host: str, port: int, process: subprocess.Popen[bytes], name: str) -> None:
    end = time.monotonic() + _WAIT_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the service of {name} ended with {process.returncode} before it was ready")
        connection = http.client.HTTPConnection(host, port, timeout=10)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.1)
    raise RuntimeError(f"the service of {name} is not ready after {_WAIT_SECONDS} seconds")


def children(pid: int) -> list[int]:
    """Return the process ids of a service's workers."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _peak(pid: int) -> int:
    """Return the peak memory in bytes (Linux gives kB), or 0 if the process has just ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return 1024 * next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)
