from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.cache import AnswerCache
from bot.embedding import FloatArray
from bot.pipeline import Bot
from bot.types import Answer, Outcome, PolicyVersion

QUESTION = "do you sell my data"
VERSION = PolicyVersion("p", "0", None, None)


class Counting:
    """The bot's encoder, counting how often it is asked."""

    def __init__(self, bot: Bot) -> None:
        self.id = bot.bundle.embedder.id
        self.asked = 0
        self._embedder = bot.bundle.embedder

    def encode(self, texts: list[str]) -> FloatArray:
        self.asked += 1
        return self._embedder.encode(texts)


def counted(bot: Bot, **settings: int) -> tuple[Bot, Counting]:
    counting = Counting(bot)
    embedder: Any = counting
    bundle = replace(bot.bundle, embedder=embedder)
    return Bot.from_bundle(bundle, bot.settings.model_copy(update=settings)), counting


def test_a_repeated_question_gets_the_same_answer_without_the_encoder(bot: Bot) -> None:
    mine, encoder = counted(bot)
    first = mine.ask(QUESTION)
    again = mine.ask(f"  {QUESTION} ")
    assert encoder.asked == 1
    assert first.outcome is Outcome.ANSWERED
    assert replace(again, seconds=first.seconds) == first


def test_what_an_answer_depends_on_tells_questions_apart(bot: Bot) -> None:
    mine, encoder = counted(bot)
    asked = [
        mine.ask(QUESTION),
        mine.ask(QUESTION, language="es"),
        mine.ask("and for how long?", ["do you store my IP address?"]),
        mine.ask("and for how long?", ["what is a session cookie?"]),
        mine.ask("and for how long?"),
    ]
    assert [answer.question for answer in asked[2:]] == ["and for how long?"] * 3
    assert asked[0].text != asked[1].text
    assert asked[2].text != asked[3].text
    assert encoder.asked == 7  # a follow-up is read twice: with the question before it, and alone


def test_a_repeated_question_keeps_its_own_warnings(bot: Bot) -> None:
    mine, _ = counted(bot)
    mine.ask(QUESTION)
    assert [warning.code for warning in mine.ask("do you sell\u200b my data").warnings] == ["hidden_characters"]
    assert mine.ask(QUESTION).warnings == ()


def test_no_question_is_held(bot: Bot) -> None:
    mine, _ = counted(bot)
    mine.ask("do you sell my zebra records")
    held = mine.cache._answers
    assert len(held) == 1
    assert "zebra" not in repr(held)


def test_it_can_be_switched_off(bot: Bot) -> None:
    mine, encoder = counted(bot, cached_answers=0)
    mine.ask(QUESTION)
    mine.ask(QUESTION)
    assert encoder.asked == 2


@given(st.integers(0, 5), st.lists(st.sampled_from("abcdefgh"), max_size=60))
def test_it_holds_what_was_wanted_last_and_no_more(size: int, wanted: list[str]) -> None:
    cache = AnswerCache(size)
    recent: list[str] = []
    for name in wanted:
        found = cache.get(cache.key(name))
        assert (found is not None) == (name in recent)
        assert found is None or found.text == name
        cache.put(cache.key(name), Answer("", Outcome.ERROR, name, (), (), 0.0, VERSION, 0.0))
        recent = [*(other for other in recent if other != name), name][-size:] if size else []


def test_keys_are_one_process_own() -> None:
    assert AnswerCache(1).key("a") != AnswerCache(1).key("a")
    cache = AnswerCache(1)
    assert cache.key("a", "b") != cache.key("ab") != cache.key("b", "a")
