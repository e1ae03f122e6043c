from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from bot.types import Outcome
from bot.usage.sqlite import SqliteStore
from bot.usage.switches_only import SwitchesOnly
from bot.usage.values import Count, Feedback, KeepsNothingError, Switch, SwitchKind, Unanswered, today


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "feedback.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[SwitchesOnly]:
    with closing(SwitchesOnly(SqliteStore(path, 0))) as store:
        yield store


def test_nothing_of_visitors_is_stored(store: SwitchesOnly, path: Path) -> None:
    store.count(Count(today(), "harbour", Outcome.ANSWERED, "en"))
    with pytest.raises(KeepsNothingError, match="Nothing from visitors is kept: set"):
        store.add(Feedback("a1", "harbour", Outcome.ANSWERED, True))
    with pytest.raises(KeepsNothingError):
        store.keep(Unanswered("a1", "harbour", Outcome.NOT_COVERED, "who hosts it?"))
    assert (*store.counts(date.min), *store.feedback(date.min), *store.unanswered(date.min)) == ()
    assert (store.purge(), list(store.switches())) == (0, [])
    assert list(path.parent.iterdir()) == []


def test_what_was_kept_before_is_deleted_at_once(store: SwitchesOnly, path: Path) -> None:
    with closing(SqliteStore(path, 90)) as before:
        before.count(Count(today(), "harbour", Outcome.ANSWERED, "en"))
        before.keep(Unanswered("a1", "harbour", Outcome.NOT_COVERED, "a pelican?"))
    assert store.purge() == 2
    assert b"pelican" not in b"".join(file.read_bytes() for file in path.parent.iterdir())


def test_switches_and_the_audit_work_as_usual(store: SwitchesOnly) -> None:
    store.switch_on(Switch(SwitchKind.PAUSE, "harbour", "Back soon."), "ann")
    assert [switch.message for switch in store.switches()] == ["Back soon."]
    assert [switch.policy for switch in store.switch_off(SwitchKind.PAUSE, None, "bo")] == ["harbour"]
    assert [(line.who, line.what) for line in store.audit()] == [
        ("bo", "pause off for harbour"),
        ("ann", "pause on for harbour: “Back soon.”"),
    ]
