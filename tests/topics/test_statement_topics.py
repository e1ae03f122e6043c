from __future__ import annotations

import numpy as np
import pytest

from bot.pipeline import Bot
from bot.topics.catalog import policy_topics
from bot.topics.statements import StatementTopics, load_statement_topics

NUMBERS = {topic.id: number for number, topic in enumerate(policy_topics())}


@pytest.mark.parametrize(
    ("topic", "says", "other"),
    [
        ("data-sale", "We never sell personal data to anybody.", "Our offices are open from nine to five."),
        ("share-police", "We disclose data in response to a subpoena or court order.", "We set one cookie."),
        ("retention-logs", "Server logs are deleted after 30 days.", "Write to us at the address below."),
    ],
)
def test_a_statement_that_answers_says_more_than_another(topic: str, says: str, other: str, bot: Bot) -> None:
    vectors = bot.bundle.embedder.encode([says, other])
    most, least = load_statement_topics().says(NUMBERS[topic], vectors)
    assert most - least > 0.1


def test_a_model_is_the_same_from_its_file() -> None:
    model = load_statement_topics()
    again = StatementTopics.from_bytes(model.to_bytes())
    np.testing.assert_allclose(again.weights, model.weights, atol=1e-6)
    np.testing.assert_array_equal(again.intercept, model.intercept)


def test_a_model_of_another_catalog_is_refused() -> None:
    model = load_statement_topics()
    with pytest.raises(ValueError, match=r"run `python -m training\.statements`"):
        StatementTopics.from_bytes(StatementTopics(model.weights[1:], model.intercept[1:]).to_bytes())
