"""Scores of answers -> the measures of a set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from evals.measures.answers import EXPECTED, Scores


def aggregate(scores: Sequence[Scores]) -> dict[str, float | None]:
    """Return the measures of a set: the mean of each over the cases to which it applies, and a few counts."""
    main = [s for s in scores if s.kind in EXPECTED]
    by_kind = {kind: [s for s in scores if s.kind == kind] for kind in EXPECTED}
    answerable = by_kind["answerable"]
    seconds = [s.seconds for s in scores]
    yes_no = [s for s in scores if s.right_yes_no is not None]
    return {
        "questions": len(scores),
        "hit@1": mean(s.hit_at_1 for s in scores),
        "hit@3": mean(s.hit_at_3 for s in scores),
        "complete": mean(s.complete for s in scores),
        "recall": mean(s.recall for s in scores),
        "precision": mean(s.precision for s in scores),
        "f1": mean(s.f1 for s in scores),
        "facts": mean(s.facts for s in scores),
        "cited_characters": mean(s.cited_characters for s in answerable),
        "outcome_right": mean(s.outcome_right for s in scores),
        "outcome_macro_f1": macro_f1([(EXPECTED[s.kind], s.outcome) for s in main]),
        "off_topic_answered": mean(float(s.outcome == "answered") for s in by_kind["off_topic"]),
        "not_covered_answered": mean(float(s.outcome == "answered") for s in by_kind["not_covered"]),
        "answerable_refused": mean(float(s.outcome != "answered") for s in answerable),
        "refused_without_related": mean(s.without_related for s in answerable),
        "off_topic_called_not_covered": mean(float(s.outcome == "not_covered") for s in by_kind["off_topic"]),
        "not_covered_called_off_topic": mean(float(s.outcome == "off_topic") for s in by_kind["not_covered"]),
        "bait_answered": mean(s.bait_answered for s in scores),
        "wrong_yes_no": mean(s.wrong_yes_no for s in scores if s.wrong_yes_no is not None),
        "wrong_yes_no_count": sum(bool(s.wrong_yes_no) for s in scores),
        "yes_no_said": mean(s.right_yes_no for s in yes_no),
        "companions_needed": sum(s.companions is not None for s in scores),
        "companions_cited": mean(s.companions for s in scores),
        "plain_sentence": mean(s.plain_given for s in scores),
        "plain_sentence_judged": mean(float(s.plain_wrong is not None) for s in scores if s.plain_given),
        "plain_sentence_wrong": mean(s.plain_wrong for s in scores),
        "read_as_shown": mean(s.read_as for s in scores),
        "fabricated_quotes": sum(s.fabricated for s in scores),
        "offsets_wrong": sum(s.offsets_wrong for s in scores),
        "errors": sum(s.outcome == "error" for s in scores),
        "expected_calibration_error": calibration_error(
            [s.confidence for s in main], [bool(s.outcome_right) for s in main]
        ),
        "seconds_p50": float(np.percentile(seconds, 50)) if seconds else None,
        "seconds_p95": float(np.percentile(seconds, 95)) if seconds else None,
    }


def mean(values: Iterable[float | None]) -> float | None:
    """Return the mean of the values that are not None; None if there are none."""
    present = [value for value in values if value is not None]
    return float(np.mean(present)) if present else None


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Return the mean F1, 0 to 1, of the expected outcomes over (expected, actual) pairs; None if there are none."""
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
    """Return the expected calibration error, 0 to 1, over bins of equal size; None if there are no confidences.

    Method: Nixon et al. 2019, https://arxiv.org/abs/1904.01685.
    """
    if not confidences:
        return None
    order = np.argsort(confidences, kind="stable")
    total = 0.0
    for rows in np.array_split(order, min(bins, len(order))):
        gap = np.mean([confidences[i] for i in rows]) - np.mean([right[i] for i in rows])
        total += abs(float(gap)) * len(rows)
    return total / len(confidences)


def confusion(scores: Sequence[Scores]) -> dict[str, dict[str, int]]:
    """Return the number of answers: kind -> outcome -> count."""
    table: dict[str, dict[str, int]] = {}
    for s in scores:
        row = table.setdefault(s.kind, {})
        row[s.outcome] = row.get(s.outcome, 0) + 1
    return table
