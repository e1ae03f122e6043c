from __future__ import annotations

import numpy as np
import pytest

from bot.index import passage_topics
from bot.index.passage_topics import PassageTopics
from bot.pipeline import Bot
from bot.topics.model import load_topic_model


@pytest.mark.parametrize("most", [1, 20_000], ids=["a large policy", "a small policy"])
def test_agreement_is_that_of_the_model_whatever_was_asked_before(
    bot: Bot, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(passage_topics, "IVF_FROM", most)
    model, index = load_topic_model(), bot.bundle.vectors
    topics = PassageTopics(len(index))
    for number, rows in ((3, [4, 2]), (9, [2, 7, 4, 0]), (3, [0, 7])):
        asked, vectors = model.probabilities(model.questions[number][None, :])[0], index.vectors(rows)
        found = topics.agreement(asked, np.array(rows), vectors)
        np.testing.assert_allclose(found, model.agreement(asked, vectors), rtol=1e-5)
