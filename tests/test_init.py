from __future__ import annotations

import pytest

import bot


def test_every_public_name_is_there_and_comes_from_where_it_is_made() -> None:
    for name in bot.__all__:
        assert getattr(bot, name).__name__ == name


def test_the_retriever_is_there_too() -> None:
    from bot import PolicyRetriever

    assert PolicyRetriever.__module__ == "bot.integrations.langchain"


def test_another_name_is_not() -> None:
    with pytest.raises(AttributeError, match="module 'bot' has no attribute 'Nonsense'"):
        bot.Nonsense  # noqa: B018
