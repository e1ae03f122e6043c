"""Computes ranking measures of passages with ir-measures (https://ir-measur.es)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.types import AskPolicyError

# Each is between 0 and 1. The mean of AP is MAP, and the mean of RR is MRR.
MEASURES = ("AP", "nDCG@10", "R@5", "Success@1", "Success@3", "Success@5", "RR")


def ranking_measures(
    relevant: Mapping[str, Sequence[int]], rankings: Mapping[str, Sequence[int]]
) -> dict[str, dict[str, float]]:
    """Return question -> measure -> value, 0 to 1, for each question that has a relevant passage.

    relevant: question -> the numbers of its relevant passages. rankings: question -> passage numbers, best first; a
    question without a ranking scores 0 in every measure. Raises AskPolicyError if ir-measures is not installed.
    """
    try:
        import ir_measures
    except ImportError:
        raise AskPolicyError("Ranking measures need ir-measures: install it with `make setup`.") from None
    judged = {question: {str(row): 1 for row in rows} for question, rows in relevant.items() if rows}
    if not judged:
        return {}
    # The score is the rank, negated, so that passages with equal scores keep their order.
    run = {
        question: {str(row): -float(place) for place, row in enumerate(rankings.get(question, ()))}
        for question in judged
    }
    found: dict[str, dict[str, float]] = {question: dict.fromkeys(MEASURES, 0.0) for question in judged}
    measures = [ir_measures.parse_measure(name) for name in MEASURES]
    for metric in ir_measures.iter_calc(measures, judged, run):
        found[metric.query_id][str(metric.measure)] = float(metric.value)
    return found
