"""No reviewed answer says more than its statements, and the check finds what does."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policies.folder import load_policy_folder
from bot.policies.parsing import parse_policy
from bot.policies.review_check import check_answer, check_reviewed
from bot.types import VERDICTS, Policy, ReviewedAnswer

ROOT = Path(__file__).resolve().parents[2]


@cache
def massgov() -> Policy:
    return load_policy_folder("massgov", ROOT / "corpus").policy


def spoken() -> list[ReviewedAnswer]:
    return [answer for answer in massgov().reviewed if answer.cite]


def test_the_answers_of_massgov_have_no_problem() -> None:
    assert [str(problem) for problem in check_reviewed(massgov())] == []


def english(answer: ReviewedAnswer) -> Iterator[tuple[str, str]]:
    """Yield other English sentences for an answer, each with the kind of change. None is true of its statements."""
    whole = answer.text["en"]
    # What the policy leaves open is no claim.
    text = re.split(r"(?:, (?:but|and))? [Tt]he policy does not ", whole)[0]
    rest = whole[len(text) :]
    for kind, changed in _claims(text):
        yield kind, changed + rest
    if rest:
        yield "drop what is open", text.rstrip(".") + "."
        yield "drop not", whole.replace("policy does not ", "policy does ")


def _claims(text: str) -> Iterator[tuple[str, str]]:
    for found in re.finditer(r"\b(?:does|do|did|will|would|should|is|are|may) not\b|\bcannot\b", text):
        yield "drop not", text[: found.start()] + re.sub(r" not|not", "", found[0]) + text[found.end() :]
    for found in re.finditer(r"(?<= )(?:may|can|might)(?= (?!not))", text):
        yield "may to will", f"{text[: found.start()]}will{text[found.end() :]}"
    for found in re.finditer(r"\d+", text):
        yield "number", f"{text[: found.start()]}{int(found[0]) + 1}{text[found.end() :]}"
    for found in re.finditer(r"(?<=[a-z,] )(?!Mass\.gov|IP)[A-Z]\w+", text):
        yield "name", f"{text[: found.start()]}Google{text[found.end() :]}"
    for found in re.finditer(r" But [^.]*(?:\.\w[^.]*)*\.|, but [^.]*(?:\.\w[^.]*)*(?=\.)", text):
        yield "drop but", text[: found.start()] + text[found.end() :]
    for found in re.finditer(r",? (?:unless|except) [^.,]*(?:\.\w[^.,]*)*", text):
        yield "drop unless", text[: found.start()] + text[found.end() :]
    for found in re.finditer(r" (?=(?:collect|store|use|sell|give|record|receive|share|delete|tailor|improve)s? )", text):
        if re.search(r"\b(?:Mass\.gov|[Ii]t|They|you|cookies|tools|and|also)$", text[: found.start()]):
            yield "add never", f"{text[: found.start()]} never{text[found.start() :]}"
    for old, new in (("sell", "share"), ("delete", "encrypt"), ("forms", "photos"), ("IP address", "location")):
        if old in text:
            yield "another word", text.replace(old, new, 1)


def mutants() -> Iterator[tuple[str, ReviewedAnswer]]:
    answers = spoken()
    for number, answer in enumerate(answers):
        for kind, text in english(answer):
            yield kind, dataclasses.replace(answer, text={**answer.text, "en": text})
        for step in (1, 17, 41):
            cite = answers[(number + step) % len(answers)].cite
            if not set(answer.cite) & set(cite):
                yield "other statements", dataclasses.replace(answer, cite=cite)
        if answer.verdict in ("yes", "no"):
            flipped = "no" if answer.verdict == "yes" else "yes"
            yield "other verdict", dataclasses.replace(answer, verdict=flipped)


def test_changed_answers_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    made: Counter[str] = Counter()
    missed: dict[str, list[str]] = {}
    for kind, answer in mutants():
        made[kind] += 1
        if not check_answer(massgov(), answer):
            missed.setdefault(kind, []).append(f"{answer.topics[0]}: {answer.text['en']}")
    refused = {kind: 1 - len(missed.get(kind, ())) / count for kind, count in made.items()}
    total = 1 - sum(map(len, missed.values())) / made.total()
    with capsys.disabled():
        print(f"\nRefused {total:.1%} of {made.total()} changed answers: {refused}")
    assert made.total() > 500
    assert total >= 0.95, missed
    assert min(refused.values()) >= 0.85, missed
