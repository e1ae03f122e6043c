from __future__ import annotations

import dataclasses
from collections import Counter

import numpy as np
import pytest

from bot.pipeline import Bot
from evals.measures.policies import DELETED
from evals.sets.paths import ENCODER_POLICIES
from training.calibrate import Example, fit, unfitted_but, without
from training.data import decision_policies
from training.tune import tuning_policies


def test_the_decision_models_are_fitted_on_many_policies_that_the_encoder_has_never_seen() -> None:
    policies = decision_policies()
    assert len(policies) >= 13
    unseen = {policy.folder.policy.id for policy in policies}
    assert not ENCODER_POLICIES & unseen
    assert not {policy.folder.policy.id for policy in tuning_policies()} & unseen
    kinds = Counter(question.kind for policy in policies for question in policy.questions)
    assert min(kinds[kind] for kind in ("answerable", "not_covered", "off_topic")) >= 80


def test_a_deleted_answer_leaves_everything_else(bot: Bot) -> None:
    asked = next(q for q in bot.bundle.questions if q.kind == "answerable")
    retrieved = dataclasses.replace(bot, bundle=bot.bundle.without_questions()).evidence(asked.question)
    right = np.isin(retrieved.candidates, asked.evidence)
    assert right.any()
    silent = without(retrieved, right)
    assert set(retrieved.candidates) - set(silent.candidates) <= set(asked.evidence)
    assert not set(silent.candidates) & set(asked.evidence)
    for values in (silent.similarity, silent.lexical, silent.agreement, silent.votes, silent.visitor):
        assert len(values) == len(silent.candidates)
    assert silent.lexical.max() == pytest.approx(1.0)


def test_a_model_learns_to_refuse_what_was_deleted(bot: Bot) -> None:
    plain = dataclasses.replace(bot, bundle=bot.bundle.without_questions())
    found = []
    for asked in [q for q in bot.bundle.questions if q.kind in ("answerable", "off_topic")][::60]:
        retrieved = plain.evidence(asked.question)
        found.append(Example.of("p", asked, retrieved, bot.fitted, visitors=False))
        if found[-1].right.any():
            silent = Example.of("p", asked, without(retrieved, found[-1].right), bot.fitted, visitors=False)
            found.append(dataclasses.replace(silent, kind=DELETED))
    fitted = fit(found, unfitted_but(bot.fitted.scope, bot.fitted.fact), "_plain")
    answered = {kind: [] for kind in ("answerable", DELETED)}
    for e in found:
        if e.kind in answered:
            answered[e.kind].append(fitted.outcome_plain.probabilities(e.outcome[None, :])[0, 0])
    assert np.mean(answered["answerable"]) > np.mean(answered[DELETED]) + 0.1
