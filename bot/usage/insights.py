"""Reports what a policy's owner can learn from its visitors: outcomes, topics, verdicts, questions without an answer.

Counts cover every question. Verdicts, comments and questions come from visitors who chose to give them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.encoder.embedding import OnnxEmbedder
from bot.topics.catalog import topic_ids, topics
from bot.types import Outcome, is_own
from bot.usage.groups import Group, Shared, group_questions
from bot.usage.store import Store
from bot.usage.values import REASONS, UNANSWERED, Count, Feedback, Unanswered, today
from bot.usage.weeks import MOST_WEEKS, TopicCount, Week, by_topic, by_week, monday

# Memory grows with the square of the number of questions: this many need 200 MB and two seconds. If there are more, the
# latest ones are grouped.
MAX_GROUPED = 5_000

MEANING = {
    Outcome.ANSWERED: "in the policy's own words",
    Outcome.NOT_COVERED: "the policy is silent",
    Outcome.OFF_TOPIC: "not about this policy",
    Outcome.SMALL_TALK: "greetings, thanks, complaints",
    Outcome.EMPTY: "no words",
    Outcome.TOO_LONG: "over the length limit",
    Outcome.UNSUPPORTED_LANGUAGE: "not in English",
    Outcome.URGENT: "somebody may be in danger",
    Outcome.ERROR: "something failed",
}


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What visitors thought of answers with one outcome.

    helpful, unhelpful: how many said so. reasons: how many gave each reason for an unhelpful verdict.
    """

    outcome: Outcome
    helpful: int
    unhelpful: int
    reasons: dict[str, int]

    def to_json(self) -> dict[str, Any]:
        """Return the verdicts on answers with this outcome."""
        return {
            "outcome": self.outcome,
            "helpful": self.helpful,
            "unhelpful": self.unhelpful,
            "reasons": self.reasons,
        }


@dataclass(frozen=True, slots=True)
class PolicyInsights:
    """What one policy's visitors asked and thought.

    groups: questions without a good answer. passed_on: how many of them visitors passed on to the owner. left_out:
    questions beyond MAX_GROUPED. weeks: up to the end of the report, also before its start.
    """

    policy: str
    outcomes: dict[Outcome, int]
    languages: dict[str, int]
    topics: tuple[TopicCount, ...]
    verdicts: tuple[Verdicts, ...]
    groups: tuple[Group, ...]
    passed_on: int
    left_out: int
    comments: tuple[Feedback, ...]
    weeks: tuple[Week, ...]

    @property
    def asked(self) -> int:
        """Return how many questions were asked."""
        return sum(self.outcomes.values())

    def to_json(self) -> dict[str, Any]:
        """Return everything, including every question of every group."""
        return {
            "policy": self.policy,
            "outcomes": self.outcomes,
            "languages": self.languages,
            "topics": [topic.to_json() for topic in self.topics],
            "verdicts": [verdicts.to_json() for verdicts in self.verdicts],
            "groups": [group.to_json() for group in self.groups],
            "passed_on": self.passed_on,
            "left_out": self.left_out,
            "comments": [
                {"outcome": c.outcome, "helpful": c.helpful, "reason": c.reason, "comment": c.comment}
                for c in self.comments
            ],
            "weeks": [week.to_json() for week in self.weeks],
        }


@dataclass(frozen=True, slots=True)
class Insights:
    """The insights from `since` to `until`, both included. policies: the one with the most questions first."""

    since: date
    until: date
    policies: tuple[PolicyInsights, ...]

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON."""
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "policies": [of.to_json() for of in self.policies],
        }


def last_week() -> tuple[date, date]:
    """Return the first and the last day of the last week that is complete."""
    start = monday(today()) - timedelta(weeks=1)
    return start, start + timedelta(days=6)


def gather(store: Store, embedder: OnnxEmbedder, since: date, until: date | None = None) -> Insights:
    """Read the store, and group the questions without a good answer.

    since, until: the first and the last day of the report; today by default. Raises AskPolicyError if the store cannot
    be read.
    """
    until = until or today()
    # Also older rows, for the weeks before and for the period before.
    length = (until - since) + timedelta(days=1)
    oldest = max(date.min + length, min(since - length, monday(until) - timedelta(weeks=MOST_WEEKS - 1)))
    counts = [count for count in store.counts(oldest) if count.day <= until]
    given = [feedback for feedback in store.feedback(oldest) if feedback.day <= until]
    passed_on = [question for question in store.unanswered(oldest) if question.day <= until]
    words: tuple[Feedback | Unanswered, ...] = (*given, *passed_on)
    asked: Counter[str] = Counter({kept.policy: 0 for kept in words if kept.day >= since})
    for count in counts:
        if count.day >= since:
            asked[count.policy] += count.number
    policies = tuple(
        _of_policy(
            policy,
            [count for count in counts if count.policy == policy],
            [feedback for feedback in given if feedback.policy == policy],
            [question for question in passed_on if question.policy == policy],
            embedder,
            (since, until),
        )
        for policy, _ in asked.most_common()
    )
    return Insights(since, until, policies)


def _of_policy(
    policy: str,
    all_counts: Sequence[Count],
    all_given: Sequence[Feedback],
    all_passed_on: Sequence[Unanswered],
    embedder: OnnxEmbedder,
    period: tuple[date, date],
) -> PolicyInsights:
    since, until = period
    counts = [count for count in all_counts if count.day >= since]
    before = [count for count in all_counts if since - (until - since) - timedelta(days=1) <= count.day < since]
    given = [feedback for feedback in all_given if feedback.day >= since]
    passed_on = [question for question in all_passed_on if question.day >= since]
    outcomes: Counter[Outcome] = Counter()
    languages: Counter[str] = Counter()
    for count in counts:
        outcomes[count.outcome] += count.number
        languages[count.language] += count.number
    unanswered = without_good_answer(given, passed_on)
    # Unhelpful answers come first, because the owner can improve them.
    comments = sorted((f for f in given if f.comment), key=lambda f: (f.helpful, f.outcome, f.comment))
    return PolicyInsights(
        policy=policy,
        outcomes=dict(outcomes.most_common()),
        languages=dict(languages.most_common()),
        topics=by_topic(counts, before),
        verdicts=tuple(_verdicts(given)),
        groups=group_questions(unanswered[:MAX_GROUPED], embedder),
        passed_on=len(passed_on),
        left_out=max(0, len(unanswered) - MAX_GROUPED),
        comments=tuple(comments),
        weeks=by_week(all_counts, all_given, all_passed_on, until),
    )


def without_good_answer(given: Sequence[Feedback], passed_on: Sequence[Unanswered]) -> list[Shared]:
    """Return the questions that have no good answer, the latest first. One that was judged and passed on is one."""
    questions = {q.answer_id: Shared(q.question, q.outcome, False, q.day) for q in passed_on}
    for feedback in given:
        if feedback.question and (feedback.outcome in UNANSWERED or not feedback.helpful):
            questions[feedback.answer_id] = Shared(
                feedback.question, feedback.outcome, not feedback.helpful, feedback.day
            )
    return sorted(questions.values(), key=lambda shared: shared.day, reverse=True)


def _verdicts(given: Sequence[Feedback]) -> Iterator[Verdicts]:
    for outcome in Outcome:
        helpful = [feedback.helpful for feedback in given if feedback.outcome is outcome]
        if helpful:
            reasons = Counter(f.reason for f in given if f.outcome is outcome and not f.helpful and f.reason)
            yield Verdicts(
                outcome,
                helpful=sum(helpful),
                unhelpful=len(helpful) - sum(helpful),
                reasons={reason: reasons[reason] for reason in REASONS if reasons[reason]},
            )


def label(outcome: Outcome) -> str:
    """Return an outcome in words."""
    return outcome.replace("_", " ")


def topic_label(topic: str | None) -> str:
    """Return a topic in words. topic: an id, also one that this version does not know, or None for all small ones."""
    if topic is None:
        return "other topics, or none"
    if is_own(topic):
        return topic.partition(":")[2].replace("-", " ")
    known = topic_ids().get(topic)
    return topics()[known].name or topic.replace("-", " ") if known is not None else topic


def outcome_of(group: Group) -> str:
    """Return the outcomes of a group's questions in words."""
    if group.size == 1:
        return label(next(iter(group.outcomes))) + (", marked unhelpful" if group.unhelpful else "")
    parts = [f"{number} {label(outcome)}" for outcome, number in group.outcomes.items()]
    return ", ".join(parts) + (f"; {group.unhelpful} marked unhelpful" if group.unhelpful else "")


def about(comment: Feedback) -> str:
    """Return in words what a comment is about: the answer's outcome, the verdict and the reason."""
    verdict = "helpful" if comment.helpful else "unhelpful"
    return f"{label(comment.outcome)}, {verdict}" + (f", {comment.reason}" if comment.reason else "")
