"""Question vector -> probability of each topic: a logistic regression on the encoder's vectors, int8.

`python -m training.topics` fits it on the phrasings and on the labeled questions of the corpus; see
bot/models/README.md.
"""

from __future__ import annotations

import functools
import io
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from bot.topics.catalog import policy_topics, topics

_INT8 = 127
Int8Array = npt.NDArray[np.int8]
FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TopicModel:
    """The model, and the vectors of the topics' own questions.

    weights: shape (topics, dimension). intercept: shape (topics,). questions: unit vectors of `Topic.question`, shape
    (policy topics, dimension).
    """

    weights: FloatArray
    intercept: FloatArray
    questions: FloatArray

    def probabilities(self, vectors: FloatArray) -> FloatArray:
        """Return the probability of each topic, shape (rows, topics).

        vectors: unit vectors, shape (rows, dimension).
        """
        logits = vectors @ self.weights.T + self.intercept
        shifted: FloatArray = np.exp(logits - logits.max(axis=1, keepdims=True))
        found: FloatArray = shifted / shifted.sum(axis=1, keepdims=True)
        return found

    def agreement(self, asked: FloatArray, passages: FloatArray) -> FloatArray:
        """Return how closely each passage matches the topics that are asked about, 0 to 1, shape (passages,).

        It is the Bhattacharyya coefficient of their probabilities of topics, and is low for a passage that only shares
        words with the question. asked: the question's probabilities, shape (topics,). passages: unit vectors, shape
        (passages, dimension).
        """
        found: FloatArray = self.roots(passages) @ np.sqrt(asked)
        return found

    def roots(self, passages: FloatArray) -> FloatArray:
        """Return the square root of the probability of each topic, shape (passages, topics), for `agreement`."""
        found: FloatArray = np.sqrt(self.probabilities(passages))
        return found

    def to_bytes(self) -> bytes:
        """Return the model as a file: each row of a matrix in int8, with its scale."""
        file = io.BytesIO()
        weights, weight_scale = quantized(self.weights)
        questions, question_scale = quantized(self.questions)
        np.savez_compressed(
            file,
            weights=weights,
            weight_scale=weight_scale,
            intercept=self.intercept.astype(np.float32),
            questions=questions,
            question_scale=question_scale,
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> TopicModel:
        """Read what `to_bytes` wrote. Raises ValueError if it does not fit the catalog."""
        with np.load(io.BytesIO(data)) as file:
            weights = file["weights"].astype(np.float32) * file["weight_scale"][:, None]
            questions = file["questions"].astype(np.float32) * file["question_scale"][:, None]
            intercept = file["intercept"]
        if (len(weights), len(questions)) != (len(topics()), len(policy_topics())):
            raise ValueError("the topic model was fitted on another catalog: run `python -m training.topics`")
        questions /= np.linalg.norm(questions, axis=1, keepdims=True)
        return cls(weights, intercept, questions)


@functools.cache
def load_topic_model() -> TopicModel:
    """Return the model that ships with the package."""
    return TopicModel.from_bytes(files("bot").joinpath("models", "topics.npz").read_bytes())


def quantized(matrix: FloatArray) -> tuple[Int8Array, FloatArray]:
    """Return the matrix in int8, and the scale of each row."""
    scale = np.maximum(np.abs(matrix).max(axis=1) / _INT8, np.finfo(np.float32).tiny)
    return np.round(matrix / scale[:, None]).astype(np.int8), scale.astype(np.float32)
