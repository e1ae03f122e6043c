"""Counts questions without waiting for the database: in memory first, written by a thread of its own.

A process that is killed loses what it counted in the last FLUSH_SECONDS. If the database cannot be written, nothing is
lost until the process ends: the counts are few numbers, and they wait in memory.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from datetime import date

from bot.types import AskPolicyError, Outcome
from bot.usage.feedback import Store

FLUSH_SECONDS = 1.0
_PURGE_SECONDS = 6 * 60 * 60
# Different days, policies, outcomes and languages held in memory; a day of one policy has at most 54.
_MAX_KEYS = 10_000
# How long the end of the process waits for the last counts: longer than the store waits for a lock.
_STOP_SECONDS = 3.0
_log = logging.getLogger("askpolicy.question_counter")

_Key = tuple[date, str, Outcome, str]


class QuestionCounter:
    """The counts of one worker, and the deletion of what is too old. `store` is used by its thread alone."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: Counter[_Key] = Counter()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._failing = False
        # A daemon: it must not hold up the end of the process.
        self._thread = threading.Thread(target=self._run, name="question_counter", daemon=True)

    def start(self) -> None:
        """Begin to write, and to delete what is too old."""
        self._thread.start()

    def add(self, day: date, policy: str, outcome: Outcome, language: str) -> None:
        """Count one question. Never waits for the disk, never fails."""
        key = (day, policy, outcome, language)
        with self._lock:
            if key in self._waiting or len(self._waiting) < _MAX_KEYS:
                self._waiting[key] += 1

    def stop(self) -> None:
        """Write the last counts, in bounded time."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(_STOP_SECONDS)
        with self._lock:
            lost = self._waiting.total()
        if lost:
            _log.error("%d questions were answered and not counted.", lost)

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
        """Write what is waiting; keep what could not be written."""
        with self._lock:
            waiting = dict(self._waiting)
        for key, number in waiting.items():
            try:
                self._store.count(*key, number)
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
