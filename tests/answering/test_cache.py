from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.answering.cache import AnswerCache, Store
from bot.encoder.embedding import FloatArray
from bot.pipeline import Bot
from bot.types import Findings, Outcome
from bot.understanding.understand import Asked

QUESTION = "do you sell my data"


class Counting:
    """The bot's encoder, which counts the texts."""

    def __init__(self, bot: Bot) -> None:
        self.id = bot.bundle.embedder.id
        self.asked = 0
        self._embedder = bot.bundle.embedder

    def encode(self, texts: list[str]) -> FloatArray:
        self.asked += len(texts)
        return self._embedder.encode(texts)


def counted(bot: Bot, **settings: int) -> tuple[Bot, Counting]:
    counting = Counting(bot)
    embedder: Any = counting
    bundle = replace(bot.bundle, embedder=embedder)
    return Bot(bundle, bot.settings.model_copy(update=settings)), counting


def test_a_repeated_question_gets_the_same_answer_without_encoding(bot: Bot) -> None:
    mine, encoder = counted(bot)
    first = mine.ask(QUESTION)
    again = mine.ask(f"  {QUESTION} ")
    assert encoder.asked == 1
    assert first.outcome is Outcome.ANSWERED
    assert replace(again, seconds=first.seconds) == first


def test_the_key_covers_everything_an_answer_depends_on(bot: Bot) -> None:
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
    # A follow-up that is completed is encoded once; another one with the question before it, and alone.
    # Another language needs no second encoding. The questions before are encoded, too, as if they had been asked here.
    assert encoder.asked == 7


def test_a_repeated_question_keeps_its_own_warnings(bot: Bot) -> None:
    mine, _ = counted(bot)
    mine.ask(QUESTION)
    assert [warning.code for warning in mine.ask("do you sell\u200b my data").warnings] == ["hidden_characters"]
    assert mine.ask(QUESTION).warnings == ()


def test_the_cache_stores_no_question_text(bot: Bot) -> None:
    mine, _ = counted(bot)
    mine.ask("do you sell zebra records")
    cached = mine.cache._store._found
    assert len(cached) == 1
    assert "zebra" not in repr(cached)


def test_the_cache_can_be_switched_off(bot: Bot) -> None:
    mine, encoder = counted(bot, cached_answers=0)
    mine.ask(QUESTION)
    mine.ask(QUESTION)
    assert encoder.asked == 2


@given(st.integers(0, 5), st.lists(st.sampled_from("abcdefgh"), max_size=60))
def test_the_cache_keeps_only_the_most_recently_used_entries(size: int, wanted: list[str]) -> None:
    cache = AnswerCache(Store(size))
    recent: list[str] = []
    for name in wanted:
        cached = cache.get(Asked(name))
        assert (cached is not None) == (name in recent)
        assert cached is None or cached.yes_no == name
        cache.put(Asked(name), Findings(Outcome.NOT_COVERED, 0.0, yes_no=name))
        recent = [*(other for other in recent if other != name), name][-size:] if size else []


def test_a_follow_up_differs_from_the_same_words_alone() -> None:
    cache = AnswerCache(Store(9))
    cache.put(Asked("why?", ("a b",)), Findings(Outcome.NOT_COVERED, 0.0))
    assert cache.get(Asked("why?", ("a b",))) is not None
    for other in (Asked("why?"), Asked("why?", ("a", "b")), Asked("b why?", ("a",)), Asked("a b why?")):
        assert cache.get(other) is None


def test_each_cache_has_its_own_key() -> None:
    assert AnswerCache(Store(1))._key(Asked("a")) != AnswerCache(Store(1))._key(Asked("a"))


def test_caches_that_share_a_store_share_no_findings() -> None:
    store = Store(3)
    mine, other = AnswerCache(store), AnswerCache(store)
    mine.put(Asked("a"), Findings(Outcome.NOT_COVERED, 0.0))
    assert other.get(Asked("a")) is None
    for question in "bcd":
        other.put(Asked(question), Findings(Outcome.NOT_COVERED, 0.0))
    assert mine.get(Asked("a")) is None  # together, they keep no more than the store holds
