from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import load_settings
from bot.usage.opening import open_store
from bot.usage.sqlite import SqliteStore
from bot.usage.switches_only import SwitchesOnly


def test_the_database_is_in_the_home_folder_unless_configured(tmp_path: Path) -> None:
    store = open_store(load_settings(home=tmp_path))
    assert isinstance(store, SqliteStore)
    assert store.path == tmp_path / "feedback.sqlite"
    assert store.retention_days == 90
    assert list(tmp_path.iterdir()) == []  # until something is stored
    elsewhere = open_store(load_settings(feedback={"path": tmp_path / "other.db", "retention_days": 7}))
    assert isinstance(elsewhere, SqliteStore)
    assert (elsewhere.path, elsewhere.retention_days) == (tmp_path / "other.db", 7)


def test_the_limits_come_from_the_settings(tmp_path: Path) -> None:
    store = open_store(
        load_settings(home=tmp_path, feedback={"max_rows": 7, "max_megabytes": 20}, guard={"max_question_chars": 9})
    )
    assert isinstance(store, SqliteStore)
    assert (store.max_rows, store.max_bytes, store.max_question_chars) == (7, 20_000_000, 9)


@pytest.mark.parametrize("setting", [("ENABLED", "false"), ("RETENTION_DAYS", "0")])
def test_two_settings_turn_keeping_off(monkeypatch: pytest.MonkeyPatch, setting: tuple[str, str]) -> None:
    monkeypatch.setenv(f"ASKPOLICY_FEEDBACK__{setting[0]}", setting[1])
    store = open_store(load_settings())
    assert isinstance(store, SwitchesOnly)
    assert not store.keeps_usage
