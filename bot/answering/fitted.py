"""The small fitted models: logistic regressions, stored as JSON, computed with numpy.

`training/calibrate.py` fits and writes them; no parameter is in the code.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression on standardized features: multinomial, or binary if it has only one row.

    coefficients: (classes or 1, features). intercept: (classes or 1,). mean, scale: (features,).
    """

    mean: Floats
    scale: Floats
    coefficients: Floats
    intercept: Floats
    _weights: Floats = field(init=False, repr=False, compare=False)
    _start: Floats = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Let the weights standardize the features, which would otherwise take as long as the rest."""
        weights = (self.coefficients / self.scale).T
        object.__setattr__(self, "_weights", weights)
        object.__setattr__(self, "_start", self.intercept - self.mean @ weights)

    def probabilities(self, features: npt.ArrayLike) -> Floats:
        """Return probabilities, shape (rows, classes), where each row sums to 1, or (rows,) for a binary model.

        features: shape (rows, features).
        """
        logits: Floats = np.asarray(features, dtype=np.float64) @ self._weights + self._start
        if self.coefficients.shape[0] == 1:
            binary: Floats = 0.5 * (1.0 + np.tanh(0.5 * logits[:, 0]))  # equals 1 / (1 + exp(-x)), without overflow
            return binary
        shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
        classes: Floats = shifted / shifted.sum(axis=1, keepdims=True)
        return classes

    @classmethod
    def unfitted(cls) -> Logistic:
        """Return a placeholder for a model that is not fitted yet."""
        return cls(np.zeros(1), np.ones(1), np.zeros((1, 1)), np.zeros(1))

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Logistic:
        """Read what `to_json` wrote."""
        return cls(*(np.array(record[n], dtype=np.float64) for n in ("mean", "scale", "coefficients", "intercept")))

    def to_json(self) -> dict[str, Any]:
        """Return the parameters, rounded to six significant digits: enough for four digits of a probability."""
        return {
            name: [[float(f"{v:.6g}") for v in row] for row in values]
            if values.ndim == 2
            else [float(f"{v:.6g}") for v in values]
            for name, values in (
                ("mean", self.mean),
                ("scale", self.scale),
                ("coefficients", self.coefficients),
                ("intercept", self.intercept),
            )
        }


@dataclass(frozen=True, slots=True)
class Fitted:
    """The models that `rank` and `decide` use.

    scope: what a question is about, from its vector. fact: the fact about the policy or its owner that it asks for.
    relevance, outcome: for policies with visitor questions. relevance_plain, outcome_plain: for policies without.
    coverage: whether a policy speaks to a topic.
    """

    scope: Logistic
    fact: Logistic
    relevance: Logistic
    relevance_plain: Logistic
    outcome: Logistic
    outcome_plain: Logistic
    coverage: Logistic


@functools.cache
def load_fitted() -> Fitted:
    """Return the models that ship with the package."""
    record = json.loads(files("bot").joinpath("models", "fitted.json").read_text(encoding="utf-8"))
    return Fitted(**{name: Logistic.from_json(record[name]) for name in Fitted.__slots__})
