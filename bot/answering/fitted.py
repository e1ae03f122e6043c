"""The small fitted models: logistic regressions over named features, stored as JSON, computed with numpy.

`training/calibrate.py` fits and writes them; nothing here knows a number.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Logistic:
    """Multinomial (or, with one row, binary) logistic regression on standardised features.

    coefficients: (classes or 1, features). intercept: (classes or 1,). mean, scale: (features,).
    """

    mean: Floats
    scale: Floats
    coefficients: Floats
    intercept: Floats

    def probabilities(self, features: npt.ArrayLike) -> Floats:
        """Rows of features -> (rows, classes) that sum to 1, or (rows,) for a binary model."""
        rows = (np.asarray(features, dtype=np.float64) - self.mean) / self.scale
        logits: Floats = rows @ self.coefficients.T + self.intercept
        if self.coefficients.shape[0] == 1:
            binary: Floats = 0.5 * (1.0 + np.tanh(0.5 * logits[:, 0]))  # 1 / (1 + exp(-x)), which overflows
            return binary
        shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
        classes: Floats = shifted / shifted.sum(axis=1, keepdims=True)
        return classes

    @classmethod
    def nothing(cls) -> Logistic:
        """Knows nothing: stands where a model is yet to be fitted."""
        return cls(np.zeros(1), np.ones(1), np.zeros((1, 1)), np.zeros(1))

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Logistic:
        """Read what `to_json` wrote."""
        return cls(*(np.array(record[n], dtype=np.float64) for n in ("mean", "scale", "coefficients", "intercept")))

    def to_json(self) -> dict[str, Any]:
        """Six significant digits each: enough for probabilities to four."""
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
    """scope: what a question is about, over its vector. relevance and outcome: with visitor questions, and plain for
    policies that have none."""

    scope: Logistic
    relevance: Logistic
    relevance_plain: Logistic
    outcome: Logistic
    outcome_plain: Logistic


@functools.cache
def load_fitted() -> Fitted:
    """The models that ship with the package."""
    record = json.loads(files("bot").joinpath("models", "fitted.json").read_text(encoding="utf-8"))
    return Fitted(**{name: Logistic.from_json(record[name]) for name in Fitted.__slots__})
