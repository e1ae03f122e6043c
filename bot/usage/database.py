"""The SQLite file: creates it, opens it, updates it, and explains what is wrong with it."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.policies.writing import sync_folder
from bot.types import AskPolicyError
from bot.usage import schema

# How long a writer waits for the others before it gives up.
BUSY_SECONDS = 5.0
_ANOTHER_PATH = "choose another path with the setting feedback.path"


class Database:
    """The database at `path`, created on first use. Threads can share it, and processes can share the file."""

    def __init__(self, path: Path, busy_seconds: float = BUSY_SECONDS) -> None:
        """Set the path; the file is not opened yet. busy_seconds: how long to wait for another program's lock."""
        self.path = path
        self._busy_seconds = busy_seconds
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None  # device and inode of the open file

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        with self._lock:
            self._disconnect()

    @contextmanager
    def connected(self, synchronous: str = "FULL") -> Iterator[sqlite3.Connection]:
        """Yield the connection, to one caller at a time, in autocommit mode: each statement is stored on return."""
        with self._lock:
            try:
                connection = self._connect()
                connection.execute(f"PRAGMA synchronous = {synchronous}")
                yield connection
            except sqlite3.Error as error:
                self._disconnect()  # so that the next call opens the file again and sees any fix
                raise self._explained(error) from None
            except OSError as error:
                raise AskPolicyError(
                    f"The feedback database {self.path} cannot be created ({error.strerror}): free up space, or "
                    f"{_ANOTHER_PATH}."
                ) from None

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection in a transaction, which no other writer can enter. An exception undoes all of it."""
        with self.connected() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def taken_bytes(self, connection: sqlite3.Connection) -> int:
        """Return the bytes that the database uses on disk: its pages in use, and its write-ahead log."""
        pages, free, size = (
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
        )
        log = Path(f"{self.path}-wal")
        return int((pages - free) * size) + (log.stat().st_size if log.exists() else 0)

    def empty_log(self) -> bool:
        """Write the write-ahead log back and empty it, since it holds rows as they arrived. Return whether it is
        empty: another program that reads can prevent it."""
        with self.connected() as connection:
            return not connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]

    def _connect(self) -> sqlite3.Connection:
        if not self.path.exists():
            self._create()
        status = self.path.stat()
        file = (status.st_dev, status.st_ino)
        # If the file was moved away, connect again: writes to the old one are lost.
        if self._connection is None or self._file != file:
            self._disconnect()
            # mode=rw: only `_create` may create the database.
            self._connection = sqlite3.connect(
                f"{self.path.absolute().as_uri()}?mode=rw",
                uri=True,
                timeout=self._busy_seconds,
                isolation_level=None,
                check_same_thread=False,  # the lock admits one thread at a time
            )
            self._file = file
            self._connection.execute("PRAGMA secure_delete = ON")  # deleted bytes are overwritten
        self._bring_up_to_date(self._connection)
        return self._connection

    def _bring_up_to_date(self, connection: sqlite3.Connection) -> None:
        version = schema.version_of(connection)
        if version > schema.VERSION:
            raise AskPolicyError(
                f"The feedback database {self.path} was written by a newer askpolicy (schema {version}; this one reads "
                f"{schema.VERSION}): update askpolicy, or {_ANOTHER_PATH}."
            )
        if version == 0:
            raise AskPolicyError(f"{self.path} is not a feedback database: move it away, or {_ANOTHER_PATH}.")
        if version < schema.VERSION:
            schema.migrate(connection)

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _create(self) -> None:
        """Create the database in a folder next to its path, readable only by its owner, then link it into place.

        A link appears complete or not at all. If several processes try, the first one wins.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.path.parent, prefix=f".{self.path.name}-") as scratch:
            new = Path(scratch) / self.path.name
            new.touch(mode=0o600)
            connection = sqlite3.connect(new, isolation_level=None)
            try:
                schema.create(connection)
            finally:
                connection.close()
            if os.geteuid() == 0:
                # An administrator may pause the service before its first question. Its own user must be able to write.
                folder = self.path.parent.stat()
                with suppress(OSError):
                    os.chown(new, folder.st_uid, folder.st_gid)
            try:
                os.link(new, self.path)
            except FileExistsError:
                return
        sync_folder(self.path.parent)

    def _explained(self, error: sqlite3.Error) -> AskPolicyError:
        """Return the error for what SQLite reports. The low byte of its code is the primary result code."""
        match getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF:
            case sqlite3.SQLITE_FULL:
                problem, fix = "cannot be written (the disk is full)", "free up space"
            case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
                problem, fix = f"cannot be opened for writing ({error})", "give this user permission to write it"
            case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
                problem, fix = f"is damaged ({error})", "move it away, so that a new one is created"
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                problem, fix = "is locked by another program", "stop that program, try again"
            case _:
                problem, fix = f"cannot be used ({error})", "check its disk"
        return AskPolicyError(f"The feedback database {self.path} {problem}: {fix}, or {_ANOTHER_PATH}.")
