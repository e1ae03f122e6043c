"""Both stores of usage for the same tests, each with a look at the bytes that it keeps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.postgres.connection import connect
from bot.postgres.migrations import migrate
from bot.usage.postgres import PostgresStore
from bot.usage.sqlite import SqliteStore
from bot.usage.store import Store

_TABLES = ("counts", "feedback", "unanswered", "switches", "audit")


@dataclass
class Kind:
    """One kind of store. path: of the SQLite database; None for PostgreSQL, at `url`."""

    path: Path | None = None
    url: SecretStr | None = None
    opened: list[Store] = field(default_factory=list)

    def open(self, retention_days: int = 90, **limits: Any) -> Store:
        store: Store
        if self.path:
            store = SqliteStore(self.path, retention_days, **limits)
        else:
            assert self.url
            store = PostgresStore(self.url, retention_days, **limits)
        self.opened.append(store)
        return store

    def all_bytes(self) -> bytes:
        """Return the bytes of the database's files, without the log of a PostgreSQL server."""
        if self.path:
            return b"".join(file.read_bytes() for file in self.path.parent.iterdir())
        assert self.url
        with closing(connect(self.url)) as connection:
            connection.execute("CHECKPOINT")
            files = connection.execute(
                "SELECT pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class WHERE relkind IN ('r', 't') AND "
                "(relnamespace = 'askpolicy'::regnamespace OR oid IN (SELECT reltoastrelid FROM pg_class WHERE "
                "relnamespace = 'askpolicy'::regnamespace))"
            ).fetchall()
        return b"".join(content for (content,) in files)

    def size(self) -> int:
        """Return the bytes on disk of what visitors left, and of the log of an SQLite database."""
        if self.path:
            return sum(file.stat().st_size for file in self.path.parent.iterdir() if file.suffix != ".sqlite-shm")
        assert self.url
        with closing(connect(self.url)) as connection:
            (size,) = connection.execute(
                "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relname = ANY(%s) AND relkind = 'r' AND "
                "relnamespace = 'askpolicy'::regnamespace",
                (list(_TABLES),),
            ).fetchone() or (0,)
        return int(size)


@pytest.fixture(params=["sqlite", "postgres"])
def kind(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kind]:
    """Return a kind of store, whose database is empty."""
    if request.param == "sqlite":
        made = Kind(tmp_path / "kept" / "feedback.sqlite")
    else:
        made = Kind(url=request.getfixturevalue("usage_tables"))
        assert made.url
        with closing(connect(made.url)) as connection:
            connection.execute(f"TRUNCATE {', '.join(f'askpolicy.{name}' for name in _TABLES)}".encode())
    yield made
    for store in made.opened:
        store.close()


@pytest.fixture(scope="module")
def usage_tables(database: SecretStr) -> SecretStr:
    with closing(connect(database)) as connection:
        migrate(connection)
    return database
