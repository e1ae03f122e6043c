from __future__ import annotations

import pytest

from bot.elsewhere.news import asks_for_news


@pytest.mark.parametrize(
    "question",
    [
        "Did congress ban the app?",
        "is chatgpt banned in italy",
        "did the supreme court uphold the law",
        "will the EU fine Meta again",
        "is gambling legal in Texas",
    ],
)
def test_what_a_state_does_to_a_company_is_news(question: str) -> None:
    assert asks_for_news(question)


@pytest.mark.parametrize(
    "question",
    [
        "is my account banned in Italy",
        "can I be banned",
        "is this policy allowed in France",
        "is the site blocked in some countries",
        "does europe allow this transfer",
        "can the government restrict what you keep",
        "are cookies legal in Germany",
    ],
)
def test_what_is_done_to_the_visitor_or_by_the_site_is_not(question: str) -> None:
    assert not asks_for_news(question)
