"""Plain sentences that people have judged: does the sentence say what the policy says on this question?

A line of `plain_sentences.jsonl` has `sha256` (of the question), `sentence` (the opening of the answer), and `right`.
Questions that may not be copied are named only by their sha256.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.files import read_lines
from evals.sets.cases import Case

PLAIN_SENTENCES = Path(__file__).with_name("plain_sentences.jsonl")
# (sha256 of the question, sentence) -> whether it is right.
Judged = Mapping[tuple[str, str], bool]


def load_judged(path: Path = PLAIN_SENTENCES) -> Judged:
    """Return all judgments; empty if there is no file yet. A sentence that any reader called wrong is wrong."""
    judged: dict[tuple[str, str], bool] = {}
    for record in read_lines(path):
        pair = (record["sha256"], record["sentence"])
        judged[pair] = bool(record["right"]) and judged.get(pair, True)
    return judged


def is_right(judged: Judged, question: str, sentence: str) -> bool | None:
    """Return whether a sentence is right as the answer to a question; None if nobody has judged it."""
    return judged.get((_sha256(question), sentence))


def with_sentence(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return an answer, or those of its parts, that open with a reviewed sentence. answer: in the public JSON shape."""
    return [each for each in (answer, *(answer.get("parts") or ())) if each.get("opening") and each.get("reviewed")]


def to_judge(
    cases: Sequence[Case], answers: Sequence[Mapping[str, Any]], judged: Judged
) -> Iterator[dict[str, str | list[str] | None]]:
    """Yield the reviewed sentences that nobody has judged for their question, with the quotes under them.

    answers: in the public JSON shape, one for each case.
    """
    for case, answer in zip(cases, answers, strict=True):
        for each in with_sentence(answer):
            sentence = each["opening"]
            if is_right(judged, case.question, sentence) is None:
                quotes = [
                    cited["quote"]
                    for cited in answer["citations"]
                    if each is answer or cited["number"] in each["citations"]
                ]
                key = _sha256(case.question)
                yield {"sha256": key, "sentence": sentence, "right": None, "question": case.question, "quotes": quotes}


def _sha256(question: str) -> str:
    return hashlib.sha256(question.encode("utf-8")).hexdigest()
