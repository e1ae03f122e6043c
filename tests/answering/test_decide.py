from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from bot.answering.decide import OUTCOMES, SCOPES, ForWhom, decide, outcome_features, select
from bot.answering.fitted import Fitted, Logistic
from bot.answering.retrieve import Retrieved, retrieve
from bot.pipeline import Bot
from bot.policies.questions import KINDS
from bot.settings import ComposeSettings, DecideSettings
from bot.types import Hit, Outcome, Passage
from bot.understanding.understand import Asked

QUESTIONS = ["Do you sell my data?", "how do I renew my driver's license", "Where are your servers?", "hello"]


def constant(probabilities: list[float], features: int) -> Logistic:
    """Return a model with the same probabilities for every input."""
    classes = len(probabilities)
    return Logistic(np.zeros(features), np.ones(features), np.zeros((classes, features)), np.log(probabilities))


def bot_with(bot: Bot, outcomes: list[float], scopes: list[float] | None = None) -> Fitted:
    return dataclasses.replace(
        bot.fitted,
        scope=constant(scopes or [0.8, 0.1, 0.1], len(bot.fitted.scope.mean)),
        outcome=constant(outcomes, len(bot.fitted.outcome.mean)),
        outcome_plain=constant(outcomes, len(bot.fitted.outcome_plain.mean)),
    )


def reworded(bot: Bot, question: str) -> Retrieved:
    """Return the candidates as if nobody had asked the question in exactly these words."""
    retrieved = retrieve(Asked(question), bot.bundle, bot.settings.retrieve)
    return dataclasses.replace(retrieved, nearest_similarity=np.minimum(retrieved.nearest_similarity, 0.9))


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("visitors", [True, False], ids=["visitor questions", "plain"])
def test_a_decision_is_a_probability_and_is_deterministic(bot: Bot, question: str, visitors: bool) -> None:
    bundle = bot.bundle if visitors else bot.bundle.without_questions()
    retrieved = retrieve(Asked(question), bundle, bot.settings.retrieve)
    model = bot.fitted.outcome if visitors else bot.fitted.outcome_plain
    assert outcome_features(retrieved, bot.fitted, visitors=visitors).shape == model.mean.shape
    decision = decide(retrieved, bot.fitted, DecideSettings())
    assert sum(decision.probabilities) == pytest.approx(1.0)
    assert decision.confidence in decision.probabilities
    assert decision == decide(retrieved, bot.fitted, DecideSettings())


@pytest.mark.parametrize(
    ("probabilities", "caution", "outcome"),
    [
        ([0.6, 0.3, 0.1], 0.5, Outcome.ANSWERED),
        ([0.3, 0.6, 0.1], 0.5, Outcome.NOT_COVERED),
        ([0.3, 0.1, 0.6], 0.5, Outcome.OFF_TOPIC),
        # At the threshold and on both sides of it: 0.6 of 0.6 + 0.3 is two thirds.
        ([0.6, 0.3, 0.1], 0.66, Outcome.ANSWERED),
        ([0.6, 0.3, 0.1], 0.67, Outcome.NOT_COVERED),
        ([0.6, 0.3, 0.1], 1.0, Outcome.NOT_COVERED),
        ([0.01, 0.3, 0.69], 0.0, Outcome.ANSWERED),
        # Two refusals share the rest of the probability: only the likelier one counts against an answer.
        ([0.4, 0.3, 0.3], 0.5, Outcome.ANSWERED),
    ],
)
def test_caution_moves_the_threshold(bot: Bot, probabilities: list[float], caution: float, outcome: Outcome) -> None:
    retrieved = reworded(bot, "Do you sell my data?")
    decision = decide(retrieved, bot_with(bot, probabilities), DecideSettings(caution=caution))
    assert decision.outcome is outcome
    assert decision.confidence == pytest.approx(probabilities[OUTCOMES.index(outcome)])


def test_without_visitor_questions_the_best_passage_counts(bot: Bot) -> None:
    with_questions = reworded(bot, "Do you sell my data?")
    without = dataclasses.replace(with_questions, nearest=(), nearest_similarity=np.zeros(0, np.float32))
    assert with_questions.nearest
    near_the_threshold = bot_with(bot, [0.52, 0.46, 0.02])

    def outcome(retrieved: Retrieved, relevance: float, *, careful: bool = False) -> Outcome:
        return decide(retrieved, near_the_threshold, DecideSettings(), relevance=relevance, careful=careful).outcome

    assert outcome(without, 0.9) is Outcome.ANSWERED
    assert outcome(without, 0.1) is Outcome.NOT_COVERED
    assert outcome(without, 0.0) is Outcome.NOT_COVERED
    assert outcome(without, 0.9, careful=True) is Outcome.NOT_COVERED
    assert outcome(with_questions, 0.9) is outcome(with_questions, 0.1) is Outcome.NOT_COVERED


@pytest.mark.parametrize(
    ("probabilities", "words", "outcome"),
    [
        ([0.50, 0.48, 0.02], None, Outcome.NOT_COVERED),
        ([0.50, 0.48, 0.02], 0.0, Outcome.NOT_COVERED),
        ([0.50, 0.48, 0.02], 1.0, Outcome.ANSWERED),
        ([0.57, 0.41, 0.02], None, Outcome.ANSWERED),
        ([0.57, 0.41, 0.02], 0.0, Outcome.NOT_COVERED),
        # Words of a question for others do not speak for an answer, but against one.
        ([0.50, 0.02, 0.48], 1.0, Outcome.OFF_TOPIC),
        ([0.57, 0.02, 0.41], 0.0, Outcome.OFF_TOPIC),
    ],
)
def test_without_visitor_questions_the_words_of_the_best_passage_count(
    bot: Bot, probabilities: list[float], words: float | None, outcome: Outcome
) -> None:
    with_questions = reworded(bot, "Do you sell my data?")
    without = dataclasses.replace(with_questions, nearest=(), nearest_similarity=np.zeros(0, np.float32))
    fitted = bot_with(bot, probabilities)
    assert decide(without, fitted, DecideSettings(), words=words).outcome is outcome
    assert decide(with_questions, fitted, DecideSettings(), words=1.0).outcome is not Outcome.ANSWERED


@pytest.mark.parametrize(
    ("probabilities", "outcome", "nearly"),
    [
        ([0.6, 0.35, 0.05], Outcome.NOT_COVERED, True),
        ([0.3, 0.65, 0.05], Outcome.NOT_COVERED, False),
        ([0.8, 0.15, 0.05], Outcome.ANSWERED, False),
        ([0.45, 0.05, 0.5], Outcome.OFF_TOPIC, False),
    ],
)
def test_a_refusal_knows_whether_it_was_nearly_an_answer(
    bot: Bot, probabilities: list[float], outcome: Outcome, nearly: bool
) -> None:
    retrieved = reworded(bot, "Do you sell my data?")
    decision = decide(retrieved, bot_with(bot, probabilities), DecideSettings())
    assert (decision.outcome, decision.nearly) == (outcome, nearly)


def test_what_the_owner_calls_silent_is_not_nearly_an_answer(bot: Bot) -> None:
    retrieved = reworded(bot, "Do you sell my data?")
    decision = decide(retrieved, bot_with(bot, [0.6, 0.35, 0.05]), DecideSettings(), silent=0.5)
    assert (decision.outcome, decision.nearly) == (Outcome.NOT_COVERED, False)


def test_scope_distinguishes_small_talk_from_other_subjects(bot: Bot) -> None:
    retrieved = reworded(bot, "hello")
    off_topic = [0.1, 0.1, 0.8]
    chatty = [0.1, 0.1, 0.8]
    assert SCOPES[2] == "small_talk"
    assert decide(retrieved, bot_with(bot, off_topic, chatty), DecideSettings()).outcome is Outcome.SMALL_TALK
    assert decide(retrieved, bot_with(bot, off_topic, [0.1, 0.8, 0.1]), DecideSettings()).outcome is Outcome.OFF_TOPIC
    assert decide(retrieved, bot_with(bot, [0.8, 0.1, 0.1], chatty), DecideSettings()).outcome is Outcome.ANSWERED


def test_topics_settle_what_the_passages_leave_open(bot: Bot) -> None:
    retrieved = reworded(bot, "Do you sell my data?")
    answered, silent = bot_with(bot, [0.8, 0.1, 0.1]), bot_with(bot, [0.1, 0.8, 0.1])
    settings = DecideSettings()
    off_topic = bot_with(bot, [0.1, 0.1, 0.8])
    assert decide(retrieved, silent, settings).outcome is Outcome.NOT_COVERED
    assert decide(retrieved, silent, settings, for_whom="others").outcome is Outcome.OFF_TOPIC
    assert decide(retrieved, answered, settings, for_whom="others").outcome is Outcome.ANSWERED
    assert decide(retrieved, answered, settings, for_whom="clearly_others").outcome is Outcome.OFF_TOPIC
    assert decide(retrieved, off_topic, settings, for_whom="clearly_policy").outcome is Outcome.NOT_COVERED
    assert decide(retrieved, silent, settings, for_whom="policy").outcome is Outcome.NOT_COVERED
    assert decide(retrieved, answered, settings, silent=0.5).outcome is Outcome.NOT_COVERED
    assert decide(retrieved, silent, settings, covered=True).outcome is Outcome.ANSWERED


def test_a_question_on_handling_is_for_the_policy_and_no_surer(bot: Bot) -> None:
    retrieved, off_topic = reworded(bot, "Do you sell my data?"), bot_with(bot, [0.1, 0.2, 0.7])
    decision = decide(retrieved, off_topic, DecideSettings(), for_whom="policy")
    assert (decision.outcome, decision.confidence) == (Outcome.NOT_COVERED, pytest.approx(0.2))


def test_the_owners_silence_is_as_sure_as_its_topic_if_the_topic_is_sure(bot: Bot) -> None:
    retrieved = reworded(bot, "Do you sell my data?")
    answered, silent = bot_with(bot, [0.9, 0.05, 0.05]), bot_with(bot, [0.05, 0.9, 0.05])

    def confidence(fitted: Fitted, topic: float, for_whom: ForWhom | None = None) -> float:
        return decide(retrieved, fitted, DecideSettings(), silent=topic, for_whom=for_whom).confidence

    assert confidence(answered, 0.8) == pytest.approx(0.8)
    assert confidence(answered, 0.6) == pytest.approx(0.05)
    assert confidence(silent, 0.8) == pytest.approx(0.9)
    assert confidence(answered, 0.99, "clearly_others") == pytest.approx(0.95)


@pytest.mark.parametrize("cosine", [1.0, 0.96])
@pytest.mark.parametrize(
    ("kind", "outcome"),
    [("answerable", Outcome.ANSWERED), ("not_covered", Outcome.NOT_COVERED), ("off_topic", Outcome.OFF_TOPIC)],
)
def test_a_visitor_question_asked_in_almost_the_same_words_gets_the_outcome_of_its_label(
    bot: Bot, kind: str, outcome: Outcome, cosine: float
) -> None:
    retrieved = reworded(bot, "Do you sell my data?")
    kinds = np.array([1.0 if kind == name else 0.2 for name in KINDS], np.float32)
    same = dataclasses.replace(
        retrieved, nearest=(0,), nearest_similarity=np.array([cosine], np.float32), kind_similarity=kinds
    )
    for probabilities in ([0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]):
        assert decide(same, bot_with(bot, probabilities), DecideSettings()).outcome is outcome


def test_features_are_padded_if_the_policy_has_one_sentence(bot: Bot) -> None:
    retrieved = retrieve(Asked("Do you sell my data?"), bot.bundle, bot.settings.retrieve)
    one = dataclasses.replace(
        retrieved,
        candidates=(0,),
        similarity=retrieved.similarity[:1],
        lexical=retrieved.lexical[:1],
        visitor=retrieved.visitor[:1],
        votes=retrieved.votes[:1],
        agreement=retrieved.agreement[:1],
        kind_votes=np.zeros(len(KINDS), np.float32),
    )
    features = outcome_features(one, bot.fitted, visitors=True)
    assert features.shape == bot.fitted.outcome.mean.shape
    assert np.isfinite(features).all()


def hit(number: int, relevance: float) -> Hit:
    return Hit(Passage(number, f"p-{number:04d}", "p", "s0", (), "x", 0, 1, "x"), 0.5, relevance)


@pytest.mark.parametrize(
    ("relevances", "limit", "expected"),
    [
        ([0.9, 0.8, 0.39], 5, [0, 1]),
        ([0.9, 0.4], 5, [0, 1]),
        # The best hit is cited however weak it is: an answer needs a citation.
        ([0.1, 0.05], 5, [0]),
        ([0.9, 0.8, 0.7, 0.6], 2, [0, 1]),
        ([0.9, 0.8], 1, [0]),
    ],
)
def test_select_keeps_the_best_hit_and_all_relevant_ones(
    relevances: list[float], limit: int, expected: list[int]
) -> None:
    hits = [hit(number, relevance) for number, relevance in enumerate(relevances)]
    chosen = select(hits, ComposeSettings(max_citations=limit, min_relevance=0.4))
    assert chosen == tuple(hits[i] for i in expected)
