"""What a visitor makes of an answer is asked as a question."""

from __future__ import annotations

import pytest

from bot.understanding.echoes import asked_back


@pytest.mark.parametrize(
    ("statement", "question"),
    [
        ("so you keep it forever?", "do you keep it forever?"),
        ("You mean he already has it?", "does he already have it?"),
        ("so my mail can be read, right?", "can my mail be read?"),
        ("so you can't see it", "can you see it?"),
        ("so you don't know who I am", "do you know who I am?"),
        ("are you telling me that anyone can get it?", "can anyone get it?"),
        ("So it's safe?", "is it safe?"),
        ("So your answer is that the policy doesn't say who can see it?", "who can see it?"),
    ],
)
def test_a_statement_asks(statement: str, question: str) -> None:
    assert asked_back(statement) == question


@pytest.mark.parametrize(
    "text", ["do you keep it?", "so should I not send it", "so what", "so they can. do they need it?", ""]
)
def test_a_question_stays_as_it_is(text: str) -> None:
    assert asked_back(text) == text
