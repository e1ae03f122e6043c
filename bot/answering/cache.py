"""Keeps the findings for earlier questions: a limited number, in memory, and without the questions.

A keyed digest replaces each question. The key is random, made when the cache is created. Neither the key nor the
digests leave the process, so the cache does not reveal any question. All of it is gone when the process ends.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict

from bot.types import Findings
from bot.understanding.understand import Asked

_KEY_BYTES = 32


class Store:
    """Room for the findings for the `size` questions asked last; 0 keeps none. Bots and threads can share it."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._found: OrderedDict[bytes, Findings] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: bytes) -> Findings | None:
        """Return the findings with this key, or None if there are none."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def put(self, key: bytes, found: Findings) -> None:
        """Store findings. If the store is full, drop those that were least recently used."""
        with self._lock:
            self._found[key] = found
            self._found.move_to_end(key)
            while len(self._found) > self._size:
                self._found.popitem(last=False)


class AnswerCache:
    """One bot's findings in a store. No other bot can find them there, since each has a secret of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._secret = secrets.token_bytes(_KEY_BYTES)

    def get(self, asked: Asked) -> Findings | None:
        """Return the findings for this question, or None if they are not in the store."""
        return self._store.get(self._key(asked))

    def put(self, asked: Asked, found: Findings) -> None:
        """Store the findings for this question."""
        self._store.put(self._key(asked), found)

    def _key(self, asked: Asked) -> bytes:
        # Cleaned texts have no control characters, so "\0" separates them without ambiguity.
        parts = "\0".join([*asked.earlier, asked.question])
        return hashlib.blake2b(parts.encode("utf-8"), key=self._secret).digest()
