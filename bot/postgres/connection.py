"""Connections to PostgreSQL: opened when they are needed, and reopened if they are lost."""

from __future__ import annotations

import select
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from pydantic import SecretStr

from bot.types import AskPolicyError

try:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict
except ModuleNotFoundError as missing:
    raise AskPolicyError(f"The setting database.url needs {missing.name}: pip install 'askpolicy[postgres]'.") from None

Connection = psycopg.Connection[tuple[Any, ...]]

# Defaults that a `database.url` may override. A server that vanishes silently is noticed within these seconds. libpq
# takes no connect_timeout below 2 s.
_DEFAULTS = {
    "application_name": "askpolicy",
    "connect_timeout": "2",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "8000",
}
# How long a statement may take: publishing the largest policies takes a few seconds.
STATEMENT_SECONDS = 60


def connect(url: SecretStr, *, writes: bool = False, statement_seconds: float = STATEMENT_SECONDS) -> Connection:
    """Open a connection in autocommit mode.

    writes: choose the server that takes writes, if the address names several. statement_seconds: how long a statement
    may take. Raises AskPolicyError if the database cannot be reached, without naming the password.
    """
    with explained(url):
        parameters = {**_DEFAULTS, **_parameters(url)}
        if writes:
            parameters["target_session_attrs"] = "read-write"
        connection = psycopg.connect(**parameters, autocommit=True)
        with suppress(psycopg.Error):  # a connection pooler may refuse it
            connection.execute("SELECT set_config('statement_timeout', %s, false)", (f"{statement_seconds:.3f}s",))
        return connection


class Database:
    """One connection, which threads share: each waits for its turn. After a fork, each process needs its own."""

    def __init__(self, url: SecretStr, *, writes: bool = False, statement_seconds: float = STATEMENT_SECONDS) -> None:
        """Set the address; nothing is opened yet. See `connect`."""
        self._url = url
        self._writes = writes
        self._statement_seconds = statement_seconds
        self._lock = threading.Lock()
        self._connection: Connection | None = None

    @property
    def name(self) -> str:
        """The database in words, without the password."""
        return name_of(self._url)

    def close(self) -> None:
        """Close the connection; the next call opens one again."""
        with self._lock:
            self._disconnect()

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """Yield the connection, to one caller at a time, in autocommit mode: each statement is stored on return.

        Raises AskPolicyError, also for an error of the database within the block.
        """
        with self._lock, explained(self._url):
            try:
                yield self._connect()
            except psycopg.OperationalError:
                self._disconnect()  # so that the next call opens a new one
                raise

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield the connection in a transaction. An exception undoes all of it; on return, it survives a crash."""
        with self.connected() as connection, connection.transaction():
            yield connection

    def _connect(self) -> Connection:
        if self._connection is not None and _is_lost(self._connection):
            self._disconnect()
        if self._connection is None:
            self._connection = connect(self._url, writes=self._writes, statement_seconds=self._statement_seconds)
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@contextmanager
def explained(url: SecretStr) -> Iterator[None]:
    """Turn an error of the database into an AskPolicyError that says what is wrong and how to fix it."""
    try:
        yield
    except psycopg.Error as error:
        raise _explained(error, url) from None


def name_of(url: SecretStr) -> str:
    """Return the database of an address in words, without user and password."""
    parameters = _parameters(url)
    host = parameters.get("host") or parameters.get("hostaddr") or "this machine"
    return f"'{parameters.get('dbname') or parameters.get('user') or ''}' on {str(host).replace(',', ', ')}"


def _parameters(url: SecretStr) -> dict[str, Any]:
    try:
        return dict(conninfo_to_dict(url.get_secret_value()))
    except psycopg.ProgrammingError:  # its message may contain the password
        raise AskPolicyError(
            "The setting database.url cannot be read: write it like postgresql://user:password@host/name, and "
            "characters such as @ and / in the password as %40 and %2F."
        ) from None


def _is_lost(connection: Connection) -> bool:
    """Return whether the server has closed an idle connection. Then its last message and the end can be read."""
    arrived = select.poll()
    arrived.register(connection.pgconn.socket, select.POLLIN)
    try:
        while arrived.poll(0):
            connection.pgconn.consume_input()
    except psycopg.OperationalError:
        return True
    return connection.closed


def _explained(error: psycopg.Error, url: SecretStr) -> AskPolicyError:
    # The first line says what is wrong; the others repeat it for each address of a host, or hold values.
    reason = (error.diag.message_primary or str(error)).splitlines()[0].rstrip(".:")
    match error:
        case psycopg.errors.ReadOnlySqlTransaction():
            problem, fix = "takes no writes, as a replica does", "name its primary in the setting database.url"
        case psycopg.errors.InsufficientPrivilege():
            problem, fix = f"refuses this ({reason})", "give its user the rights of docs/shared-store.md"
        case psycopg.errors.UndefinedTable() | psycopg.errors.InvalidSchemaName() | psycopg.errors.UndefinedObject():
            problem, fix = f"lacks tables of AskPolicy ({reason})", "create them with `askpolicy database`"
        case psycopg.errors.DiskFull():
            problem, fix = "has no room for more", "free up space on its disk"
        case psycopg.errors.QueryCanceled():
            problem, fix = f"took too long ({reason})", "see what else it is doing, and try again"
        case psycopg.OperationalError():
            problem, fix = f"cannot be reached ({reason})", "start it, or correct the setting database.url"
        case _:
            problem, fix = f"reports an error ({reason})", "see its log"
    return AskPolicyError(f"The database {name_of(url)} {problem}: {fix}.")
