"""Answers to questions that were asked before: so many of them, in memory, and without the questions.

A keyed digest stands for a question. Its key is made at the start and leaves the process as little as the digests do,
so what is held names no question; all of it is gone when the process ends.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict

from bot.types import Answer

_KEY_BYTES = 32


class AnswerCache:
    """The `size` answers that were wanted last; 0 holds none. Threads may share it."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._secret = secrets.token_bytes(_KEY_BYTES)
        self._answers: OrderedDict[bytes, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def key(self, *parts: str) -> bytes:
        """What stands for a cleaned question and all else that its answer depends on."""
        # No cleaned text holds a control character, so none runs into the next.
        return hashlib.blake2b("\0".join(parts).encode("utf-8"), key=self._secret).digest()

    def get(self, key: bytes) -> Answer | None:
        """The answer, if it is held."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def put(self, key: bytes, answer: Answer) -> None:
        """Hold an answer, and let go of the one that was not wanted for longest."""
        with self._lock:
            self._answers[key] = answer
            self._answers.move_to_end(key)
            while len(self._answers) > self._size:
                self._answers.popitem(last=False)
