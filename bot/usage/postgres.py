"""A store in PostgreSQL, for services on several machines: the same rows, limits and errors as in `bot.usage.sqlite`.

PostgreSQL keeps deleted rows in its files until a table is written anew, which `purge` and `delete` do. Its write-ahead
log and backups keep them longer, and its administrator can tell in which order rows arrived: docs/running.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, timedelta
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from pydantic import SecretStr

from bot.postgres.connection import Connection, Database, connect
from bot.types import AskPolicyError, Outcome
from bot.usage import limits
from bot.usage.database import BUSY_SECONDS
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

_LOCK = 4_250_118_926  # any number that no other program takes; writers hold it while they check for room
# The tables with what visitors left. Each has a column `day`.
_OF_VISITORS = ("counts", "feedback", "unanswered")
_ADD_COUNT = """
INSERT INTO askpolicy.counts AS c SELECT %(day)s, %(policy)s, %(outcome)s, %(language)s, %(topic)s, %(number)s
    WHERE EXISTS (SELECT 1 FROM askpolicy.counts WHERE (day, policy, outcome, language, topic)
        = (%(day)s, %(policy)s, %(outcome)s, %(language)s, %(topic)s))
    OR (SELECT count(*) FROM askpolicy.counts) < %(most)s
    ON CONFLICT (day, policy, outcome, language, topic) DO UPDATE SET number = c.number + excluded.number
"""
_ADD_FEEDBACK = """
INSERT INTO askpolicy.feedback VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (id) DO UPDATE SET (day, policy, outcome, helpful, reason, comment, question)
    = (excluded.day, excluded.policy, excluded.outcome, excluded.helpful, excluded.reason, excluded.comment,
    excluded.question)
"""
_ADD_UNANSWERED = """
INSERT INTO askpolicy.unanswered VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (id) DO UPDATE SET (day, policy, outcome, question)
    = (excluded.day, excluded.policy, excluded.outcome, excluded.question)
"""
_ADD_SWITCH = """
INSERT INTO askpolicy.switches VALUES (%s, %s, %s, %s)
    ON CONFLICT (kind, policy) DO UPDATE SET (message, until) = (excluded.message, excluded.until)
"""
_TAKEN = """
SELECT (SELECT count(*) FROM askpolicy.feedback) + (SELECT count(*) FROM askpolicy.unanswered),
    (pg_total_relation_size('askpolicy.counts') + pg_total_relation_size('askpolicy.feedback')
    + pg_total_relation_size('askpolicy.unanswered'))::bigint
"""
_WRITE_ANEW = "VACUUM (FULL) askpolicy.counts, askpolicy.feedback, askpolicy.unanswered"


class PostgresStore:
    """A `bot.usage.store.Store` in the database at `url`, whose tables `askpolicy database` creates."""

    keeps_usage = True
    exists = True

    def __init__(
        self,
        url: SecretStr,
        retention_days: int,
        *,
        max_rows: int = 100_000,
        max_bytes: int = 100_000_000,
        max_question_chars: int = 2_000,
        busy_seconds: float = BUSY_SECONDS,
    ) -> None:
        """Set the limits; no connection is opened yet. See `bot.usage.sqlite.SqliteStore`.

        busy_seconds: how long a statement may take, with the wait for locks.
        """
        self.retention_days = retention_days
        self.max_rows = max_rows
        self.max_bytes = max_bytes
        self.max_question_chars = max_question_chars
        self._url = url
        self._busy_seconds = busy_seconds
        self._database = Database(url, writes=True, statement_seconds=busy_seconds)
        # A streaming replica will do for reading: pauses stay in force if the primary is down.
        self._readable = Database(url, statement_seconds=busy_seconds)

    @property
    def place(self) -> str:
        """See `Store`."""
        return f"the database {self._database.name}"

    def close(self) -> None:
        """Close the connections; the next call opens one again."""
        self._database.close()
        self._readable.close()

    def count(self, counted: Count) -> None:
        """See `Store`. At a million rows, counts that would need a new row are dropped."""
        values = {
            "day": counted.day,
            "policy": counted.policy,
            "outcome": str(counted.outcome),
            "language": counted.language,
            "topic": counted.topic,
            "number": counted.number,
            "most": limits.COUNTS,
        }
        with self._database.connected() as connection:
            connection.execute(_ADD_COUNT, values)

    def add(self, feedback: Feedback) -> str:
        """See `Store`."""
        id = row_id(feedback.answer_id)
        comment = cleaned("comment", feedback.comment, MAX_COMMENT_CHARS)
        question = cleaned("question", feedback.question, self.max_question_chars)
        with self._room_for("feedback", id, f"{comment or ''}{question or ''}") as (connection, fits):
            words = (comment, question) if fits else (None, None)
            verdict = (feedback.day, feedback.policy, str(feedback.outcome), feedback.helpful, feedback.reason)
            connection.execute(_ADD_FEEDBACK, (id, *verdict, *words))
        if not fits:
            raise WordsFullError(f"The feedback in {self.place} has no room for more words: {limits.MORE_ROOM}.")
        return id

    def keep(self, question: Unanswered) -> str:
        """See `Store`. Nothing is written if nothing is left of the question."""
        id = row_id(question.answer_id)
        words = cleaned("question", question.question, self.max_question_chars)
        if words is None:
            return id
        with self._room_for("unanswered", id, words) as (connection, fits):
            if not fits:
                raise FullError(f"The feedback in {self.place} has no room for more words: {limits.MORE_ROOM}.")
            connection.execute(_ADD_UNANSWERED, (id, question.day, question.policy, str(question.outcome), words))
        return id

    @contextmanager
    def _room_for(self, table: str, id: str, words: str) -> Iterator[tuple[Connection, bool]]:
        """Yield the connection, in a transaction, and whether there is room for the words of a row.

        Raises FullError if the row is new and there is no room for it.
        """
        with self._database.writing() as connection:
            # So that no two writers check for room at the same time.
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            (rows, taken) = connection.execute(_TAKEN).fetchone() or (0, 0)
            if rows >= self.max_rows or taken >= self.max_bytes:
                known = connection.execute(_of(table, "SELECT 1 FROM {} WHERE id = %s"), (id,)).fetchone()
                if not known:
                    raise FullError(
                        f"The feedback in {self.place} is full ({rows:,} verdicts and questions, {taken:,} bytes): "
                        f"{limits.MORE_ROOM}."
                    )
            size = len(words.encode())
            yield connection, not size or taken + size <= self.max_bytes * limits.WORDS_SHARE

    def counts(self, since: date) -> list[Count]:
        """See `Store`."""
        return [
            Count(day, policy, Outcome(outcome), language, topic, number)
            for day, policy, outcome, language, topic, number in self._rows("counts", since)
        ]

    def feedback(self, since: date) -> list[Feedback]:
        """See `Store`."""
        return [
            Feedback(id, policy, Outcome(outcome), helpful, reason, comment, question, day)
            for id, day, policy, outcome, helpful, reason, comment, question in self._rows("feedback", since)
        ]

    def unanswered(self, since: date) -> list[Unanswered]:
        """See `Store`."""
        return [
            Unanswered(id, policy, Outcome(outcome), question, day)
            for id, day, policy, outcome, question in self._rows("unanswered", since)
        ]

    def _rows(self, table: str, since: date) -> list[tuple[Any, ...]]:
        """Return the rows in the order of their keys, not of their arrival."""
        with self._readable.connected() as connection:
            since_then = _of(table, "SELECT * FROM {} WHERE day >= %s ORDER BY 1, 2, 3, 4, 5")
            return connection.execute(since_then, (since,)).fetchall()

    def purge(self) -> int:
        """See `Store`. If somebody reads at the moment, the next deletion removes the last bytes."""
        oldest_kept = today() - timedelta(days=self.retention_days) if self.retention_days else date.max
        with self._database.writing() as connection:
            deleted = _delete(connection, oldest_kept)
        if deleted:
            self._write_anew()
        return deleted

    def delete(self, before: date | None, who: str) -> int:
        """See `Store`."""
        with self._database.writing() as connection:
            deleted = _delete(connection, before or date.max)
            days = f" before {before}" if before else ""
            _note(connection, Audited(who, f"deleted what visitors left{days}: {deleted:,} rows"))
        if not self._write_anew():
            raise AskPolicyError(
                f"{deleted:,} rows were deleted, but another program reads {self.place} and keeps their bytes on disk: "
                "repeat this command when it has ended."
            )
        return deleted

    def _write_anew(self) -> bool:
        """Write the tables without what was deleted, to new files. Return False if another program reads them."""
        with closing(connect(self._url, writes=True)) as connection:
            connection.execute("SELECT set_config('lock_timeout', %s, false)", (f"{self._busy_seconds:.3f}s",))
            try:
                connection.execute(_WRITE_ANEW)
            except psycopg.errors.LockNotAvailable:
                return False
        return True

    def switches(self) -> list[Switch]:
        """See `Store`."""
        with self._readable.connected() as connection:
            return _switches(connection)

    def switch_on(self, switch: Switch, who: str) -> None:
        """See `Store`."""
        with self._database.writing() as connection:
            connection.execute(_ADD_SWITCH, (str(switch.kind), switch.policy, switch.message, switch.until))
            _note(connection, Audited(who, switch.in_words()))

    def switch_off(self, kind: SwitchKind, policy: str | None, who: str) -> list[Switch]:
        """See `Store`."""
        with self._database.writing() as connection:
            removed = [
                switch
                for switch in _switches(connection)
                if switch.kind is kind and (policy is None or switch.policy == policy)
            ]
            for switch in removed:
                connection.execute(
                    "DELETE FROM askpolicy.switches WHERE (kind, policy) = (%s, %s)", (str(kind), switch.policy)
                )
                _note(connection, Audited(who, f"{kind} off for {switch.policy or ALL}"))
        return removed

    def note(self, audited: Audited) -> None:
        """See `Store`."""
        with self._database.writing() as connection:
            _note(connection, audited)

    def audit(self) -> list[Audited]:
        """See `Store`."""
        with self._readable.connected() as connection:
            rows = connection.execute("SELECT at, who, what FROM askpolicy.audit ORDER BY number DESC").fetchall()
        return [Audited(who, what, at.astimezone(UTC)) for at, who, what in rows]


def _of(table: str, query: LiteralString) -> sql.Composed:
    """Return a query with the name of a table in place of {}."""
    return sql.SQL(query).format(sql.Identifier("askpolicy", table))


def _delete(connection: Connection, before: date) -> int:
    return sum(
        connection.execute(_of(table, "DELETE FROM {} WHERE day < %s"), (before,)).rowcount for table in _OF_VISITORS
    )


def _switches(connection: Connection) -> list[Switch]:
    rows = connection.execute("SELECT kind, policy, message, until FROM askpolicy.switches").fetchall()
    return [
        Switch(SwitchKind(kind), policy, message, until.astimezone(UTC) if until else None)
        for kind, policy, message, until in rows
    ]


def _note(connection: Connection, audited: Audited) -> None:
    connection.execute(
        "INSERT INTO askpolicy.audit (at, who, what) VALUES (%s, %s, %s)", (audited.at, audited.who, audited.what)
    )
    connection.execute(
        "DELETE FROM askpolicy.audit WHERE number <= (SELECT max(number) FROM askpolicy.audit) - %s", (limits.AUDIT,)
    )
