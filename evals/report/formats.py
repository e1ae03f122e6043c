"""Formats the values of measures, and explains each measure."""

from __future__ import annotations

# Counts are shown as whole numbers.
_COUNTS = {
    "questions",
    "with_relevant_units",
    "wrong_yes_no_count",
    "fabricated_quotes",
    "offsets_wrong",
    "misleading_quotes",
    "companions_needed",
    "errors",
}
# What each measure means.
GLOSSARY = {
    "questions": "number of questions asked",
    "with_relevant_units": "number of questions that have a relevant unit",
    "hit@1": "answerable questions whose first citation is right: it overlaps the evidence by half of the shorter one",
    "hit@3": "answerable questions that were answered and have a right citation among the first three",
    "complete": "answerable questions for which every passage of the evidence is cited",
    "recall": "answerable questions: share of the evidence's characters that are cited",
    "precision": "answerable questions: share of the cited characters that are evidence",
    "f1": "answerable questions: harmonic mean of recall and precision",
    "facts": "answerable questions whose answer has every required fact",
    "cited_characters": "answerable questions: mean number of characters cited",
    "outcome_right": "questions with the right outcome: answered, not covered or off topic",
    "outcome_macro_f1": "mean F1 of these three outcomes",
    "off_topic_answered": "off-topic questions that were answered anyway",
    "not_covered_answered": "questions that the policy does not cover and that were answered anyway",
    "answerable_refused": "answerable questions that were not answered",
    "refused_without_related": "answerable questions that were not answered, with no nearest passage that answers",
    "off_topic_called_not_covered": 'off-topic questions that were told "the policy does not say"',
    "not_covered_called_off_topic": "questions that the policy does not cover and that were called off topic",
    "bait_answered": "injections, and personal data without a real question, that were answered anyway",
    "wrong_yes_no": "yes/no questions, and other answers that open with yes or no, whose yes or no is wrong",
    "wrong_yes_no_count": "number of answers that open with a wrong yes or no",
    "yes_no_said": "yes/no questions whose answer opens with the right yes or no",
    "companions_needed": "number of answers with a statement that misleads without another one",
    "companions_cited": "of these, answers that show all the others",
    "plain_sentence": "answerable questions that were answered and got a plain sentence that was reviewed",
    "plain_sentence_judged": "of these sentences, those that a person has judged for the question",
    "plain_sentence_wrong": "of the judged sentences, those that are wrong",
    "read_as_shown": "answers that show how the question was read, because it was corrected or completed",
    "fabricated_quotes": "number of quotes that are not in the policy",
    "offsets_wrong": "number of citations whose offsets do not give their quote",
    "errors": "number of questions that failed",
    "expected_calibration_error": "mean gap between the stated confidence and the share of right outcomes",
    "seconds_p50": "median time to answer",
    "seconds_p95": "95th percentile of the time to answer",
    "AP": "mean average precision of the ranking",
    "nDCG@10": "normalized discounted cumulative gain of the first ten units",
    "R@5": "share of the relevant units that are among the first five",
    "Success@1": "rankings whose first unit is relevant",
    "Success@3": "rankings with a relevant unit among the first three",
    "Success@5": "rankings with a relevant unit among the first five",
    "RR": "mean reciprocal rank of the first relevant unit",
    "first_right": "answerable questions whose first citation shows the evidence with all the words that it needs",
    "cited_right": "answerable questions of which any citation does",
    "misleading_quotes": 'citations that lack a lead-in, an "unless" or a "not", or have one that does not govern them',
    "misleading_answers": "answers that have such a citation",
    "headings_first": "answers whose first citation is a heading, a label or a bare question",
    "wrong_unread": "answerable questions whose evidence the reader lost",
    "wrong_cut": "answerable questions whose evidence is read, but no statement has all of it",
    "wrong_refused": "answerable questions that have a right statement and were not answered",
    "wrong_other": "answerable questions that have a right statement, and another was cited first",
    "deleted_answered": "answerable questions that were answered although their answer was deleted from the policy",
    "unanswerable_answered": "questions without a relevant unit that were answered anyway",
}


def shown(name: str, value: float | None) -> str:
    """Format a value for people: shares with three decimals, counts whole, times in milliseconds, – for None."""
    if value is None:
        return "–"
    if name in _COUNTS:
        return f"{value:.0f}"
    if name.startswith("seconds"):
        return f"{1000 * value:.1f} ms"
    return f"{value:.0f}" if name == "cited_characters" else f"{value:.3f}"


def counted(name: str) -> bool:
    """Return whether a measure is a count or a time. These have no interval in tables."""
    return name in _COUNTS or name.startswith("seconds")
