"""Scores one answer against its case.

A citation is located in the policy by its quote, so that a wrong offset counts separately from a wrong citation. A
missing or failed answer is wrong in every measure. A measure that does not apply to a case is None, and means skip it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.types import Span
from evals.measures.companions import companions_cited
from evals.measures.normalized import NormalizedText, gold_spans
from evals.measures.spans import characters, covers, overlaps
from evals.sets.cases import Case
from evals.sets.companions import Companion
from evals.sets.plain_sentences import Judged, is_right, with_sentence

# Kind of a question -> the right outcome. Other kinds are bait: see `bait_answered`.
EXPECTED = {"answerable": "answered", "not_covered": "not_covered", "off_topic": "off_topic"}
# Outcomes that count as off_topic.
_OFF_TOPIC = ("off_topic", "small_talk", "urgent")
_OPENING = re.compile(r"\s*(yes|no|it depends)\b", re.IGNORECASE)
_OPENINGS = {"yes": "yes", "no": "no", "it depends": "depends"}


@dataclass(frozen=True, slots=True)
class Scores:
    """The measures of one answer, each 0 to 1; docs/quality.md defines them. None: does not apply to this case.

    bait_answered: 1 if an injection, or personal data without a real question, was answered anyway.
    fabricated: quotes that are not in the policy.
    offsets_wrong: citations whose offsets do not give their quote.
    without_related: 1 if an answerable question was not answered, and no related statement is right either.
    companions: 1 if the answer cites all that it must not be read without: see `companions_cited`.
    plain_given: 1 if an answerable question that was answered got a plain sentence that the owner approved,
    or one of its parts did.
    plain_wrong: 1 if a person called one of these sentences wrong.
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
    as_kind = "off_topic" if outcome in _OFF_TOPIC else outcome
    citations = list(answer.get("citations") or ())
    found = [policy.find(str(c["quote"])) for c in citations]
    gold = gold_spans(case, policy)
    return Scores(
        id=case.id,
        kind=case.kind,
        difficulty=case.difficulty,
        followup=bool(case.history),
        outcome=as_kind,
        outcome_right=float(as_kind == EXPECTED[case.kind]) if case.kind in EXPECTED else None,
        **_of_citations(case, outcome, found, gold),
        facts=_facts(case, answer),
        **_of_yes_no(case, answer),
        bait_answered=float(outcome == "answered") if case.kind not in EXPECTED and not case.evidence else None,
        fabricated=sum(span is None for span in found),
        offsets_wrong=sum(policy_text[c["start"] : c["end"]] != c["quote"] for c in citations),
        cited_characters=len(characters(span for span in found if span is not None)),
        confidence=float(answer.get("confidence") or 0.0),
        seconds=float(answer.get("seconds") or 0.0),
        without_related=_without_related(case, answer, policy, gold),
        companions=companions_cited(companions, citations) if citations else None,
        **_of_plain_sentence(case, answer, judged or {}),
        read_as=float(bool(answer.get("read_as"))),
    )


def _of_citations(
    case: Case, outcome: str, found: Sequence[Span | None], gold: Sequence[Sequence[Span]]
) -> dict[str, float | None]:
    """Return the measures of the citations of an answerable question; None for other questions.

    found: where each quote is in the policy, None if nowhere. gold: the sets of spans of which one is a whole answer.
    """
    names = ("hit_at_1", "hit_at_3", "recall", "precision", "f1", "complete")
    if case.kind != "answerable":
        return dict.fromkeys(names)
    cited = characters(span for span in found if span is not None)
    anywhere = [span for spans in gold for span in spans]
    right = [span is not None and any(overlaps(span, each) for each in anywhere) for span in found]
    recall = max((len(cited & characters(spans)) / len(characters(spans)) for spans in gold), default=0.0)
    precision = len(cited & characters(anywhere)) / len(cited) if cited else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    complete = any(all(covers(cited, span) for span in spans) for spans in gold)
    hit_at_3 = outcome == "answered" and any(right[:3])
    values = (any(right[:1]), hit_at_3, recall, precision, f1, complete)
    return dict(zip(names, map(float, values), strict=True))


def _facts(case: Case, answer: Mapping[str, Any]) -> float | None:
    """Return whether an answer has all words that it must include; None if the case asks for none."""
    if case.kind != "answerable" or not case.must_include:
        return None
    # The text of a refusal may show passages, too, and is no answer.
    if answer.get("outcome") != "answered":
        return 0.0
    quotes = [str(c["quote"]) for c in answer.get("citations") or ()]
    said = " ".join(" ".join([str(answer.get("text")), *quotes]).split())
    return float(all(re.search(pattern, said, re.IGNORECASE) for pattern in case.must_include))


def _of_yes_no(case: Case, answer: Mapping[str, Any]) -> dict[str, float | None]:
    """Return whether an answer opens with the wrong, and with the right, yes or no."""
    opening = None
    if answer.get("outcome") == "answered":
        # An answer without the field `opening`, such as a peer's, opens with its text.
        opening = _OPENING.match(str(answer.get("opening", answer.get("text"))))
    wrong = right = None
    if case.yes_no is not None and case.evidence:
        wrong = float(opening is not None and _OPENINGS[opening[1].lower()] != case.yes_no)
        right = float(opening is not None and not wrong)
    elif opening is not None and case.yes_no_labeled:
        wrong = 1.0  # the question was not a yes/no question
    return {"wrong_yes_no": wrong, "right_yes_no": right}


def _without_related(
    case: Case, answer: Mapping[str, Any], policy: NormalizedText, gold: Sequence[Sequence[Span]]
) -> float | None:
    if case.kind != "answerable":
        return None
    related = [c for each in (answer, *(answer.get("parts") or ())) for c in each.get("related") or ()]
    nearest = [policy.find(str(c["quote"])) for c in related]
    helps = any(span is not None and overlaps(span, each) for span in nearest for spans in gold for each in spans)
    return float(answer.get("outcome") != "answered" and not helps)


def _of_plain_sentence(case: Case, answer: Mapping[str, Any], judged: Judged) -> dict[str, float | None]:
    """Return whether an answered question got a plain sentence, and whether a person called it wrong."""
    if case.kind != "answerable" or answer.get("outcome") != "answered":
        return {"plain_given": None, "plain_wrong": None}
    sentences = [each["opening"] for each in with_sentence(answer) if each["outcome"] == "answered"]
    right = {is_right(judged, case.question, sentence) for sentence in sentences} - {None}
    return {"plain_given": float(bool(sentences)), "plain_wrong": float(False in right) if right else None}
