from __future__ import annotations

import pytest

from bot.answering.audiences import Audiences
from bot.answering.documents import other_documents
from bot.index.passages import make_passages
from bot.policies.parsing import parse_policy
from bot.types import Hit, Policy

NESTED = """# Fernhill Privacy Policy

We keep orders for a year. We bake. We log.

## Contact us

Write to us.

# Fernhill Payments Privacy Policy

## Retention

We keep payments for ten years.

# Imprint

Fernhill is a bakery.
"""
FLAT = """# Privacy Policy

## Retention

We keep orders for a year. We bake. We log.

## Changes to our privacy policy

We tell you.

## Children's Privacy Policy

We are careful.

## How long

We keep songs for a day.

## Privacy Policy

## Retention

We keep orders for a year.
"""


def titles(policy: Policy) -> dict[str, str]:
    found = other_documents(policy)
    return {each.text: found.get(each.section_id, "") for each in policy.sentences}


def test_a_document_goes_on_to_the_last_section_under_its_title() -> None:
    found = titles(parse_policy(NESTED, id="notice"))
    assert found["We keep payments for ten years."] == "Fernhill Payments Privacy Policy"
    assert {found["We keep orders for a year."], found["Write to us."], found["Fernhill is a bakery."]} == {""}


def test_one_whose_sections_are_on_its_level_goes_on_to_the_next_title() -> None:
    policy = parse_policy(FLAT, id="notice")
    found = other_documents(policy)
    of = [found.get(each.section_id, "") for each in policy.sentences]
    assert of == ["", "", "", "", "Children's Privacy Policy", "Children's Privacy Policy", ""]


def order(text: str, question: str, rows: tuple[int, int], second: float) -> list[int]:
    policy = parse_policy(text, id="notice")
    passages = make_passages(policy)
    hits = [Hit(passages[row], 0.5, relevance) for row, relevance in zip(rows, (0.8, second), strict=True)]
    audiences = Audiences(passages, policy)
    ordered = audiences.everybody_first(question, hits)
    return [hit.passage.index for hit in audiences.for_everybody(question, ordered)]


@pytest.mark.parametrize(("text", "other"), [(NESTED, 4), (FLAT, 5)])
def test_the_policy_itself_answers_what_is_asked_of_everything(text: str, other: int) -> None:
    assert order(text, "how long do you keep my data", (other, 0), 0.3) == [0]
    assert order(text, "how long do you keep my data", (other, 0), 0.1) == [other, 0]


def test_the_other_document_answers_what_is_asked_of_its_subject() -> None:
    assert order(NESTED, "how long do you keep a payment", (4, 0), 0.7) == [4, 0]
    assert order(FLAT, "how long do you keep my son's data", (5, 0), 0.7) == [5, 0]
