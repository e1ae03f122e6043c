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

    busy_seconds: how long a call waits for the lock of another program.
    """
    feedback = settings.feedback
    store = SqliteStore(
        database_path(settings),
        feedback.retention_days,
        max_rows=feedback.max_rows,
        max_bytes=feedback.max_megabytes * 1_000_000,
        max_question_chars=settings.guard.max_question_chars,
        busy_seconds=busy_seconds,
    )
    return store if feedback.enabled and feedback.retention_days else SwitchesOnly(store)


def database_path(settings: Settings) -> Path:
    """Return the path of the database, whether or not it exists yet."""
    return settings.feedback.path or settings.home / "feedback.sqlite"
