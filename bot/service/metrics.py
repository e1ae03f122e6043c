"""Counts and times for Prometheus. No label carries anything that a visitor typed.

Workers write their counts to files in a shared folder (`PROMETHEUS_MULTIPROC_DIR`, set by `bot.service.server`). The
worker that gets the request for /metrics adds them up.
"""

from __future__ import annotations

import os

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from bot.types import Answer

CONTENT_TYPE = CONTENT_TYPE_LATEST
FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
# Seconds. An answer takes about 5 ms; the target for the 95th percentile is 300 ms.
_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """The service's counters and histograms, one object for each application."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._questions = Counter(
            "askpolicy_questions", "Questions by policy and outcome.", ["policy", "outcome"], registry=self._registry
        )
        self._warnings = Counter(
            "askpolicy_warnings", "Warnings given with answers.", ["code"], registry=self._registry
        )
        self._answer_seconds = Histogram(
            "askpolicy_answer_seconds",
            "Seconds from a question to its answer, including the wait for a thread.",
            registry=self._registry,
            buckets=_BUCKETS,
        )
        self._requests = Counter(
            "askpolicy_http_requests", "Requests by route.", ["route", "method", "status"], registry=self._registry
        )
        self._request_seconds = Histogram(
            "askpolicy_http_request_seconds",
            "Seconds from a request to the end of its response.",
            ["route"],
            registry=self._registry,
            buckets=_BUCKETS,
        )
        self._loads = Counter(
            "askpolicy_policy_loads", "Policies loaded into a worker's memory.", ["result"], registry=self._registry
        )
        self._feedback = Counter("askpolicy_feedback", "Feedback that was kept.", ["helpful"], registry=self._registry)

    def answered(self, answer: Answer, seconds: float) -> None:
        """Count one question. seconds: from the question to its answer."""
        self._questions.labels(answer.policy_version.id, str(answer.outcome)).inc()
        self._answer_seconds.observe(seconds)
        for warning in answer.warnings:
            self._warnings.labels(warning.code).inc()

    def requested(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request. route: the route's pattern, never the actual path. seconds: until the response ended."""
        self._requests.labels(route, method, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def judged(self, helpful: bool) -> None:
        """Count one piece of feedback."""
        self._feedback.labels("yes" if helpful else "no").inc()

    def loaded(self, result: str) -> None:
        """Count a policy that was loaded, could not be loaded, or was unloaded: `loaded`, `failed`, `unloaded`."""
        self._loads.labels(result).inc()

    def exposition(self, *, reload_failed: bool, database_followed: bool | None) -> bytes:
        """Return all metrics in Prometheus text format.

        reload_failed: whether the last reload failed. database_followed: whether this worker follows the shared
        database; None if there is none.
        """
        if FOLDER_VARIABLE not in os.environ:
            counts = generate_latest(self._registry)
        else:
            together = CollectorRegistry()
            MultiProcessCollector(together)  # type: ignore[no-untyped-call]
            counts = generate_latest(together)
        # Every worker knows this, so it is no sum over their files.
        state = CollectorRegistry()
        Gauge("askpolicy_reload_failed", "1 if the last reload failed.", registry=state).set(reload_failed)
        if database_followed is not None:
            gauge = "askpolicy_database_followed", "1 if this worker hears of new versions in the shared database."
            Gauge(*gauge, registry=state).set(database_followed)
        return counts + generate_latest(state)
