"""The tables of the SQLite database, and how an older database becomes a current one.

Version 1 had counts without topics, and feedback. Version 2 added topics, questions, switches and the audit.
"""

from __future__ import annotations

import sqlite3

VERSION = 2

# WITHOUT ROWID: rows are stored in the order of their keys, so the order in which they arrived is not stored.
_COUNTS = """
CREATE TABLE counts (
    day TEXT NOT NULL,
    policy TEXT NOT NULL,
    outcome TEXT NOT NULL,
    language TEXT NOT NULL,
    topic TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (day, policy, outcome, language, topic)
) STRICT, WITHOUT ROWID;
"""
_FEEDBACK = """
CREATE TABLE feedback (
    id TEXT PRIMARY KEY,
    day TEXT NOT NULL,
    policy TEXT NOT NULL,
    outcome TEXT NOT NULL,
    helpful INTEGER NOT NULL CHECK (helpful IN (0, 1)),
    reason TEXT,
    comment TEXT,
    question TEXT
) STRICT, WITHOUT ROWID;
"""
# Counting rows reads only the indexes. A switch has the policy '' if it is for all of them.
_SINCE_2 = """
CREATE INDEX IF NOT EXISTS feedback_by_day ON feedback (day);
CREATE TABLE unanswered (
    id TEXT PRIMARY KEY,
    day TEXT NOT NULL,
    policy TEXT NOT NULL,
    outcome TEXT NOT NULL,
    question TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX unanswered_by_day ON unanswered (day);
CREATE TABLE switches (
    kind TEXT NOT NULL,
    policy TEXT NOT NULL,
    message TEXT NOT NULL,
    until TEXT,
    PRIMARY KEY (kind, policy)
) STRICT, WITHOUT ROWID;
CREATE TABLE audit (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL
) STRICT;
"""
_VERSION = f"PRAGMA user_version = {VERSION};\n"
_CREATE = f"PRAGMA journal_mode = WAL;\nBEGIN IMMEDIATE;\n{_COUNTS}{_FEEDBACK}{_SINCE_2}{_VERSION}COMMIT;"
_FROM_1 = f"""
ALTER TABLE counts RENAME TO old_counts;
{_COUNTS}
INSERT INTO counts SELECT day, policy, outcome, language, '', number FROM old_counts;
DROP TABLE old_counts;
{_SINCE_2}{_VERSION}
"""  # noqa: S608


def create(connection: sqlite3.Connection) -> None:
    """Create the tables in an empty database. The connection must be in autocommit mode."""
    connection.executescript(_CREATE)


def version_of(connection: sqlite3.Connection) -> int:
    """Return the version of a database; 0 if it is not one of ours."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a database of version 1 up to date, whole or not at all. If several processes try, the first does it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        if version_of(connection) == 1:
            # executescript() would commit first, so run the statements one by one.
            for statement in _FROM_1.split(";\n"):
                connection.execute(statement)
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
