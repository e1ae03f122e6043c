"""Scores answers about policies that were indexed without any visitor question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.policies.questions import VisitorQuestion
from bot.types import Policy, Span
from evals.measures.aggregates import mean
from evals.measures.spans import overlaps

# An answerable question whose answer was deleted from the policy before it was indexed.
DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class PolicyScore:
    """The measures of one answer. kind: of the question, or DELETED. hit_at_1: None unless it is answerable."""

    id: str
    policy: str
    question: str
    kind: str
    outcome: str
    hit_at_1: float | None
    seconds: float


def score_policy_answer(
    policy: Policy, number: int, question: VisitorQuestion, kind: str, answer: Mapping[str, Any]
) -> PolicyScore:
    """Score one answer, in the public JSON shape.

    number: of the question in the policy's file, from 0. kind: the question's, or DELETED. The first citation is right
    if it overlaps a statement that is labeled as the answer or as also right, by half of the shorter of the two.
    """
    gold = [Span(policy.sentences[i].start, policy.sentences[i].end) for i in gold_of(question)]
    first = next((Span(c["start"], c["end"]) for c in answer["citations"]), None)
    hit = first is not None and any(overlaps(first, span) for span in gold)
    return PolicyScore(
        id=f"{policy.id}#{number}{'' if kind == question.kind else f'-{kind}'}",
        policy=policy.id,
        question=question.question,
        kind=kind,
        outcome=str(answer["outcome"]),
        hit_at_1=float(hit) if kind == "answerable" else None,
        seconds=float(answer["seconds"]),
    )


def gold_of(question: VisitorQuestion) -> tuple[int, ...]:
    """Return the indexes of all statements that answer a question, in the order of the policy."""
    return tuple(sorted({*question.evidence, *question.acceptable}))


def aggregate_policies(scores: Sequence[PolicyScore]) -> dict[str, float | None]:
    """Return the measures of some questions. Shares are 0 to 1; None if no question is of the kind."""
    answerable = [s for s in scores if s.kind == "answerable"]
    return {
        "questions": len(scores),
        "hit@1": mean([s.hit_at_1 for s in answerable]),
        "answerable_refused": mean([float(s.outcome != "answered") for s in answerable]),
        "not_covered_answered": _answered(scores, "not_covered"),
        "deleted_answered": _answered(scores, DELETED),
        "off_topic_answered": _answered(scores, "off_topic"),
        "off_topic_called_not_covered": _called(scores, "off_topic", "not_covered"),
        "not_covered_called_off_topic": _called(scores, "not_covered", "off_topic"),
        "errors": sum(s.outcome == "error" for s in scores),
    }


def _answered(scores: Sequence[PolicyScore], kind: str) -> float | None:
    return _called(scores, kind, "answered")


def _called(scores: Sequence[PolicyScore], kind: str, outcome: str) -> float | None:
    return mean([float(s.outcome == outcome) for s in scores if s.kind == kind])
