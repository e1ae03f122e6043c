"""What was found for questions that were asked before: a limited number, in memory, and without the questions.

A keyed digest replaces each question. The key is made at the start, and neither key nor digests leave the process, so
the cache names no question. All of it is gone when the process ends.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict

from bot.answering.understand import Asked
from bot.types import Findings

_KEY_BYTES = 32


class AnswerCache:
    """The findings for the `size` questions that were asked last; 0 holds none. Threads may share it."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._secret = secrets.token_bytes(_KEY_BYTES)
        self._found: OrderedDict[bytes, Findings] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, asked: Asked) -> Findings | None:
        """Return what was found for this question, if it is held."""
        key = self._key(asked)
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def put(self, asked: Asked, found: Findings) -> None:
        """Hold what was found, and drop what was not asked for longest."""
        key = self._key(asked)
        with self._lock:
            self._found[key] = found
            self._found.move_to_end(key)
            while len(self._found) > self._size:
                self._found.popitem(last=False)

    def _key(self, asked: Asked) -> bytes:
        # A cleaned text holds no control character, so two texts never run together.
        parts = "\0".join([*asked.earlier, asked.question])
        return hashlib.blake2b(parts.encode("utf-8"), key=self._secret).digest()
