"""Stores what visitors thought of their answers, and how many questions had each outcome, in a small SQLite database.

Rows have a day but no time of day, and nothing about the person: no address, no session, no order of arrival. Words are
stored only if a visitor chose to give them. This module removes personal data from them, so that no caller can skip
that step. Rows older than the retention period are deleted, and their bytes are overwritten.

The number of verdicts and the size are limited. Old rows are never dropped to make room: near the size limit, new
verdicts are stored without their words, and at either limit they are refused.

Threads can share a store, and worker processes its file, without coordination.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.guard.cleaning import guard
from bot.settings import GuardSettings, Settings
from bot.types import AskPolicyError, Outcome

SCHEMA_VERSION = 1
REASONS = ("wrong", "incomplete", "unclear", "other")
MAX_COMMENT_CHARS = 500
MAX_QUESTION_CHARS = 20_000  # the limit for a request; the guard accepts less

# How long a writer waits for the others before it gives up.
BUSY_SECONDS = 5.0
# The share of the size limit that words may use. The rest is for verdicts without words, about 200 bytes each.
_WORDS_SHARE = 0.75
_MAX_COUNTS = 1_000_000  # rows; one policy adds at most 54 a day
_MORE_ROOM = "raise feedback.max_rows or feedback.max_megabytes, or lower feedback.retention_days"
# Counting rows reads only this index. Databases made before it existed get it with their next verdict.
_INDEX = "CREATE INDEX IF NOT EXISTS feedback_by_day ON feedback (day)"
# WITHOUT ROWID: rows are stored in the order of their keys, so the order in which they arrived is not stored.
_SCHEMA = f"""
PRAGMA journal_mode = WAL;
BEGIN IMMEDIATE;
CREATE TABLE counts (
    day TEXT NOT NULL,
    policy TEXT NOT NULL,
    outcome TEXT NOT NULL,
    language TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (day, policy, outcome, language)
) STRICT, WITHOUT ROWID;
CREATE TABLE feedback (
    id TEXT PRIMARY KEY,
    day TEXT NOT NULL,
    policy TEXT NOT NULL,
    outcome TEXT NOT NULL,
    helpful INTEGER NOT NULL CHECK (helpful IN (0, 1)),
    reason TEXT,
    comment TEXT,
    question TEXT
) STRICT, WITHOUT ROWID;
PRAGMA user_version = {SCHEMA_VERSION};
COMMIT;
"""


def today() -> date:
    """Return the current day in UTC, which new rows get."""
    return datetime.now(UTC).date()


class TooLongError(AskPolicyError):
    """A text is too long to be stored; its writer can shorten it."""


class FullError(AskPolicyError):
    """There is no room for more feedback; nothing was stored."""


class WordsFullError(AskPolicyError):
    """There is no room for more words; the verdict was stored without them."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """One visitor's verdict on one answer.

    answer_id: the id that came with the answer; the store keeps only a digest of it.
    reason: one of REASONS, or None. comment: at most MAX_COMMENT_CHARS characters, or None.
    question: at most MAX_QUESTION_CHARS characters, or None if the visitor did not agree to share it.
    Raises TooLongError if a text is too long, AskPolicyError if the reason is unknown.
    """

    answer_id: str
    policy: str
    outcome: Outcome
    helpful: bool
    reason: str | None = None
    comment: str | None = None
    question: str | None = None
    day: date = field(default_factory=today)

    def __post_init__(self) -> None:
        if self.reason is not None and self.reason not in REASONS:
            raise AskPolicyError(f"The reason is unknown: use one of {', '.join(REASONS)}, or leave it out.")
        if self.comment is not None and len(self.comment) > MAX_COMMENT_CHARS:
            raise TooLongError(
                f"The comment has {len(self.comment):,} characters: shorten it to {MAX_COMMENT_CHARS:,} or fewer."
            )
        if self.question is not None and len(self.question) > MAX_QUESTION_CHARS:
            raise TooLongError(
                f"The question has {len(self.question):,} characters: shorten it to {MAX_QUESTION_CHARS:,} or fewer."
            )


@dataclass(frozen=True, slots=True)
class Count:
    """The number of questions with one policy, outcome and interface language on one day."""

    day: date
    policy: str
    outcome: Outcome
    language: str
    number: int


class Store:
    """The database at `path`, created on first use. Every method raises AskPolicyError if the database cannot be used.

    Threads can share a store. After a fork, each child process needs its own.
    """

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

        retention_days: days until `purge` deletes a row. max_rows: verdicts. max_bytes: size on disk.
        max_question_chars: the longest question that is stored. busy_seconds: how long a call waits for the lock of
        another program.
        """
        self.path = path
        self.retention_days = retention_days
        self.max_rows = max_rows
        self.max_bytes = max_bytes
        self.max_question_chars = max_question_chars
        self._busy_seconds = busy_seconds
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None  # device and inode of the open file

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        with self._lock:
            self._disconnect()

    def count(self, day: date, policy: str, outcome: Outcome, language: str, number: int = 1) -> None:
        """Add `number` to the count of a day, policy, outcome and language.

        The count survives a crash of the process. A power failure may lose the last ones, which saves a disk write for
        each question. At a million rows, counts that would need a new row are dropped.
        """
        with self._connected("NORMAL") as connection:
            connection.execute(
                "INSERT INTO counts SELECT ?1, ?2, ?3, ?4, ?5"
                " WHERE EXISTS (SELECT 1 FROM counts WHERE (day, policy, outcome, language) = (?1, ?2, ?3, ?4))"
                " OR (SELECT count(*) FROM counts) < ?6"
                " ON CONFLICT (day, policy, outcome, language) DO UPDATE SET number = number + excluded.number",
                (day.isoformat(), policy, str(outcome), language, number, _MAX_COUNTS),
            )

    def add(self, feedback: Feedback) -> str:
        """Store one verdict and return its id, once it is safely on disk.

        A second verdict on the same answer replaces the first, because visitors may change their minds.
        Raises TooLongError if a cleaned text is too long, FullError or WordsFullError if there is no room.
        """
        id = hashlib.sha256(feedback.answer_id.encode("utf-8", "backslashreplace")).hexdigest()[:32]
        comment = _cleaned("comment", feedback.comment, MAX_COMMENT_CHARS)
        question = _cleaned("question", feedback.question, self.max_question_chars)
        size = len(f"{comment or ''}{question or ''}".encode())
        with self._connected() as connection:
            connection.execute("BEGIN IMMEDIATE")  # so that no two writers check for room at the same time
            try:
                connection.execute(_INDEX)
                taken = self._taken_bytes(connection)
                self._check_room(connection, id, taken)
                no_room = size > 0 and taken + size > self.max_bytes * _WORDS_SHARE
                words = (None, None) if no_room else (comment, question)
                verdict = (feedback.day.isoformat(), feedback.policy, str(feedback.outcome), int(feedback.helpful))
                connection.execute(
                    "INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (id, *verdict, feedback.reason, *words),
                )
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
        if no_room:
            raise WordsFullError(f"The feedback database {self.path} has no room for more words: {_MORE_ROOM}.")
        return id

    def _check_room(self, connection: sqlite3.Connection, id: str, taken: int) -> None:
        """Raise FullError if the verdict is new and there is no room for it. taken: bytes in use."""
        rows = connection.execute("SELECT count(*) FROM feedback").fetchone()[0]
        if rows < self.max_rows and taken < self.max_bytes:
            return
        if not connection.execute("SELECT 1 FROM feedback WHERE id = ?", (id,)).fetchone():
            raise FullError(
                f"The feedback database {self.path} is full ({rows:,} verdicts, {taken:,} bytes): {_MORE_ROOM}."
            )

    def _taken_bytes(self, connection: sqlite3.Connection) -> int:
        """Return the bytes that the database uses on disk: its pages in use, and its write-ahead log."""
        pages, free, size = (
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
        )
        log = Path(f"{self.path}-wal")
        return int((pages - free) * size) + (log.stat().st_size if log.exists() else 0)

    def purge(self) -> int:
        """Delete rows older than the retention period, and overwrite their bytes. Return how many were deleted."""
        oldest_kept = (today() - timedelta(days=self.retention_days)).isoformat()
        with self._connected() as connection:
            deleted = sum(
                connection.execute(f"DELETE FROM {table} WHERE day < ?", (oldest_kept,)).rowcount  # noqa: S608
                for table in ("counts", "feedback")
            )
            # The write-ahead log still holds the rows as they arrived, so write it back and empty it.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return deleted

    def counts(self, since: date) -> list[Count]:
        """Return the counts from `since` on."""
        with self._connected() as connection:
            rows = connection.execute("SELECT * FROM counts WHERE day >= ?", (since.isoformat(),)).fetchall()
        return [
            Count(date.fromisoformat(day), policy, Outcome(outcome), language, number)
            for day, policy, outcome, language, number in rows
        ]

    def feedback(self, since: date) -> list[Feedback]:
        """Return the verdicts from `since` on, in an order that reveals nothing. Their `answer_id` is the row's id."""
        with self._connected() as connection:
            rows = connection.execute("SELECT * FROM feedback WHERE day >= ?", (since.isoformat(),)).fetchall()
        return [
            Feedback(id, policy, Outcome(outcome), bool(helpful), reason, comment, question, date.fromisoformat(day))
            for id, day, policy, outcome, helpful, reason, comment, question in rows
        ]

    @contextmanager
    def _connected(self, synchronous: str = "FULL") -> Iterator[sqlite3.Connection]:
        """Yield the connection, to one caller at a time, in autocommit mode: each statement is stored on return."""
        with self._lock:
            try:
                connection = self._connect()
                connection.execute(f"PRAGMA synchronous = {synchronous}")
                yield connection
            except sqlite3.Error as error:
                self._disconnect()  # so that the next call opens the file again and sees any fix
                raise self._explained(error) from None
            except OSError as error:
                raise AskPolicyError(
                    f"The feedback database {self.path} cannot be created ({error.strerror}): free up space, or choose "
                    "another path with the setting feedback.path."
                ) from None

    def _connect(self) -> sqlite3.Connection:
        if not self.path.exists():
            self._create()
        status = self.path.stat()
        file = (status.st_dev, status.st_ino)
        # If the file was moved away, connect again: writes to the old one are lost.
        if self._connection is None or self._file != file:
            self._disconnect()
            # mode=rw: only `_create` may create the database.
            self._connection = sqlite3.connect(
                f"{self.path.absolute().as_uri()}?mode=rw",
                uri=True,
                timeout=self._busy_seconds,
                isolation_level=None,
                check_same_thread=False,  # the lock admits one thread at a time
            )
            self._file = file
            self._connection.execute("PRAGMA secure_delete = ON")  # deleted bytes are overwritten
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise AskPolicyError(
                f"The feedback database {self.path} was written by a newer askpolicy (schema {version}; this one reads "
                f"{SCHEMA_VERSION}): update askpolicy, or choose another path with the setting feedback.path."
            )
        if version < SCHEMA_VERSION:
            raise AskPolicyError(
                f"{self.path} is not a feedback database: move it away, or choose another path with the setting "
                "feedback.path."
            )
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _create(self) -> None:
        """Create the database in a folder next to its path, readable only by its owner, then link it into place.

        A link appears complete or not at all. If several processes try, the first one wins.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.path.parent, prefix=f".{self.path.name}-") as scratch:
            new = Path(scratch) / self.path.name
            new.touch(mode=0o600)
            connection = sqlite3.connect(new, isolation_level=None)
            try:
                connection.executescript(_SCHEMA)
            finally:
                connection.close()
            try:
                os.link(new, self.path)
            except FileExistsError:
                return
        descriptor = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _explained(self, error: sqlite3.Error) -> AskPolicyError:
        """Return the error for what SQLite reports. The low byte of its code is the primary result code."""
        match getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF:
            case sqlite3.SQLITE_FULL:
                problem, fix = "cannot be written (the disk is full)", "free up space"
            case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
                problem, fix = f"cannot be opened for writing ({error})", "give this user permission to write it"
            case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
                problem, fix = f"is damaged ({error})", "move it away, so that a new one is created"
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                problem, fix = "is locked by another program", "stop that program, try again"
            case _:
                problem, fix = f"cannot be used ({error})", "check its disk"
        return AskPolicyError(
            f"The feedback database {self.path} {problem}: {fix}, or choose another path with the setting "
            "feedback.path."
        )


def open_store(settings: Settings, busy_seconds: float = BUSY_SECONDS) -> Store | None:
    """Return the store that the settings describe, or None if feedback is disabled. busy_seconds: see `Store`."""
    if not settings.feedback.enabled:
        return None
    return Store(
        database_path(settings),
        settings.feedback.retention_days,
        max_rows=settings.feedback.max_rows,
        max_bytes=settings.feedback.max_megabytes * 1_000_000,
        max_question_chars=settings.guard.max_question_chars,
        busy_seconds=busy_seconds,
    )


def database_path(settings: Settings) -> Path:
    """Return the path of the database, whether or not it exists yet."""
    return settings.feedback.path or settings.home / "feedback.sqlite"


def _cleaned(name: str, text: str | None, limit: int) -> str | None:
    """Return the text without personal data, hidden and control characters, or None if nothing is left.

    Nothing is kept of a text whose writer may be in danger.

    limit: in characters. Raises TooLongError if the text is longer, before or after normalization, which can turn one
    character into eighteen.
    """
    if text is None:
        return None
    guarded = guard(text, GuardSettings(max_question_chars=limit))
    if guarded.outcome is Outcome.TOO_LONG or len(guarded.question) > limit:
        raise TooLongError(f"The {name} is too long: shorten it to {limit:,} characters or fewer.")
    return None if guarded.outcome is Outcome.URGENT else guarded.question or None


__all__ = [
    "MAX_COMMENT_CHARS",
    "MAX_QUESTION_CHARS",
    "REASONS",
    "SCHEMA_VERSION",
    "Count",
    "Feedback",
    "FullError",
    "Store",
    "TooLongError",
    "WordsFullError",
    "database_path",
    "open_store",
    "today",
]
