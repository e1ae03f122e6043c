"""What visitors thought of their answers, and how many questions had which outcome: a small SQLite database.

It knows days, no times of day, and nothing about the person: no address, no session, no order of arrival. Words are
kept only where a visitor gave them, cleaned of personal data here, so that there is no way around it. What is older
than the retention is deleted, and its bytes are overwritten.

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

from bot.guard import guard
from bot.settings import GuardSettings, Settings
from bot.types import AskPolicyError, Outcome

SCHEMA_VERSION = 1
REASONS = ("wrong", "incomplete", "unclear", "other")
MAX_COMMENT_CHARS = 500
MAX_QUESTION_CHARS = 20_000  # the most that the guard can be set to let in

# How long a writer waits for the others before it gives up.
_BUSY_SECONDS = 5.0
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


@dataclass(frozen=True, slots=True)
class Feedback:
    """One visitor's verdict on one answer.

    answer_id: as the answer carried it; the store keeps a digest only.
    reason: one of REASONS, or None. comment: at most MAX_COMMENT_CHARS.
    question: only where the visitor agreed to share it.
    Raises AskPolicyError where a value does not fit.
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
            raise AskPolicyError(
                f"The comment has {len(self.comment)} characters: shorten it to {MAX_COMMENT_CHARS} at most."
            )
        if self.question is not None and len(self.question) > MAX_QUESTION_CHARS:
            raise AskPolicyError(
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
    """The database at `path`, made when it is first used. Every method raises AskPolicyError where it cannot work.

    Threads may share it. A process that forks makes a new one in each child.
    """

    def __init__(self, path: Path, retention_days: int) -> None:
        self.path = path
        self.retention_days = retention_days
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None  # the device and inode that the connection leads to

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        with self._lock:
            self._disconnect()

    def count(self, day: date, policy: str, outcome: Outcome, language: str) -> None:
        """Count one question. Outlives the process; the last ones may go with the power, which saves a disk write."""
        with self._connected("NORMAL") as connection:
            connection.execute(
                "INSERT INTO counts VALUES (?, ?, ?, ?, 1)"
                " ON CONFLICT (day, policy, outcome, language) DO UPDATE SET number = number + 1",
                (day.isoformat(), policy, str(outcome), language),
            )

    def add(self, feedback: Feedback) -> str:
        """Keep one verdict and return its id, once it is safely on disk.

        A second one for the same answer takes the place of the first: a visitor may change their mind.
        """
        row = (
            hashlib.sha256(feedback.answer_id.encode("utf-8", "backslashreplace")).hexdigest()[:32],
            feedback.day.isoformat(),
            feedback.policy,
            str(feedback.outcome),
            int(feedback.helpful),
            feedback.reason,
            _cleaned(feedback.comment),
            _cleaned(feedback.question),
        )
        with self._connected() as connection:
            connection.execute("INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        return row[0]

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
                timeout=_BUSY_SECONDS,
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


def open_store(settings: Settings) -> Store | None:
    """The store that the settings name; None where they say that nothing is kept."""
    if not settings.feedback.enabled:
        return None
    return Store(database_path(settings), settings.feedback.retention_days)


def database_path(settings: Settings) -> Path:
    """Where the database lies, or will."""
    return settings.feedback.path or settings.home / "feedback.sqlite"


def _cleaned(text: str | None) -> str | None:
    """Without personal data, hidden and control characters; None where nothing is left."""
    if text is None:
        return None
    return guard(text, GuardSettings(max_question_chars=MAX_QUESTION_CHARS)).question or None


__all__ = [
    "MAX_COMMENT_CHARS",
    "MAX_QUESTION_CHARS",
    "REASONS",
    "SCHEMA_VERSION",
    "Count",
    "Feedback",
    "Store",
    "database_path",
    "open_store",
    "today",
]
