"""Questions for facts about a policy or its owner, on invented policies in several formats."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot.answering.facts import FACTS
from bot.answering.fitted import load_fitted
from bot.opening import open_bot
from bot.pipeline import Bot
from bot.policies.facts import KINDS
from bot.settings import Settings
from bot.types import Outcome

ROOT = Path(__file__).resolve().parents[2]
CASES = tomllib.loads((Path(__file__).with_name("fact_held_out.toml")).read_text(encoding="utf-8"))["policy"]
PHRASINGS = tomllib.loads((ROOT / "training" / "fact_questions.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def bots(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Bot]:
    home = tmp_path_factory.mktemp("facts")
    for case in CASES:
        (home / case["name"]).write_text(case["text"].lstrip(), encoding="utf-8")
    return {case["name"]: open_bot(Settings(home=home), str(home / case["name"])) for case in CASES}


def is_right(bot: Bot, question: dict[str, Any]) -> bool:
    answer = bot.ask(question["ask"])
    if "says" not in question:
        return not answer.citations
    return bool(answer.citations) and question["says"] in answer.text


def test_most_facts_are_found_and_none_is_made_up(bots: dict[str, Bot]) -> None:
    wrong = [
        (case["name"], question["ask"], bots[case["name"]].ask(question["ask"]).text)
        for case in CASES
        for question in case["questions"]
        if not is_right(bots[case["name"]], question)
    ]
    total = sum(len(case["questions"]) for case in CASES)
    assert total == 72
    print(f"{total - len(wrong)} of {total}", *wrong, sep="\n")
    assert len(wrong) <= 12
    unfounded = [
        question["ask"]
        for case in CASES
        for question in case["questions"]
        if "says" not in question and bots[case["name"]].ask(question["ask"]).outcome is Outcome.ANSWERED
    ]
    assert unfounded == []


def test_the_cases_are_not_in_the_phrasings() -> None:
    known = {question.lower() for questions in PHRASINGS.values() for question in questions}
    assert not known & {question["ask"].lower() for case in CASES for question in case["questions"]}


def test_the_model_knows_every_kind_of_fact() -> None:
    assert set(FACTS) == {*KINDS, "none"} == set(PHRASINGS)
    assert load_fitted().fact.coefficients.shape[0] == len(FACTS)


NEWSLETTER = """
# Maple Bakery privacy notice

## Newsletter

You can subscribe to our newsletter. Each newsletter has a link to unsubscribe, and we then delete your email address.

## Contact

Maple Bakery, 12 Mill Street, Alder MA 01040

## Staff

Ada Moreno looks after your personal data and decides how we handle it.
"""


def test_a_fact_that_may_be_meant_does_not_overrule_a_sure_answer(tmp_path: Path) -> None:
    path = tmp_path / "bakery.md"
    path.write_text(NEWSLETTER.lstrip(), encoding="utf-8")
    bot = open_bot(Settings(home=tmp_path), str(path))
    assert "subscribe to our newsletter" in bot.ask("newsletter").text
    assert "Ada Moreno" in bot.ask("who is responsible for my data?").text  # in words that no form knows
    assert "12 Mill Street" in bot.ask("what is your postal address?").text
    without = tmp_path / "without.md"
    without.write_text(NEWSLETTER.replace("Maple Bakery, 12 Mill Street, Alder MA 01040", "See the shop.").lstrip())
    bot = open_bot(Settings(home=tmp_path), str(without))
    assert "subscribe to our newsletter" in bot.ask("newsletter").text
    assert bot.ask("what is your postal address?").outcome is Outcome.NOT_COVERED
