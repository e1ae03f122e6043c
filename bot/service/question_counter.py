"""Counts questions without waiting for the database: a separate thread writes the counts from memory.

A process that is killed loses the counts of the last FLUSH_SECONDS. If the database cannot be written, the counts stay
in memory, where they take little room, and nothing is lost until the process ends.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from dataclasses import replace

from bot.types import AskPolicyError
from bot.usage.store import Store
from bot.usage.values import Count

FLUSH_SECONDS = 1.0
_PURGE_SECONDS = 6 * 60 * 60
# The most combinations of day, policy, outcome, language, and topic in memory.
_MAX_KEYS = 10_000
# How long the process waits for the last counts when it ends: longer than the store waits for a lock.
_STOP_SECONDS = 3.0
_log = logging.getLogger("askpolicy.question_counter")


class QuestionCounter:
    """Counts one worker's questions, and deletes old feedback. store: used only by this object's thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: Counter[Count] = Counter()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._failing = False
        # A daemon thread must not keep the process from ending.
        self._thread = threading.Thread(target=self._run, name="question_counter", daemon=True)

    def start(self) -> None:
        """Start the thread that writes counts and deletes what is too old."""
        self._thread.start()

    def add(self, key: Count) -> None:
        """Count one question. Never waits for the disk and never fails."""
        with self._lock:
            if key in self._waiting or len(self._waiting) < _MAX_KEYS:
                self._waiting[key] += 1

    def stop(self) -> None:
        """Write the last counts; return after _STOP_SECONDS even if that fails."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(_STOP_SECONDS)
        with self._lock:
            lost = self._waiting.total()
        if lost:
            _log.error("%d questions were answered but not counted.", lost)

    def _run(self) -> None:
        purge_at = time.monotonic()
        while True:
            if time.monotonic() >= purge_at:
                self._purge()
                purge_at = time.monotonic() + _PURGE_SECONDS
            stopping = self._stopped.wait(FLUSH_SECONDS)
            self._flush()
            if stopping:
                self._store.close()
                return

    def _flush(self) -> None:
        """Write the waiting counts; keep those that could not be written."""
        with self._lock:
            waiting = dict(self._waiting)
        for key, number in waiting.items():
            try:
                self._store.count(replace(key, number=number))
            except AskPolicyError as error:
                if not self._failing:
                    _log.error("Questions are counted in memory until this is fixed: %s", error)
                self._failing = True
                return
            self._failing = False
            with self._lock:
                self._waiting[key] -= number
                if not self._waiting[key]:
                    del self._waiting[key]

    def _purge(self) -> None:
        try:
            self._store.purge()
        except AskPolicyError as error:
            _log.error("Old feedback was not deleted: %s", error)
