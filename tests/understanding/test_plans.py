"""Thanks with a plan ask nothing."""

from __future__ import annotations

import pytest

from bot.pipeline import Bot
from bot.understanding.plans import thanks_with_plan


@pytest.mark.parametrize(
    "message",
    [
        "thanks, I'll keep that in mind",
        "Great, thanks for the help. I'm going to write to them.",
        "fine, I'll call my bank then. thanks",
        "that's all I needed, I'll leave it",
        "k thx imma do that",
    ],
)
def test_thanks_with_a_plan(message: str) -> None:
    assert thanks_with_plan(message)


@pytest.mark.parametrize(
    "message",
    [
        "thanks, do you sell my data",
        "thank you, I'd like to know who sees it",
        "thanks, I'll send my photo, is that ok?",
        "I'll call my bank",
        "thanks I will need my data deleted",
        "thanks",
        "",
    ],
)
def test_what_is_no_thanks_or_no_plan(message: str) -> None:
    assert not thanks_with_plan(message)


def test_a_follow_up_is_not_about_thanks(bot: Bot) -> None:
    plan = "ok thank you, I'll write to the office then"
    assert bot.ask(plan, ["do you keep my IP address?"]).act == "thanks"
    answer = bot.ask("for how long?", ["do you keep my IP address?", plan])
    assert "indefinitely" in answer.citations[0].quote
