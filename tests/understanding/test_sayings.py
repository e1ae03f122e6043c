"""What people say of the whole question before is completed with it."""

from __future__ import annotations

import pytest

from bot.understanding.ellipsis import complete


@pytest.mark.parametrize(
    ("question", "before", "full"),
    [
        ("is that the same if I call?", "do you keep my name?", "do you keep my name if I call?"),
        ("even if I ask you not to?", "do you keep my name?", "do you keep my name even if I ask you not to?"),
        ("does that work on my phone?", "how do I turn off tracking?", "does turning off tracking work on my phone?"),
        ("what's the difference between the two?", "which cookies do you use?",
         "what's the difference between the two kinds of cookies?"),
        ("which of the two sees my name?", "do you share it with vendors or with agencies?",
         "which of vendors and agencies sees my name?"),
        ("about closing my account", "whom do I ask about that?", "whom do I ask about closing my account?"),
        ("who has those records?", "do you keep my photos?", "who has my photos?"),
        ("are they subject to the records law?", "do vendors get my photos?",
         "are my photos subject to the records law?"),
        ("and for how long?", "who can see my photos?", "for how long do you keep my photos?"),
    ],
)  # fmt: skip
def test_a_saying_is_completed(question: str, before: str, full: str) -> None:
    assert complete(question, [before]) == full


@pytest.mark.parametrize(
    ("question", "before"),
    [
        ("does that work?", "is my name public?"),
        ("is it different if I call?", "my name is public"),
        ("what's the difference between the two?", "is it safe?"),
        ("or just this", "which tools do you use?"),
    ],
)
def test_what_the_question_before_does_not_name_is_left(question: str, before: str) -> None:
    assert complete(question, [before]) is None
