from __future__ import annotations

import dataclasses

import pytest

from bot.elsewhere.reasons import Elsewhere, NotHere
from bot.pipeline import Bot
from bot.policies.parsing import parse_policy
from bot.types import Outcome

TEXT = "# Notice\n\nWe send letters with Zundra. Under the GDPR, you have rights.\n"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("what are my rights under FERPA", NotHere("law-explained", sure=True)),
        ("what are the fines in the GDPR", NotHere("law-explained", sure=False, name="GDPR")),
        ("is it legal for my boss to read my letters", NotHere("legal-advice", sure=True)),
        ("does Facebook sell my photos", NotHere("other-organization", sure=True)),
        ("does gitlab sell my photos", NotHere("other-organization", sure=True)),
        ("does quorvex sell my photos", NotHere("other-organization", sure=False)),
        ("does zundra sell my address", NotHere("other-organization", sure=False, name="zundra")),
        ("my printer won't start", NotHere("device-help", sure=False)),
        ("do you sell my address", None),
    ],
)
def test_the_words_of_a_question_say_whom_it_is_for(question: str, expected: NotHere | None) -> None:
    assert Elsewhere(parse_policy(TEXT, id="notice")).asked(question) == expected


@pytest.mark.parametrize(
    ("question", "is_own"),
    [
        ("does Dough keep my orders", True),
        ("can maple dough see what I write", True),
        ("does Zundra Dough keep my orders", False),
        ("does Dough cost money", False),
        ("how do I knead Dough", False),
    ],
)
def test_what_the_owners_product_does_with_mine_is_for_the_policy(question: str, is_own: bool) -> None:
    policy = parse_policy("# Notice\n\nMaple Dough is an oven.", id="notice")
    elsewhere = Elsewhere(dataclasses.replace(policy, names=("Maple",)))
    assert elsewhere.is_of_product(question) is is_own
    assert not is_own or elsewhere.asked(question) is None


@pytest.mark.parametrize(
    ("question", "topic", "words"),
    [
        ("what are a patient's rights under HIPAA", "law-explained", "cannot explain laws"),
        ("when did the CCPA take effect", "law-explained", "cannot explain laws"),
        ("can my landlord legally keep my email address", "legal-advice", "give legal advice"),
        ("does the town of Concord website use cookies", "other-organization", "its own privacy policy"),
        ("does the MBTA track where I ride", "other-organization", "its own privacy policy"),
    ],
)
def test_what_is_not_for_the_policy_is_told_so(bot: Bot, question: str, topic: str, words: str) -> None:
    answer = bot.ask(question)
    assert (answer.outcome, answer.topics[0]) == (Outcome.OFF_TOPIC, topic)
    assert words in answer.text


def test_the_office_that_a_question_is_about_is_where_to_go(bot: Bot) -> None:
    answer = bot.ask("MassHealth privacy notice")
    assert answer.outcome is Outcome.OFF_TOPIC
    assert answer.route
    assert answer.route.name == "MassHealth"


def test_a_follow_up_may_ask_the_same_of_somebody_else(bot: Bot) -> None:
    answer = bot.ask("and does Facebook?", ["do you sell my data"])
    assert (answer.outcome, answer.topics[0]) == (Outcome.OFF_TOPIC, "other-organization")


def test_the_owners_labels_say_more_than_the_words(bot: Bot) -> None:
    assert bot.ask("What rights do European residents have under the GDPR?").outcome is Outcome.NOT_COVERED
    assert bot.ask("Does Formstack use its own subcontractors to store my answers?").outcome is Outcome.NOT_COVERED


def test_what_the_policy_says_of_a_law_answers(bot: Bot) -> None:
    assert bot.ask("What rights do I have under the Public Records Law?").outcome is Outcome.ANSWERED
