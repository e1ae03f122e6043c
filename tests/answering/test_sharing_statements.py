from __future__ import annotations

import pytest

from bot.answering.lists import PolicyLists
from bot.answering.sharing import SharingPart
from bot.index.passages import make_passages
from bot.policies.parsing import parse_policy
from bot.types import Hit

SECTIONS = """# Notice

We bake. We do not share recipes.

## How we share your data

### Providers

We give addresses to couriers. They keep them for a week.

### Courts

We disclose letters to courts.

### Buyers

If the bakery is sold, we transfer its books.

## Retention

We keep letters for a year.
"""
LIST = """# Notice

We may share your information with:

- Couriers, who bring bread.
- Courts, if they order it.
- Affiliates, who help us.

We keep letters for a year.
"""
GENERAL = "who gets my data"


def cited(text: str, question: str, most: int = 5, **relevance: float) -> list[str]:
    policy = parse_policy(text, id="notice")
    passages = make_passages(policy)
    hits = [Hit(passage, 0.5, relevance.get(passage.text.split()[-1].strip("."), 0.0)) for passage in passages]
    return [
        passages[row].text for row in SharingPart(passages, policy, PolicyLists(policy)).asked_for(question, hits, most)
    ]


def test_each_section_of_the_part_has_one_statement() -> None:
    assert cited(SECTIONS, GENERAL, couriers=0.5, week=0.1) == [
        "We give addresses to couriers.",
        "We disclose letters to courts.",
        "If the bakery is sold, we transfer its books.",
    ]


def test_so_has_each_entry_of_a_list_with_whom_data_is_shared() -> None:
    assert [words.split(",")[0] for words in cited(LIST, GENERAL)] == ["Couriers", "Courts", "Affiliates"]


def test_of_too_many_the_most_relevant_ones_are_cited_in_order() -> None:
    assert cited(SECTIONS, GENERAL, most=2, books=0.6, courts=0.5) == [
        "We disclose letters to courts.",
        "If the bakery is sold, we transfer its books.",
    ]
    policy = parse_policy(SECTIONS, id="notice")
    part = SharingPart(make_passages(policy), policy, PolicyLists(policy))
    assert (part.has_more([1, 2]), part.has_more([1, 2, 3])) == (True, False)


@pytest.mark.parametrize(
    "question",
    [
        "whos getting my data besides you",
        "who do you share my information with",
        "with whom is my data shared",
        "who sees my info",
    ],
)
def test_what_is_asked_in_general_is_who_gets_data(question: str) -> None:
    assert cited(SECTIONS, question)


@pytest.mark.parametrize(
    "question",
    [
        "who do you sell my data to",
        "who sees my location data",
        "do you share my data",
        "who gets the data of the loaf map",
    ],
)
def test_a_question_on_some_data_or_a_sale_is_none(question: str) -> None:
    assert not cited(SECTIONS, question)


def test_a_policy_without_such_a_part_has_no_groups() -> None:
    assert not cited("# Notice\n\nWe share data with couriers. We bake.", GENERAL)
