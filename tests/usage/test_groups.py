from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies

from bot.encoder.embedding import OnnxEmbedder
from bot.encoder.files import encoder_bytes
from bot.settings import Settings
from bot.types import Outcome
from bot.usage.groups import Group, Shared, cluster, group_questions
from bot.usage.insights import outcome_of
from bot.usage.values import today
from tests.support.usage import ASKED


@pytest.fixture(scope="module")
def embedder(settings: Settings) -> OnnxEmbedder:
    return OnnxEmbedder.from_bytes(encoder_bytes(settings.model), settings.threads)


def asked(question: str, outcome: Outcome = Outcome.NOT_COVERED, helpful: bool = False) -> Shared:
    return Shared(question, outcome, not helpful, today())


class TestGroups:
    def test_questions_with_the_same_meaning_are_grouped(self, embedder: OnnxEmbedder) -> None:
        groups = group_questions([asked(q) for meaning in ASKED for q in meaning], embedder)
        assert {frozenset(group.questions) for group in groups} == {frozenset(meaning) for meaning in ASKED}
        assert [group.size for group in groups] == [3, 3, 3, 2]

    def test_policy_topics_come_first_and_other_questions_are_grouped_by_meaning(self, embedder: OnnxEmbedder) -> None:
        """The wordings on cookies share a topic; the others have no policy topic."""
        elsewhere = ("who won the game last night", "who won last night's game", "how tall is the Eiffel tower")
        cookies = ("when does the persistant cookie expire", "after what time is a cookie gone from my computer")
        groups = group_questions([asked(q, Outcome.OFF_TOPIC) for q in (*elsewhere, *cookies)], embedder)
        assert {(group.topic, frozenset(group.questions)) for group in groups} == {
            ("cookies-expire", frozenset(cookies)),
            (None, frozenset(elsewhere[:2])),
            (None, frozenset(elsewhere[2:])),
        }

    def test_the_most_central_question_names_the_group(self, embedder: OnnxEmbedder) -> None:
        (group,) = group_questions([asked(q) for q in ASKED[1]], embedder)
        vectors = embedder.encode(group.questions)
        assert int((vectors @ vectors.T).sum(axis=0).argmax()) == 0
        assert group.name == group.questions[0]

    def test_repeated_questions_count_each_time(self, embedder: OnnxEmbedder) -> None:
        given = [asked("do you show ads", helpful=helpful) for helpful in (True, False, False)]
        given.append(asked("do you show ads", Outcome.ANSWERED))
        (group,) = group_questions(given, embedder)
        assert group == Group(
            "advertising", ("do you show ads",), (4,), {Outcome.NOT_COVERED: 3, Outcome.ANSWERED: 1}, 3
        )
        assert outcome_of(group) == "3 not covered, 1 answered; 3 marked unhelpful"

    def test_without_shared_questions_there_are_no_groups(self, embedder: OnnxEmbedder) -> None:
        assert group_questions([], embedder) == ()

    @given(
        seed=strategies.integers(0, 10_000),
        rows=strategies.integers(1, 24),
        similarity=strategies.floats(-1, 1),
    )
    def test_clusters_equal_those_of_agglomerative_clustering(self, seed: int, rows: int, similarity: float) -> None:
        vectors = np.random.default_rng(seed).normal(size=(rows, 4)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        similarities = (vectors @ vectors.T).astype(np.float64)
        expected = [[row] for row in range(rows)]
        while len(expected) > 1:
            pairs = [(a, b) for a in range(len(expected)) for b in range(a)]
            means = [similarities[np.ix_(expected[a], expected[b])].mean() for a, b in pairs]
            if max(means) < similarity:
                break
            a, b = pairs[int(np.argmax(means))]
            expected[b] += expected.pop(a)
        assert {frozenset(c) for c in cluster(vectors, similarity)} == {frozenset(c) for c in expected}
