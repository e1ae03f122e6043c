"""How a measure's value is written, and what the measure means."""

from __future__ import annotations

# Counts are printed whole.
_COUNTS = {"questions", "with_relevant_units", "wrong_yes_no_count", "fabricated_quotes", "offsets_wrong", "errors"}
# What each measure means.
GLOSSARY = {
    "questions": "number of questions asked",
    "with_relevant_units": "number of them that have a relevant unit",
    "hit@1": "answerable: the first citation is right (shares at least half of the shorter one with the evidence)",
    "hit@3": "answerable: answered, and one of the first three citations is right",
    "complete": "answerable: every passage of the evidence is cited",
    "recall": "answerable: share of the evidence's characters that is cited",
    "precision": "answerable: share of the cited characters that is evidence",
    "f1": "answerable: harmonic mean of recall and precision",
    "facts": "answerable: the answer holds every fact that it must",
    "cited_characters": "answerable: number of characters cited",
    "outcome_right": "answered, not covered or off-topic, as it should be",
    "outcome_macro_f1": "the mean F1 of these three outcomes",
    "off_topic_answered": "off-topic questions that were answered anyway",
    "not_covered_answered": "questions on which the policy is silent that were answered anyway",
    "answerable_refused": "answerable questions that were not answered",
    "bait_answered": "injections and personal data without a real question that were answered anyway",
    "wrong_yes_no": "opened with a wrong yes or no",
    "wrong_yes_no_count": "number of answers that opened with a wrong yes or no",
    "yes_no_said": "yes/no questions that opened with the right one",
    "fabricated_quotes": "quotes that are not in the policy",
    "offsets_wrong": "citations whose offsets do not point at their quote",
    "errors": "questions that failed",
    "expected_calibration_error": "gap between the stated confidence and the share that is right",
    "seconds_p50": "the median time of an answer",
    "seconds_p95": "the 95th percentile of the time of an answer",
    "AP": "mean average precision of the ranking",
    "nDCG@10": "normalized discounted cumulative gain of the first ten",
    "R@5": "share of the relevant ones that are among the first five",
    "Success@1": "the first one is relevant",
    "Success@3": "one of the first three is relevant",
    "Success@5": "one of the first five is relevant",
    "RR": "mean reciprocal rank of the first relevant one",
    "unanswerable_answered": "questions without a relevant unit that were answered anyway",
}


def shown(name: str, value: float | None) -> str:
    """Write a value as people read it: shares to three digits, counts whole, times in milliseconds, – for None."""
    if value is None:
        return "–"
    if name in _COUNTS:
        return f"{value:.0f}"
    if name.startswith("seconds"):
        return f"{1000 * value:.1f} ms"
    return f"{value:.0f}" if name == "cited_characters" else f"{value:.3f}"


def counted(name: str) -> bool:
    """Tell whether a measure is a count or a time: these are shown without an interval."""
    return name in _COUNTS or name.startswith("seconds")
