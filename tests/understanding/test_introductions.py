from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.guard.personal_data import KINDS, mask_personal_data
from bot.pipeline import Bot
from bot.types import Outcome
from bot.understanding.introductions import without_introductions

QUESTIONS = (
    "What will the weather be?",
    "do you sell my data",
    "How do I renew my license?",
    "Tell me a joke.",
    "who can see my IP address",
)
MASKS = st.sampled_from([f"[{kind.replace('_', ' ')}]" for kind in KINDS])
INTRODUCTIONS = st.builds(
    str.format,
    st.sampled_from(["I am {}.", "My name is {} and my email is {}.", "Reach me at {}.", "{}.", "This is {}!"]),
    MASKS,
    MASKS,
)


@given(st.sampled_from(QUESTIONS), st.lists(INTRODUCTIONS, max_size=3), st.lists(INTRODUCTIONS, max_size=3))
def test_a_question_is_the_same_whoever_asks_it(question: str, before: list[str], after: list[str]) -> None:
    end = "" if question.endswith((".", "?")) or not after else "."
    asked = " ".join([*before, question + end, *after])
    assert without_introductions(asked).removesuffix(end) == question


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("my number is [phone], how do i renew", "how do i renew"),
        ("[email] what is the capital of France", "what is the capital of France"),
        ("I'm [name] can i see my data", "can i see my data"),
        ("SSN [social security number], phone [phone]. Why is my check late?", "Why is my check late?"),
    ],
)
def test_who_asks_is_left_out(question: str, rest: str) -> None:
    assert without_introductions(question) == rest


@pytest.mark.parametrize(
    "question",
    [
        "", "my email is [email]", "[email]", "Call me. Who sees [phone]?", "does my email [email] get sold?",
        "my SSN is [social security number], is it safe?", "[name] sold my data. Who did?",
        "Here is my card [card number]. Would that number be released?", "Is my phone [phone]? I want to call",
        "I am [sic]. What do you keep?",
    ],
)  # fmt: skip
def test_what_is_asked_about_stays(question: str) -> None:
    assert without_introductions(question) == question


@given(st.text(max_size=100))
def test_any_text_can_be_read(text: str) -> None:
    assert len(without_introductions(mask_personal_data(text)[0])) <= len(mask_personal_data(text)[0])


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_address_changes_no_outcome(bot: Bot, question: str) -> None:
    asked = question.rstrip("?.") + "?"
    plain, signed = bot.ask(asked), bot.ask(f"{asked} I am ada@example.org")
    assert (signed.outcome, signed.citations) == (plain.outcome, plain.citations)
    assert signed.question.endswith("[email]")
    assert signed.read_as is None
    assert [warning.code for warning in signed.warnings] == ["personal_data"]


def test_the_weather_is_off_topic_whoever_asks(bot: Bot) -> None:
    assert bot.ask("What will the weather be? I am ada@example.org").outcome is Outcome.OFF_TOPIC
