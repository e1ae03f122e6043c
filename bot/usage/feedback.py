"""What visitors thought of their answers, and how many questions had which outcome: a small SQLite database.

It knows days, no times of day, and nothing about the person: no address, no session, no order of arrival. Words are
kept only if a visitor gave them, cleaned of personal data here, so that there is no way around it. What is older
than the retention is deleted, and its bytes are overwritten.

It has room for a set number of verdicts and of bytes. What came first stays: near the end of the bytes new verdicts are
kept without their words, and at the end of either no new ones.

Threads share a store, and worker processes share its file, without knowing of each other.
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
MAX_QUESTION_CHARS = 20_000  # what a request may hold; the guard reads less

# How long a writer waits for the others before it gives up.
BUSY_SECONDS = 5.0
# The share of the bytes that words may fill. The rest is for verdicts without any, some 200 bytes each.
_WORDS_SHARE = 0.75
_MAX_COUNTS = 1_000_000  # a day of one policy has at most 54
_MORE_ROOM = "raise feedback.max_rows or feedback.max_megabytes, or lower feedback.retention_days"
# Counting rows reads this index alone. Databases made before it existed get it with their next verdict.
_INDEX = "CREATE INDEX IF NOT EXISTS feedback_by_day ON feedback (day)"
# WITHOUT ROWID: rows stand in the order of their keys, so not even the order in which they came is kept.
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
    """The day that new rows get, in UTC."""
    return datetime.now(UTC).date()


class TooLongError(AskPolicyError):
    """A text is longer than what is kept: its writer can shorten it."""


class FullError(AskPolicyError):
    """There is no room for more feedback: nothing was kept."""


class WordsFullError(AskPolicyError):
    """There is no room for more words: the verdict was kept without them."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """One visitor's verdict on one answer.

    answer_id: as the answer carried it; the store keeps a digest only.
    reason: one of REASONS, or None. comment: at most MAX_COMMENT_CHARS.
    question: only if the visitor agreed to share it.
    Raises AskPolicyError if a value does not fit; TooLongError if a text is too long.
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
            raise AskPolicyError(f"The reason is none of {', '.join(REASONS)}: give one of them, or none.")
        if self.comment is not None and len(self.comment) > MAX_COMMENT_CHARS:
            raise TooLongError(
                f"The comment has {len(self.comment)} characters: shorten it to {MAX_COMMENT_CHARS} at most."
            )
        if self.question is not None and len(self.question) > MAX_QUESTION_CHARS:
            raise TooLongError(
                f"The question has {len(self.question)} characters: shorten it to {MAX_QUESTION_CHARS} at most."
            )


@dataclass(frozen=True, slots=True)
class Count:
    """How many questions ended one way on one day."""

    day: date
    policy: str
    outcome: Outcome
    language: str
    number: int


class Store:
    """The database at `path`, made when it is first used. Every method raises AskPolicyError if it cannot work.

    Threads may share it. A process that forks makes a new one in each child.
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
        """busy_seconds: how long a call may wait for another program's lock."""
        self.path = path
        self.retention_days = retention_days
        self.max_rows = max_rows
        self.max_bytes = max_bytes
        self.max_question_chars = max_question_chars
        self._busy_seconds = busy_seconds
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None  # the device and inode that the connection leads to

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        with self._lock:
            self._disconnect()

    def count(self, day: date, policy: str, outcome: Outcome, language: str, number: int = 1) -> None:
        """Count questions. Outlives the process; the last ones may go with the power, which saves a disk write.

        A new row for a day, policy, outcome and language is not begun beyond a million of them.
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
        """Keep one verdict and return its id, once it is safely on disk.

        A second one for the same answer takes the place of the first: a visitor may change their mind.
        Raises TooLongError if a text is too long once it is cleaned, FullError or WordsFullError if there is no room.
        """
        id = hashlib.sha256(feedback.answer_id.encode("utf-8", "backslashreplace")).hexdigest()[:32]
        comment = _cleaned("comment", feedback.comment, MAX_COMMENT_CHARS)
        question = _cleaned("question", feedback.question, self.max_question_chars)
        size = len(f"{comment or ''}{question or ''}".encode())
        with self._connected() as connection:
            connection.execute("BEGIN IMMEDIATE")  # so that writers do not look for room at the same time
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
        """Raise FullError if a verdict is new and there is no room for it."""
        rows = connection.execute("SELECT count(*) FROM feedback").fetchone()[0]
        if rows < self.max_rows and taken < self.max_bytes:
            return
        if not connection.execute("SELECT 1 FROM feedback WHERE id = ?", (id,)).fetchone():
            raise FullError(
                f"The feedback database {self.path} is full ({rows:,} verdicts, {taken:,} bytes): {_MORE_ROOM}."
            )

    def _taken_bytes(self, connection: sqlite3.Connection) -> int:
        """What the database takes on disk: pages in use, and the log of writes that are not in it yet."""
        pages, free, size = (
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
        )
        log = Path(f"{self.path}-wal")
        return int((pages - free) * size) + (log.stat().st_size if log.exists() else 0)

    def purge(self) -> int:
        """Delete what is older than the retention, so that its bytes are gone too; return how many rows went."""
        oldest_kept = (today() - timedelta(days=self.retention_days)).isoformat()
        with self._connected() as connection:
            deleted = sum(
                connection.execute(f"DELETE FROM {table} WHERE day < ?", (oldest_kept,)).rowcount  # noqa: S608
                for table in ("counts", "feedback")
            )
            # The log of writes still holds the rows as they came: it is worked in and emptied.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return deleted

    def counts(self, since: date) -> list[Count]:
        """The counts of `since` and later."""
        with self._connected() as connection:
            rows = connection.execute("SELECT * FROM counts WHERE day >= ?", (since.isoformat(),)).fetchall()
        return [
            Count(date.fromisoformat(day), policy, Outcome(outcome), language, number)
            for day, policy, outcome, language, number in rows
        ]

    def feedback(self, since: date) -> list[Feedback]:
        """The verdicts of `since` and later, in no telling order; their `answer_id` is the id of the row."""
        with self._connected() as connection:
            rows = connection.execute("SELECT * FROM feedback WHERE day >= ?", (since.isoformat(),)).fetchall()
        return [
            Feedback(id, policy, Outcome(outcome), bool(helpful), reason, comment, question, date.fromisoformat(day))
            for id, day, policy, outcome, helpful, reason, comment, question in rows
        ]

    @contextmanager
    def _connected(self, synchronous: str = "FULL") -> Iterator[sqlite3.Connection]:
        """The connection, for one caller at a time, in autocommit: what a statement wrote is kept when it returns."""
        with self._lock:
            try:
                connection = self._connect()
                connection.execute(f"PRAGMA synchronous = {synchronous}")
                yield connection
            except sqlite3.Error as error:
                self._disconnect()  # whatever is mended until then, the next call sees it
                raise self._explained(error) from None
            except OSError as error:
                raise AskPolicyError(
                    f"The feedback database {self.path} cannot be made ({error.strerror}): make room, or give another "
                    "place in the setting feedback.path."
                ) from None

    def _connect(self) -> sqlite3.Connection:
        if not self.path.exists():
            self._create()
        status = self.path.stat()
        file = (status.st_dev, status.st_ino)
        # Writes to a file that was moved away would be lost.
        if self._connection is None or self._file != file:
            self._disconnect()
            # mode=rw: a database comes into being in `_create` alone.
            self._connection = sqlite3.connect(
                f"{self.path.absolute().as_uri()}?mode=rw",
                uri=True,
                timeout=self._busy_seconds,
                isolation_level=None,
                check_same_thread=False,  # the lock lets one thread in at a time
            )
            self._file = file
            self._connection.execute("PRAGMA secure_delete = ON")  # deleted bytes are overwritten
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise AskPolicyError(
                f"The feedback database {self.path} was written by a newer askpolicy (schema {version}, this one knows "
                f"{SCHEMA_VERSION}): update askpolicy, or give another place in the setting feedback.path."
            )
        if version < SCHEMA_VERSION:
            raise AskPolicyError(
                f"{self.path} is not a feedback database: move it away, or give another place in the setting "
                "feedback.path."
            )
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _create(self) -> None:
        """Written beside its place, readable by its owner only, and put there whole; the first of many wins."""
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
        """The one sentence for what SQLite reports; the low byte of its code names the family."""
        match getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF:
            case sqlite3.SQLITE_FULL:
                problem, mend = "cannot be written (the disk is full)", "make room"
            case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
                problem, mend = f"cannot be opened for writing ({error})", "give this user the right to write it"
            case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
                problem, mend = f"is damaged ({error})", "move it away, a new one is made then"
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                problem, mend = "is kept busy by another program", "end that program, or try again"
            case _:
                problem, mend = f"cannot be used ({error})", "check its disk"
        return AskPolicyError(
            f"The feedback database {self.path} {problem}: {mend}, or give another place in the setting feedback.path."
        )


def open_store(settings: Settings, busy_seconds: float = BUSY_SECONDS) -> Store | None:
    """The store that the settings name; None if they say that nothing is kept. busy_seconds: as of `Store`."""
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
    """Where the database lies, or will."""
    return settings.feedback.path or settings.home / "feedback.sqlite"


def _cleaned(name: str, text: str | None, limit: int) -> str | None:
    """Without personal data, hidden and control characters; None if nothing is left.

    Raises TooLongError if the text, or what it becomes, is longer than `limit`: one character can stand for eighteen.
    """
    if text is None:
        return None
    guarded = guard(text, GuardSettings(max_question_chars=limit))
    if guarded.outcome is Outcome.TOO_LONG or len(guarded.question) > limit:
        raise TooLongError(f"The {name} is too long: shorten it to {limit:,} characters at most.")
    return guarded.question or None


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
