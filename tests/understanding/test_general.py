from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pipeline import Bot
from bot.types import Outcome
from bot.understanding.general import in_general


@pytest.mark.parametrize(
    ("question", "of_data"),
    [
        ("who can see my tunes", "who can see my data?"),
        ("will anyone see the sketches that I post?", "will anyone see my data?"),
        ("how long do you keep our lab results", "how long do you keep my data?"),
        ("can my brother see my garden photos", "can my brother see my data?"),
        ("do you share my scores with my bank", "do you share my data with my bank?"),
        ("who can see my data", None),
        ("does my boss know", None),
        ("is my computer safe", None),
        ("what is the weather", None),
        ("my", None),
        ("", None),
    ],
)
def test_a_question_about_own_things_is_one_about_data(question: str, of_data: str | None) -> None:
    assert in_general(question) == of_data


@given(st.lists(st.sampled_from("who sees my our the recipes that i upload and data boss ? . it".split())))
def test_every_text_is_read(words: list[str]) -> None:
    found = in_general(" ".join(words))
    assert found is None or "my data" in found


def test_what_is_said_of_all_data_is_the_nearest_answer(bot: Bot) -> None:
    answer = bot.ask("can the government look at my workout plan")
    assert answer.outcome is Outcome.OFF_TOPIC
    assert answer.citations == ()
    of_data = bot.ask("can the government look at my data?")
    assert of_data.reviewed
    assert (answer.reviewed, answer.related) == (of_data.reviewed, of_data.citations)


@pytest.mark.parametrize("question", ["can you fix my car", "why was my claim denied", "my landlord raised my rent"])
def test_what_is_no_question_about_data_gets_no_such_answer(bot: Bot, question: str) -> None:
    assert bot.ask(question).related == ()
