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
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from bot.types import AskPolicyError, Outcome
from bot.usage import schema
from bot.usage.sqlite import SqliteStore
from bot.usage.values import (
    MAX_COMMENT_CHARS,
    Audited,
    Count,
    Feedback,
    FullError,
    Switch,
    SwitchKind,
    TooLongError,
    Unanswered,
    WordsFullError,
    today,
)

DAY = date(2026, 3, 1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "feedback.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(path, retention_days=90)) as store:
        yield store


def verdict(answer_id: str = "a1", **changes: object) -> Feedback:
    values: dict[str, object] = {"policy": "harbour", "outcome": Outcome.ANSWERED, "helpful": True, **changes}
    return Feedback(answer_id, **values)  # type: ignore[arg-type]


def unanswered(answer_id: str, question: str) -> Unanswered:
    return Unanswered(answer_id, "harbour", Outcome.NOT_COVERED, question, DAY)


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
    def test_counts_add_up_by_day_policy_outcome_and_language(self, store: SqliteStore) -> None:
        for _ in range(3):
            store.count(Count(DAY, "harbour", Outcome.ANSWERED, "en"))
        store.count(Count(DAY, "harbour", Outcome.NOT_COVERED, "ht"))
        store.count(Count(DAY - timedelta(days=1), "harbour", Outcome.ANSWERED, "en"))
        numbers = {(c.day, c.outcome, c.language): c.number for c in store.counts(DAY)}
        assert numbers == {(DAY, Outcome.ANSWERED, "en"): 3, (DAY, Outcome.NOT_COVERED, "ht"): 1}

    def test_a_verdict_is_read_back_unchanged(self, store: SqliteStore) -> None:
        given = verdict(helpful=False, reason="unclear", comment="Which?", question="do you sell my data?", day=DAY)
        id = store.add(given)
        (kept,) = store.feedback(DAY)
        assert kept == Feedback(
            id, "harbour", Outcome.ANSWERED, False, "unclear", "Which?", "do you sell my data?", DAY
        )
        assert store.feedback(DAY + timedelta(days=1)) == []

    def test_the_latest_verdict_on_an_answer_counts(self, store: SqliteStore) -> None:
        first = store.add(verdict("a1", helpful=True))
        assert store.add(verdict("a1", helpful=False, reason="wrong")) == first
        store.add(verdict("a2"))
        assert sorted(f.helpful for f in store.feedback(today())) == [False, True]

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

    def test_the_answer_id_is_stored_as_a_digest(self, store: SqliteStore, path: Path) -> None:
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
        self, store: SqliteStore, path: Path, field: str, secret: str, text: str
    ) -> None:
        store.add(verdict(**{field: text}))
        (kept,) = store.feedback(today())
        assert "[" in (getattr(kept, field) or "")
        assert secret.encode() not in all_bytes(path.parent).replace("\u200b".encode(), b"")

    def test_texts_in_any_language_are_stored(self, store: SqliteStore) -> None:
        store.add(verdict(comment="No me sirve para nada.", question="你们会出售我的数据吗?"))
        (kept,) = store.feedback(today())
        assert (kept.comment, kept.question) == ("No me sirve para nada.", "你们会出售我的数据吗?")

    def test_a_text_without_words_is_stored_as_none(self, store: SqliteStore) -> None:
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
        self, store: SqliteStore, answer_id: str, comment: str, question: str
    ) -> None:
        id = store.add(verdict(answer_id, comment=comment, question=question))
        kept = next(f for f in store.feedback(today()) if f.answer_id == id)
        assert f"{kept.comment}{kept.question}".isprintable()

    def test_only_the_owner_may_read_the_database(self, store: SqliteStore, path: Path) -> None:
        store.add(verdict())
        assert {oct(file.stat().st_mode & 0o777) for file in path.parent.iterdir()} == {"0o600"}

    def test_stored_texts_are_no_longer_than_allowed(self, path: Path) -> None:
        """Some characters become up to eighteen when the text is normalized."""
        with closing(SqliteStore(path, 90, max_question_chars=300)) as store:
            for changes in ({"comment": "ﷺ" * 500}, {"question": "ﷺ" * 300}, {"question": "x" * 301}):
                with pytest.raises(TooLongError, match=r"^The (comment|question) is too long: shorten it to [35]00 "):
                    store.add(verdict(**changes))
            assert store.feedback(date.min) == []
            store.add(verdict(comment="ﷺ" * 27, question="ﷺ" * 16))
            (kept,) = store.feedback(date.min)
            assert (len(kept.comment or ""), len(kept.question or "")) == (27 * 18, 16 * 18)


class TestRoom:
    def test_a_full_store_refuses_new_verdicts_and_allows_changes(self, path: Path) -> None:
        with closing(SqliteStore(path, 90, max_rows=3)) as store:
            for number in range(3):
                store.add(verdict(f"a{number}"))
            with pytest.raises(FullError, match=r"is full \(3 verdicts and .* bytes\): raise feedback\.max_rows or"):
                store.add(verdict("a3"))
            store.add(verdict("a1", helpful=False, comment="It changed."))
            assert sorted(f.helpful for f in store.feedback(date.min)) == [False, True, True]
            store.count(Count(DAY, "harbour", Outcome.ANSWERED, "en"))
            assert len(store.counts(DAY)) == 1

    def test_a_nearly_full_store_drops_texts_then_refuses_verdicts(self, path: Path) -> None:
        most = 400_000
        ends: list[str] = []
        with closing(SqliteStore(path, 90, max_bytes=most)) as store:
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
        with closing(SqliteStore(path, 90, max_bytes=200_000)) as store:
            old = today() - timedelta(days=91)
            for number in itertools.count():
                try:
                    store.add(verdict(f"a{number}", comment="words " * 80, day=old))
                except WordsFullError:
                    break
            assert store.purge() > 3
            store.add(verdict("new", comment="There is room."))
            assert [f.comment for f in store.feedback(date.min)] == ["There is room."]

    def test_counts_are_bounded_too(self, store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("bot.usage.sqlite._MAX_COUNTS", 2)
        for policy in ("a", "b", "c", "a", "c"):
            store.count(Count(DAY, policy, Outcome.ANSWERED, "en", number=5))
        assert {c.policy: c.number for c in store.counts(DAY)} == {"a": 10, "b": 5}

    def test_concurrent_writers_do_not_exceed_the_limit(self, path: Path) -> None:
        stores = [SqliteStore(path, 90, max_rows=20) for _ in range(4)]
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


class TestPurge:
    def test_expired_rows_are_erased_to_the_last_byte(self, store: SqliteStore, path: Path) -> None:
        old, kept = today() - timedelta(days=91), today() - timedelta(days=90)
        store.add(verdict("a1", day=old, comment="the old pelican", question="a pelican of old?"))
        store.add(verdict("a2", day=kept, comment="the young heron"))
        store.count(Count(old, "harbour", Outcome.ANSWERED, "en"))
        store.count(Count(kept, "harbour", Outcome.ANSWERED, "en"))
        assert b"pelican" in all_bytes(path.parent)
        assert store.purge() == 2
        assert [f.day for f in store.feedback(date.min)] == [kept]
        assert [c.day for c in store.counts(date.min)] == [kept]
        assert b"pelican" not in all_bytes(path.parent)
        assert b"heron" in all_bytes(path.parent)
        assert store.purge() == 0


class TestQuestions:
    def test_a_question_is_kept_with_its_day_and_outcome_alone(self, store: SqliteStore) -> None:
        id = store.keep(unanswered("a1", "who hosts it?"))
        assert id != "a1"
        assert store.keep(unanswered("a1", "who hosts it?")) == id  # a second click
        assert store.unanswered(DAY) == [Unanswered(id, "harbour", Outcome.NOT_COVERED, "who hosts it?", DAY)]
        assert store.unanswered(DAY + timedelta(days=1)) == []

    def test_personal_data_and_danger_never_reach_the_disk(self, store: SqliteStore, path: Path) -> None:
        store.keep(unanswered("a1", "is my SSN 123-45-6789 with you?"))
        store.keep(unanswered("a2", "I want to kill myself"))
        store.keep(unanswered("a3", " \u200b "))
        (kept,) = store.unanswered(DAY)
        assert "[social security number]" in kept.question
        for secret in (b"123-45-6789", b"kill myself"):
            assert secret not in all_bytes(path.parent)

    def test_a_question_counts_toward_the_limits(self, path: Path) -> None:
        with closing(SqliteStore(path, 90, max_rows=2, max_question_chars=20)) as store:
            store.add(verdict("a1"))
            store.keep(unanswered("a2", "who?"))
            with pytest.raises(FullError, match="2 verdicts and questions"):
                store.keep(unanswered("a3", "who?"))
            with pytest.raises(TooLongError, match="The question is too long: shorten it to 20"):
                store.keep(unanswered("a2", "x" * 21))
        with (
            closing(SqliteStore(path, 90, max_bytes=1)) as store,
            pytest.raises(FullError, match="room for more words"),
        ):
            store.keep(unanswered("a2", "whom?"))


class TestDeletion:
    def test_what_is_deleted_is_erased_to_the_last_byte_and_audited(self, store: SqliteStore, path: Path) -> None:
        later = DAY + timedelta(days=1)
        store.add(verdict("a1", day=DAY, comment="the old pelican"))
        store.keep(unanswered("a2", "a pelican of old?"))
        store.count(Count(DAY, "harbour", Outcome.ANSWERED, "en", "pelican-topic"))
        store.add(verdict("a3", day=later, comment="the young heron"))
        assert store.delete(later, "ann") == 3
        assert b"pelican" not in all_bytes(path.parent)
        assert [f.comment for f in store.feedback(date.min)] == ["the young heron"]
        assert store.delete(None, "bo") == 1
        assert b"heron" not in all_bytes(path.parent)
        assert [(line.who, line.what) for line in store.audit()] == [
            ("bo", "deleted what visitors left: 1 rows"),
            ("ann", "deleted what visitors left before 2026-03-02: 3 rows"),
        ]

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

    def test_each_kind_and_policy_has_one_switch_and_everything_is_audited(self, store: SqliteStore) -> None:
        until = datetime(2026, 3, 2, 9, tzinfo=UTC)
        store.switch_on(Switch(SwitchKind.PAUSE, "", "First."), "ann")
        store.switch_on(Switch(SwitchKind.PAUSE, "", "Second.", until), "ann")
        store.switch_on(Switch(SwitchKind.PAUSE, "harbour"), "bo")
        store.switch_on(Switch(SwitchKind.NOTICE, "", "Closed on Monday."), "bo")
        assert sorted(store.switches(), key=lambda switch: (switch.kind, switch.policy)) == [
            Switch(SwitchKind.NOTICE, "", "Closed on Monday."),
            Switch(SwitchKind.PAUSE, "", "Second.", until),
            Switch(SwitchKind.PAUSE, "harbour"),
        ]
        assert store.switch_off(SwitchKind.PAUSE, "", "ann") == [Switch(SwitchKind.PAUSE, "", "Second.", until)]
        assert len(store.switch_off(SwitchKind.PAUSE, None, "ann")) == 1
        assert [switch.kind for switch in store.switches()] == [SwitchKind.NOTICE]
        assert [line.what for line in store.audit()] == [
            "pause off for harbour",
            "pause off for all policies",
            "notice on for all policies: “Closed on Monday.”",
            "pause on for harbour",
            "pause on for all policies until 2026-03-02T09:00:00+00:00: “Second.”",
            "pause on for all policies: “First.”",
        ]

    def test_the_audit_is_bounded(self, store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("bot.usage.sqlite._MAX_AUDIT", 3)
        for number in range(5):
            store.note(Audited("ann", f"exported {number} rows"))
        assert [line.what for line in store.audit()] == [f"exported {number} rows" for number in (4, 3, 2)]


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
