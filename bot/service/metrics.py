"""Counts and times for Prometheus. No label carries anything that a visitor typed.

Workers write their counts to files in a shared folder (`PROMETHEUS_MULTIPROC_DIR`, set by `bot.service.server`). The
worker that gets the request for /metrics adds them up.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from bot import __version__
from bot.types import Answer

CONTENT_TYPE = CONTENT_TYPE_LATEST
FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
# The most policies that have labels of their own: the first ones in the settings, so all workers and replicas name the
# same. With every outcome, these are up to 2,000 series; 10,000 policies would be 90,000, and each scrape would take a
# worker a second.
NAMED = 200
# The label of all other policies together. It is not a valid id.
OTHERS = "(others)"
# Seconds. An answer takes about 5 ms; the target for the 95th percentile is 300 ms.
_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0)


@dataclass(frozen=True, slots=True)
class State:
    """What one worker knows at the moment of a scrape.

    versions: of each policy in its memory, by id. database_followed: whether it hears of new versions in the shared
    database; None if there is none.
    """

    ready: bool = False
    reload_failed: bool = False
    policies: int = 0
    paused: int = 0
    versions: Mapping[str, str] = field(default_factory=dict)
    database_followed: bool | None = None


class Metrics:
    """The service's counters, histograms, and gauges, one object for each application."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._named: frozenset[str] = frozenset()
        self._questions = self._counter("questions", "Questions by policy and outcome.", "policy", "outcome")
        self._policy_seconds = self._counter(
            "policy_answer_seconds", "Seconds that the questions about a policy took, in all.", "policy"
        )
        self._warnings = self._counter("warnings", "Warnings given with answers.", "code")
        self._answer_seconds = self._histogram(
            "answer_seconds", "Seconds from a question to its answer, including the wait for a thread."
        )
        self._wait_seconds = self._histogram("wait_seconds", "Seconds that a question waited for a thread.")
        self._requests = self._counter("http_requests", "Requests by route.", "route", "method", "status")
        self._request_seconds = self._histogram(
            "http_request_seconds", "Seconds from a request to the end of its response.", "route"
        )
        self._loads = self._counter("policy_loads", "Policies loaded into a worker's memory.", "result")
        self._load_seconds = self._histogram("policy_load_seconds", "Seconds that loading a policy took.")
        self._feedback = self._counter("feedback", "Feedback that was kept.", "helpful")
        self._in_work = self._sum("questions_in_work", "Questions running or waiting, in all workers.")
        self._places = self._sum("question_places", "The most questions that may run or wait, in all workers.")
        self._workers = self._sum("workers", "Worker processes that are running.")
        self._in_memory = self._sum("policies_in_memory", "Policies in memory, added up over the workers.")

    def begin(self, policies: Iterable[str], places: int) -> None:
        """Count this worker. policies: the ids that it offers, in the order of the settings. places: the most questions
        that it may have running or waiting."""
        self._named |= frozenset(list(policies)[:NAMED])  # drafts are counted under the same ids
        self._workers.set(1)
        self._places.set(places)

    def working(self, answer: Future[Any]) -> None:
        """Count a question as in work until its answer is there."""
        self._in_work.inc()
        answer.add_done_callback(lambda _: self._in_work.dec())

    def answered(self, answer: Answer, seconds: float, waited: float) -> None:
        """Count one question. seconds: from the question to its answer; for `waited` of them, no thread was free."""
        policy = self._label(answer.policy_version.id)
        self._questions.labels(policy, str(answer.outcome)).inc()
        self._policy_seconds.labels(policy).inc(seconds)
        self._answer_seconds.observe(seconds)
        self._wait_seconds.observe(waited)
        for warning in answer.warnings:
            self._warnings.labels(warning.code).inc()

    def requested(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request. route: the route's pattern, never the actual path. seconds: until the response ended."""
        self._requests.labels(route, method, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def judged(self, helpful: bool) -> None:
        """Count one piece of feedback."""
        self._feedback.labels("yes" if helpful else "no").inc()

    def loaded(self, result: str, seconds: float | None = None) -> None:
        """Count a policy that was loaded, could not be loaded, or was unloaded: `loaded`, `failed`, `unloaded`.

        seconds: that loading took, if it was tried.
        """
        self._loads.labels(result).inc()
        self._in_memory.inc({"loaded": 1, "unloaded": -1}.get(result, 0))
        if seconds is not None:
            self._load_seconds.observe(seconds)

    def exposition(self, state: State) -> bytes:
        """Return all metrics in Prometheus text format."""
        if FOLDER_VARIABLE not in os.environ:
            counts = generate_latest(self._registry)
        else:
            together = CollectorRegistry()
            MultiProcessCollector(together)  # type: ignore[no-untyped-call]
            counts = generate_latest(together)
        return counts + generate_latest(self._now(state))

    def _now(self, state: State) -> CollectorRegistry:
        """Return what this worker knows about the whole service, which is not a sum over the workers' files."""
        now = CollectorRegistry()

        def gauge(name: str, meaning: str, *labels: str) -> Gauge:
            return Gauge(f"askpolicy_{name}", meaning, labels, registry=now)

        gauge("info", "1, with the release of the service.", "version").labels(__version__).set(1)
        gauge("ready", "1 if the default policy is loaded.").set(state.ready)
        gauge("reload_failed", "1 if the last reload failed.").set(state.reload_failed)
        gauge("policies", "Policies that can be asked about.").set(state.policies)
        gauge("pauses", "Pauses in force, of one policy or of all.").set(state.paused)
        if state.database_followed is not None:
            followed = gauge("database_followed", "1 if this worker hears of new versions in the shared database.")
            followed.set(state.database_followed)
        version = gauge("policy_version_info", "1, with the version in use of a policy.", "policy", "version")
        for policy in sorted(state.versions.keys() & self._named):
            version.labels(policy, state.versions[policy]).set(1)
        if memory := resident_bytes(os.getppid() if FOLDER_VARIABLE in os.environ else os.getpid()):
            gauge("resident_memory_bytes", "Resident memory of all processes of the service.").set(memory)
        return now

    def _label(self, policy: str) -> str:
        return policy if policy in self._named else OTHERS

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(f"askpolicy_{name}", meaning, labels, registry=self._registry)

    def _histogram(self, name: str, meaning: str, *labels: str) -> Histogram:
        return Histogram(f"askpolicy_{name}", meaning, labels, registry=self._registry, buckets=_BUCKETS)

    def _sum(self, name: str, meaning: str) -> Gauge:
        """Return a gauge that is added up over the workers that are alive; see `forget`."""
        return Gauge(f"askpolicy_{name}", meaning, registry=self._registry, multiprocess_mode="livesum")


def forget(folder: Path, process: int) -> None:
    """Remove the gauges of a worker that has ended. Its counts stay."""
    for file in folder.glob(f"gauge_live*_{process}.db"):
        file.unlink(missing_ok=True)


def resident_bytes(process: int) -> int:
    """Return the memory of a process and those that it started. What they share counts for each. 0 if it is unknown."""
    pages = sum(_pages(one) for one in _family(process))
    return pages * os.sysconf("SC_PAGE_SIZE")


def _family(process: int) -> Iterator[int]:
    yield process
    for child in _read(f"/proc/{process}/task/{process}/children"):
        yield from _family(int(child))


def _pages(process: int) -> int:
    sizes = _read(f"/proc/{process}/statm")
    return int(sizes[1]) if sizes else 0


def _read(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="ascii").split()
    except OSError:  # it has ended, or this is not Linux
        return []
