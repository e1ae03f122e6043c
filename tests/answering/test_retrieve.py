from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor

import faiss
import numpy as np
import pytest

from bot.answering.retrieve import Retrieved, blended_scores, retrieve
from bot.encoder.embedding import FloatArray
from bot.index.bundle import Bundle, bundle_of_units
from bot.pipeline import Bot
from bot.policies.questions import KINDS
from bot.settings import RetrieveSettings
from bot.understanding.understand import Asked

SETTINGS = RetrieveSettings()
QUESTION = "Do you sell my personal information?"


@pytest.fixture(scope="module")
def plain(bot: Bot) -> Bundle:
    """Return the same policy without its visitor questions."""
    return bot.bundle.without_questions()


def assert_shapes(retrieved: Retrieved) -> None:
    count = len(retrieved.candidates)
    assert len(set(retrieved.candidates)) == count > 0
    for name in ("similarity", "lexical", "visitor", "votes", "agreement"):
        assert getattr(retrieved, name).shape == (count,)
    assert retrieved.kind_votes.shape == retrieved.kind_similarity.shape == (len(KINDS),)
    assert len(retrieved.nearest) == len(retrieved.nearest_similarity)
    assert retrieved.similarity.tolist() == sorted(retrieved.similarity.tolist(), reverse=True)


def test_evidence_has_one_row_per_candidate_sorted_by_similarity(bot: Bot) -> None:
    retrieved = retrieve(Asked(QUESTION), bot.bundle, SETTINGS)
    assert_shapes(retrieved)
    assert len(retrieved.candidates) >= SETTINGS.candidates
    assert len(retrieved.nearest) == SETTINGS.neighbors
    assert retrieved.kind_votes.sum() == pytest.approx(1.0, abs=1e-5)
    assert 0 <= retrieved.lexical.min() <= retrieved.lexical.max() <= 1


def test_the_sentence_that_answers_is_among_the_candidates(bot: Bot) -> None:
    assert 25 in retrieve(Asked(QUESTION), bot.bundle, SETTINGS).candidates


def test_similarity_is_the_cosine_of_question_and_passage(bot: Bot) -> None:
    retrieved = retrieve(Asked(QUESTION), bot.bundle, SETTINGS)
    for row, similarity in zip(retrieved.candidates, retrieved.similarity, strict=True):
        vector = bot.bundle.embedder.encode([bot.bundle.passages[row].read_as])[0]
        # With quantized weights, a vector made in a batch and one made alone differ in the last digits.
        assert float(vector @ retrieved.question_vector) == pytest.approx(float(similarity), abs=0.05)


def test_a_visitor_question_leads_to_its_evidence(bot: Bot) -> None:
    visitor = next(q for q in bot.bundle.questions if len(q.evidence) > 1 and not q.history)
    retrieved = retrieve(Asked(visitor.question), bot.bundle, SETTINGS)
    assert bot.bundle.questions[retrieved.nearest[0]].question == visitor.question
    assert set(visitor.evidence) <= set(retrieved.candidates)
    by_row = dict(zip(retrieved.candidates, retrieved.visitor.tolist(), strict=True))
    assert by_row[visitor.evidence[0]] == pytest.approx(1.0, abs=0.02)
    assert all(by_row[row] > 0.8 for row in visitor.evidence)


def test_there_is_no_lexical_evidence_if_no_word_matches_the_policy(bot: Bot) -> None:
    retrieved = retrieve(Asked("Xylophon zzzz?"), bot.bundle, SETTINGS)
    assert_shapes(retrieved)
    assert not retrieved.lexical.any()


def test_a_rare_word_retrieves_its_sentence(bot: Bot) -> None:
    rows = {p.text: i for i, p in enumerate(bot.bundle.passages)}
    formstack = {row for text, row in rows.items() if "Formstack" in text}
    retrieved = retrieve(Asked("formstack"), bot.bundle, RetrieveSettings(candidates=3, neighbors=1))
    assert formstack & set(retrieved.candidates)
    assert retrieved.lexical.max() == 1.0


def test_without_visitor_questions_the_question_channel_is_empty(plain: Bundle) -> None:
    retrieved = retrieve(Asked(QUESTION), plain, SETTINGS)
    assert_shapes(retrieved)
    assert retrieved.nearest == ()
    for silent in (retrieved.visitor, retrieved.votes, retrieved.kind_votes, retrieved.kind_similarity):
        assert not silent.any()


def test_there_are_no_more_candidates_than_sentences(bot: Bot) -> None:
    retrieved = retrieve(Asked(QUESTION), bot.bundle, RetrieveSettings(candidates=1_000, neighbors=1_000))
    assert sorted(retrieved.candidates) == list(range(95))
    assert len(retrieved.nearest) == min(1_000, len(bot.bundle.questions))


UNITS = ["We sell nothing to anyone.", "The weather was fine.", "Cookies are deleted after a day."]


def over_units(bot: Bot, question: str) -> Retrieved:
    return retrieve(Asked(question), bundle_of_units(UNITS, bot.bundle.embedder), SETTINGS)


def test_all_given_units_are_scored(bot: Bot) -> None:
    retrieved = over_units(bot, "Are cookies deleted?")
    assert_shapes(retrieved)
    assert sorted(retrieved.candidates) == [0, 1, 2]
    assert retrieved.candidates[int(np.argmax(blended_scores(retrieved)))] == 2
    assert retrieved.lexical[retrieved.candidates.index(2)] == 1.0


def test_a_unit_that_says_nothing_is_scored_too(bot: Bot) -> None:
    bundle = bundle_of_units(["We sell nothing.", "archived copies"], bot.bundle.embedder)
    assert sorted(retrieve(Asked("Are copies deleted?"), bundle, SETTINGS).candidates) == [0, 1]


def test_units_without_a_common_word_are_scored_by_meaning(bot: Bot) -> None:
    retrieved = over_units(bot, "zzzz")
    assert not retrieved.lexical.any()
    assert blended_scores(retrieved) == pytest.approx(retrieved.similarity)


def test_a_follow_up_lies_between_its_own_words_and_the_question_before(bot: Bot) -> None:
    earlier, question = "Do you sell my data?", "and for how long is it kept?"
    alone = retrieve(Asked(question), bot.bundle, SETTINGS).question_vector
    joined = retrieve(Asked(f"{earlier} {question}"), bot.bundle, SETTINGS).question_vector
    both = retrieve(Asked(question, (earlier,)), bot.bundle, SETTINGS).question_vector
    assert np.linalg.norm(both) == pytest.approx(1.0, abs=1e-5)
    assert both @ alone > joined @ alone
    assert both @ joined > alone @ joined


def test_neighbors_end_if_the_index_returns_fewer_than_it_holds(bot: Bot) -> None:
    """So may one that searches a part of itself. All that it finds here are ways to ask about other topics."""
    ways = [row for row, question in enumerate(bot.bundle.questions) if question.topic][: SETTINGS.neighbors]
    cosines = np.full(len(ways), 0.3, np.float32)

    class Part:
        def search(self, vector: FloatArray, count: int) -> tuple[list[int], FloatArray]:
            return ways[:count], cosines[:count]

    found = retrieve(Asked(QUESTION), dataclasses.replace(bot.bundle, question_vectors=Part()), SETTINGS)  # type: ignore[arg-type]
    assert found.nearest == ()
    assert found.own is None


def test_faiss_uses_one_thread_per_question(bot: Bot) -> None:
    def threads_after_a_question() -> int:
        faiss.omp_set_num_threads(2)
        retrieve(Asked("Do you use cookies?"), bot.bundle, bot.settings.retrieve)
        return int(faiss.omp_get_max_threads())

    with ThreadPoolExecutor(1) as pool:  # OpenMP keeps a count for each thread
        assert pool.submit(threads_after_a_question).result() == 1


def trust(*cosines: float) -> float:
    found = np.array(cosines, np.float32)
    empty = np.zeros(0, np.float32)
    return Retrieved((), *[empty] * 6, tuple(range(len(found))), found, empty, empty, empty).trust


def test_a_visitor_question_counts_only_as_much_as_it_is_near() -> None:
    assert trust() == 0
    assert trust(0.5) < 0.02 < 0.5 < trust(0.8) < trust(0.95) < 1
    # One neighbor that is not near hardly counts; if many are as near, they do.
    assert trust(0.65) < 0.2
    assert trust(*[0.65] * 20) > 0.75
    # What is far changes nothing.
    assert trust(0.8, *[0.2] * 30) == pytest.approx(trust(0.8), abs=0.001)
