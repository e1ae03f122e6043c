from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pipeline import Bot
from bot.types import Outcome
from bot.understanding.indirect import direct


@pytest.mark.parametrize(
    ("wish", "question"),
    [
        ("I want to know if my name is safe", "is my name safe"),
        ("I'd like to know whether the mayor can see my form", "can the mayor see my form"),
        ("i wonder if you sell my photos", "do you sell my photos"),
        ("tell me if the site tracks me", "does the site track me"),
        ("do you know if it has my name", "does it have my name"),
        ("let me know whether my form has been read", "has my form been read"),
        ("can you tell me how long you keep my name?", "how long do you keep my name?"),
        ("Tell me what you know about me", "what do you know about me"),
        ("please explain how you use cookies", "how do you use cookies"),
        ("I need to know who sees my form", "who sees my form"),
        ("whether it is sold", "is it sold"),
    ],
)
def test_a_wish_to_know_is_the_question(wish: str, question: str) -> None:
    assert direct(wish) == question


@pytest.mark.parametrize(
    "question",
    [
        "do you know where I live",
        "if I send a form who reads it",
        "what if you sell it",
        "if so how long",
        "tell me about cookies",
        "I want to know if green moon",
        "who sees it",
    ],
)
def test_another_question_stays(question: str) -> None:
    assert direct(question) == question


@given(st.text(alphabet="abeiowhutfsy ?'", max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    assert isinstance(direct(text), str)


def test_a_wish_to_know_is_answered_like_the_question(bot: Bot) -> None:
    asked, wished = (
        bot.ask("can the police get my data"),
        bot.ask("I'd like to know whether the police can get my data"),
    )
    assert wished.outcome is Outcome.ANSWERED
    assert wished.citations == asked.citations
    assert wished.read_as is None
