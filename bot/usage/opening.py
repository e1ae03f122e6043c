"""Settings -> the store that they describe."""

from __future__ import annotations

from pathlib import Path

from bot.settings import Settings
from bot.usage.database import BUSY_SECONDS
from bot.usage.sqlite import SqliteStore
from bot.usage.store import Store
from bot.usage.switches_only import SwitchesOnly


def open_store(settings: Settings, busy_seconds: float = BUSY_SECONDS) -> Store:
    """Return the store that the settings describe. Nothing is opened or created yet.

    busy_seconds: how long a call waits for a lock. Raises AskPolicyError if the store needs a package that is missing.
    """
    feedback = settings.feedback
    store = _store(settings, busy_seconds)
    return store if feedback.enabled and feedback.retention_days else SwitchesOnly(store)


def _store(settings: Settings, busy_seconds: float) -> Store:
    feedback = settings.feedback
    max_bytes = feedback.max_megabytes * 1_000_000
    max_question_chars = settings.guard.max_question_chars
    if settings.database.url is not None:
        from bot.usage.postgres import PostgresStore

        return PostgresStore(
            settings.database.url,
            feedback.retention_days,
            max_rows=feedback.max_rows,
            max_bytes=max_bytes,
            max_question_chars=max_question_chars,
            busy_seconds=busy_seconds,
        )
    return SqliteStore(
        database_path(settings),
        feedback.retention_days,
        max_rows=feedback.max_rows,
        max_bytes=max_bytes,
        max_question_chars=max_question_chars,
        busy_seconds=busy_seconds,
    )


def database_path(settings: Settings) -> Path:
    """Return the path of the SQLite database, whether or not it exists yet."""
    return settings.feedback.path or settings.home / "feedback.sqlite"
