from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import pytest

from bot.types import AskPolicyError, Outcome
from bot.usage import schema
from bot.usage.sqlite import SqliteStore
from bot.usage.values import (
    Count,
    SwitchKind,
    today,
)
from tests.support.usage import DAY, verdict


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "feedback.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(path, retention_days=90)) as store:
        yield store


def row_ids(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {id for (id,) in connection.execute("SELECT id FROM feedback")}


def is_whole(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def all_bytes(folder: Path) -> bytes:
    """Return the bytes of the database and of SQLite's files next to it."""
    return b"".join(file.read_bytes() for file in folder.iterdir())


class TestWhatIsKept:
    def test_only_the_documented_fields_are_stored(self, store: SqliteStore, path: Path) -> None:
        store.add(verdict())
        with closing(sqlite3.connect(path)) as connection:
            columns = {
                table: [name for (_, name, *_) in connection.execute(f"PRAGMA table_info({table})")]
                for (table,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            }
            (row,) = connection.execute("SELECT * FROM feedback").fetchall()
            # A row number would reveal the order of a day's verdicts.
            with pytest.raises(sqlite3.OperationalError, match="no such column: rowid"):
                connection.execute("SELECT rowid FROM feedback")
        assert columns == {
            "counts": ["day", "policy", "outcome", "language", "topic", "number"],
            "feedback": ["id", "day", "policy", "outcome", "helpful", "reason", "comment", "question"],
            "unanswered": ["id", "day", "policy", "outcome", "question"],
            "switches": ["kind", "policy", "message", "until"],
            "audit": ["number", "at", "who", "what"],
        }
        assert row[1] == today().isoformat()

    def test_only_the_owner_may_read_the_database(self, store: SqliteStore, path: Path) -> None:
        store.add(verdict())
        assert {oct(file.stat().st_mode & 0o777) for file in path.parent.iterdir()} == {"0o600"}


class TestDeletion:
    def test_a_reader_that_keeps_old_bytes_is_reported(self, path: Path) -> None:
        with closing(SqliteStore(path, 90, busy_seconds=0.05)) as store:
            store.add(verdict("a1", comment="the old pelican"))
            with closing(sqlite3.connect(path, isolation_level=None)) as other:
                other.execute("BEGIN")
                other.execute("SELECT * FROM feedback").fetchall()
                with pytest.raises(AskPolicyError, match="1 rows were deleted, but another program reads"):
                    store.delete(None, "ann")
            assert store.feedback(date.min) == []
            assert store.delete(None, "ann") == 0
            assert b"pelican" not in all_bytes(path.parent)


class TestSwitches:
    def test_reading_switches_creates_no_database(self, store: SqliteStore, path: Path) -> None:
        assert store.switches() == []
        assert store.switch_off(SwitchKind.PAUSE, None, "ann") == []
        assert not path.parent.exists()


class TestTrouble:
    def test_a_newer_schema_is_refused_and_left_unchanged(self, store: SqliteStore, path: Path) -> None:
        store.add(verdict())
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
        for _ in range(2):
            with pytest.raises(AskPolicyError, match=r"written by a newer askpolicy \(schema 3; this one reads 2\)"):
                store.add(verdict("a2"))
        assert len(row_ids(path)) == 1

    def test_the_database_of_another_program_is_left_unchanged(self, store: SqliteStore, path: Path) -> None:
        path.parent.mkdir()
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE theirs (x)")
        with pytest.raises(AskPolicyError, match="is not a feedback database: move it away"):
            store.count(Count(DAY, "harbour", Outcome.ANSWERED, "en"))
        path.write_bytes(b"")
        with pytest.raises(AskPolicyError, match="is not a feedback database"):
            store.purge()

    def test_a_damaged_database_gives_one_sentence_and_is_replaced(self, store: SqliteStore, path: Path) -> None:
        store.add(verdict())
        store.close()
        path.write_bytes(b"no database at all" * 100)
        with pytest.raises(AskPolicyError, match=r"is damaged \(file is not a database\): move it away"):
            store.add(verdict())
        path.rename(path.with_suffix(".damaged"))
        store.add(verdict())
        assert len(store.feedback(today())) == 1

    def test_a_corrupt_page_is_detected(self, store: SqliteStore, path: Path) -> None:
        for number in range(300):
            store.add(verdict(f"a{number}", comment="so many words that they fill more than one page of the file"))
        store.close()
        data = bytearray(path.read_bytes())
        data[4096:] = bytes(len(data) - 4096)
        path.write_bytes(data)
        with pytest.raises(AskPolicyError, match=r"is damaged \(database disk image is malformed\)"):
            store.feedback(date.min)

    def test_a_moved_file_gets_no_more_rows(self, store: SqliteStore, path: Path) -> None:
        store.add(verdict("a1"))
        os.replace(path, path.with_suffix(".old"))
        for extra in ("-wal", "-shm"):
            os.replace(f"{path}{extra}", f"{path.with_suffix('.old')}{extra}")
        store.add(verdict("a2"))
        assert len(row_ids(path)) == len(row_ids(path.with_suffix(".old"))) == 1

    def test_an_impossible_path_gives_a_one_sentence_error(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        for place in (tmp_path / "file" / "feedback.sqlite", tmp_path):
            with pytest.raises(AskPolicyError, match=r"^The feedback database .* cannot be .*feedback\.path\.$"):
                SqliteStore(place, 90).add(verdict())

    def test_a_locked_database_gives_a_one_sentence_error(self, path: Path) -> None:
        store = SqliteStore(path, 90, busy_seconds=0.05)
        store.purge()
        store.close()
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(AskPolicyError, match="is locked by another program"):
                store.add(verdict())
            other.execute("ROLLBACK")
        store.add(verdict())

    def test_a_full_disk_and_a_read_only_one(self, tmp_path: Path) -> None:
        """On a small file system: rows that were acknowledged before are kept."""
        script = f"""
import sqlite3, subprocess
from contextlib import closing
from pathlib import Path
from bot.usage.sqlite import SqliteStore
from bot.usage.values import Count, Feedback, today
from bot.types import AskPolicyError
from bot.types import Outcome

def fill(store):
    acknowledged = 0
    try:
        while True:
            store.add(Feedback(f"a{{acknowledged}}", "p", Outcome.ANSWERED, True, comment="word " * 90))
            acknowledged += 1
    except AskPolicyError as error:
        print(error)
    return acknowledged

folder = Path({str(tmp_path)!r})
with closing(SqliteStore(folder / "feedback.sqlite", 90)) as store:
    acknowledged = fill(store)
    print(acknowledged > 10, len(store.feedback(today())) == acknowledged)
subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
with closing(SqliteStore(folder / "feedback.sqlite", 90)) as store:
    fill(store)
with closing(SqliteStore(folder / "other.sqlite", 90)) as store:
    fill(store)
"""
        inside = f"mount -t tmpfs -o size=512k tmpfs '{tmp_path}' && exec '{sys.executable}' -c \"$SCRIPT\""
        namespace = ["unshare", "--user", "--map-root-user", "--mount"]
        if subprocess.run([*namespace, "mount", "-t", "tmpfs", "tmpfs", tmp_path], check=False).returncode:
            pytest.skip("the test needs permission to mount a small file system")
        done = subprocess.run(
            [*namespace, "sh", "-c", inside],
            env={**os.environ, "SCRIPT": script},
            capture_output=True,
            text=True,
            check=False,
        )
        full, kept, read_only, not_made = done.stdout.splitlines() or [done.stderr]
        subject = f"The feedback database {tmp_path}"
        assert full == (
            f"{subject}/feedback.sqlite cannot be written (the disk is full): free up space, or choose another path "
            "with the setting feedback.path."
        )
        assert kept == "True True"
        assert read_only.startswith(f"{subject}/feedback.sqlite cannot be opened for writing (")
        assert not_made.startswith(f"{subject}/other.sqlite cannot be created (Read-only file system)")


# Forks two writers, prints their process numbers, and restarts them if they are killed. Each prints acknowledged rows.
WRITERS = """
import os, sys
from pathlib import Path
from bot.usage.sqlite import SqliteStore
from bot.usage.values import Count, Feedback, today
from bot.types import Outcome

def write(path):
    store = SqliteStore(path, 90)
    os.write(1, f"started {os.getpid()}\\n".encode())
    number = 0
    while True:
        number += 1
        store.count(Count(today(), "p", Outcome.ANSWERED, "en"))
        id = store.add(Feedback(f"{os.getpid()} {number}", "p", Outcome.ANSWERED, True, comment="word " * 50))
        os.write(1, f"kept {id}\\n".encode())

running = 0
for _ in range(int(sys.argv[2])):
    while running == 2:
        os.wait()
        running -= 1
    if os.fork() == 0:
        write(Path(sys.argv[1]))
    running += 1
while running:
    os.wait()
    running -= 1
"""


@contextmanager
def writers(path: Path, starts: int) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen([sys.executable, "-c", WRITERS, path, str(starts)], stdout=subprocess.PIPE, text=True)
    with process:
        try:
            yield process
        finally:
            process.kill()


class TestManyAtOnce:
    def test_killed_writers_lose_nothing_acknowledged(self, path: Path) -> None:
        """20 kills at random moments, the first ones while the database is being created."""
        chance = random.Random(20)
        acknowledged: set[str] = set()
        killed = 0
        with writers(path, 20) as process:
            assert process.stdout is not None
            victims: list[int] = []
            for line in process.stdout:
                word, value = line.split()
                if word == "started":
                    victims.append(int(value))
                else:
                    acknowledged.add(value)
                if victims and (killed < 2 or chance.random() < 0.2):
                    time.sleep(chance.random() / 100)  # at some point during a write
                    os.kill(victims.pop(0), signal.SIGKILL)
                    killed += 1
            assert process.wait() == 0
        assert killed == 20
        assert len(acknowledged) > 20
        assert acknowledged <= row_ids(path)
        assert is_whole(path)
        with closing(SqliteStore(path, 90)) as store:
            (count,) = store.counts(today())
            # Each question was counted before its verdict; a kill may come between the two.
            assert len(row_ids(path)) <= count.number <= len(row_ids(path)) + 20

    def test_processes_and_threads_share_one_database(self, path: Path) -> None:
        script = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from bot.usage.sqlite import SqliteStore
from bot.usage.values import Count, Feedback, today
from bot.types import Outcome

store = SqliteStore(Path(sys.argv[1]), 90)

def write(number):
    store.count(Count(today(), "p", Outcome.ANSWERED, "en"))
    return store.add(Feedback(f"{sys.argv[2]} {number}", "p", Outcome.ANSWERED, True))

with ThreadPoolExecutor(4) as pool:
    print(*pool.map(write, range(30)))
"""
        processes = [
            subprocess.Popen([sys.executable, "-c", script, path, str(n)], stdout=subprocess.PIPE, text=True)
            for n in range(4)
        ]
        acknowledged = [id for process in processes for id in process.communicate()[0].split()]
        assert len(set(acknowledged)) == 4 * 30
        assert set(acknowledged) == row_ids(path)
        with closing(SqliteStore(path, 90)) as store:
            assert [c.number for c in store.counts(today())] == [4 * 30]
        assert is_whole(path)

    def test_the_first_threads_create_one_database(self, path: Path) -> None:
        stores = [SqliteStore(path, 90) for _ in range(8)]
        with ThreadPoolExecutor(8) as pool:
            ids = set(pool.map(lambda pair: pair[1].add(verdict(f"a{pair[0]}")), enumerate(stores)))
        for store in stores:
            store.close()
        assert ids == row_ids(path)
        assert [file.name for file in path.parent.iterdir()] == [path.name]
