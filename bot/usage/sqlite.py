"""A store in one small SQLite database.

Rows have a day but no time of day, and nothing about the person: no address, no session, no order of arrival. Words are
stored only if a visitor chose to give them, and only as `bot.usage.words` cleans them. Rows older than the retention
period are deleted, and their bytes are overwritten.

The number of rows and the size are limited. Old rows are never dropped to make room: near the size limit, new verdicts
are stored without their words, and at either limit they are refused.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.types import AskPolicyError, Outcome
from bot.usage import limits
from bot.usage.database import BUSY_SECONDS, Database
from bot.usage.values import (
    ALL,
    MAX_COMMENT_CHARS,
    Audited,
    Count,
    Feedback,
    FullError,
    Switch,
    SwitchKind,
    Unanswered,
    WordsFullError,
    today,
)
from bot.usage.words import cleaned, row_id

# The tables with what visitors left. Each has a column `day`.
_OF_VISITORS = ("counts", "feedback", "unanswered")
_ADD_COUNT = """
INSERT INTO counts SELECT ?1, ?2, ?3, ?4, ?5, ?6
    WHERE EXISTS (SELECT 1 FROM counts WHERE (day, policy, outcome, language, topic) = (?1, ?2, ?3, ?4, ?5))
    OR (SELECT count(*) FROM counts) < ?7
    ON CONFLICT (day, policy, outcome, language, topic) DO UPDATE SET number = number + excluded.number
"""


class SqliteStore:
    """A `bot.usage.store.Store` in the database at `path`, which is created on first use."""

    keeps_usage = True

    def __init__(
        self,
        path: Path,
        retention_days: int,
        *,
        max_rows: int = 100_000,
        max_bytes: int = 100_000_000,
        max_question_chars: int = 2_000,
        busy_seconds: float = BUSY_SECONDS,
    ) -> None:
        """Set the limits; the file is not opened yet.

        retention_days: days until `purge` deletes a row; 0 for all rows. max_rows: verdicts and questions. max_bytes:
        size on disk. max_question_chars: the longest question that is stored. busy_seconds: how long a call waits for
        the lock of another program.
        """
        self.path = path
        self.retention_days = retention_days
        self.max_rows = max_rows
        self.max_bytes = max_bytes
        self.max_question_chars = max_question_chars
        self._database = Database(path, busy_seconds)

    @property
    def place(self) -> str:
        """See `Store`."""
        return str(self.path)

    @property
    def exists(self) -> bool:
        """See `Store`. It is also false if this user may not read the folder."""
        return os.path.exists(self.path)

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        self._database.close()

    def count(self, counted: Count) -> None:
        """See `Store`. A power failure may lose the last counts, which saves a disk write for each question. At a
        million rows, counts that would need a new row are dropped."""
        key = (counted.day.isoformat(), counted.policy, str(counted.outcome), counted.language, counted.topic)
        with self._database.connected("NORMAL") as connection:
            connection.execute(_ADD_COUNT, (*key, counted.number, limits.COUNTS))

    def add(self, feedback: Feedback) -> str:
        """See `Store`. The verdict is safely on disk when this returns."""
        id = row_id(feedback.answer_id)
        comment = cleaned("comment", feedback.comment, MAX_COMMENT_CHARS)
        question = cleaned("question", feedback.question, self.max_question_chars)
        with self._room_for("feedback", id, f"{comment or ''}{question or ''}") as (connection, fits):
            words = (comment, question) if fits else (None, None)
            verdict = (feedback.day.isoformat(), feedback.policy, str(feedback.outcome), int(feedback.helpful))
            connection.execute(
                "INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (id, *verdict, feedback.reason, *words),
            )
        if not fits:
            raise WordsFullError(f"The feedback database {self.path} has no room for more words: {limits.MORE_ROOM}.")
        return id

    def keep(self, question: Unanswered) -> str:
        """See `Store`. The question is safely on disk when this returns, unless nothing is left of it."""
        id = row_id(question.answer_id)
        words = cleaned("question", question.question, self.max_question_chars)
        if words is None:
            return id
        with self._room_for("unanswered", id, words) as (connection, fits):
            if not fits:
                raise FullError(f"The feedback database {self.path} has no room for more words: {limits.MORE_ROOM}.")
            connection.execute(
                "INSERT OR REPLACE INTO unanswered VALUES (?, ?, ?, ?, ?)",
                (id, question.day.isoformat(), question.policy, str(question.outcome), words),
            )
        return id

    @contextmanager
    def _room_for(self, table: str, id: str, words: str) -> Iterator[tuple[sqlite3.Connection, bool]]:
        """Yield the connection, in a transaction, and whether there is room for the words of a row.

        Raises FullError if the row is new and there is no room for it.
        """
        with self._database.writing() as connection:  # so that no two writers check for room at the same time
            taken = self._database.taken_bytes(connection)
            rows = sum(
                connection.execute(f"SELECT count(*) FROM {kept}").fetchone()[0]  # noqa: S608
                for kept in ("feedback", "unanswered")
            )
            if rows >= self.max_rows or taken >= self.max_bytes:
                known = connection.execute(f"SELECT 1 FROM {table} WHERE id = ?", (id,)).fetchone()  # noqa: S608
                if not known:
                    raise FullError(
                        f"The feedback database {self.path} is full ({rows:,} verdicts and questions, {taken:,} "
                        f"bytes): {limits.MORE_ROOM}."
                    )
            size = len(words.encode())
            yield connection, not size or taken + size <= self.max_bytes * limits.WORDS_SHARE

    def counts(self, since: date) -> list[Count]:
        """See `Store`."""
        return [
            Count(date.fromisoformat(day), policy, Outcome(outcome), language, topic, number)
            for day, policy, outcome, language, topic, number in self._rows("counts", since)
        ]

    def feedback(self, since: date) -> list[Feedback]:
        """See `Store`."""
        return [
            Feedback(id, policy, Outcome(outcome), bool(helpful), reason, comment, question, date.fromisoformat(day))
            for id, day, policy, outcome, helpful, reason, comment, question in self._rows("feedback", since)
        ]

    def unanswered(self, since: date) -> list[Unanswered]:
        """See `Store`."""
        return [
            Unanswered(id, policy, Outcome(outcome), question, date.fromisoformat(day))
            for id, day, policy, outcome, question in self._rows("unanswered", since)
        ]

    def _rows(self, table: str, since: date) -> list[tuple[Any, ...]]:
        with self._database.connected() as connection:
            since_then = f"SELECT * FROM {table} WHERE day >= ?"  # noqa: S608
            return connection.execute(since_then, (since.isoformat(),)).fetchall()

    def purge(self) -> int:
        """See `Store`. If another program reads at the moment, the next call overwrites the last bytes."""
        oldest_kept = today() - timedelta(days=self.retention_days) if self.retention_days else date.max
        with self._database.writing() as connection:
            deleted = _delete(connection, oldest_kept)
        self._database.empty_log()
        return deleted

    def delete(self, before: date | None, who: str) -> int:
        """See `Store`."""
        with self._database.writing() as connection:
            deleted = _delete(connection, before or date.max)
            days = f" before {before}" if before else ""
            _note(connection, Audited(who, f"deleted what visitors left{days}: {deleted:,} rows"))
        if not self._database.empty_log():
            raise AskPolicyError(
                f"{deleted:,} rows were deleted, but another program reads {self.path} and keeps their bytes on disk: "
                "stop it, then repeat this command."
            )
        return deleted

    def switches(self) -> list[Switch]:
        """See `Store`. Does not create the database."""
        if not self.path.exists():
            return []
        with self._database.connected() as connection:
            return _switches(connection)

    def switch_on(self, switch: Switch, who: str) -> None:
        """See `Store`."""
        until = switch.until.isoformat() if switch.until else None
        with self._database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO switches VALUES (?, ?, ?, ?)",
                (str(switch.kind), switch.policy, switch.message, until),
            )
            _note(connection, Audited(who, switch.in_words()))

    def switch_off(self, kind: SwitchKind, policy: str | None, who: str) -> list[Switch]:
        """See `Store`. Does not create the database."""
        if not self.path.exists():
            return []
        with self._database.writing() as connection:
            removed = [
                switch
                for switch in _switches(connection)
                if switch.kind is kind and (policy is None or switch.policy == policy)
            ]
            for switch in removed:
                connection.execute("DELETE FROM switches WHERE (kind, policy) = (?, ?)", (str(kind), switch.policy))
                _note(connection, Audited(who, f"{kind} off for {switch.policy or ALL}"))
        return removed

    def note(self, audited: Audited) -> None:
        """See `Store`."""
        with self._database.writing() as connection:
            _note(connection, audited)

    def audit(self) -> list[Audited]:
        """See `Store`."""
        with self._database.connected() as connection:
            rows = connection.execute("SELECT at, who, what FROM audit ORDER BY number DESC").fetchall()
        return [Audited(who, what, datetime.fromisoformat(at)) for at, who, what in rows]


def _delete(connection: sqlite3.Connection, before: date) -> int:
    return sum(
        connection.execute(f"DELETE FROM {table} WHERE day < ?", (before.isoformat(),)).rowcount  # noqa: S608
        for table in _OF_VISITORS
    )


def _switches(connection: sqlite3.Connection) -> list[Switch]:
    rows = connection.execute("SELECT kind, policy, message, until FROM switches").fetchall()
    return [
        Switch(SwitchKind(kind), policy, message, datetime.fromisoformat(until) if until else None)
        for kind, policy, message, until in rows
    ]


def _note(connection: sqlite3.Connection, audited: Audited) -> None:
    connection.execute(
        "INSERT INTO audit (at, who, what) VALUES (?, ?, ?)",
        (audited.at.isoformat(), audited.who, audited.what),
    )
    connection.execute("DELETE FROM audit WHERE number <= (SELECT max(number) FROM audit) - ?", (limits.AUDIT,))
