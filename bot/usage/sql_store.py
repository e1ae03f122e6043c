"""What the stores in SQLite and in PostgreSQL have in common: which rows they keep, and when there is no more room."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date, timedelta
from typing import Any, ClassVar, Generic, TypeVar

from bot.types import AskPolicyError, Outcome
from bot.usage import limits
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
OF_VISITORS = ("counts", "feedback", "unanswered")
Connection = TypeVar("Connection")
Row = tuple[Any, ...]


class SqlStore(ABC, Generic[Connection]):
    """The part of a `bot.usage.store.Store` that does not depend on the database."""

    keeps_usage = True
    # What to do if another program keeps deleted bytes on disk: the end of a sentence.
    _then_repeat: ClassVar[str]

    def __init__(self, retention_days: int, max_rows: int, max_bytes: int, max_question_chars: int) -> None:
        """Set the limits.

        retention_days: days until `purge` deletes a row; 0 for all rows. max_rows: verdicts and questions. max_bytes:
        size on disk. max_question_chars: the longest question that is stored.
        """
        self.retention_days = retention_days
        self.max_rows = max_rows
        self.max_bytes = max_bytes
        self.max_question_chars = max_question_chars

    @property
    @abstractmethod
    def place(self) -> str:
        """See `Store`."""

    def add(self, feedback: Feedback) -> str:
        """See `Store`. The verdict is safely on disk when this returns."""
        id = row_id(feedback.answer_id)
        comment = cleaned("comment", feedback.comment, MAX_COMMENT_CHARS)
        question = cleaned("question", feedback.question, self.max_question_chars)
        with self._room_for("feedback", id, f"{comment or ''}{question or ''}") as (connection, fits):
            words = (comment, question) if fits else (None, None)
            verdict = (feedback.day, feedback.policy, str(feedback.outcome), feedback.helpful, feedback.reason)
            self._put(connection, "feedback", (id, *verdict, *words))
        if not fits:
            raise WordsFullError(f"The {self._named} has no room for more words: {limits.MORE_ROOM}.")
        return id

    def keep(self, question: Unanswered) -> str:
        """See `Store`. The question is safely on disk when this returns, unless nothing is left of it."""
        id = row_id(question.answer_id)
        words = cleaned("question", question.question, self.max_question_chars)
        if words is None:
            return id
        with self._room_for("unanswered", id, words) as (connection, fits):
            if not fits:
                raise FullError(f"The {self._named} has no room for more words: {limits.MORE_ROOM}.")
            row = (id, question.day, question.policy, str(question.outcome), words)
            self._put(connection, "unanswered", row)
        return id

    @contextmanager
    def _room_for(self, table: str, id: str, words: str) -> Iterator[tuple[Connection, bool]]:
        """Yield the connection, in a transaction, and whether there is room for the words of a row.

        Raises FullError if the row is new and there is no room for it.
        """
        with self._writing() as connection:
            rows, taken = self._taken(connection)
            if (rows >= self.max_rows or taken >= self.max_bytes) and not self._has(connection, table, id):
                raise FullError(
                    f"The {self._named} is full ({rows:,} verdicts and questions, {taken:,} bytes): {limits.MORE_ROOM}."
                )
            size = len(words.encode())
            yield connection, not size or taken + size <= self.max_bytes * limits.WORDS_SHARE

    def counts(self, since: date) -> list[Count]:
        """See `Store`."""
        return [
            Count(_day(day), policy, Outcome(outcome), language, topic, number)
            for day, policy, outcome, language, topic, number in self._rows("counts", since)
        ]

    def feedback(self, since: date) -> list[Feedback]:
        """See `Store`."""
        return [
            Feedback(id, policy, Outcome(outcome), bool(helpful), reason, comment, question, _day(day))
            for id, day, policy, outcome, helpful, reason, comment, question in self._rows("feedback", since)
        ]

    def unanswered(self, since: date) -> list[Unanswered]:
        """See `Store`."""
        return [
            Unanswered(id, policy, Outcome(outcome), question, _day(day))
            for id, day, policy, outcome, question in self._rows("unanswered", since)
        ]

    def _purge(self) -> int:
        """Delete what is older than the retention period; return how many rows. Their bytes may still be on disk."""
        oldest_kept = today() - timedelta(days=self.retention_days) if self.retention_days else date.max
        with self._writing() as connection:
            return self._delete(connection, oldest_kept)

    def delete(self, before: date | None, who: str) -> int:
        """See `Store`."""
        with self._writing() as connection:
            deleted = self._delete(connection, before or date.max)
            days = f" before {before}" if before else ""
            self._note(connection, Audited(who, f"deleted what visitors left{days}: {deleted:,} rows"))
        if not self._erase():
            raise AskPolicyError(
                f"{deleted:,} rows were deleted, but another program reads {self.place} and keeps their bytes on disk: "
                f"{self._then_repeat}."
            )
        return deleted

    def switch_on(self, switch: Switch, who: str) -> None:
        """See `Store`."""
        with self._writing() as connection:
            self._put(connection, "switches", (str(switch.kind), switch.policy, switch.message, switch.until))
            self._note(connection, Audited(who, switch.in_words()))

    def switch_off(self, kind: SwitchKind, policy: str | None, who: str) -> list[Switch]:
        """See `Store`."""
        with self._writing() as connection:
            removed = [
                switch
                for switch in self._switches(connection)
                if switch.kind is kind and (policy is None or switch.policy == policy)
            ]
            for switch in removed:
                self._remove(connection, switch)
                self._note(connection, Audited(who, f"{kind} off for {switch.policy or ALL}"))
        return removed

    def note(self, audited: Audited) -> None:
        """See `Store`."""
        with self._writing() as connection:
            self._note(connection, audited)

    # The database ----------------------------------------------------------------------------------------------------

    @property
    @abstractmethod
    def _named(self) -> str:
        """What is full, in words, after “The”."""

    @abstractmethod
    def _writing(self) -> AbstractContextManager[Connection]:
        """Return a transaction, for a `with` block: on its end, it survives a crash."""

    @abstractmethod
    def _taken(self, connection: Connection) -> tuple[int, int]:
        """Return how many verdicts and questions there are, and the bytes on disk, and keep other writers waiting."""

    @abstractmethod
    def _has(self, connection: Connection, table: str, id: str) -> bool:
        """Return whether a table has a row."""

    @abstractmethod
    def _put(self, connection: Connection, table: str, row: Row) -> None:
        """Write a row of `feedback`, `unanswered` or `switches`, in place of an earlier one with its key."""

    @abstractmethod
    def _rows(self, table: str, since: date) -> Sequence[Row]:
        """Return the rows of a table of OF_VISITORS from a day on, in an order that reveals nothing."""

    @abstractmethod
    def _delete(self, connection: Connection, before: date) -> int:
        """Delete the rows of visitors before a day; return how many."""

    @abstractmethod
    def _erase(self) -> bool:
        """Remove from the disk what was deleted. Return False if another program keeps it there."""

    @abstractmethod
    def _switches(self, connection: Connection) -> list[Switch]:
        """Return the switches that are set."""

    @abstractmethod
    def _remove(self, connection: Connection, switch: Switch) -> None:
        """Remove a switch."""

    @abstractmethod
    def _note(self, connection: Connection, audited: Audited) -> None:
        """Add a line to the audit, and drop the oldest beyond `limits.AUDIT`."""


def _day(stored: str | date) -> date:
    return date.fromisoformat(stored) if isinstance(stored, str) else stored
