from __future__ import annotations

import dataclasses

import numpy as np

from bot.answering.polarity import polarity
from bot.answering.retrieve import Retrieved, retrieve
from bot.index.bundle import Bundle
from bot.pipeline import Bot
from bot.policies.questions import VisitorQuestion
from bot.understanding.understand import Asked

SELLING = (
    VisitorQuestion("Do you sell my data?", "answerable", (25,), yes_no="no"),
    VisitorQuestion("Is my data sold?", "answerable", (25,), yes_no="no"),
    VisitorQuestion("Would you sell what you know about me?", "answerable", (25,), yes_no="no"),
    VisitorQuestion("Who buys my data?", "answerable", (25,)),
)


def asked(bot: Bot, questions: tuple[VisitorQuestion, ...], *cosines: float) -> tuple[Bundle, Retrieved]:
    """Return retrieved candidates whose nearest visitor questions are these, at these cosines."""
    bundle = dataclasses.replace(bot.bundle, questions=questions)
    retrieved = retrieve(Asked("Do you sell my data?"), bot.bundle, bot.settings.retrieve)
    return bundle, dataclasses.replace(
        retrieved, nearest=tuple(range(len(cosines))), nearest_similarity=np.array(cosines, dtype=np.float32)
    )


SELLS_NOTHING = 25


def test_the_verdict_is_no_if_the_nearest_questions_agree(bot: Bot) -> None:
    bundle, retrieved = asked(bot, SELLING, 0.99, 0.97, 0.96, 0.95)
    assert polarity("So, do you sell my data?", [SELLS_NOTHING], retrieved, bundle) == "no"


def test_there_is_no_verdict_if_the_question_is_not_yes_or_no(bot: Bot) -> None:
    bundle, retrieved = asked(bot, SELLING, 0.99, 0.97, 0.96, 0.95)
    assert polarity("Who buys my data?", [SELLS_NOTHING], retrieved, bundle) is None


def test_there_is_no_verdict_without_a_similar_known_question(bot: Bot) -> None:
    bundle, retrieved = asked(bot, SELLING, 0.6, 0.6, 0.6, 0.6)
    assert polarity("Do you sell my data?", [SELLS_NOTHING], retrieved, bundle) is None


def test_there_is_no_verdict_without_visitor_questions(bot: Bot) -> None:
    bundle, retrieved = asked(bot, ())
    assert polarity("Do you sell my data?", [SELLS_NOTHING], retrieved, bundle) is None


def test_there_is_no_verdict_from_a_single_known_question(bot: Bot) -> None:
    bundle, retrieved = asked(bot, SELLING[:1], 0.99)
    assert polarity("Do you sell my data?", [SELLS_NOTHING], retrieved, bundle) is None


def test_a_question_far_behind_the_nearest_does_not_count(bot: Bot) -> None:
    bundle, retrieved = asked(bot, SELLING[:3], 0.99, 0.98, 0.5)
    assert polarity("Do you sell my data?", [SELLS_NOTHING], retrieved, bundle) is None


def test_there_is_no_verdict_if_the_known_answers_differ(bot: Bot) -> None:
    other = dataclasses.replace(SELLING[1], yes_no="depends")
    bundle, retrieved = asked(bot, (*SELLING, other), 0.99, 0.98, 0.98, 0.97, 0.98)
    assert polarity("Do you sell my data?", [SELLS_NOTHING], retrieved, bundle) is None


def test_there_is_no_verdict_if_another_sentence_is_cited(bot: Bot) -> None:
    bundle, retrieved = asked(bot, SELLING, 0.99, 0.98, 0.97, 0.96)
    assert polarity("Do you sell my data?", [3], retrieved, bundle) is None


def test_there_is_no_verdict_if_the_question_is_negated(bot: Bot) -> None:
    bundle, retrieved = asked(bot, SELLING, 0.99, 0.98, 0.97, 0.96)
    assert polarity("Is it true that you do not sell my data?", [SELLS_NOTHING], retrieved, bundle) is None


def test_there_is_no_verdict_if_two_things_are_asked_at_once(bot: Bot) -> None:
    bundle, retrieved = asked(bot, SELLING, 0.99, 0.98, 0.97, 0.96)
    assert polarity("Do you sell or publish my data?", [SELLS_NOTHING], retrieved, bundle) is None
