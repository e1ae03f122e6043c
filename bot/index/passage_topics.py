"""What each passage of a policy is about, found when a question first comes near it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bot.encoder.embedding import FloatArray
from bot.index.vectors import IVF_FROM
from bot.topics.model import load_topic_model


class PassageTopics:
    """Says how closely passages match the topics of a question. Threads can share it.

    count: how many passages the policy has. It keeps 1 kB for each passage that was compared with a question; the
    topics of a larger policy are computed again for each question.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._roots: FloatArray | None = None
        self._known = np.zeros(count if count < IVF_FROM else 0, dtype=bool)

    def agreement(self, asked: FloatArray, rows: npt.NDArray[np.int64], vectors: FloatArray) -> FloatArray:
        """Return what `TopicModel.agreement` does, shape (rows,).

        asked: the question's probabilities, shape (topics,). rows: indexes of passages. vectors: theirs, shape (rows,
        dimension).
        """
        model = load_topic_model()
        if not len(self._known):
            return model.agreement(asked, vectors)
        if self._roots is None:
            # The system allocates memory only for the rows that are written.
            self._roots = np.empty((self._count, len(asked)), dtype=np.float32)
        new = ~self._known[rows]
        if new.any():
            # Another thread may write the same rows at the same time; it writes the same numbers.
            self._roots[rows[new]] = model.roots(vectors[new])
            self._known[rows[new]] = True
        found: FloatArray = self._roots[rows] @ np.sqrt(asked)
        return found
