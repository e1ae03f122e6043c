from __future__ import annotations

import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from pydantic import SecretStr

from bot.postgres.connection import Database, connect, name_of
from bot.settings import load_settings
from bot.types import AskPolicyError
from tests.support.postgres import Server


def test_what_is_written_stays_and_an_exception_undoes_it(database: SecretStr) -> None:
    with closing(Database(database)) as shared:
        with shared.writing() as connection:
            connection.execute("CREATE TABLE t (n integer)")
        with pytest.raises(AskPolicyError), shared.writing() as connection:
            connection.execute("INSERT INTO t VALUES (1), (1/0)")
        with shared.connected() as connection:
            assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)


def test_threads_take_turns(database: SecretStr) -> None:
    with closing(Database(database)) as shared:

        def ask(number: int) -> int:
            with shared.connected() as connection:
                row = connection.execute("SELECT %s::int, pg_sleep(0.01)", (number,)).fetchone()
            assert row is not None
            return int(row[0])

        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(ask, range(40))) == list(range(40))


def test_a_connection_that_the_server_closed_is_opened_again(database: SecretStr) -> None:
    with closing(Database(database)) as shared:
        with shared.connected() as connection:
            process = connection.info.backend_pid
        with closing(connect(database)) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (process,))
        with shared.connected() as connection:
            assert connection.info.backend_pid != process


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://a:hunter2@/db?host=/nowhere", "cannot be reached .*: start it, or correct the setting"),
        ("postgresql://a:hunter2@127.0.0.1:1/db", "'db' on 127.0.0.1 cannot be reached"),
        ("postgresql://a:hun/ter2@h/db?x", "database.url cannot be read: write it like"),
        ("postgresql://a:hunter2@h/db?hunter2=1", "database.url cannot be read: write it like"),
    ],
)
def test_an_address_of_no_use_is_explained_without_the_password(url: str, words: str) -> None:
    with pytest.raises(AskPolicyError, match=words) as raised:
        connect(SecretStr(url))
    assert "ter2" not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_server_that_does_not_answer_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        start = time.monotonic()
        with pytest.raises(AskPolicyError, match="cannot be reached"):
            connect(SecretStr(f"postgresql://a@127.0.0.1:{silent.getsockname()[1]}/db"))
        assert time.monotonic() - start < 60


def test_each_kind_of_error_says_how_to_fix_it(database: SecretStr) -> None:
    shared = Database(database, statement_seconds=0.05)
    cases = {
        "SELECT * FROM nowhere": "lacks tables .*`askpolicy database`",
        "SELECT pg_sleep(9)": "took too long",
        "SELECT 1/0": r"reports an error \(division by zero\): see its log",
        "BEGIN READ ONLY; CREATE TABLE u ()": "takes no writes, as a replica does",
    }
    with closing(shared):
        for statement, words in cases.items():
            with pytest.raises(AskPolicyError, match=words), shared.connected() as connection:
                connection.execute(statement.encode())


def test_a_user_without_rights_is_sent_to_the_page(postgres: Server, database: SecretStr) -> None:
    with closing(connect(database)) as owner:
        owner.execute("CREATE ROLE nothing LOGIN")
        owner.execute("CREATE TABLE secret ()")
        url = SecretStr(postgres.url(owner.info.dbname).replace("postgres@", "nothing@"))
    with (
        closing(Database(url)) as shared,
        pytest.raises(AskPolicyError, match=r"rights of docs/shared-store\.md"),
        shared.connected() as connection,
    ):
        connection.execute("SELECT * FROM secret")


def test_the_name_of_a_database_holds_no_secret() -> None:
    assert name_of(SecretStr("postgresql://a:hunter2@h1,h2/db")) == "'db' on h1, h2"


@pytest.mark.parametrize("url", ["mysql://a:hunter2@h/db", "hunter2", ""])
def test_the_setting_takes_only_addresses_of_postgresql(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKPOLICY_DATABASE__URL", url)
    with pytest.raises(AskPolicyError, match=r"'database.url' is not valid: write it like postgresql://") as raised:
        load_settings()
    assert "hunter2" not in str(raised.value)


def test_a_service_without_a_database_loads_nothing_of_it() -> None:
    code = "import sys, bot.service.app, bot.publishing; assert not {'psycopg', 'pgvector'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_without_the_package_the_command_that_installs_it_is_named() -> None:
    code = "import sys; sys.modules['psycopg'] = None; import bot.postgres.connection"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "database.url needs psycopg: pip install 'askpolicy[postgres]'" in done.stderr
