"""What only the store in PostgreSQL does. tests/usage/test_store.py has what every store does."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from pydantic import SecretStr

from bot.commands.main import main
from bot.policies.folder import load_policy_folder
from bot.postgres.connection import connect
from bot.service import question_counter
from bot.service.question_counter import QuestionCounter
from bot.service.switchboard import Switchboard
from bot.settings import Settings, load_settings
from bot.types import AskPolicyError, Outcome, Policy
from bot.usage.opening import open_store
from bot.usage.postgres import PostgresStore
from bot.usage.switches_only import SwitchesOnly
from bot.usage.values import Count, today
from tests.support.postgres import Server
from tests.support.running import wait_for
from tests.support.usage import DAY, fill, verdict

NOWHERE = SecretStr("postgresql:///db?host=/nowhere")


@pytest.fixture
def url(usage_tables: SecretStr) -> Iterator[SecretStr]:
    yield usage_tables
    with closing(connect(usage_tables)) as connection:
        connection.execute("TRUNCATE askpolicy.counts, askpolicy.feedback, askpolicy.unanswered")
        connection.execute("TRUNCATE askpolicy.switches, askpolicy.audit")


@pytest.fixture
def store(url: SecretStr) -> Iterator[PostgresStore]:
    with closing(PostgresStore(url, 90)) as store:
        yield store


@pytest.fixture(scope="module")
def policy(settings: Settings) -> Policy:
    return load_policy_folder("massgov", settings.corpus).policy


def test_the_settings_choose_it(url: SecretStr) -> None:
    store = open_store(load_settings(database={"url": url.get_secret_value()}, feedback={"max_rows": 7}))
    assert isinstance(store, PostgresStore)
    assert (store.max_rows, store.max_bytes, store.retention_days) == (7, 100_000_000, 90)
    keeps_nothing = open_store(load_settings(database={"url": url.get_secret_value()}, feedback={"enabled": False}))
    assert isinstance(keeps_nothing, SwitchesOnly)
    assert list(keeps_nothing.counts(date.min)) == []
    keeps_nothing.close()


def test_only_the_documented_fields_are_stored(store: PostgresStore, url: SecretStr) -> None:
    with closing(connect(url)) as connection:
        rows = connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'askpolicy' AND "
            "table_name = ANY(%s) ORDER BY ordinal_position",
            (["counts", "feedback", "unanswered", "switches", "audit"],),
        ).fetchall()
    columns: dict[str, list[str]] = {}
    for table, column in rows:
        columns.setdefault(table, []).append(column)
    assert columns == {
        "counts": ["day", "policy", "outcome", "language", "topic", "number"],
        "feedback": ["id", "day", "policy", "outcome", "helpful", "reason", "comment", "question"],
        "unanswered": ["id", "day", "policy", "outcome", "question"],
        "switches": ["kind", "policy", "message", "until"],
        "audit": ["number", "at", "who", "what"],
    }


def test_rows_are_not_listed_in_the_order_of_their_arrival(store: PostgresStore) -> None:
    ids = [store.add(verdict(f"a{number}", day=DAY)) for number in range(9)]
    assert [kept.answer_id for kept in store.feedback(DAY)] == sorted(ids) != ids


def test_a_reader_that_keeps_old_bytes_is_reported(url: SecretStr) -> None:
    with closing(PostgresStore(url, 90, busy_seconds=0.05)) as store:
        store.add(verdict("a1"))
        with closing(connect(url)) as other, other.transaction():
            other.execute("SELECT * FROM askpolicy.feedback").fetchall()
            with pytest.raises(AskPolicyError, match=r"1 rows were deleted, but another program reads the database '"):
                store.delete(None, "ann")
        assert store.feedback(date.min) == []
        assert store.delete(None, "ann") == 0


def test_a_database_without_tables_says_what_to_run(postgres: Server) -> None:
    with closing(PostgresStore(SecretStr(postgres.new_database()), 90)) as store:
        for act in (store.switches, lambda: store.add(verdict()), store.purge):
            with pytest.raises(
                AskPolicyError, match=r"lacks tables of AskPolicy .*: create them with `askpolicy datab"
            ):
                act()


def test_the_documented_rights_let_a_service_keep_and_delete(url: SecretStr) -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "shared-store.md").read_text(encoding="utf-8")
    rights = text[text.index("GRANT USAGE") : text.index("ALTER DEFAULT")].replace("askpolicy_service", "usage_service")
    with closing(connect(url)) as owner:
        owner.execute("CREATE ROLE usage_service LOGIN")
        owner.execute(rights.encode())
        service = SecretStr(url.get_secret_value().replace("postgres@", "usage_service@"))
        with closing(PostgresStore(service, 90)) as store:
            store.count(Count(DAY, "harbour", Outcome.ANSWERED, "en"))
            store.add(verdict(day=date(2000, 1, 1)))
            before = owner.execute("SELECT pg_relation_filepath('askpolicy.feedback')").fetchone()
            assert store.purge() >= 1
            assert store.switches() == []
            # The table is in another file: it was written anew.
            assert owner.execute("SELECT pg_relation_filepath('askpolicy.feedback')").fetchone() != before
        with closing(connect(service)) as reader:
            for table in ("bundles", "files", "vectors", "texts", "published", "switches", "audit"):
                assert reader.execute(f"SELECT count(*) FROM askpolicy.{table}".encode()).fetchone()  # noqa: S608
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    reader.execute(f"DELETE FROM askpolicy.{table}".encode())  # noqa: S608
        owner.execute("DROP OWNED BY usage_service")
        owner.execute("DROP ROLE usage_service")


def test_counts_wait_while_the_database_is_away(
    postgres: Server, url: SecretStr, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(question_counter, "FLUSH_SECONDS", 0.02)
    with closing(connect(postgres.secret())) as admin, closing(connect(url)) as known:
        name = known.info.dbname
        known.close()
        counter = QuestionCounter(PostgresStore(url, 90, busy_seconds=1.0))
        admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO away").format(sql.Identifier(name)))
        try:
            counter.start()
            for _ in range(3):
                counter.add(Count(today(), "harbour", Outcome.ANSWERED, "en"))
            wait_for(lambda: "Questions are counted in memory until this is fixed" in caplog.text)
        finally:
            admin.execute(sql.SQL("ALTER DATABASE away RENAME TO {}").format(sql.Identifier(name)))
    with closing(PostgresStore(url, 90)) as store:
        wait_for(lambda: [counted.number for counted in store.counts(today())] == [3])
    counter.stop()
    assert caplog.text.count("Questions are counted in memory") == 1


def test_a_pause_on_one_machine_reaches_every_other_and_holds_while_the_database_is_away(
    url: SecretStr, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], policy: Policy
) -> None:
    boards = [Switchboard(PostgresStore(url, 90, busy_seconds=1.0)) for _ in range(3)]
    for board in boards:
        board.start()
    monkeypatch.setenv("ASKPOLICY_DATABASE__URL", url.get_secret_value())
    assert main(["pause", "--message", "Back soon."]) == 0
    assert "Services that use the database 'test" in capsys.readouterr().out
    wait_for(lambda: all(board.pause(policy) for board in boards))
    with closing(boards[0]._store):
        monkeypatch.setattr(boards[0], "_store", PostgresStore(NOWHERE, 90))
    boards[0]._read()
    assert boards[0].pause(policy) is not None
    assert main(["resume"]) == 0
    wait_for(lambda: not any(board.pause(policy) for board in boards[1:]))
    assert boards[0].pause(policy) is not None
    for board in boards:
        board.stop()
    assert main(["audit"]) == 0
    assert "pause off for all policies" in capsys.readouterr().out


def test_the_commands_work_on_it(
    store: PostgresStore, url: SecretStr, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:  # fmt: skip
    fill(store)
    monkeypatch.setenv("ASKPOLICY_DATABASE__URL", url.get_secret_value())
    assert main(["insights"]) == 0
    assert "massgov" in capsys.readouterr().out
    assert main(["export", str(tmp_path / "kept.jsonl")]) == 0
    kept = [json.loads(line) for line in (tmp_path / "kept.jsonl").read_text().splitlines()]
    assert len(kept) > 10
    assert main(["delete", "--all", "--yes"]) == 0
    assert (store.counts(date.min), store.feedback(date.min), store.unanswered(date.min)) == ([], [], [])
    assert store.audit()[0].what == "deleted what visitors left: 15 rows"


def test_a_database_that_cannot_be_reached_is_named_once(caplog: pytest.LogCaptureFixture) -> None:
    store = PostgresStore(NOWHERE, 90)
    with pytest.raises(AskPolicyError, match="'db' on /nowhere cannot be reached"):
        store.add(verdict())
    with caplog.at_level(logging.ERROR):
        board = Switchboard(PostgresStore(NOWHERE, 90))
        board._read()
        board._read()
    assert caplog.text.count("Pauses and notices cannot be read, so they stay as they are") == 1
