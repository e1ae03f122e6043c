"""Metrics: what they count, that their number stays bounded, and that a worker that ended leaves no gauges behind."""

from __future__ import annotations

import os
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot import __version__
from bot.pipeline import Bot
from bot.service.metrics import NAMED, OTHERS, Metrics, State, forget, resident_bytes
from bot.types import Answer, Outcome
from tests.support.running import Running


def read(text: str) -> dict[tuple[str, ...], float]:
    """Return the value of each series: (name, label values in the order of their names)."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def shown(metrics: Metrics, **state: Any) -> dict[tuple[str, ...], float]:
    return read(metrics.exposition(State(**state)).decode())


@pytest.fixture
def answer(bot: Bot) -> Answer:
    return bot.ask("hello")


def about(answer: Answer, policy: str) -> Answer:
    return replace(answer, policy_version=replace(answer.policy_version, id=policy))


def test_questions_are_counted_by_policy_and_outcome(answer: Answer) -> None:
    metrics = Metrics()
    metrics.begin(["maple", "shop"], places=32)
    metrics.answered(about(answer, "shop"), 0.25, 0.2)
    metrics.answered(about(answer, "shop"), 0.5, 0.0)
    metrics.answered(replace(about(answer, "maple"), outcome=Outcome.EMPTY), 0.01, 0.0)
    found = shown(metrics)
    assert found["askpolicy_questions_total", "small_talk", "shop"] == 2
    assert found["askpolicy_questions_total", "empty", "maple"] == 1
    assert found["askpolicy_policy_answer_seconds_total", "shop"] == 0.75
    assert found["askpolicy_answer_seconds_count",] == found["askpolicy_wait_seconds_count",] == 3
    assert found["askpolicy_wait_seconds_sum",] == 0.2
    assert found["askpolicy_question_places",] == 32


def test_ten_thousand_policies_have_no_more_series_than_the_named_ones(answer: Answer) -> None:
    """The first in the settings are named, in every worker alike, whoever is asked about first."""
    ids = [f"policy-{number}" for number in range(10_000)]
    metrics = Metrics()
    metrics.begin(ids, places=1)
    for policy in reversed(ids):
        metrics.answered(about(answer, policy), 0.01, 0.0)
    found = shown(metrics, versions=dict.fromkeys(ids, "1"))
    counted = [key for key in found if key[0] == "askpolicy_questions_total"]
    assert len(counted) == NAMED + 1
    assert found["askpolicy_questions_total", "small_talk", OTHERS] == 10_000 - NAMED
    assert found["askpolicy_questions_total", "small_talk", "policy-0"] == 1
    assert len([key for key in found if key[0] == "askpolicy_policy_version_info"]) == NAMED
    assert len(found) < 1_200


def test_a_question_is_in_work_until_its_answer_is_there() -> None:
    metrics = Metrics()
    first, second = Future[Any](), Future[Any]()
    metrics.working(first)
    metrics.working(second)
    assert shown(metrics)["askpolicy_questions_in_work",] == 2
    first.set_result(None)
    second.set_exception(ValueError())
    assert shown(metrics)["askpolicy_questions_in_work",] == 0


def test_loads_are_counted_and_timed() -> None:
    metrics = Metrics()
    metrics.loaded("loaded", 0.2)
    metrics.loaded("loaded", 0.4)
    metrics.loaded("failed", 0.1)
    metrics.loaded("unloaded")
    found = shown(metrics)
    assert found["askpolicy_policies_in_memory",] == 1
    assert found["askpolicy_policy_load_seconds_count",] == 3
    assert found["askpolicy_policy_loads_total", "failed"] == 1


def test_what_holds_at_the_moment() -> None:
    metrics = Metrics()
    metrics.begin(["maple"], places=1)
    found = shown(metrics, ready=True, policies=3, paused=1, versions={"maple": "1f3a"})
    assert found["askpolicy_ready",] == found["askpolicy_pauses",] == 1
    assert found["askpolicy_reload_failed",] == 0
    assert found["askpolicy_policies",] == 3
    assert found["askpolicy_info", __version__] == 1
    assert found["askpolicy_policy_version_info", "maple", "1f3a"] == 1


def test_memory_is_that_of_the_process_and_its_children() -> None:
    own = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    assert resident_bytes(os.getpid()) >= own * 0.9
    assert resident_bytes(2**22 + 1) == 0


def test_a_worker_that_has_ended_leaves_no_gauges(tmp_path: Path) -> None:
    for name in ("gauge_livesum_12.db", "gauge_livesum_123.db", "counter_12.db", "histogram_12.db"):
        (tmp_path / name).touch()
    forget(tmp_path, 12)
    assert {path.name for path in tmp_path.iterdir()} == {"gauge_livesum_123.db", "counter_12.db", "histogram_12.db"}


def test_a_service_adds_up_its_workers(running: Running) -> None:
    with running.client() as client:
        assert client.post("/v1/answers", json={"question": "do you sell my data?"}).status_code == 200
        found = read(client.get("/metrics").text)
        version = client.get("/v1/policies/massgov").json()["version"]
    assert found["askpolicy_workers",] == 2
    assert found["askpolicy_question_places",] == 64
    assert found["askpolicy_questions_total", "answered", "massgov"] >= 1
    assert found["askpolicy_wait_seconds_count",] == found["askpolicy_answer_seconds_count",]
    assert found["askpolicy_policies_in_memory",] == 2
    assert found["askpolicy_policy_version_info", "massgov", version] == 1
    assert found["askpolicy_ready",] == 1
    assert found["askpolicy_resident_memory_bytes",] > 2 * 10**8
