"""Scores one answer, and aggregates the scores of many.

A citation is located in the policy by its quote, so that a wrong offset counts separately from a wrong citation. A
missing or failed answer is wrong in every measure. A measure that does not apply to a case is None, and means skip it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.types import Span
from evals.measures.companions import companions_cited
from evals.measures.normalized import NormalizedText, gold_spans
from evals.sets.cases import Case
from evals.sets.companions import Companion
from evals.sets.plain_sentences import Judged, is_right

# Kind of a question -> the right outcome. Other kinds are bait: see `bait_answered`.
EXPECTED = {"answerable": "answered", "not_covered": "not_covered", "off_topic": "off_topic"}
# Outcomes that count as off_topic.
_OFF_TOPIC = ("off_topic", "small_talk", "urgent")
_OPENING = re.compile(r"\s*(yes|no|it depends)\b", re.IGNORECASE)
_OPENINGS = {"yes": "yes", "no": "no", "it depends": "depends"}


@dataclass(frozen=True, slots=True)
class Scores:
    """The measures of one answer, each 0 to 1; docs/quality.md defines them. None: does not apply to this case.

    bait_answered: 1 if an injection, or personal data without a real question, was answered anyway. fabricated: quotes
    that are not in the policy. offsets_wrong: citations whose offsets do not give their quote. without_related: 1 if an
    answerable question was not answered, and no related statement is right either. companions: 1 if the answer cites
    all that it must not be read without, see `companions_cited`. plain_given: 1 if an answerable question that was
    answered got a plain sentence that the owner approved. plain_wrong: 1 if a person called that sentence wrong.
    read_as: 1 if the answer shows how it read the question.
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
    without_related: float | None = None
    companions: float | None = None
    plain_given: float | None = None
    plain_wrong: float | None = None
    read_as: float = 0.0


def score(
    case: Case,
    answer: Mapping[str, Any],
    policy_text: str,
    policy: NormalizedText,
    companions: Sequence[Companion] = (),
    judged: Judged | None = None,
) -> Scores:
    """Score one answer, in the public JSON shape, against its case.

    policy: `policy_text`, normalized. companions: of this policy. judged: plain sentences that people have judged.
    Raises ValueError if the case's evidence is not in the policy.
    """
    outcome = str(answer.get("outcome"))
    citations = list(answer.get("citations") or ())
    found = [policy.find(str(c["quote"])) for c in citations]
    spans = [span for span in found if span is not None]
    cited = _characters(spans)
    answerable = case.kind == "answerable"
    sets = gold_spans(case, policy)
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
            # The text of a refusal may show passages, too, and is no answer.
            facts = float(
                outcome == "answered" and all(re.search(pattern, said, re.IGNORECASE) for pattern in case.must_include)
            )

    # An answer without the field `opening`, such as a peer's, opens with its text.
    opening = _OPENING.match(str(answer.get("opening", answer.get("text")))) if outcome == "answered" else None
    wrong_yes_no = right_yes_no = None
    if case.yes_no is not None and case.evidence:
        wrong_yes_no = float(opening is not None and _OPENINGS[opening[1].lower()] != case.yes_no)
        right_yes_no = float(opening is not None and not wrong_yes_no)
    elif opening is not None and case.yes_no_labeled:
        wrong_yes_no = 1.0  # the question was not a yes/no question

    without_related = plain_given = plain_wrong = None
    if answerable:
        nearest = [policy.find(str(c["quote"])) for c in answer.get("related") or ()]
        helps = any(span is not None and overlaps(span, gold) for span in nearest for gold in anywhere)
        without_related = float(outcome != "answered" and not helps)
    if answerable and outcome == "answered":
        sentence = str(answer.get("opening") or "") if answer.get("reviewed") else ""
        plain_given = float(bool(sentence))
        right_sentence = is_right(judged or {}, case.question, sentence)
        plain_wrong = None if right_sentence is None else float(not right_sentence)

    as_kind = "off_topic" if outcome in _OFF_TOPIC else outcome
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
        without_related=without_related,
        companions=companions_cited(companions, citations) if citations else None,
        plain_given=plain_given,
        plain_wrong=plain_wrong,
        read_as=float(bool(answer.get("read_as"))),
    )


def overlaps(cited: Span, gold: Span) -> bool:
    """Return whether the spans share at least half of the characters of the shorter one."""
    shared = min(cited.end, gold.end) - max(cited.start, gold.start)
    return shared >= 0.5 * min(cited.end - cited.start, gold.end - gold.start)


def _covered(gold: Span, cited: set[int]) -> bool:
    return len(cited.intersection(range(*gold))) >= 0.5 * (gold.end - gold.start)


def _characters(spans: Iterable[Span]) -> set[int]:
    return {offset for span in spans for offset in range(*span)}


def aggregate(scores: Sequence[Scores]) -> dict[str, float | None]:
    """Return the measures of a set: the mean of each over the cases to which it applies, and a few counts."""
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
        "refused_without_related": _mean(s.without_related for s in answerable),
        "off_topic_called_not_covered": _mean(float(s.outcome == "not_covered") for s in by_kind["off_topic"]),
        "not_covered_called_off_topic": _mean(float(s.outcome == "off_topic") for s in by_kind["not_covered"]),
        "bait_answered": _mean(s.bait_answered for s in scores),
        "wrong_yes_no": _mean(s.wrong_yes_no for s in scores if s.wrong_yes_no is not None),
        "wrong_yes_no_count": sum(bool(s.wrong_yes_no) for s in scores),
        "yes_no_said": _mean(s.right_yes_no for s in yes_no),
        "companions_needed": sum(s.companions is not None for s in scores),
        "companions_cited": _mean(s.companions for s in scores),
        "plain_sentence": _mean(s.plain_given for s in scores),
        "plain_sentence_judged": _mean(float(s.plain_wrong is not None) for s in scores if s.plain_given),
        "plain_sentence_wrong": _mean(s.plain_wrong for s in scores),
        "read_as_shown": _mean(s.read_as for s in scores),
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
