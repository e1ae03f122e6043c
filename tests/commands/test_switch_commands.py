"""`askpolicy pause`, `resume` and `notice`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.commands.main import main
from bot.usage.sqlite import SqliteStore
from bot.usage.values import Switch, SwitchKind
from bot.usage.who import system_user
from tests.support.policies import write_policy


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqliteStore]:
    monkeypatch.setenv("ASKPOLICY_FEEDBACK__PATH", str(tmp_path / "feedback.sqlite"))
    with closing(SqliteStore(tmp_path / "feedback.sqlite", 90)) as store:
        yield store


def test_a_pause_says_what_visitors_see_and_is_audited(store: SqliteStore, capsys: pytest.CaptureFixture[str]) -> None:
    until = (datetime.now() + timedelta(days=2)).replace(microsecond=0, second=0)
    message = "We are  correcting\nour policy."
    assert main(["pause", "--policy", "massgov", "--message", message, "--until", until.isoformat()]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"Paused the policy massgov until {until:%Y-%m-%d %H:%M} ")
    assert "Visitors see: “We are correcting our policy.”\n" in out
    assert f"Services that use {store.path} follow within two seconds." in out
    assert store.switches() == [
        Switch(SwitchKind.PAUSE, "massgov", "We are correcting our policy.", until.astimezone(UTC))
    ]
    assert [line.who for line in store.audit()] == [system_user()]


def test_resume_ends_every_pause(store: SqliteStore, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["pause"], ["pause", "--policy", "massgov"]):
        assert main(arguments) == 0
    assert "a standard sentence in their language" in capsys.readouterr().out
    assert main(["resume", "--policy", "massgov"]) == 0
    out = capsys.readouterr().out
    assert "Resumed the policy massgov." in out
    assert "All policies are still paused: run `askpolicy resume`." in out
    assert main(["resume"]) == 0
    assert "Resumed all policies." in capsys.readouterr().out
    assert store.switches() == []
    assert main(["resume"]) == 0
    assert "Nothing was paused." in capsys.readouterr().out


def test_a_policy_that_only_a_pattern_names_can_be_paused(
    store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("maple", "cedar"):
        write_policy(tmp_path / "corpus", name)
    monkeypatch.setenv("ASKPOLICY_CORPUS", str(tmp_path / "corpus"))
    monkeypatch.setenv("ASKPOLICY_POLICY", "maple")
    monkeypatch.setenv("ASKPOLICY_SERVE__POLICIES", "*")
    assert main(["pause", "--policy", "cedar"]) == 0
    assert [switch.policy for switch in store.switches()] == ["cedar"]


def test_a_policy_that_only_the_command_serve_names_can_be_paused(
    store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("maple", "cedar"):
        write_policy(tmp_path / "corpus", name)
    monkeypatch.setenv("ASKPOLICY_CORPUS", str(tmp_path / "corpus"))
    monkeypatch.setenv("ASKPOLICY_POLICY", "maple")
    assert main(["pause", "--policy", "cedar"]) == 0  # `askpolicy serve --policy cedar` may be running
    assert main(["pause", "--policy", "birch"]) == 1
    assert "use one of maple, or leave out --policy for all." in capsys.readouterr().err
    assert [switch.policy for switch in store.switches()] == ["cedar"]


def test_a_pause_works_if_nothing_of_visitors_is_kept(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKPOLICY_FEEDBACK__RETENTION_DAYS", "0")
    assert main(["pause"]) == 0
    assert len(store.switches()) == 1


def test_a_notice_is_shown_listed_and_removed(store: SqliteStore, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["notice"]) == 0
    assert capsys.readouterr().out == "No notice is shown.\n"
    assert not store.path.exists()
    assert main(["notice", "Closed on Monday."]) == 0
    assert "Showing the notice for all policies." in capsys.readouterr().out
    assert main(["notice"]) == 0
    assert capsys.readouterr().out == "notice on for all policies: “Closed on Monday.”\n"
    assert main(["notice", "--clear"]) == 0
    assert "Removed the notice for all policies." in capsys.readouterr().out
    assert main(["notice", "--clear"]) == 0
    assert "No notice was shown." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["pause", "--policy", "masgov"], "The service has no policy with the id 'masgov': use one of massgov"),
        (["pause", "--message", "x" * 501], "The message has 501 characters: shorten it to 500 or fewer."),
        (["notice", " "], "A notice needs words"),
        (["notice", "Hello", "--clear"], "Give a sentence to show, or --clear, but not both."),
    ],
)
def test_what_cannot_be_switched_is_refused(
    store: SqliteStore, capsys: pytest.CaptureFixture[str], arguments: list[str], problem: str
) -> None:
    assert main(arguments) == 1
    assert problem in capsys.readouterr().err
    assert store.switches() == []


@pytest.mark.parametrize("until", ["2020-01-01", "tomorrow", "25:00", "", "9999-99-99", "0001-01-01"])
def test_an_end_that_is_none_is_wrong_usage(store: SqliteStore, capsys: pytest.CaptureFixture[str], until: str) -> None:
    with pytest.raises(SystemExit) as exit:
        main(["pause", f"--until={until}"])
    assert exit.value.code == 2
    assert "write it as 2027-01-31" in (err := capsys.readouterr().err) or "is in the past: use a later day" in err
    assert store.switches() == []


def test_the_audit_names_the_real_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "somebody-else")
    monkeypatch.setenv("LOGNAME", "somebody-else")
    monkeypatch.delenv("SUDO_USER", raising=False)
    assert system_user() != "somebody-else"
    monkeypatch.setattr(os, "getuid", lambda: 0)
    monkeypatch.setenv("SUDO_USER", "ann")
    assert system_user() == "ann as root"
    monkeypatch.setattr(os, "getuid", lambda: 3_999_999)
    assert system_user() == "user 3999999"
