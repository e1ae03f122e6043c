"""Without a network, every command works, tries to reach nobody, and writes only to its state folder."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.commands.main import make_parser
from bot.settings import Settings
from bot.types import Outcome
from bot.usage.sqlite import SqliteStore
from bot.usage.values import Count, today
from tests.support.postgres import Server
from tests.trust.commands import COMMANDS, Command

NAMESPACE = ("unshare", "--user", "--map-root-user", "--net")
CONTROL = Command("control", (), "")
# Variables that disable telemetry are removed from the environment: the product must do that by itself.
QUIET = (
    "HF_",
    "HUGGING",
    "TRANSFORMERS",
    "ORT_",
    "HAYSTACK",
    "GRADIO",
    "MPL",
    "LANG",
    "DO_NOT_TRACK",
    "DISABLE_",
    "XDG_",
)
# Variables that enable telemetry, which a developer who uses these packages may have set.
LOUD = {
    "LANGSMITH_TRACING": "true",
    "LANGSMITH_API_KEY": "a-key",
    "GRADIO_ANALYTICS_ENABLED": "True",
    "ORT_DISABLE_TELEMETRY": "0",
    "HAYSTACK_TELEMETRY_ENABLED": "True",
}


def prepare(folder: Path, settings: Settings) -> None:
    """Make the index of Mass.gov, a feedback database, and files that the user names."""
    for place in ("home", "tmp", "state", "named", "cwd"):
        (folder / place).mkdir(parents=True)
    shutil.copytree(settings.home / "massgov", folder / "state" / "massgov")
    with closing(SqliteStore(folder / "state" / "feedback.sqlite", 90)) as store:
        store.count(Count(today(), "massgov", Outcome.ANSWERED, "en"))
    named = folder / "named"
    (named / "questions.jsonl").write_text('{"id": 1, "question": "Do you sell my data?"}\n', encoding="utf-8")
    (named / "units.jsonl").write_text(
        '{"policy": "p", "sentences": ["We sell.", "We keep."], "questions": [{"question": "sell?"}]}\n'
    )
    (named / "small.txt").write_text("Harbour Privacy\n\nWe keep nothing.\n", encoding="utf-8")
    (named / "newer.txt").write_text("Harbour Privacy\n\nWe keep nothing. We never sell it.\n", encoding="utf-8")


def environment(folder: Path, command: Command) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith((*QUIET, "ASKPOLICY_HOME")) and "proxy" not in name.lower()
    }
    # Somebody who builds a LangChain chain and turns on its tracing wants it traced.
    loud = {} if command.name == "a chain" else LOUD
    places = {"HOME": folder / "home", "TMPDIR": folder / "tmp", "ASKPOLICY_HOME": folder / "state"}
    return kept | loud | {name: str(path) for name, path in places.items()}


def watch(command: Command, seconds: float, folder: Path) -> dict[str, Any]:
    ran = subprocess.run(
        [*NAMESPACE, sys.executable, "-m", "tests.trust.offline", str(seconds), str(folder), command.name],
        env=environment(folder, command),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, f"{command.name}: {ran.stderr}"
    result: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return result


@pytest.fixture
def watched(
    tmp_path: Path, settings: Settings, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> Callable[[tuple[Command, ...], float], dict[str, Any]]:
    if subprocess.run([*NAMESPACE, "true"], check=False).returncode or shutil.which("strace") is None:
        pytest.skip("the proof needs strace and permission to create a network namespace")
    monkeypatch.setenv("TEST_DATABASE", postgres.new_database())

    def watch_all(commands: tuple[Command, ...], seconds: float) -> dict[str, Any]:
        folders = {command: tmp_path / command.name.replace(" ", "_") for command in (CONTROL, *commands)}
        for folder in folders.values():
            prepare(folder, settings)
        with ThreadPoolExecutor(len(folders)) as pool:
            results = pool.map(lambda item: watch(item[0], seconds, item[1]), folders.items())
            return {command.name: result for command, result in zip(folders, results, strict=True)}

    return watch_all


@pytest.mark.usefixtures("bot")  # builds its index
@pytest.mark.parametrize(("seconds", "thorough"), [(30, False), pytest.param(120, True, marks=pytest.mark.security)])
def test_every_command_calls_nobody_and_writes_only_to_its_state(
    watched: Callable[[tuple[Command, ...], float], dict[str, Any]],
    figure: Callable[[str], None],
    seconds: float,
    thorough: bool,
) -> None:
    commands = tuple(command for command in COMMANDS if thorough or not command.thorough)
    results = watched(commands, seconds)
    control = results.pop("control")
    # Otherwise this machine cannot detect calls, and the test proves nothing.
    assert any(address.endswith(" port 53") for address in control["attempts"])
    assert {"192.0.2.1 port 443", "2001:db8::1 port 443"} <= set(control["attempts"])
    assert any(path.endswith("/home/control") for path in control["written"])
    for command in commands:
        result = results[command.name]
        assert result["code"] in ((0, -signal.SIGTERM) if command.server else (0,)), (command.name, result)
        assert command.proof in result["output"], (command.name, result)
    assert {name: result["attempts"] for name, result in results.items() if result["attempts"]} == {}
    assert {name: result["written"] for name, result in results.items() if result["written"]} == {}
    figure(
        f"Without a network, {len(commands)} commands held open for {seconds} s each: 0 attempts, 0 files elsewhere."
    )


def test_every_command_is_watched() -> None:
    (commands,) = (
        action.choices for action in make_parser()._actions if action.dest == "==SUPPRESS==" or action.choices
    )
    watched = {
        name
        for command in COMMANDS
        for module, name in itertools.pairwise(command.run)
        if module == "bot.commands.main"
    }
    assert commands is not None
    assert set(commands) == watched, "add the command to tests/trust/commands.py"
