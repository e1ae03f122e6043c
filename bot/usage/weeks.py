"""Counts -> weeks and topics.

A topic that few people asked about can point to one of them. So a report never says how often a topic was asked on a
day, adds topics below FEWEST to one line, and never crosses topics with languages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.types import Outcome
from bot.usage.values import Count, Feedback, Unanswered

# The fewest questions about a topic that a report shows. Statistical offices use thresholds from 3 to 10.
FEWEST = 5
# As many as fit into the default retention of 90 days, with the one in progress.
MOST_WEEKS = 13
# Outcomes of questions that ask about something.
_ABOUT_SOMETHING = (Outcome.ANSWERED, Outcome.NOT_COVERED, Outcome.OFF_TOPIC)


@dataclass(frozen=True, slots=True)
class Week:
    """What happened from a Monday to the Sunday after it. passed_on: questions that visitors passed on."""

    start: date
    outcomes: dict[Outcome, int]
    helpful: int
    unhelpful: int
    passed_on: int

    @property
    def end(self) -> date:
        """Return the Sunday."""
        return self.start + timedelta(days=6)

    @property
    def asked(self) -> int:
        """Return how many questions were asked."""
        return sum(self.outcomes.values())

    def to_json(self) -> dict[str, Any]:
        """Return the week with its first day."""
        return {
            "start": self.start.isoformat(),
            "questions": self.asked,
            "outcomes": self.outcomes,
            "helpful": self.helpful,
            "unhelpful": self.unhelpful,
            "passed_on": self.passed_on,
        }


@dataclass(frozen=True, slots=True)
class TopicCount:
    """How many questions a topic had.

    topic: its id, or None for all topics with fewer than FEWEST questions, and questions without a topic.
    answered: how many of them were answered. before: how many there were in the period before, or None if that was
    fewer than FEWEST.
    """

    topic: str | None
    number: int
    answered: int
    before: int | None

    def to_json(self) -> dict[str, Any]:
        """Return the counts of the topic."""
        return {"topic": self.topic, "questions": self.number, "answered": self.answered, "before": self.before}


def monday(day: date) -> date:
    """Return the first day of a day's week."""
    return day - timedelta(days=day.weekday())


def by_week(
    counts: Sequence[Count], given: Sequence[Feedback], passed_on: Sequence[Unanswered], until: date
) -> tuple[Week, ...]:
    """Return the weeks up to the one with the day `until`, from the first in which anything was kept, oldest first."""
    days = [kept.day for rows in (counts, given, passed_on) for kept in rows]
    if not days:
        return ()
    last = monday(until)
    first = max(monday(min(days)), last - timedelta(weeks=MOST_WEEKS - 1))
    starts = [first + timedelta(weeks=number) for number in range((last - first).days // 7 + 1)]
    outcomes: dict[date, Counter[Outcome]] = {start: Counter() for start in starts}
    for count in counts:
        if monday(count.day) in outcomes:
            outcomes[monday(count.day)][count.outcome] += count.number
    helpful = Counter(monday(feedback.day) for feedback in given if feedback.helpful)
    unhelpful = Counter(monday(feedback.day) for feedback in given if not feedback.helpful)
    passed = Counter(monday(question.day) for question in passed_on)
    return tuple(
        Week(start, dict(outcomes[start].most_common()), helpful[start], unhelpful[start], passed[start])
        for start in starts
    )


def by_topic(counts: Iterable[Count], before: Iterable[Count]) -> tuple[TopicCount, ...]:
    """Return how often each topic was asked, the most frequent first, and all small ones together, last.

    before: the counts of the period before. The last line has at least FEWEST questions, or there is none: if it had
    fewer, the smallest topic above it is added to it, so that nobody can subtract.
    """
    asked, answered, earlier = Counter[str](), Counter[str](), Counter[str]()
    for count in counts:
        if count.outcome in _ABOUT_SOMETHING:
            asked[count.topic] += count.number
            answered[count.topic] += count.number * (count.outcome is Outcome.ANSWERED)
    for count in before:
        if count.outcome in _ABOUT_SOMETHING:
            earlier[count.topic] += count.number
    shown = [topic for topic, number in asked.most_common() if topic and number >= FEWEST]
    rest = [topic for topic in asked if topic not in shown]
    while shown and 0 < sum(asked[topic] for topic in rest) < FEWEST:
        rest.append(shown.pop())
    lines = [
        TopicCount(topic, asked[topic], answered[topic], earlier[topic] if earlier[topic] >= FEWEST else None)
        for topic in shown
    ]
    if together := sum(asked[topic] for topic in rest):
        lines.append(TopicCount(None, together, sum(answered[topic] for topic in rest), None))
    return tuple(lines)
