from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from bot.answering.fitted import Fitted, Logistic
from bot.answering.rank import candidate_features, candidate_relevance, rank, what_it_says_first
from bot.answering.retrieve import Retrieved, retrieve
from bot.pipeline import Bot
from bot.types import Hit
from bot.understanding.understand import Asked

QUESTION = "Do you sell my personal information?"


@pytest.fixture(scope="module")
def retrieved(bot: Bot) -> Retrieved:
    return retrieve(Asked(QUESTION), bot.bundle, bot.settings.retrieve)


def only(weight_of_similarity: float, features: int) -> Logistic:
    """Return a relevance model that uses only the similarity."""
    weights = np.zeros((1, features))
    weights[0, 0] = weight_of_similarity
    return Logistic(np.zeros(features), np.ones(features), weights, np.zeros(1))


def only_similarity(bot: Bot, weight: float) -> Fitted:
    return dataclasses.replace(bot.fitted, relevance=only(weight, 6), relevance_plain=only(weight, 3))


def test_what_belongs_to_the_topics_decides_between_passages_that_are_equally_relevant(
    bot: Bot, retrieved: Retrieved
) -> None:
    plain = rank(retrieved, bot.bundle.passages, only_similarity(bot, 0))
    belongs = np.zeros(len(bot.bundle.passages), np.float32)
    belongs[plain[-1].passage.index] = 1
    assert rank(retrieved, bot.bundle.passages, only_similarity(bot, 0), belongs)[0] == plain[-1]


def test_every_candidate_becomes_a_hit_sorted_by_relevance(bot: Bot, retrieved: Retrieved) -> None:
    hits = rank(retrieved, bot.bundle.passages, bot.fitted)
    assert {hit.passage.id for hit in hits} == {bot.bundle.passages[row].id for row in retrieved.candidates}
    relevance = [hit.relevance for hit in hits]
    assert relevance == sorted(relevance, reverse=True)
    assert all(0 <= r <= 1 for r in relevance)


def test_a_hit_keeps_both_scores(bot: Bot, retrieved: Retrieved) -> None:
    hits = rank(retrieved, bot.bundle.passages, only_similarity(bot, -1.0))
    assert hits[0].passage is bot.bundle.passages[retrieved.candidates[-1]]
    assert hits[0].similarity == pytest.approx(float(retrieved.similarity[-1]))
    assert hits[0].relevance > hits[-1].relevance


def test_similarity_breaks_ties_in_relevance(bot: Bot, retrieved: Retrieved) -> None:
    hits = rank(retrieved, bot.bundle.passages, only_similarity(bot, 0.0))
    assert {hit.relevance for hit in hits} == {0.5}
    assert [hit.similarity for hit in hits] == sorted((hit.similarity for hit in hits), reverse=True)


def test_features_fit_the_shipped_models(bot: Bot, retrieved: Retrieved) -> None:
    plain = retrieve(Asked(QUESTION), bot.bundle.without_questions(), bot.settings.retrieve)
    assert candidate_features(retrieved, visitors=True).shape == (
        len(retrieved.candidates),
        len(bot.fitted.relevance.mean),
    )
    assert candidate_features(plain, visitors=False).shape == (
        len(plain.candidates),
        len(bot.fitted.relevance_plain.mean),
    )
    relevance = candidate_relevance(plain, bot.fitted)
    assert relevance.shape == (len(plain.candidates),)
    assert ((relevance >= 0) & (relevance <= 1)).all()


def test_a_visitor_question_changes_only_what_is_near_it(bot: Bot, retrieved: Retrieved) -> None:
    """Otherwise, the first questions that an owner adds would change every answer."""
    plain = dataclasses.replace(retrieved, nearest=(), nearest_similarity=retrieved.nearest_similarity[:0])
    far = dataclasses.replace(retrieved, nearest=(0,), nearest_similarity=np.array([0.2], np.float32))
    near = dataclasses.replace(far, nearest_similarity=np.array([0.98], np.float32))
    alone, with_far, with_near = (candidate_relevance(each, bot.fitted) for each in (plain, far, near))
    assert (plain.trust, far.trust < 0.001, near.trust > 0.99) == (0.0, True, True)
    assert np.abs(with_far - alone).max() < 0.001
    assert np.abs(with_near - alone).max() > 0.05


def test_what_the_policy_repeats_is_one_hit(bot: Bot, retrieved: Retrieved) -> None:
    """Otherwise, a policy that is in its file twice fills an answer with the same words."""
    passages = list(bot.bundle.passages)
    first, second = retrieved.candidates[:2]
    passages[second] = dataclasses.replace(passages[second], text=passages[first].text, context=passages[first].context)
    hits = rank(retrieved, passages, bot.fitted)
    assert len(hits) == len(retrieved.candidates) - 1
    assert [hit.passage.text for hit in hits].count(passages[first].text) == 1


def test_what_only_says_where_to_read_on_comes_after_what_says_it(bot: Bot, retrieved: Retrieved) -> None:
    first, second = (hit.passage.index for hit in rank(retrieved, bot.bundle.passages, only_similarity(bot, 0.0))[:2])
    passages = list(bot.bundle.passages)
    passages[first] = dataclasses.replace(passages[first], text="For more information on this, please see our page.")
    assert rank(retrieved, passages, only_similarity(bot, 0.0))[0].passage.index == second
    alone = [Hit(passages[first], 0.9, 0.8), Hit(passages[second], 0.5, 0.3)]
    assert what_it_says_first(alone) == alone, "nothing else fits"
