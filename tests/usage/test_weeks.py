"""Weeks and topics, without numbers that are small enough to point to a person."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, strategies

from bot.types import Outcome
from bot.usage.values import Count, Feedback, Unanswered
from bot.usage.weeks import FEWEST, MOST_WEEKS, TopicCount, by_topic, by_week, monday

MONDAY = date(2026, 11, 2)


def asked(topic: str, number: int, outcome: Outcome = Outcome.ANSWERED, language: str = "en") -> Count:
    return Count(MONDAY, "harbour", outcome, language, topic, number)


class TestWeeks:
    def test_each_week_begins_on_monday_and_empty_weeks_are_shown(self) -> None:
        counts = [
            Count(MONDAY, "harbour", Outcome.ANSWERED, "en", "", 3),
            Count(MONDAY + timedelta(days=6), "harbour", Outcome.NOT_COVERED, "ht", "", 2),
            Count(MONDAY + timedelta(days=14), "harbour", Outcome.ANSWERED, "en", "", 1),
        ]
        verdicts = [
            Feedback(f"{helpful}", "harbour", Outcome.ANSWERED, helpful, day=MONDAY) for helpful in (True, False)
        ]
        passed_on = [Unanswered("a", "harbour", Outcome.NOT_COVERED, "who?", MONDAY + timedelta(days=7))]
        weeks = by_week(counts, verdicts, passed_on, MONDAY + timedelta(days=15))
        assert [(week.start, week.asked, week.passed_on) for week in weeks] == [
            (MONDAY, 5, 0),
            (MONDAY + timedelta(days=7), 0, 1),
            (MONDAY + timedelta(days=14), 1, 0),
        ]
        assert (weeks[0].helpful, weeks[0].unhelpful, weeks[0].end) == (1, 1, MONDAY + timedelta(days=6))
        assert weeks[0].outcomes == {Outcome.ANSWERED: 3, Outcome.NOT_COVERED: 2}

    def test_the_oldest_weeks_are_left_out(self) -> None:
        counts = [Count(MONDAY - timedelta(weeks=60), "harbour", Outcome.ANSWERED, "en"), asked("", 1)]
        weeks = by_week(counts, [], [], MONDAY)
        assert len(weeks) == MOST_WEEKS
        assert sum(week.asked for week in weeks) == 1
        assert by_week([], [], [], MONDAY) == ()

    def test_a_week_starts_on_its_monday(self) -> None:
        assert {monday(MONDAY + timedelta(days=day)) for day in range(7)} == {MONDAY}


class TestTopics:
    def test_small_topics_are_added_together(self) -> None:
        counts = [
            asked("sale", 20),
            asked("sale", 2, Outcome.NOT_COVERED, "ht"),
            asked("rare", 4),
            asked("rarer", 1),
            asked("", 3),
            asked("thanks", 50, Outcome.SMALL_TALK),
        ]
        assert by_topic(counts, [asked("sale", 7), asked("rare", 9)]) == (
            TopicCount("sale", 22, 20, 7),
            TopicCount(None, 8, 8, None),
        )

    def test_the_number_before_is_not_shown_if_it_is_small(self) -> None:
        assert by_topic([asked("sale", 9)], [asked("sale", 4)]) == (TopicCount("sale", 9, 9, None),)

    def test_a_single_small_topic_takes_another_with_it(self) -> None:
        """Otherwise it would be the total minus the others."""
        assert by_topic([asked("sale", 20), asked("sharing", 6), asked("rare", 2)], []) == (
            TopicCount("sale", 20, 20, None),
            TopicCount(None, 8, 8, None),
        )

    @given(numbers=strategies.dictionaries(strategies.sampled_from(["", *"abcdefgh"]), strategies.integers(1, 12)))
    def test_no_number_below_the_threshold_is_ever_shown(self, numbers: dict[str, int]) -> None:
        lines = by_topic([asked(topic, number) for topic, number in numbers.items()], [])
        assert sum(line.number for line in lines) == sum(numbers.values())
        assert all(line.number >= FEWEST for line in lines if line.topic)
        if sum(numbers.values()) >= FEWEST:
            assert all(line.number >= FEWEST for line in lines)
