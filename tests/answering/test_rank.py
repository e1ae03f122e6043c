from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from bot.answering.fitted import Logistic
from bot.answering.rank import candidate_features, candidate_relevance, rank
from bot.answering.retrieve import Retrieved, retrieve
from bot.answering.understand import Asked
from bot.pipeline import Bot

QUESTION = "Do you sell my personal information?"


@pytest.fixture(scope="module")
def retrieved(bot: Bot) -> Retrieved:
    return retrieve(Asked(QUESTION), bot.bundle, bot.settings.retrieve)


def only(weight_of_similarity: float) -> Logistic:
    """Return a relevance model that uses only the similarity."""
    weights = np.zeros((1, 6))
    weights[0, 0] = weight_of_similarity
    return Logistic(np.zeros(6), np.ones(6), weights, np.zeros(1))


def test_every_candidate_becomes_a_hit_sorted_by_relevance(bot: Bot, retrieved: Retrieved) -> None:
    hits = rank(retrieved, bot.bundle.passages, bot.fitted)
    assert {hit.passage.id for hit in hits} == {bot.bundle.passages[row].id for row in retrieved.candidates}
    relevance = [hit.relevance for hit in hits]
    assert relevance == sorted(relevance, reverse=True)
    assert all(0 <= r <= 1 for r in relevance)


def test_a_hit_keeps_both_scores(bot: Bot, retrieved: Retrieved) -> None:
    hits = rank(retrieved, bot.bundle.passages, dataclasses.replace(bot.fitted, relevance=only(-1.0)))
    assert hits[0].passage is bot.bundle.passages[retrieved.candidates[-1]]
    assert hits[0].similarity == pytest.approx(float(retrieved.similarity[-1]))
    assert hits[0].relevance > hits[-1].relevance


def test_similarity_breaks_ties_in_relevance(bot: Bot, retrieved: Retrieved) -> None:
    hits = rank(retrieved, bot.bundle.passages, dataclasses.replace(bot.fitted, relevance=only(0.0)))
    assert {hit.relevance for hit in hits} == {0.5}
    assert [hit.similarity for hit in hits] == sorted((hit.similarity for hit in hits), reverse=True)


def test_features_fit_the_shipped_models(bot: Bot, retrieved: Retrieved) -> None:
    plain = retrieve(Asked(QUESTION), bot.bundle.without_questions(), bot.settings.retrieve)
    assert candidate_features(retrieved).shape == (len(retrieved.candidates), len(bot.fitted.relevance.mean))
    assert candidate_features(plain).shape == (len(plain.candidates), len(bot.fitted.relevance_plain.mean))
    relevance = candidate_relevance(plain, bot.fitted)
    assert relevance.shape == (len(plain.candidates),)
    assert ((relevance >= 0) & (relevance <= 1)).all()
