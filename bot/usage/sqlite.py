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
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bot.usage import limits
from bot.usage.database import BUSY_SECONDS, Database
from bot.usage.sql_store import OF_VISITORS, Row, SqlStore
from bot.usage.values import Audited, Count, Switch, SwitchKind

_ADD_COUNT = """
INSERT INTO counts SELECT ?1, ?2, ?3, ?4, ?5, ?6
    WHERE EXISTS (SELECT 1 FROM counts WHERE (day, policy, outcome, language, topic) = (?1, ?2, ?3, ?4, ?5))
    OR (SELECT count(*) FROM counts) < ?7
    ON CONFLICT (day, policy, outcome, language, topic) DO UPDATE SET number = number + excluded.number
"""


class SqliteStore(SqlStore[sqlite3.Connection]):
    """A `bot.usage.store.Store` in the database at `path`, which is created on first use."""

    _then_repeat = "stop it, then repeat this command"

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
        """Set the limits, see `SqlStore`; the file is not opened yet.

        busy_seconds: how long a call waits for the lock of another program.
        """
        super().__init__(retention_days, max_rows, max_bytes, max_question_chars)
        self.path = path
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

    def purge(self) -> int:
        """See `Store`. If another program reads at the moment, the next call overwrites the last bytes."""
        deleted = self._purge()
        self._erase()
        return deleted

    def switches(self) -> list[Switch]:
        """See `Store`. Does not create the database."""
        if not self.path.exists():
            return []
        with self._database.connected() as connection:
            return self._switches(connection)

    def switch_off(self, kind: SwitchKind, policy: str | None, who: str) -> list[Switch]:
        """See `Store`. Does not create the database."""
        return super().switch_off(kind, policy, who) if self.path.exists() else []

    def audit(self) -> list[Audited]:
        """See `Store`."""
        with self._database.connected() as connection:
            rows = connection.execute("SELECT at, who, what FROM audit ORDER BY number DESC").fetchall()
        return [Audited(who, what, datetime.fromisoformat(at)) for at, who, what in rows]

    @property
    def _named(self) -> str:
        return f"feedback database {self.path}"

    def _writing(self) -> AbstractContextManager[sqlite3.Connection]:
        return self._database.writing()  # no two writers check for room at the same time

    def _taken(self, connection: sqlite3.Connection) -> tuple[int, int]:
        taken = self._database.taken_bytes(connection)
        rows = sum(
            connection.execute(f"SELECT count(*) FROM {kept}").fetchone()[0]  # noqa: S608
            for kept in ("feedback", "unanswered")
        )
        return rows, taken

    def _has(self, connection: sqlite3.Connection, table: str, id: str) -> bool:
        return bool(connection.execute(f"SELECT 1 FROM {table} WHERE id = ?", (id,)).fetchone())  # noqa: S608

    def _put(self, connection: sqlite3.Connection, table: str, row: Row) -> None:
        marks = ", ".join("?" * len(row))
        connection.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", tuple(map(_stored, row)))  # noqa: S608

    def _rows(self, table: str, since: date) -> list[Row]:
        with self._database.connected() as connection:
            since_then = f"SELECT * FROM {table} WHERE day >= ?"  # noqa: S608
            return connection.execute(since_then, (since.isoformat(),)).fetchall()

    def _delete(self, connection: sqlite3.Connection, before: date) -> int:
        return sum(
            connection.execute(f"DELETE FROM {table} WHERE day < ?", (before.isoformat(),)).rowcount  # noqa: S608
            for table in OF_VISITORS
        )

    def _erase(self) -> bool:
        return self._database.empty_log()

    def _switches(self, connection: sqlite3.Connection) -> list[Switch]:
        rows = connection.execute("SELECT kind, policy, message, until FROM switches").fetchall()
        return [
            Switch(SwitchKind(kind), policy, message, datetime.fromisoformat(until) if until else None)
            for kind, policy, message, until in rows
        ]

    def _remove(self, connection: sqlite3.Connection, switch: Switch) -> None:
        connection.execute("DELETE FROM switches WHERE (kind, policy) = (?, ?)", (str(switch.kind), switch.policy))

    def _note(self, connection: sqlite3.Connection, audited: Audited) -> None:
        connection.execute(
            "INSERT INTO audit (at, who, what) VALUES (?, ?, ?)",
            (audited.at.isoformat(), audited.who, audited.what),
        )
        connection.execute("DELETE FROM audit WHERE number <= (SELECT max(number) FROM audit) - ?", (limits.AUDIT,))


def _stored(value: Any) -> Any:
    """Return a value as SQLite stores it: days and times as text."""
    return value.isoformat() if isinstance(value, date) else value
