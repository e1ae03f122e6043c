"""Answers -> scores -> everything that a run stores about one system on one set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.types import Policy, Span
from evals.measures.aggregates import aggregate, confusion
from evals.measures.answers import EXPECTED, Scores, score
from evals.measures.normalized import NormalizedText, gold_spans
from evals.measures.ranking import MEASURES, ranking_measures
from evals.measures.significance import confidence_intervals
from evals.measures.spans import overlaps
from evals.sets.cases import Case
from evals.sets.companions import load_companions
from evals.sets.plain_sentences import load_judged

# The measures that the stage `decision` reports.
OUTCOME_MEASURES = (
    "questions",
    "outcome_right",
    "outcome_macro_f1",
    "off_topic_answered",
    "not_covered_answered",
    "answerable_refused",
    "refused_without_related",
    "off_topic_called_not_covered",
    "not_covered_called_off_topic",
    "bait_answered",
    "errors",
    "expected_calibration_error",
)


def score_answers(cases: Sequence[Case], answers: Sequence[Mapping[str, Any]], policy: Policy) -> list[Scores]:
    """Return the scores of each answer, in order. Raises ValueError if there are more or fewer answers than cases."""
    normalized, companions, judged = NormalizedText(policy.text), load_companions(policy), load_judged()
    return [
        score(case, answer, policy.text, normalized, companions, judged)
        for case, answer in zip(cases, answers, strict=True)
    ]


def score_rankings(
    cases: Sequence[Case], answers: Sequence[Mapping[str, Any]], policy: Policy
) -> dict[str, dict[str, float]]:
    """Return case id -> ranking measures of the sentences that were considered, for the answerable cases.

    A sentence is relevant if it overlaps a gold passage as much as a right citation must. Empty if no answer has a
    ranking, as with peers.
    """
    if not any("ranking" in answer for answer in answers):
        return {}
    normalized = NormalizedText(policy.text)
    relevant = {}
    for case in cases:
        if case.kind == "answerable":
            gold = [span for spans in gold_spans(case, normalized) for span in spans]
            relevant[case.id] = [
                sentence.index
                for sentence in policy.sentences
                if any(overlaps(Span(sentence.start, sentence.end), span) for span in gold)
            ]
    return ranking_measures(relevant, {answer["id"]: answer.get("ranking", ()) for answer in answers})


def section_of(case: Case, policy: Policy, normalized: NormalizedText) -> str | None:
    """Return the heading above the case's first gold passage; None if the case has no gold passage."""
    if not case.evidence:
        return None
    gold = gold_spans(case, normalized)[0][0]
    for sentence in policy.sentences:
        if sentence.start < gold.end and gold.start < sentence.end:
            return (policy.section(sentence.section_id).headings or (policy.title,))[-1]
    return None


def statistics(
    scores: Sequence[Scores], stage: str = "bot", *, with_confidence: bool = True
) -> dict[str, float | None]:
    """Return the aggregates that a stage reports: all of them, or only those about outcomes for `decision`.

    with_confidence: False if the system states no confidence, so that calibration is None.
    """
    found = aggregate(scores)
    if not with_confidence:
        found["expected_calibration_error"] = None
    return {name: value for name, value in found.items() if stage == "bot" or name in OUTCOME_MEASURES}


def ranking_statistics(rows: Sequence[Mapping[str, float]]) -> dict[str, float | None]:
    """Return the mean of each ranking measure; None for each if there are no rows."""
    return {name: sum(row[name] for row in rows) / len(rows) if rows else None for name in MEASURES}


def summarize(
    scores: Sequence[Scores],
    rankings: Mapping[str, Mapping[str, float]],
    sections: Mapping[str, str | None],
    stage: str,
    *,
    with_confidence: bool,
) -> dict[str, Any]:
    """Return what `aggregates.json` stores about one system on one set.

    rankings: see `score_rankings`. sections: case id -> heading. stage: bot, retrieval or decision.
    with_confidence: whether the system states a confidence.
    """
    measures: dict[str, float | None] = {}
    intervals: dict[str, tuple[float, float]] = {}
    if stage in {"bot", "decision"}:
        measures |= statistics(scores, stage, with_confidence=with_confidence)
        intervals |= confidence_intervals(scores, lambda some: statistics(some, stage, with_confidence=with_confidence))
    if stage in {"bot", "retrieval"} and rankings:
        rows = list(rankings.values())
        measures |= ranking_statistics(rows)
        intervals |= confidence_intervals(rows, ranking_statistics)
    return {
        "measures": measures,
        "intervals": {name: list(interval) for name, interval in intervals.items()},
        "confusion": confusion(scores),
        "groups": {
            "kind": _groups({s.id: s.kind for s in scores}, scores, stage),
            "turn": _groups({s.id: "follow-up" if s.followup else "first question" for s in scores}, scores, stage),
            "difficulty": _groups({s.id: s.difficulty for s in scores if s.kind in EXPECTED}, scores, stage),
            "section": _groups({s.id: sections[s.id] for s in scores if s.kind == "answerable"}, scores, stage),
        },
    }


def _groups(
    group_of: Mapping[str, str | None], scores: Sequence[Scores], stage: str
) -> dict[str, dict[str, float | None]]:
    names = sorted({name for name in group_of.values() if name is not None})
    return {name: statistics([s for s in scores if group_of.get(s.id) == name], stage) for name in names}
