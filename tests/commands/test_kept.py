"""`askpolicy audit`, `export` and `delete`."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from bot.commands.main import main
from bot.usage.sqlite import SqliteStore
from bot.usage.values import Audited, Feedback, Switch, SwitchKind
from bot.usage.who import system_user
from tests.support.usage import day_before, fill


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqliteStore]:
    monkeypatch.setenv("ASKPOLICY_FEEDBACK__PATH", str(tmp_path / "feedback.sqlite"))
    with closing(SqliteStore(tmp_path / "feedback.sqlite", 90)) as store:
        yield store


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def rows(store: SqliteStore) -> int:
    return sum(len(kept) for kept in (store.counts(date.min), store.feedback(date.min), store.unanswered(date.min)))


class TestExport:
    def test_everything_is_written_for_this_user_alone(
        self, store: SqliteStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        fill(store)
        store.switch_on(Switch(SwitchKind.PAUSE, message="Back soon."), "ann")
        file = tmp_path / "kept.jsonl"
        assert main(["export", str(file)]) == 0
        lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        assert f"Wrote {len(lines)} rows to {file}" in capsys.readouterr().out
        assert oct(file.stat().st_mode & 0o777) == "0o600"
        kinds = [line["kind"] for line in lines]
        assert {kind: kinds.count(kind) for kind in kinds} == {
            "count": 5,
            "feedback": 9,
            "unanswered": 1,
            "switch": 1,
            "audit": 1,
        }
        assert len(lines) == rows(store) + 2
        (question,) = (line for line in lines if line["kind"] == "unanswered")
        assert question.keys() == {"kind", "id", "day", "policy", "outcome", "question"}
        assert store.audit()[0].what == f"exported {len(lines)} rows"

    def test_control_codes_of_visitors_are_escaped(self, store: SqliteStore, tmp_path: Path) -> None:
        store.add(Feedback("a", "massgov", "answered", True, comment="a\u2028b \u202e c"))  # type: ignore[arg-type]
        assert main(["export", str(tmp_path / "kept.jsonl")]) == 0
        assert len((tmp_path / "kept.jsonl").read_text(encoding="utf-8").splitlines()) == 1

    def test_nothing_is_overwritten(
        self, store: SqliteStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        fill(store)
        (tmp_path / "mine").write_text("mine")
        (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
        for name in ("mine", "link"):
            assert main(["export", str(tmp_path / name)]) == 1
            assert "exists and is not overwritten: choose another name" in capsys.readouterr().err
        assert (tmp_path / "mine").read_text() == "mine"
        assert main(["export", str(tmp_path / "no" / "folder")]) == 1
        assert "cannot be written (No such file or directory): choose another path" in capsys.readouterr().err
        assert store.audit() == []

    def test_without_a_database_there_is_nothing_to_do(
        self, store: SqliteStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for arguments in (["export", str(tmp_path / "kept")], ["delete", "--all", "--yes"], ["audit"]):
            assert main(arguments) == 1
            assert f"There is no feedback database at {store.path}" in capsys.readouterr().err
        assert list(tmp_path.iterdir()) == []


class TestDelete:
    def test_old_rows_are_deleted_and_that_is_audited(
        self, store: SqliteStore, capsys: pytest.CaptureFixture[str]
    ) -> None:
        fill(store)
        before = rows(store)
        assert main(["delete", "--before", day_before(10).isoformat(), "--yes"]) == 0
        assert f"Deleted what visitors left before {day_before(10)}: 1 rows." in capsys.readouterr().out
        assert rows(store) == before - 1
        assert main(["delete", "--all", "--yes"]) == 0
        assert rows(store) == 0
        store.close()
        assert b"hacked" not in store.path.read_bytes()
        assert [line.who for line in store.audit()] == [system_user()] * 2

    def test_without_a_terminal_it_needs_yes(
        self, store: SqliteStore, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fill(store)
        before = rows(store)
        with open(os.devnull, encoding="utf-8") as nothing:
            monkeypatch.setattr(sys, "stdin", nothing)
            assert main(["delete", "--all"]) == 1
        assert f"This deletes {before} rows, beyond recovery. Add --yes" in capsys.readouterr().err
        assert rows(store) == before

    @pytest.mark.parametrize(("typed", "left"), [("no", True), ("", True), ("yes", False)])
    def test_on_a_terminal_it_asks(
        self,
        store: SqliteStore,
        typed: str,
        left: bool,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        fill(store)
        monkeypatch.setattr(sys, "stdin", Terminal(f"{typed}\n"))
        assert main(["delete", "--all"]) == int(left)
        assert "Type yes to continue:" in capsys.readouterr().err
        assert (rows(store) > 0) is left

    @pytest.mark.parametrize("arguments", [[], ["--all", "--before", "2026-01-01"], ["--before", "last week"]])
    def test_what_to_delete_must_be_clear(self, arguments: list[str]) -> None:
        with pytest.raises(SystemExit) as exit:
            main(["delete", "--yes", *arguments])
        assert exit.value.code == 2


def test_the_audit_is_printed_for_people_and_programs(store: SqliteStore, capsys: pytest.CaptureFixture[str]) -> None:
    store.note(Audited("ann", "exported 3 rows"))
    store.note(Audited("bo", "notice on for all policies: “\x1b[2J”"))
    assert main(["audit"]) == 0
    latest, first = capsys.readouterr().out.splitlines()
    assert first.endswith(" UTC  ann  exported 3 rows")
    assert "\x1b" not in latest
    assert main(["audit", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["who"] for line in lines] == ["bo", "ann"]
