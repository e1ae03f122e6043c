from __future__ import annotations

import numpy as np
import pytest

from bot.pipeline import Bot
from bot.topics.catalog import policy_topics, topics
from bot.topics.model import TopicModel, load_topic_model


def test_probabilities_sum_to_one() -> None:
    model = load_topic_model()
    found = model.probabilities(model.questions)
    assert found.shape == (len(policy_topics()), len(topics()))
    assert np.allclose(found.sum(axis=1), 1, atol=1e-5)


def test_a_topics_own_question_asks_about_it() -> None:
    """Most of the few others ask about a near synonym."""
    model = load_topic_model()
    best = model.probabilities(model.questions).argmax(axis=1)
    assert np.mean(best == np.arange(len(best))) > 0.95


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("would you ever sell what you know about me", "data-sale"),
        ("how many months does my ip stay on file", "ip-address-kept"),
        ("does instagram read my messages", "other-organization"),
        ("when is the deadline to file my state taxes", "public-service"),
    ],
)
def test_questions_in_other_words_are_recognized(bot: Bot, question: str, topic: str) -> None:
    found = load_topic_model().probabilities(bot.bundle.embedder.encode([question]))[0]
    assert topics()[int(found.argmax())].id == topic


def test_a_model_survives_its_file() -> None:
    model = load_topic_model()
    again = TopicModel.from_bytes(model.to_bytes())
    assert np.allclose(again.weights, model.weights, atol=0.02)
    assert np.allclose(again.questions, model.questions, atol=0.02)


def test_a_model_of_another_catalog_is_refused() -> None:
    model = load_topic_model()
    other = TopicModel(model.weights[1:], model.intercept[1:], model.questions)
    with pytest.raises(ValueError, match="another catalog"):
        TopicModel.from_bytes(other.to_bytes())


def test_a_passage_on_the_same_topic_agrees_more_than_one_with_the_same_words(bot: Bot) -> None:
    """The second passage shares more words with the question, but says nothing about its topic."""
    model = load_topic_model()
    question, same, other = bot.bundle.embedder.encode(
        [
            "is my data encrypted when I send it",
            "We protect transmissions with TLS.",
            "You can send us data about a change of your address.",
        ]
    )
    found = model.agreement(model.probabilities(question[None, :])[0], np.stack([same, other]))
    assert found.min() >= 0
    assert found.max() <= 1 + 1e-6
    assert found[0] > 2 * found[1]
