from __future__ import annotations

import itertools
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
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from bot.settings import load_settings
from bot.types import AskPolicyError, Outcome
from bot.usage.feedback import (
    MAX_COMMENT_CHARS,
    SCHEMA_VERSION,
    Feedback,
    FullError,
    Store,
    TooLongError,
    WordsFullError,
    open_store,
    today,
)

DAY = date(2026, 3, 1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "feedback.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with closing(Store(path, retention_days=90)) as store:
        yield store


# The schema of the first askpolicy that stored feedback, with a row in each table.
SCHEMA_OF_1_0 = """
PRAGMA journal_mode = WAL;
CREATE TABLE counts (
    day TEXT NOT NULL, policy TEXT NOT NULL, outcome TEXT NOT NULL, language TEXT NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (day, policy, outcome, language)
) STRICT, WITHOUT ROWID;
CREATE TABLE feedback (
    id TEXT PRIMARY KEY, day TEXT NOT NULL, policy TEXT NOT NULL, outcome TEXT NOT NULL,
    helpful INTEGER NOT NULL CHECK (helpful IN (0, 1)), reason TEXT, comment TEXT, question TEXT
) STRICT, WITHOUT ROWID;
INSERT INTO counts VALUES ('2026-03-01', 'harbour', 'answered', 'en', 7);
INSERT INTO feedback VALUES ('abababababababababababababababab', '2026-03-01', 'harbour', 'answered', 1, NULL, NULL,
    NULL);
PRAGMA user_version = 1;
"""


def verdict(answer_id: str = "a1", **changes: object) -> Feedback:
    values: dict[str, object] = {"policy": "harbour", "outcome": Outcome.ANSWERED, "helpful": True, **changes}
    return Feedback(answer_id, **values)  # type: ignore[arg-type]


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
    def test_counts_add_up_by_day_policy_outcome_and_language(self, store: Store) -> None:
        for _ in range(3):
            store.count(DAY, "harbour", Outcome.ANSWERED, "en")
        store.count(DAY, "harbour", Outcome.NOT_COVERED, "ht")
        store.count(DAY - timedelta(days=1), "harbour", Outcome.ANSWERED, "en")
        numbers = {(c.day, c.outcome, c.language): c.number for c in store.counts(DAY)}
        assert numbers == {(DAY, Outcome.ANSWERED, "en"): 3, (DAY, Outcome.NOT_COVERED, "ht"): 1}

    def test_a_verdict_is_read_back_unchanged(self, store: Store) -> None:
        given = verdict(helpful=False, reason="unclear", comment="Which?", question="do you sell my data?", day=DAY)
        id = store.add(given)
        (kept,) = store.feedback(DAY)
        assert kept == Feedback(
            id, "harbour", Outcome.ANSWERED, False, "unclear", "Which?", "do you sell my data?", DAY
        )
        assert store.feedback(DAY + timedelta(days=1)) == []

    def test_the_latest_verdict_on_an_answer_counts(self, store: Store) -> None:
        first = store.add(verdict("a1", helpful=True))
        assert store.add(verdict("a1", helpful=False, reason="wrong")) == first
        store.add(verdict("a2"))
        assert sorted(f.helpful for f in store.feedback(today())) == [False, True]

    def test_only_the_documented_fields_are_stored(self, store: Store, path: Path) -> None:
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
            "counts": ["day", "policy", "outcome", "language", "number"],
            "feedback": ["id", "day", "policy", "outcome", "helpful", "reason", "comment", "question"],
        }
        assert row[1] == today().isoformat()

    def test_the_answer_id_is_stored_as_a_digest(self, store: Store, path: Path) -> None:
        id = store.add(verdict("4111111111111111"))
        assert len(id) == 32
        assert b"4111111111111111" not in all_bytes(path.parent)

    @pytest.mark.parametrize(
        ("secret", "text"),
        [
            ("123-45-6789", "My SSN is 123-45-6789, do you keep it?"),
            ("617-555-0134", "Call me at 617-555-0134."),
            ("ann@example.org", "write to ann@example.org"),
            ("4111 1111 1111 1111", "my card is 4111 1111 1111 1111"),
            ("hunter2", "my password is hunter2"),
            ("123-45-6789", "my SSN is 1\u200b23-45-67\u200b89 hidden"),
        ],
    )
    @pytest.mark.parametrize("field", ["comment", "question"])
    def test_personal_data_never_reaches_the_disk(
        self, store: Store, path: Path, field: str, secret: str, text: str
    ) -> None:
        store.add(verdict(**{field: text}))
        (kept,) = store.feedback(today())
        assert "[" in (getattr(kept, field) or "")
        assert secret.encode() not in all_bytes(path.parent).replace("\u200b".encode(), b"")

    def test_texts_in_any_language_are_stored(self, store: Store) -> None:
        store.add(verdict(comment="No me sirve para nada.", question="你们会出售我的数据吗?"))
        (kept,) = store.feedback(today())
        assert (kept.comment, kept.question) == ("No me sirve para nada.", "你们会出售我的数据吗?")

    def test_a_text_without_words_is_stored_as_none(self, store: Store) -> None:
        store.add(verdict(comment=" \u200b\n ", question=""))
        (kept,) = store.feedback(today())
        assert (kept.comment, kept.question) == (None, None)

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        answer_id=strategies.text(max_size=40),
        comment=strategies.text(max_size=MAX_COMMENT_CHARS),
        question=strategies.text(max_size=200),
    )
    def test_visitor_texts_are_stored_on_one_line_without_control_characters(
        self, store: Store, answer_id: str, comment: str, question: str
    ) -> None:
        id = store.add(verdict(answer_id, comment=comment, question=question))
        kept = next(f for f in store.feedback(today()) if f.answer_id == id)
        assert f"{kept.comment}{kept.question}".isprintable()

    def test_invalid_feedback_is_refused_in_one_sentence(self) -> None:
        with pytest.raises(AskPolicyError, match="use one of wrong, incomplete, unclear, other"):
            verdict(reason="rude")
        with pytest.raises(AskPolicyError, match="The comment has 501 characters: shorten it to 500"):
            verdict(comment="x" * 501)
        with pytest.raises(AskPolicyError, match="The question has 20,001 characters"):
            verdict(question="x" * 20_001)

    def test_only_the_owner_may_read_the_database(self, store: Store, path: Path) -> None:
        store.add(verdict())
        assert {oct(file.stat().st_mode & 0o777) for file in path.parent.iterdir()} == {"0o600"}

    def test_stored_texts_are_no_longer_than_allowed(self, path: Path) -> None:
        """Some characters become up to eighteen when the text is normalized."""
        with closing(Store(path, 90, max_question_chars=300)) as store:
            for changes in ({"comment": "ﷺ" * 500}, {"question": "ﷺ" * 300}, {"question": "x" * 301}):
                with pytest.raises(TooLongError, match=r"^The (comment|question) is too long: shorten it to [35]00 "):
                    store.add(verdict(**changes))
            assert store.feedback(date.min) == []
            store.add(verdict(comment="ﷺ" * 27, question="ﷺ" * 16))
            (kept,) = store.feedback(date.min)
            assert (len(kept.comment or ""), len(kept.question or "")) == (27 * 18, 16 * 18)


class TestRoom:
    def test_a_full_store_refuses_new_verdicts_and_allows_changes(self, path: Path) -> None:
        with closing(Store(path, 90, max_rows=3)) as store:
            for number in range(3):
                store.add(verdict(f"a{number}"))
            with pytest.raises(FullError, match=r"is full \(3 verdicts, .* bytes\): raise feedback\.max_rows or"):
                store.add(verdict("a3"))
            store.add(verdict("a1", helpful=False, comment="It changed."))
            assert sorted(f.helpful for f in store.feedback(date.min)) == [False, True, True]
            store.count(DAY, "harbour", Outcome.ANSWERED, "en")
            assert len(store.counts(DAY)) == 1

    def test_a_nearly_full_store_drops_texts_then_refuses_verdicts(self, path: Path) -> None:
        most = 400_000
        ends: list[str] = []
        with closing(Store(path, 90, max_bytes=most)) as store:
            while "refused" not in ends[-3:-1]:
                try:
                    store.add(verdict(f"a{len(ends)}", comment="wide words " * 45, question="如何" * 500))
                    ends.append("kept")
                except WordsFullError:
                    ends.append("without words")
                except FullError:
                    ends.append("refused")
                assert sum(file.stat().st_size for file in path.parent.iterdir() if file.suffix != ".sqlite-shm") < (
                    most + 150_000
                )
            kept = store.feedback(date.min)
        assert list(dict.fromkeys(ends)) == ["kept", "without words", "refused"]
        assert len(kept) == len(ends) - ends.count("refused")
        assert sum(f.comment is not None for f in kept) == ends.count("kept")

    def test_space_freed_by_the_retention_is_reused(self, path: Path) -> None:
        with closing(Store(path, 90, max_bytes=200_000)) as store:
            old = today() - timedelta(days=91)
            for number in itertools.count():
                try:
                    store.add(verdict(f"a{number}", comment="words " * 80, day=old))
                except WordsFullError:
                    break
            assert store.purge() > 3
            store.add(verdict("new", comment="There is room."))
            assert [f.comment for f in store.feedback(date.min)] == ["There is room."]

    def test_counts_are_bounded_too(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("bot.usage.feedback._MAX_COUNTS", 2)
        for policy in ("a", "b", "c", "a", "c"):
            store.count(DAY, policy, Outcome.ANSWERED, "en", 5)
        assert {c.policy: c.number for c in store.counts(DAY)} == {"a": 10, "b": 5}

    def test_concurrent_writers_do_not_exceed_the_limit(self, path: Path) -> None:
        stores = [Store(path, 90, max_rows=20) for _ in range(4)]
        stores[0].purge()

        def add(number: int) -> bool:
            try:
                stores[number % 4].add(verdict(f"a{number}"))
            except FullError:
                return False
            return True

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(add, range(60))) == 20
        for store in stores:
            store.close()
        assert len(row_ids(path)) == 20

    def test_an_older_database_remains_usable(self, path: Path) -> None:
        """Its rows are kept, it gets the index that counts them, and an older askpolicy can still read it."""
        path.parent.mkdir()
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(SCHEMA_OF_1_0)
        with closing(Store(path, 90, max_rows=2)) as store:
            assert [f.answer_id for f in store.feedback(date.min)] == ["ab" * 16]
            store.count(DAY, "harbour", Outcome.ANSWERED, "en")
            store.add(verdict("a1"))
            with pytest.raises(FullError):
                store.add(verdict("a2"))
            assert [c.number for c in store.counts(date.min)] == [8]
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA user_version").fetchone() == (1,)
            (plan,) = connection.execute("EXPLAIN QUERY PLAN SELECT count(*) FROM feedback")
            assert "feedback_by_day" in plan[-1]

    def test_the_limits_come_from_the_settings(self, tmp_path: Path) -> None:
        store = open_store(
            load_settings(home=tmp_path, feedback={"max_rows": 7, "max_megabytes": 20}, guard={"max_question_chars": 9})
        )
        assert store is not None
        assert (store.max_rows, store.max_bytes, store.max_question_chars) == (7, 20_000_000, 9)


class TestPurge:
    def test_expired_rows_are_erased_to_the_last_byte(self, store: Store, path: Path) -> None:
        old, kept = today() - timedelta(days=91), today() - timedelta(days=90)
        store.add(verdict("a1", day=old, comment="the old pelican", question="a pelican of old?"))
        store.add(verdict("a2", day=kept, comment="the young heron"))
        store.count(old, "harbour", Outcome.ANSWERED, "en")
        store.count(kept, "harbour", Outcome.ANSWERED, "en")
        assert b"pelican" in all_bytes(path.parent)
        assert store.purge() == 2
        assert [f.day for f in store.feedback(date.min)] == [kept]
        assert [c.day for c in store.counts(date.min)] == [kept]
        assert b"pelican" not in all_bytes(path.parent)
        assert b"heron" in all_bytes(path.parent)
        assert store.purge() == 0


class TestSettings:
    def test_the_database_is_in_the_home_folder_unless_configured(self, tmp_path: Path) -> None:
        store = open_store(load_settings(home=tmp_path))
        assert store is not None
        assert store.path == tmp_path / "feedback.sqlite"
        assert store.retention_days == 90
        assert list(tmp_path.iterdir()) == []  # until something is stored
        elsewhere = open_store(load_settings(feedback={"path": tmp_path / "other.db", "retention_days": 7}))
        assert elsewhere is not None
        assert (elsewhere.path, elsewhere.retention_days) == (tmp_path / "other.db", 7)

    def test_one_setting_turns_storage_off(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ASKPOLICY_FEEDBACK__ENABLED", "false")
        assert open_store(load_settings()) is None


class TestTrouble:
    def test_a_newer_schema_is_refused_and_left_unchanged(self, store: Store, path: Path) -> None:
        store.add(verdict())
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
        for _ in range(2):
            with pytest.raises(AskPolicyError, match=r"written by a newer askpolicy \(schema 2; this one reads 1\)"):
                store.add(verdict("a2"))
        assert len(row_ids(path)) == 1

    def test_the_database_of_another_program_is_left_unchanged(self, store: Store, path: Path) -> None:
        path.parent.mkdir()
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE theirs (x)")
        with pytest.raises(AskPolicyError, match="is not a feedback database: move it away"):
            store.count(DAY, "harbour", Outcome.ANSWERED, "en")
        path.write_bytes(b"")
        with pytest.raises(AskPolicyError, match="is not a feedback database"):
            store.purge()

    def test_a_damaged_database_gives_one_sentence_and_is_replaced(self, store: Store, path: Path) -> None:
        store.add(verdict())
        store.close()
        path.write_bytes(b"no database at all" * 100)
        with pytest.raises(AskPolicyError, match=r"is damaged \(file is not a database\): move it away"):
            store.add(verdict())
        path.rename(path.with_suffix(".damaged"))
        store.add(verdict())
        assert len(store.feedback(today())) == 1

    def test_a_corrupt_page_is_detected(self, store: Store, path: Path) -> None:
        for number in range(300):
            store.add(verdict(f"a{number}", comment="so many words that they fill more than one page of the file"))
        store.close()
        data = bytearray(path.read_bytes())
        data[4096:] = bytes(len(data) - 4096)
        path.write_bytes(data)
        with pytest.raises(AskPolicyError, match=r"is damaged \(database disk image is malformed\)"):
            store.feedback(date.min)

    def test_a_moved_file_gets_no_more_rows(self, store: Store, path: Path) -> None:
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
                Store(place, 90).add(verdict())

    def test_a_locked_database_gives_a_one_sentence_error(self, path: Path) -> None:
        store = Store(path, 90, busy_seconds=0.05)
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
from bot.usage.feedback import Feedback, Store, today
from bot.types import AskPolicyError, Outcome

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
with closing(Store(folder / "feedback.sqlite", 90)) as store:
    acknowledged = fill(store)
    print(acknowledged > 10, len(store.feedback(today())) == acknowledged)
subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
with closing(Store(folder / "feedback.sqlite", 90)) as store:
    fill(store)
with closing(Store(folder / "other.sqlite", 90)) as store:
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
from bot.usage.feedback import Feedback, Store, today
from bot.types import Outcome

def write(path):
    store = Store(path, 90)
    os.write(1, f"started {os.getpid()}\\n".encode())
    number = 0
    while True:
        number += 1
        store.count(today(), "p", Outcome.ANSWERED, "en")
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
        with closing(Store(path, 90)) as store:
            (count,) = store.counts(today())
            # Each question was counted before its verdict; a kill may come between the two.
            assert len(row_ids(path)) <= count.number <= len(row_ids(path)) + 20

    def test_processes_and_threads_share_one_database(self, path: Path) -> None:
        script = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from bot.usage.feedback import Feedback, Store, today
from bot.types import Outcome

store = Store(Path(sys.argv[1]), 90)

def write(number):
    store.count(today(), "p", Outcome.ANSWERED, "en")
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
        with closing(Store(path, 90)) as store:
            assert [c.number for c in store.counts(today())] == [4 * 30]
        assert is_whole(path)

    def test_the_first_threads_create_one_database(self, path: Path) -> None:
        stores = [Store(path, 90) for _ in range(8)]
        with ThreadPoolExecutor(8) as pool:
            ids = set(pool.map(lambda pair: pair[1].add(verdict(f"a{pair[0]}")), enumerate(stores)))
        for store in stores:
            store.close()
        assert ids == row_ids(path)
        assert [file.name for file in path.parent.iterdir()] == [path.name]
