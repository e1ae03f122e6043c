from __future__ import annotations

import json

import numpy as np
import pytest

from bot.answering.decide import OUTCOMES, SCOPES
from bot.answering.fitted import Fitted, Logistic, load_fitted
from bot.pipeline import Bot
from bot.policies.questions import KINDS


def model(*coefficients: list[float], intercept: list[float]) -> Logistic:
    return Logistic(np.array([1.0, 2.0]), np.array([2.0, 4.0]), np.array(coefficients), np.array(intercept))


def test_a_binary_model_returns_one_probability_per_row() -> None:
    binary = model([1.0, -1.0], intercept=[0.0])
    # (1, 2) is the mean, so both classes are equally likely. (3, 2) is one standard deviation above it in the first.
    assert binary.probabilities([[1.0, 2.0], [3.0, 2.0]]) == pytest.approx([0.5, 1 / (1 + np.exp(-1))])


def test_the_probabilities_of_a_multiclass_model_sum_to_one() -> None:
    classes = model([1.0, 0.0], [0.0, 0.0], [-1.0, 0.0], intercept=[0.0, 0.0, 0.0])
    probabilities = classes.probabilities([[3.0, 0.0], [-1.0, 9.0]])
    weights = np.array([np.e, 1.0, 1 / np.e])
    assert probabilities[0] == pytest.approx(weights / weights.sum())
    assert probabilities[1] == pytest.approx(probabilities[0][::-1])


def test_extreme_values_do_not_overflow() -> None:
    classes = model([1e6, 0.0], [-1e6, 0.0], intercept=[0.0, 0.0])
    assert classes.probabilities([[1e6, 0.0]])[0] == pytest.approx([1.0, 0.0])
    binary = model([1e6, 0.0], intercept=[0.0])
    assert binary.probabilities([[1e6, 0.0], [-1e6, 0.0]]) == pytest.approx([1.0, 0.0])


def test_a_model_survives_a_json_round_trip_to_six_digits() -> None:
    written = model([1 / 3, 2e-9], intercept=[12345.678]).to_json()
    assert written == {
        "mean": [1.0, 2.0],
        "scale": [2.0, 4.0],
        "coefficients": [[0.333333, 2e-9]],
        "intercept": [12345.7],
    }
    assert Logistic.from_json(json.loads(json.dumps(written))).to_json() == written


def test_the_shipped_models_fit_together(bot: Bot) -> None:
    fitted = load_fitted()
    assert load_fitted() is fitted
    shapes = {name: getattr(fitted, name).coefficients.shape for name in Fitted.__slots__}
    assert shapes["scope"] == (len(SCOPES), bot.bundle.embedder.dimension)
    assert shapes["relevance"][0] == shapes["relevance_plain"][0] == 1
    assert shapes["outcome"][0] == shapes["outcome_plain"][0] == len(OUTCOMES)
    # Visitor questions add features: at least a vote and a cosine for each kind.
    assert shapes["outcome"][1] >= shapes["outcome_plain"][1] + 2 * len(KINDS)
    for name in Fitted.__slots__:
        assert (getattr(fitted, name).scale > 0).all()
