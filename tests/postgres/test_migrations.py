from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from threading import Thread

import psycopg
import pytest
from pydantic import SecretStr

from bot.postgres import migrations
from bot.postgres.connection import Connection, Database, connect
from bot.types import AskPolicyError
from tests.support.postgres import Server


@pytest.fixture
def empty(postgres: Server) -> Iterator[Connection]:
    with closing(connect(SecretStr(postgres.new_database()))) as connection:
        yield connection


def test_the_steps_are_numbered_without_gaps() -> None:
    assert [step.number for step in migrations.steps()] == list(range(1, migrations.latest() + 1))


def test_a_new_database_gets_all_tables_and_the_second_time_nothing(empty: Connection) -> None:
    assert migrations.version_of(empty) == 0
    assert migrations.migrate(empty) == (0, migrations.latest())
    migrations.check_version(empty)
    assert migrations.migrate(empty) == (migrations.latest(), migrations.latest())


def test_going_back_and_forward_keeps_the_rows(empty: Connection) -> None:
    migrations.migrate(empty)
    empty.execute("INSERT INTO askpolicy.bundles VALUES ('a', '01', 'b', '{}', 'x')")
    empty.execute("INSERT INTO askpolicy.vectors VALUES ('a', '01', 'passages', 0, '[1,0]')")
    empty.execute("INSERT INTO askpolicy.published VALUES ('a', '01')")
    for step in reversed(range(migrations.latest())):
        assert migrations.migrate(empty, step) == (step + 1, step)
    with pytest.raises(AskPolicyError, match=r"has no tables: bring it up to date with `askpolicy database`"):
        migrations.check_version(empty)
    assert migrations.migrate(empty) == (0, migrations.latest())
    rows = "SELECT p.policy, p.version, b.manifest, v.vector::text FROM askpolicy.published p JOIN askpolicy.bundles b "
    rows += "USING (policy, version) JOIN askpolicy.vectors v USING (policy, version)"
    assert empty.execute(rows).fetchall() == [("a", "01", b"x", "[1,0]")]


def test_going_back_leaves_only_the_record_of_the_steps(empty: Connection) -> None:
    migrations.migrate(empty)
    migrations.migrate(empty, 0)
    left = "SELECT relname FROM pg_class WHERE relnamespace = 'askpolicy'::regnamespace AND relkind = 'r'"
    assert empty.execute(left).fetchall() == [("migrations",)]


def test_a_newer_database_is_refused_in_one_sentence(empty: Connection) -> None:
    migrations.migrate(empty)
    newer = migrations.latest() + 1
    empty.execute("INSERT INTO askpolicy.migrations VALUES (%s, 'later')", (newer,))
    for act in (migrations.check_version, migrations.migrate):
        with pytest.raises(AskPolicyError, match=rf"newer askpolicy \(step {newer}; this one knows"):
            act(empty)


def test_an_older_database_says_what_to_run(empty: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    migrations.migrate(empty)
    monkeypatch.setattr(migrations, "latest", lambda: 9)
    with pytest.raises(AskPolicyError, match=r"of an older askpolicy .*`askpolicy database`"):
        migrations.check_version(empty)


def test_a_step_that_fails_changes_nothing(empty: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = (
        *migrations.steps(),
        migrations.Migration(migrations.latest() + 1, "bad", "CREATE TABLE t(); SELECT 1/0", ""),
    )
    monkeypatch.setattr(migrations, "steps", lambda: steps)
    with pytest.raises(psycopg.errors.DivisionByZero):
        migrations.migrate(empty)
    assert migrations.version_of(empty) == len(steps) - 1
    assert empty.execute("SELECT to_regclass('t')").fetchone() == (None,)


@pytest.mark.parametrize("step", [-1, 1_000])
def test_a_step_that_does_not_exist_is_refused(empty: Connection, step: int) -> None:
    with pytest.raises(AskPolicyError, match=f"There is no step {step}: choose one from 0 to"):
        migrations.migrate(empty, step)


def test_two_callers_take_turns(postgres: Server) -> None:
    url = SecretStr(postgres.new_database())
    failed: list[Exception] = []

    def run() -> None:
        try:
            with closing(Database(url)) as shared, shared.connected() as connection:
                migrations.migrate(connection)
        except Exception as error:
            failed.append(error)

    callers = [Thread(target=run) for _ in range(4)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert failed == []


def test_a_user_without_rights_learns_what_an_administrator_must_do(postgres: Server, empty: Connection) -> None:
    empty.execute("CREATE ROLE plain LOGIN")
    name = empty.info.dbname
    empty.execute(psycopg.sql.SQL("GRANT CREATE ON DATABASE {} TO plain").format(psycopg.sql.Identifier(name)))
    url = SecretStr(postgres.url(name).replace("postgres@", "plain@"))
    with closing(connect(url)) as plain, pytest.raises(AskPolicyError, match="`CREATE EXTENSION vector`"):
        migrations.migrate(plain)
