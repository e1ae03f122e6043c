"""A store in PostgreSQL, for services on several machines: the same rows, limits and errors as in `bot.usage.sqlite`.

PostgreSQL keeps deleted rows in its files until a table is rewritten, which `purge` and `delete` do. Its write-ahead
log and backups keep them longer, and its administrator can tell in which order rows arrived: docs/running.md.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, closing
from datetime import UTC, date
from typing import LiteralString

import psycopg
from psycopg import sql
from pydantic import SecretStr

from bot.postgres.connection import Connection, Database, connect
from bot.usage import limits
from bot.usage.database import BUSY_SECONDS
from bot.usage.sql_store import OF_VISITORS, Row, SqlStore
from bot.usage.values import Audited, Count, Switch, SwitchKind

_LOCK = 4_250_118_926  # any number that no other program takes; writers hold it while they check for room
_ADD_COUNT = """
INSERT INTO askpolicy.counts AS c SELECT %(day)s, %(policy)s, %(outcome)s, %(language)s, %(topic)s, %(number)s
    WHERE EXISTS (SELECT 1 FROM askpolicy.counts WHERE (day, policy, outcome, language, topic)
        = (%(day)s, %(policy)s, %(outcome)s, %(language)s, %(topic)s))
    OR (SELECT count(*) FROM askpolicy.counts) < %(most)s
    ON CONFLICT (day, policy, outcome, language, topic) DO UPDATE SET number = c.number + excluded.number
"""
_PUT: dict[str, LiteralString] = {
    "feedback": """
INSERT INTO askpolicy.feedback VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (id) DO UPDATE SET (day, policy, outcome, helpful, reason, comment, question)
    = (excluded.day, excluded.policy, excluded.outcome, excluded.helpful, excluded.reason, excluded.comment,
    excluded.question)
""",
    "unanswered": """
INSERT INTO askpolicy.unanswered VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (id) DO UPDATE SET (day, policy, outcome, question)
    = (excluded.day, excluded.policy, excluded.outcome, excluded.question)
""",
    "switches": """
INSERT INTO askpolicy.switches VALUES (%s, %s, %s, %s)
    ON CONFLICT (kind, policy) DO UPDATE SET (message, until) = (excluded.message, excluded.until)
""",
}
_TAKEN = """
SELECT (SELECT count(*) FROM askpolicy.feedback) + (SELECT count(*) FROM askpolicy.unanswered),
    (pg_total_relation_size('askpolicy.counts') + pg_total_relation_size('askpolicy.feedback')
    + pg_total_relation_size('askpolicy.unanswered'))::bigint
"""
_WRITE_ANEW = "VACUUM (FULL) askpolicy.counts, askpolicy.feedback, askpolicy.unanswered"


class PostgresStore(SqlStore[Connection]):
    """A `bot.usage.store.Store` in the database at `url`, whose tables `askpolicy database` creates."""

    exists = True
    _then_repeat = "repeat this command when it has ended"

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
        """Set the limits, see `SqlStore`; no connection is opened yet.

        busy_seconds: how long a statement may take, with the wait for locks.
        """
        super().__init__(retention_days, max_rows, max_bytes, max_question_chars)
        self._url = url
        self._busy_seconds = busy_seconds
        self._database = Database(url, writes=True, statement_seconds=busy_seconds)
        # A streaming replica is enough for reading: pauses stay in force if the primary is down.
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

    def purge(self) -> int:
        """See `Store`. If somebody reads at the moment, the next deletion removes the last bytes."""
        deleted = self._purge()
        if deleted:
            self._erase()
        return deleted

    def switches(self) -> list[Switch]:
        """See `Store`."""
        with self._readable.connected() as connection:
            return self._switches(connection)

    def audit(self) -> list[Audited]:
        """See `Store`."""
        with self._readable.connected() as connection:
            rows = connection.execute("SELECT at, who, what FROM askpolicy.audit ORDER BY number DESC").fetchall()
        return [Audited(who, what, at.astimezone(UTC)) for at, who, what in rows]

    @property
    def _named(self) -> str:
        return f"feedback in {self.place}"

    def _writing(self) -> AbstractContextManager[Connection]:
        return self._database.writing()

    def _taken(self, connection: Connection) -> tuple[int, int]:
        # So that no two writers check for room at the same time.
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        rows, taken = connection.execute(_TAKEN).fetchone() or (0, 0)
        return rows, taken

    def _has(self, connection: Connection, table: str, id: str) -> bool:
        return bool(connection.execute(_of(table, "SELECT 1 FROM {} WHERE id = %s"), (id,)).fetchone())

    def _put(self, connection: Connection, table: str, row: Row) -> None:
        connection.execute(_PUT[table], row)

    def _rows(self, table: str, since: date) -> list[Row]:
        """Return the rows in the order of their keys, not of their arrival."""
        with self._readable.connected() as connection:
            since_then = _of(table, "SELECT * FROM {} WHERE day >= %s ORDER BY 1, 2, 3, 4, 5")
            return connection.execute(since_then, (since,)).fetchall()

    def _delete(self, connection: Connection, before: date) -> int:
        return sum(
            connection.execute(_of(table, "DELETE FROM {} WHERE day < %s"), (before,)).rowcount for table in OF_VISITORS
        )

    def _erase(self) -> bool:
        """Rewrite the tables to new files, without the deleted rows. Return False if another program reads them."""
        with closing(connect(self._url, writes=True)) as connection:
            connection.execute("SELECT set_config('lock_timeout', %s, false)", (f"{self._busy_seconds:.3f}s",))
            try:
                connection.execute(_WRITE_ANEW)
            except psycopg.errors.LockNotAvailable:
                return False
        return True

    def _switches(self, connection: Connection) -> list[Switch]:
        rows = connection.execute("SELECT kind, policy, message, until FROM askpolicy.switches").fetchall()
        return [
            Switch(SwitchKind(kind), policy, message, until.astimezone(UTC) if until else None)
            for kind, policy, message, until in rows
        ]

    def _remove(self, connection: Connection, switch: Switch) -> None:
        connection.execute(
            "DELETE FROM askpolicy.switches WHERE (kind, policy) = (%s, %s)", (str(switch.kind), switch.policy)
        )

    def _note(self, connection: Connection, audited: Audited) -> None:
        connection.execute(
            "INSERT INTO askpolicy.audit (at, who, what) VALUES (%s, %s, %s)", (audited.at, audited.who, audited.what)
        )
        connection.execute(
            "DELETE FROM askpolicy.audit WHERE number <= (SELECT max(number) FROM askpolicy.audit) - %s",
            (limits.AUDIT,),
        )


def _of(table: str, query: LiteralString) -> sql.Composed:
    """Return a query with the name of a table in place of {}."""
    return sql.SQL(query).format(sql.Identifier("askpolicy", table))
