"""What is measured of one answer, and how the measures of many are put together.

Positions are found by the quote in the policy with white space folded, so that a wrong offset counts apart from a
wrong citation. A missing or failed answer counts as wrong everywhere; a measure that a case is not meant for is
None and is left out of the mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.policy import Span
from evals.sets import Case

# The outcome that each kind should have; small_talk counts as off-topic, the other kinds stand apart.
EXPECTED = {"answerable": "answered", "not_covered": "not_covered", "off_topic": "off_topic"}
_OPENING = re.compile(r"\s*(yes|no|it depends)\b", re.IGNORECASE)
_OPENINGS = {"yes": "yes", "no": "no", "it depends": "conditional"}


class Folded:
    """A text with its runs of white space as single spaces, and the way back to the text's own offsets."""

    def __init__(self, text: str) -> None:
        characters: list[str] = []
        self._offsets: list[int] = []
        for offset, character in enumerate(text):
            if character.isspace():
                if characters and characters[-1] != " ":
                    characters.append(" ")
                    self._offsets.append(offset)
            else:
                characters.append(character)
                self._offsets.append(offset)
        self._text = "".join(characters)

    def find(self, quote: str) -> Span | None:
        """Where the quote first stands, in offsets of the unfolded text; None where it does not."""
        words = " ".join(quote.split())
        start = self._text.find(words) if words else -1
        if start < 0:
            return None
        return Span(self._offsets[start], self._offsets[start + len(words) - 1] + 1)


def gold_spans(case: Case, policy: Folded) -> list[list[Span]]:
    """The evidence sets as spans. Raises ValueError where a quote is not in the policy."""
    sets = []
    for quotes in case.evidence:
        spans = [policy.find(quote) for quote in quotes]
        if None in spans:
            raise ValueError(f"{case.id}: evidence is not in the policy")
        sets.append([span for span in spans if span is not None])
    return sets


@dataclass(frozen=True, slots=True)
class Scores:
    """The measures of one answer; see docs/quality.md. None: not meant for this case.

    bait_answered: 1 where an injection or personal data that carries no real question was answered all the same.
    """

    id: str
    kind: str
    difficulty: str
    followup: bool
    outcome: str
    outcome_right: float | None
    hit_at_1: float | None
    hit_at_3: float | None
    recall: float | None
    precision: float | None
    f1: float | None
    complete: float | None
    facts: float | None
    wrong_yes_no: float | None
    right_yes_no: float | None
    bait_answered: float | None
    fabricated: int
    offsets_wrong: int
    cited_characters: int
    confidence: float
    seconds: float


def score(case: Case, answer: Mapping[str, Any], policy_text: str, folded: Folded) -> Scores:
    """Measure one answer (the public JSON shape) against its case."""
    outcome = str(answer.get("outcome"))
    citations = list(answer.get("citations") or ())
    found = [folded.find(str(c["quote"])) for c in citations]
    spans = [span for span in found if span is not None]
    cited = _characters(spans)
    answerable = case.kind == "answerable"
    sets = gold_spans(case, folded)
    anywhere = [span for spans_ in sets for span in spans_]
    right = [span is not None and any(overlaps(span, gold) for gold in anywhere) for span in found]

    recall = precision = f1 = complete = facts = hit_1 = hit_3 = None
    if answerable:
        recall = max((len(cited & _characters(gold)) / len(_characters(gold)) for gold in sets), default=0.0)
        precision = len(cited & _characters(anywhere)) / len(cited) if cited else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        complete = float(any(all(_covered(span, cited) for span in gold) for gold in sets))
        hit_1 = float(bool(right[:1]) and right[0])
        hit_3 = float(outcome == "answered" and any(right[:3]))
        if case.must_include:
            said = " ".join([str(answer.get("text")), *(str(c["quote"]) for c in citations)])
            said = " ".join(said.split())
            facts = float(all(re.search(pattern, said, re.IGNORECASE) for pattern in case.must_include))

    opening = _OPENING.match(str(answer.get("text"))) if outcome == "answered" else None
    wrong_yes_no = right_yes_no = None
    if case.yes_no is not None and case.evidence:
        wrong_yes_no = float(opening is not None and _OPENINGS[opening[1].lower()] != case.yes_no)
        right_yes_no = float(opening is not None and not wrong_yes_no)
    elif opening is not None:
        wrong_yes_no = 1.0  # a yes or no where none was asked

    as_kind = "off_topic" if outcome == "small_talk" else outcome
    return Scores(
        id=case.id,
        kind=case.kind,
        difficulty=case.difficulty,
        followup=bool(case.history),
        outcome=as_kind,
        outcome_right=float(as_kind == EXPECTED[case.kind]) if case.kind in EXPECTED else None,
        hit_at_1=hit_1,
        hit_at_3=hit_3,
        recall=recall,
        precision=precision,
        f1=f1,
        complete=complete,
        facts=facts,
        wrong_yes_no=wrong_yes_no,
        right_yes_no=right_yes_no,
        bait_answered=float(outcome == "answered") if case.kind not in EXPECTED and not case.evidence else None,
        fabricated=sum(span is None for span in found),
        offsets_wrong=sum(policy_text[c["start"] : c["end"]] != c["quote"] for c in citations),
        cited_characters=len(cited),
        confidence=float(answer.get("confidence") or 0.0),
        seconds=float(answer.get("seconds") or 0.0),
    )


def overlaps(cited: Span, gold: Span) -> bool:
    """True where the two share at least half of the shorter one's characters."""
    shared = min(cited.end, gold.end) - max(cited.start, gold.start)
    return shared >= 0.5 * min(cited.end - cited.start, gold.end - gold.start)


def _covered(gold: Span, cited: set[int]) -> bool:
    return len(cited.intersection(range(*gold))) >= 0.5 * (gold.end - gold.start)


def _characters(spans: Iterable[Span]) -> set[int]:
    return {offset for span in spans for offset in range(*span)}


def aggregate(scores: Sequence[Scores]) -> dict[str, float | None]:
    """The measures of a set: means over the cases that each is meant for; counts where the name says so."""
    main = [s for s in scores if s.kind in EXPECTED]
    by_kind = {kind: [s for s in scores if s.kind == kind] for kind in EXPECTED}
    answerable = by_kind["answerable"]
    seconds = [s.seconds for s in scores]
    yes_no = [s for s in scores if s.right_yes_no is not None]
    return {
        "questions": len(scores),
        "hit@1": _mean(s.hit_at_1 for s in scores),
        "hit@3": _mean(s.hit_at_3 for s in scores),
        "complete": _mean(s.complete for s in scores),
        "recall": _mean(s.recall for s in scores),
        "precision": _mean(s.precision for s in scores),
        "f1": _mean(s.f1 for s in scores),
        "facts": _mean(s.facts for s in scores),
        "cited_characters": _mean(s.cited_characters for s in answerable),
        "outcome_right": _mean(s.outcome_right for s in scores),
        "outcome_macro_f1": macro_f1([(EXPECTED[s.kind], s.outcome) for s in main]),
        "off_topic_answered": _mean(float(s.outcome == "answered") for s in by_kind["off_topic"]),
        "not_covered_answered": _mean(float(s.outcome == "answered") for s in by_kind["not_covered"]),
        "answerable_refused": _mean(float(s.outcome != "answered") for s in answerable),
        "bait_answered": _mean(s.bait_answered for s in scores),
        "wrong_yes_no": _mean(s.wrong_yes_no for s in scores if s.wrong_yes_no is not None),
        "wrong_yes_no_count": sum(bool(s.wrong_yes_no) for s in scores),
        "yes_no_said": _mean(s.right_yes_no for s in yes_no),
        "fabricated_quotes": sum(s.fabricated for s in scores),
        "offsets_wrong": sum(s.offsets_wrong for s in scores),
        "errors": sum(s.outcome == "error" for s in scores),
        "expected_calibration_error": calibration_error(
            [s.confidence for s in main], [bool(s.outcome_right) for s in main]
        ),
        "seconds_p50": float(np.percentile(seconds, 50)) if seconds else None,
        "seconds_p95": float(np.percentile(seconds, 95)) if seconds else None,
    }


def _mean(values: Iterable[float | None]) -> float | None:
    present = [value for value in values if value is not None]
    return float(np.mean(present)) if present else None


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Mean F1 of the expected outcomes over (expected, actual) pairs."""
    labels = sorted({expected for expected, _ in pairs})
    if not labels:
        return None
    scores = []
    for label in labels:
        true = sum(e == a == label for e, a in pairs)
        called = sum(a == label for _, a in pairs)
        expected = sum(e == label for e, _ in pairs)
        scores.append(2 * true / (called + expected) if called + expected else 0.0)
    return float(np.mean(scores))


def calibration_error(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> float | None:
    """Expected calibration error over bins of equal size (Nixon et al. 2019, https://arxiv.org/abs/1904.01685)."""
    if not confidences:
        return None
    order = np.argsort(confidences, kind="stable")
    total = 0.0
    for rows in np.array_split(order, min(bins, len(order))):
        gap = np.mean([confidences[i] for i in rows]) - np.mean([right[i] for i in rows])
        total += abs(float(gap)) * len(rows)
    return total / len(confidences)


def confusion(scores: Sequence[Scores]) -> dict[str, dict[str, int]]:
    """kind -> outcome -> how many."""
    table: dict[str, dict[str, int]] = {}
    for s in scores:
        row = table.setdefault(s.kind, {})
        row[s.outcome] = row.get(s.outcome, 0) + 1
    return table
