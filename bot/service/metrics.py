"""Counts and times for Prometheus. No label carries anything that a visitor typed.

Several workers count into files of a folder that they share (`PROMETHEUS_MULTIPROC_DIR`, set by `bot.service.server`);
whichever worker is asked adds them up.
"""

from __future__ import annotations

import os

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from bot.types import Answer

CONTENT_TYPE = CONTENT_TYPE_LATEST
FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
# Seconds. An answer takes about 5 ms; 300 ms is the most that 95 of 100 may take.
_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """The service's counters; one object for an application."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._questions = Counter(
            "askpolicy_questions", "Questions by how they ended.", ["policy", "outcome"], registry=self._registry
        )
        self._warnings = Counter(
            "askpolicy_warnings", "Warnings given with answers.", ["code"], registry=self._registry
        )
        self._answer_seconds = Histogram(
            "askpolicy_answer_seconds",
            "Time from a question to its answer, waiting for its turn included.",
            registry=self._registry,
            buckets=_BUCKETS,
        )
        self._requests = Counter(
            "askpolicy_http_requests", "Requests by route.", ["route", "method", "status"], registry=self._registry
        )
        self._request_seconds = Histogram(
            "askpolicy_http_request_seconds",
            "Time from a request to the end of its response.",
            ["route"],
            registry=self._registry,
            buckets=_BUCKETS,
        )
        self._feedback = Counter("askpolicy_feedback", "Verdicts kept.", ["helpful"], registry=self._registry)

    def answered(self, answer: Answer, seconds: float) -> None:
        """Count one question."""
        self._questions.labels(answer.policy_version.id, str(answer.outcome)).inc()
        self._answer_seconds.observe(seconds)
        for warning in answer.warnings:
            self._warnings.labels(warning.code).inc()

    def requested(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request; `route` is the pattern, never the path as sent."""
        self._requests.labels(route, method, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def judged(self, helpful: bool) -> None:
        """Count one verdict."""
        self._feedback.labels("yes" if helpful else "no").inc()

    def exposition(self) -> bytes:
        """All of it in Prometheus' text format."""
        if FOLDER_VARIABLE not in os.environ:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)
