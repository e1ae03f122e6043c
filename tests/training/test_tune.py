"""The questions that the encoder is tuned on."""

from __future__ import annotations

import random

import pytest

from bot.policies.folder import load_policy_folder
from bot.topics.catalog import policy_topic_ids
from bot.types import Policy
from evals.sets.paths import CORPUS
from training import tune
from training.data import topic_statements


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy_folder(str(CORPUS / "training" / "bayline-ferry-pass"), CORPUS).policy


def test_each_phrasing_is_answered_as_the_policy_is_labeled(policy: Policy) -> None:
    known = {topic: [f"{topic} {n}" for n in range(5)] for topic in policy_topic_ids()}
    said = topic_statements(policy)
    asked = tune.topic_questions(policy, known, random.Random(1))
    answerable = [question for question in asked if question.kind == "answerable"]
    silent = [question for question in asked if question.kind == "not_covered"]
    assert len(answerable) == tune.EACH * sum(bool(rows) for rows in said.values())
    assert len(silent) == len(answerable)
    for question in answerable:
        assert question.evidence == said[question.question.split()[0]]
    # Neither a topic that the policy speaks to nor an unsure one counts as silence.
    assert not {question.question.split()[0] for question in silent} & said.keys()


def test_phrasings_that_measure_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    every = [question for questions in tune.phrasings().values() for question in questions]
    held_out = every[100]
    monkeypatch.setattr(tune, "development_questions", lambda: {tune.fold(held_out)})
    left = [question for questions in tune.phrasings().values() for question in questions]
    assert held_out in every
    assert held_out not in left
