from __future__ import annotations

import pytest

from bot.elsewhere.handling import asks_of_handling


@pytest.mark.parametrize(
    "question",
    [
        "do you keep my gym visits",
        "how long is lobby video saved",
        "How many days are my tickets stored?",
        "will u sell our wedding photos",
        "are you still tracking my bike",
        "why do you ask for my shoe size",
        "are you sharing my recipes",
        "have you sold our wedding photos",
        "why were you keeping my shoe size",
        "does this app record my heartbeat",
        "how old do i have to be",
        "How old must my child be to join?",
        "is there an age limit",
        "what's the minimum age?",
    ],
)
def test_a_question_on_what_this_site_does_with_data_is_for_the_policy(question: str) -> None:
    assert asks_of_handling(question)


@pytest.mark.parametrize(
    "question",
    [
        "do you sell stamps",
        "do you keep bees",
        "does my bank keep my records",
        "can you delete my parking ticket",
        "how long is the bus ride",
        "how long can milk be kept in the fridge",
        "how long are people kept in custody",
        "why do you close at noon",
        "how old do i have to be to drive",
        "what is the minimum age for a hunting license",
        "how old are you",
        "who sees my chess rating",
    ],
)
def test_a_question_on_anything_else_may_be_for_somebody_else(question: str) -> None:
    assert not asks_of_handling(question)
