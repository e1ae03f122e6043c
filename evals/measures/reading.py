"""Scores answers about a policy that was read from a file: the first citation, and quotes that mislead.

Words are found by their fingerprints, so that the measures do not depend on how a reader or a splitter cut the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from bot.types import Policy
from evals.measures.aggregates import mean
from evals.sets.reading.labels import Labeled, Labels, ReadingQuestion, occurrence
from evals.sets.reading.words import Fingerprint, FoldedText

# Why the first citation is wrong. unread: the reader lost the right words. cut: no statement shows all of them with the
# words they need. refused: the question was not answered. other: another statement was cited first.
Cause = Literal["unread", "cut", "refused", "other"]


Span = tuple[int, int]


class Shown(NamedTuple):
    """The numbers of the words that a citation shows. own: those of the quote. words: those of its context, too."""

    own: frozenset[int]
    words: frozenset[int]


@dataclass(frozen=True, slots=True)
class ReadingScore:
    """The measures of one answer. None: does not apply.

    first_right, cited_right: 1 if the first citation, or any, shows the evidence and all that it needs.
    heading_first: 1 if the first citation is a heading, a label or a bare question. misleading: the citations, in
    words, that lack words they need or have words that do not govern them. right: the statement that should be cited
    first. rank: its place among those considered, from 1. first: what was cited first.
    """

    id: str
    policy: str
    question: str
    kind: str
    outcome: str
    first_right: float | None
    cited_right: float | None
    heading_first: float | None
    misleading: tuple[str, ...]
    cause: Cause | None
    rank: int | None
    right: str | None
    first: str | None
    seconds: float


@dataclass(frozen=True, slots=True)
class PolicyReading:
    """How a policy was read, whatever is asked.

    unread: how many labeled words were not found, of `labeled`. misleading: statements that lack words they need, or
    have words that do not govern them.
    """

    policy: str
    statements: int
    labeled: int
    unread: int
    misleading: tuple[str, ...]


class ReadPolicy:
    """A policy as it was read, with its labels."""

    def __init__(self, labels: Labels, policy: Policy) -> None:
        self._labels = labels
        self._policy = policy
        self._text = FoldedText(policy.text)
        self._statements = [self._words((s.start, s.end), s.context) for s in policy.sentences]

    def reading(self) -> PolicyReading:
        """Return how the policy was read."""
        evidence = [labeled for question in self._labels.questions for labeled in question.evidence]
        labeled = [*evidence, *self._labels.traps]
        misleading = [self._statement(n) for n, shown in enumerate(self._statements) if self._misleads(shown)]
        return PolicyReading(
            policy=self._labels.policy,
            statements=len(self._policy.sentences),
            labeled=len(labeled),
            unread=sum(not self._text.find(words.says) for words in labeled),
            misleading=tuple(misleading),
        )

    def score(self, question: ReadingQuestion, answer: Mapping[str, Any]) -> ReadingScore:
        """Score one answer, in the public JSON shape; `ranking`: the statements considered, best first."""
        outcome = str(answer.get("outcome"))
        citations = list(answer.get("citations") or ())
        cited = [self._words(*_spans_of(citation)) for citation in citations]
        right = [self._is_right(question, shown) for shown in cited]
        misleading = [_shown(c) for c, shown in zip(citations, cited, strict=True) if self._misleads(shown)]
        ranked = [n for n in answer.get("ranking", ()) if self._is_right(question, self._statements[n])]
        statements = ranked or [n for n, shown in enumerate(self._statements) if self._is_right(question, shown)]
        first = citations[0] if citations else None
        first_right = float(bool(right) and right[0]) if question.kind == "answerable" else None
        return ReadingScore(
            id=question.id,
            policy=self._labels.policy,
            question=question.question,
            kind=question.kind,
            outcome=outcome,
            first_right=first_right,
            cited_right=float(any(right)) if question.kind == "answerable" else None,
            heading_first=float(not right[0] and self._is_heading(str(first["quote"]))) if first else None,
            misleading=tuple(misleading),
            cause=self._cause(question, outcome, bool(statements)) if first_right == 0 else None,
            rank=list(answer["ranking"]).index(ranked[0]) + 1 if ranked else None,
            right=self._statement(statements[0]) if statements else None,
            first=_shown(first) if first else None,
            seconds=float(answer.get("seconds") or 0.0),
        )

    def _cause(self, question: ReadingQuestion, outcome: str, is_statement: bool) -> Cause:
        if not any(self._text.find(labeled.says) for labeled in question.evidence):
            return "unread"
        if not is_statement:
            return "cut"
        return "other" if outcome == "answered" else "refused"

    def _is_right(self, question: ReadingQuestion, shown: Shown) -> bool:
        return any(self._shows(labeled, shown) for labeled in question.evidence) and not self._misleads(shown)

    def _misleads(self, shown: Shown) -> bool:
        return any(self._shows(labeled, shown) is False for labeled in self._labels.may_mislead)

    def _shows(self, labeled: Labeled, shown: Shown) -> bool | None:
        """Return whether these words are shown as they should be; None if they are not, or only as context."""
        places = [at for at in self._text.find(labeled.says) if shown.words.issuperset(at) and shown.own & set(at)]
        return any(self._as_it_should_be(labeled, at, shown) for at in places) if places else None

    def _as_it_should_be(self, labeled: Labeled, says: range, shown: Shown) -> bool:
        needed = [occurrence(other, says, self._text) for other in labeled.needs]
        excluded = [occurrence(other, says, self._text) for other in labeled.excludes]
        return all(at is not None and shown.words.issuperset(at) for at in needed) and not any(
            at is not None and shown.words.issuperset(at) for at in excluded
        )

    def _words(self, own: Span, context: Sequence[Span]) -> Shown:
        return Shown(self._text.inside([own]), self._text.inside([own, *context]))

    def _is_heading(self, quote: str) -> bool:
        words = Fingerprint.of(quote)
        return not words.words or words in self._labels.headings or quote.rstrip(" \"'”’)").endswith("?")

    def _statement(self, number: int) -> str:
        sentence = self._policy.sentences[number]
        spans = [*sentence.context, (sentence.start, sentence.end)]
        return _joined(self._policy.text[start:end] for start, end in spans)


def aggregate_reading(scores: Sequence[ReadingScore]) -> dict[str, float | None]:
    """Return the measures of a set. Shares are 0 to 1; None if no question is of the kind."""
    answerable = [s for s in scores if s.kind == "answerable"]
    answered = [s for s in scores if s.first is not None]
    silent = [s for s in scores if s.kind == "not_covered"]
    off_topic = [s for s in scores if s.kind == "off_topic"]
    return {
        "questions": len(scores),
        "first_right": mean([s.first_right for s in answerable]),
        "cited_right": mean([s.cited_right for s in answerable]),
        "answerable_refused": mean([float(s.outcome != "answered") for s in answerable]),
        "misleading_quotes": sum(len(s.misleading) for s in scores),
        "misleading_answers": mean([float(bool(s.misleading)) for s in answered]),
        "headings_first": mean([s.heading_first for s in answered]),
        "not_covered_answered": mean([float(s.outcome == "answered") for s in silent]),
        "off_topic_answered": mean([float(s.outcome == "answered") for s in off_topic]),
        **{
            f"wrong_{cause}": mean([float(s.cause == cause) for s in answerable])
            for cause in ("unread", "cut", "refused", "other")
        },
        "errors": sum(s.outcome == "error" for s in scores),
    }


def _spans_of(citation: Mapping[str, Any]) -> tuple[Span, list[Span]]:
    own, *context = ((part["start"], part["end"]) for part in (citation, *citation.get("context", ())))
    return own, context


def _shown(citation: Mapping[str, Any]) -> str:
    return _joined(part["quote"] for part in (*citation.get("context", ()), citation))


def _joined(parts: Iterable[str]) -> str:
    return " … ".join(" ".join(part.split()) for part in parts)
