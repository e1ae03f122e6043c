from __future__ import annotations

from collections import Counter

import pytest

from evals.bench import day
from evals.bench.traffic import BOTS, PEAK_HOUR, a_day, steady

ASKED = [(f"p{number % 3}", f"question {number}") for number in range(100)]


def test_a_day_has_its_peak_and_its_bots_and_is_the_same_each_time() -> None:
    requests = a_day(ASKED, mean=10, hour=5)
    assert requests == a_day(ASKED, mean=10, hour=5)
    assert [request.at for request in requests] == sorted(request.at for request in requests)
    assert 0 <= requests[0].at < requests[-1].at < 24 * 5
    assert sum(request.bot for request in requests) / len(requests) == pytest.approx(BOTS, abs=0.01)
    visits = Counter(int(request.at // 5) for request in requests if not request.bot)
    # Ten times the mean of ten requests a second, for five seconds.
    assert visits[PEAK_HOUR] == sum(request.peak for request in requests) == pytest.approx(500, rel=0.15)
    assert max(count for hour, count in visits.items() if hour != PEAK_HOUR) < 150


def test_questions_follow_zipfs_law() -> None:
    times = Counter(request.message for request in steady(ASKED, rate=2_000, seconds=5))
    (first, most), *_ = times.most_common(1)
    assert b"question 0" in first
    assert most / times.total() == pytest.approx(1 / sum(1 / rank for rank in range(1, 101)), rel=0.1)
    assert len({request.address for request in steady(ASKED, 100, 5)}) > 400


def test_the_cost_follows_from_the_rate_that_holds() -> None:
    # A million visitors with three questions each: 34.7 a second, 347 at the peak.
    assert day.cost("one", held=100.0, processors=2, core_hour=0.05) == {
        "setup": "one",
        "held": 100.0,
        "peak": pytest.approx(347.2, abs=0.1),
        "machines": 4 + 1,
        "a_day": pytest.approx(5 * 2 * 24 * 0.05),
    }
    assert day.cost("none", held=0.0, processors=2, core_hour=0.05)["machines"] == 0
