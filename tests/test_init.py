from __future__ import annotations

import pytest

import bot


def test_every_public_name_comes_from_the_module_that_defines_it() -> None:
    for name in bot.__all__:
        assert getattr(bot, name).__name__ == name


def test_the_retriever_is_a_public_name_too() -> None:
    from bot import PolicyRetriever

    assert PolicyRetriever.__module__ == "bot.integrations.langchain"


def test_an_unknown_name_raises_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'bot' has no attribute 'Nonsense'"):
        bot.Nonsense  # noqa: B018
