"""The tables in the database: numbered steps, each applied in a transaction of its own, forward and back.

A step is two files in sql/: `0001_name.up.sql` and `0001_name.down.sql`. Everything is in the schema `askpolicy`.
A step back deletes no rows: it moves its tables to the schema `askpolicy_kept`, from which the step forward takes them
again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psycopg

from bot.postgres.connection import Connection
from bot.types import AskPolicyError

_FOLDER = Path(__file__).parent / "sql"
_FILE = re.compile(r"(\d{4})_(\w+)\.up\.sql")
_LOCK = 4_250_118_925  # any number that no other program takes
KEPT = "askpolicy_kept"


@dataclass(frozen=True, slots=True)
class Migration:
    """A step. number: from 1, without gaps. up, down: SQL."""

    number: int
    name: str
    up: str
    down: str


@cache
def steps() -> tuple[Migration, ...]:
    """Return all steps, in order."""
    found = []
    for path in sorted(_FOLDER.glob("*.up.sql")):
        match = _FILE.fullmatch(path.name)
        assert match, path  # noqa: S101
        down = path.with_name(path.name.replace(".up.", ".down."))
        found.append(Migration(int(match[1]), match[2], path.read_text("utf-8"), down.read_text("utf-8")))
    return tuple(found)


def latest() -> int:
    """Return the number of the last step that this askpolicy knows."""
    return steps()[-1].number


def version_of(connection: Connection) -> int:
    """Return the number of the last step that was applied; 0 for a database without our tables."""
    if connection.execute("SELECT to_regclass('askpolicy.migrations')").fetchone() == (None,):
        return 0
    row = connection.execute("SELECT coalesce(max(number), 0) FROM askpolicy.migrations").fetchone()
    assert row is not None  # noqa: S101
    return int(row[0])


def check_version(connection: Connection) -> None:
    """Raise AskPolicyError unless the tables are the ones that this askpolicy uses."""
    version = version_of(connection)
    if version < latest():
        state = f"has the tables of an older askpolicy (step {version} of {latest()})" if version else "has no tables"
        raise AskPolicyError(f"The database {state}: bring it up to date with `askpolicy database`.")
    _refuse_newer(version)


def migrate(connection: Connection, to: int | None = None) -> tuple[int, int]:
    """Apply steps forward or back until step `to`, by default the last one; return the numbers before and after.

    Two callers take turns. A step that fails changes nothing. Raises AskPolicyError if the database was set up by a
    newer askpolicy, if there is no such step, or if pgvector is missing.
    """
    if to is None:
        to = latest()
    if not 0 <= to <= latest():
        raise AskPolicyError(f"There is no step {to}: choose one from 0 to {latest()}.")
    with _alone(connection):
        before = version_of(connection)
        _refuse_newer(before)
        for step in steps()[before:to]:
            _apply(connection, step, step.up)
        for step in reversed(steps()[to:before]):
            _apply(connection, step, step.down)
    return before, to


def _refuse_newer(version: int) -> None:
    if version > latest():
        raise AskPolicyError(
            f"The database was set up by a newer askpolicy (step {version}; this one knows {latest()}): update "
            f"askpolicy, or take the database back with the newer one's `askpolicy database --to {latest()}`."
        )


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
    try:
        yield
    finally:
        connection.execute("SELECT pg_advisory_unlock(%s)", (_LOCK,))


def _apply(connection: Connection, step: Migration, sql: str) -> None:
    with connection.transaction():
        try:
            connection.execute(sql.encode("utf-8"), prepare=False)
        except psycopg.errors.FeatureNotSupported as error:
            if "vector" not in str(error):
                raise
            raise AskPolicyError(
                "The database's server has no pgvector: install it there (version 0.8.6 or newer), for example the "
                "Debian package postgresql-18-pgvector."
            ) from None
        except psycopg.errors.InsufficientPrivilege as error:
            if "extension" not in str(error):
                raise
            raise AskPolicyError(
                "The database has no pgvector yet, and this user may not add it: let an administrator run `CREATE "
                "EXTENSION vector` in it."
            ) from None
        if sql is step.up:
            connection.execute("INSERT INTO askpolicy.migrations VALUES (%s, %s)", (step.number, step.name))
        else:
            connection.execute("DELETE FROM askpolicy.migrations WHERE number = %s", (step.number,))
