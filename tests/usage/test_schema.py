"""Databases of earlier releases keep what they hold."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from bot.types import AskPolicyError, Outcome
from bot.usage import schema
from bot.usage.sqlite import SqliteStore
from bot.usage.values import Count, Feedback, FullError, Switch, SwitchKind, Unanswered

DAY = date(2026, 3, 1)
# Version 1, as askpolicy 0.1 made it, with rows in each table.
VERSION_1 = """
PRAGMA journal_mode = WAL;
CREATE TABLE counts (
    day TEXT NOT NULL, policy TEXT NOT NULL, outcome TEXT NOT NULL, language TEXT NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (day, policy, outcome, language)
) STRICT, WITHOUT ROWID;
CREATE TABLE feedback (
    id TEXT PRIMARY KEY, day TEXT NOT NULL, policy TEXT NOT NULL, outcome TEXT NOT NULL,
    helpful INTEGER NOT NULL CHECK (helpful IN (0, 1)), reason TEXT, comment TEXT, question TEXT
) STRICT, WITHOUT ROWID;
INSERT INTO counts VALUES ('2026-03-01', 'harbour', 'answered', 'en', 7), ('2026-03-01', 'harbour', 'empty', 'ht', 2);
INSERT INTO feedback VALUES ('abababababababababababababababab', '2026-03-01', 'harbour', 'answered', 0, 'wrong',
    'Not so.', NULL);
PRAGMA user_version = 1;
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "feedback.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(VERSION_1)
    return path


@pytest.fixture
def store(old: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(old, 90, max_rows=3)) as store:
        yield store


def structure(path: Path) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT type, name, sql FROM sqlite_schema WHERE sql NOT NULL").fetchall()
    return sorted((kind, name, re.sub(r"\W+", " ", sql)) for kind, name, sql in rows)


def test_version_1_keeps_its_rows_and_gets_what_is_new(store: SqliteStore) -> None:
    store.count(Count(DAY, "harbour", Outcome.ANSWERED, "en", "ip-address-kept"))
    store.count(Count(DAY, "harbour", Outcome.ANSWERED, "en"))
    assert {(c.outcome, c.language, c.topic): c.number for c in store.counts(DAY)} == {
        (Outcome.ANSWERED, "en", ""): 8,
        (Outcome.ANSWERED, "en", "ip-address-kept"): 1,
        (Outcome.EMPTY, "ht", ""): 2,
    }
    assert store.feedback(DAY) == [
        Feedback("ab" * 16, "harbour", Outcome.ANSWERED, False, "wrong", "Not so.", None, DAY)
    ]
    store.keep(Unanswered("a1", "harbour", Outcome.NOT_COVERED, "who hosts it?", DAY))
    store.switch_on(Switch(SwitchKind.PAUSE), "ann")
    assert (len(store.unanswered(DAY)), len(store.switches()), len(store.audit())) == (1, 1, 1)


def test_a_migrated_database_is_like_a_new_one(store: SqliteStore, old: Path, tmp_path: Path) -> None:
    store.counts(DAY)
    with closing(SqliteStore(tmp_path / "new.sqlite", 90)) as new:
        new.counts(DAY)
    assert structure(old) == structure(tmp_path / "new.sqlite")


def test_old_rows_count_toward_the_limit_by_an_index(store: SqliteStore, old: Path) -> None:
    store.add(Feedback("a1", "harbour", Outcome.ANSWERED, True))
    store.keep(Unanswered("a2", "harbour", Outcome.NOT_COVERED, "who hosts it?"))
    with pytest.raises(FullError):
        store.add(Feedback("a3", "harbour", Outcome.ANSWERED, True))
    with closing(sqlite3.connect(old)) as connection:
        for table in ("feedback", "unanswered"):
            (plan,) = connection.execute(f"EXPLAIN QUERY PLAN SELECT count(*) FROM {table}")  # noqa: S608
            assert f"{table}_by_day" in plan[-1]


def test_many_processes_migrate_it_once(old: Path) -> None:
    stores = [SqliteStore(old, 90) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        numbers = set(pool.map(lambda store: sum(count.number for count in store.counts(DAY)), stores))
    for store in stores:
        store.close()
    assert numbers == {9}


def test_a_migration_that_fails_changes_nothing(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = structure(old)
    monkeypatch.setattr(schema, "_FROM_1", f"{schema._FROM_1}DROP TABLE nowhere;\n")
    with closing(SqliteStore(old, 90)) as store, pytest.raises(AskPolicyError, match="cannot be used"):
        store.counts(DAY)
    assert structure(old) == before
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("SELECT sum(number) FROM counts").fetchone() == (9,)
        assert schema.version_of(connection) == 1
