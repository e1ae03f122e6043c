from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from bot.index import Bundle
from bot.pipeline import Bot
from bot.rerank import FusionReranker, candidate_features, rank
from bot.retrieve import Evidence, retrieve

QUESTION = "Do you sell my personal information?"


@pytest.fixture(scope="module")
def evidence(bot: Bot) -> Evidence:
    return retrieve(QUESTION, bot.bundle, bot.settings.retrieve)


class Backwards:
    """Finds the last candidate the most relevant."""

    def relevance(self, question: str, evidence: Evidence, bundle: Bundle) -> npt.NDArray[np.float64]:
        return np.linspace(0.1, 0.9, len(evidence.candidates))


class Undecided:
    def relevance(self, question: str, evidence: Evidence, bundle: Bundle) -> npt.NDArray[np.float64]:
        return np.full(len(evidence.candidates), 0.5)


def test_every_candidate_becomes_a_hit_the_most_relevant_first(bot: Bot, evidence: Evidence) -> None:
    hits = rank(QUESTION, evidence, bot.bundle, bot.reranker)
    assert {hit.passage.id for hit in hits} == {bot.bundle.passages[row].id for row in evidence.candidates}
    relevance = [hit.relevance for hit in hits]
    assert relevance == sorted(relevance, reverse=True)
    assert all(0 <= r <= 1 for r in relevance)


def test_neither_score_takes_the_others_place(bot: Bot, evidence: Evidence) -> None:
    hits = rank(QUESTION, evidence, bot.bundle, Backwards())
    assert hits[0].passage is bot.bundle.passages[evidence.candidates[-1]]
    assert hits[0].relevance == pytest.approx(0.9)
    assert hits[0].similarity == pytest.approx(float(evidence.similarity[-1]))


def test_where_relevance_is_even_similarity_decides(bot: Bot, evidence: Evidence) -> None:
    hits = rank(QUESTION, evidence, bot.bundle, Undecided())
    assert [hit.similarity for hit in hits] == sorted((hit.similarity for hit in hits), reverse=True)


def test_features_fit_the_models_that_ship(bot: Bot, evidence: Evidence) -> None:
    plain = retrieve(QUESTION, bot.bundle.without_questions(), bot.settings.retrieve)
    assert candidate_features(evidence).shape == (len(evidence.candidates), len(bot.fitted.relevance.mean))
    assert candidate_features(plain).shape == (len(plain.candidates), len(bot.fitted.relevance_plain.mean))
    relevance = FusionReranker(bot.fitted).relevance(QUESTION, plain, bot.bundle)
    assert relevance.shape == (len(plain.candidates),)
    assert ((relevance >= 0) & (relevance <= 1)).all()
