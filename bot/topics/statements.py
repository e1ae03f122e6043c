"""Statement vector -> how much the statement says about each topic: a linear model on the encoder's vectors, int8.

`python -m training.statements` fits it on policies whose statements are labeled with topics; see bot/models/README.md.
"""

from __future__ import annotations

import functools
import io
from dataclasses import dataclass
from importlib.resources import files

import numpy as np

from bot.topics.catalog import policy_topics
from bot.topics.model import FloatArray, quantized


@dataclass(frozen=True, slots=True)
class StatementTopics:
    """The model. weights: shape (policy topics, dimension). intercept: shape (policy topics,)."""

    weights: FloatArray
    intercept: FloatArray

    def says(self, topic: int, statements: FloatArray) -> FloatArray:
        """Return how much each statement says about a topic, shape (statements,): about 1 if it answers, 0 if it does
        not.

        topic: its index among the policy topics. statements: unit vectors, shape (statements, dimension).
        """
        found: FloatArray = statements @ self.weights[topic] + self.intercept[topic]
        return found

    def to_bytes(self) -> bytes:
        """Return the model as a file: each row of the weights in int8, with its scale."""
        file = io.BytesIO()
        weights, scale = quantized(self.weights)
        np.savez_compressed(file, weights=weights, scale=scale, intercept=self.intercept.astype(np.float32))
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> StatementTopics:
        """Read what `to_bytes` wrote. Raises ValueError if it does not fit the catalog."""
        with np.load(io.BytesIO(data)) as file:
            weights = file["weights"].astype(np.float32) * file["scale"][:, None]
            intercept = file["intercept"]
        if len(weights) != len(policy_topics()):
            raise ValueError("the model was fitted on another catalog: run `python -m training.statements`")
        return cls(weights, intercept)


@functools.cache
def load_statement_topics() -> StatementTopics:
    """Return the model that ships with the package."""
    return StatementTopics.from_bytes(files("bot").joinpath("models", "statements.npz").read_bytes())
