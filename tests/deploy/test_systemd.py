"""deploy/askpolicy.service: systemd's own checks, and the service run under the restrictions of the unit."""

from __future__ import annotations

import ctypes
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.pipeline import Bot
from bot.settings import load_settings
from tests.support.running import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
UNIT = ROOT / "deploy" / "askpolicy.service"
LIVE = ROOT / "deploy" / "askpolicy-live.service"
TIMER = ROOT / "deploy" / "askpolicy-live.timer"

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="needs systemd-analyze: make system-tools"
)
needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace: make system-tools")


def values(directive: str, unit: Path = UNIT) -> list[str]:
    return re.findall(rf"^{directive}=(.*)$", unit.read_text(), re.MULTILINE)


def environment() -> dict[str, str]:
    return dict(assignment.split("=", 1) for line in values("Environment") for assignment in shlex.split(line))


@needs_systemd
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    units = UNIT, LIVE, TIMER
    for unit in units:
        text = unit.read_text()
        for start in values("ExecStart", unit):
            text = text.replace(start.split()[0], sys.executable)
        (tmp_path / unit.name).write_text(text)
    command = ["systemd-analyze", "verify", *(str(tmp_path / unit.name) for unit in units)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    # It may also complain about other units on the machine.
    assert not any(unit.name in checked.stderr for unit in units), checked.stderr


@needs_systemd
@pytest.mark.parametrize("unit", [UNIT, LIVE], ids=lambda unit: unit.stem)
def test_systemd_gives_the_unit_a_low_exposure_score(unit: Path) -> None:
    """The score goes from 0 to 10; systemd calls a score below 2.0 OK."""
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=12", str(unit)]  # tenths
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_every_setting_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment()
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert settings.feedback.path is not None
    assert settings.feedback.path.is_relative_to(Path("/var/lib") / values("StateDirectory")[0])


def test_the_service_cannot_write_to_its_working_folder() -> None:
    """The service reads its settings from this folder."""
    (folder,) = values("WorkingDirectory")
    written = [Path("/var/lib") / name for name in values("StateDirectory")]
    assert not any(Path(folder.removeprefix("-")).is_relative_to(place) for place in written)
    assert values("ProtectSystem") == ["strict"]
    assert values("ReadWritePaths") == []


def test_the_command_exists() -> None:
    from bot.commands.main import make_parser

    (start,) = values("ExecStart")
    arguments = make_parser().parse_args(start.split()[1:])
    assert (arguments.host, arguments.port) == ("127.0.0.1", 8000)
    (start,) = values("ExecStart", LIVE)
    assert make_parser().parse_args(start.split()[1:]).live


def test_there_is_time_to_finish_answers() -> None:
    (seconds,) = values("TimeoutStopSec")
    assert int(seconds) > load_settings().serve.stop_seconds


def _forbidden_calls() -> list[str]:
    """Return the system calls that the unit's filter refuses, according to systemd on this machine."""
    every = subprocess.run(["systemd-analyze", "syscall-filter"], capture_output=True, text=True, check=True).stdout
    sets: dict[str, list[str]] = {}
    name = ""
    for line in every.splitlines():
        if re.match(r"@\S+$|# Ungrouped", line):
            name = line.split()[0]
        elif line.strip() and not line.strip().startswith("#"):
            sets.setdefault(name, []).append(line.strip())

    def calls(group: str) -> set[str]:
        return {call for member in sets[group] for call in (calls(member) if member.startswith("@") else {member})}

    allow, deny = values("SystemCallFilter")
    allowed = calls(allow) | calls("@default")
    for group in deny.removeprefix("~").split():
        allowed -= calls(group) - calls("@default")
    return sorted(calls("@known") - allowed)


def _refuse_writable_code() -> None:
    """Do what MemoryDenyWriteExecute= does, for this process and its children."""
    # PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN
    if ctypes.CDLL(None, use_errno=True).prctl(65, 1, 0, 0, 0):
        os.write(2, b"This kernel cannot refuse writable code.\n")


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, Path]]:
    """Run the service as the unit does, with the same system calls refused; yield its address and strace's record."""
    (start,) = values("ExecStart")
    record = folder / "refused.txt"
    refused = ",".join(f"?{call}" for call in _forbidden_calls())
    command = ["strace", "-f", "-qq", "--seccomp-bpf", "-o", str(record), f"-etrace={refused}",
               f"-einject={refused}:error=EPERM",
               sys.executable, "-m", "bot.commands.main",
               *start.replace("--port 8000", "--port 0").split()[1:]]  # fmt: skip
    variables = {**os.environ, "ASKPOLICY_FEEDBACK__PATH": str(folder / "feedback.sqlite"), "PYTHONUNBUFFERED": "1"}
    log = folder / "log.txt"
    with log.open("w") as errors:
        process = subprocess.Popen(
            command, cwd=folder, env=variables, stdout=subprocess.PIPE, stderr=errors, text=True,
            preexec_fn=_refuse_writable_code, start_new_session=True,
        )  # fmt: skip
    try:
        assert process.stdout
        line = process.stdout.readline()
        found = re.search(r"http://[\d.:]+", line)
        assert found, log.read_text()
        yield found[0], record
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(PATIENCE)
        assert process.stdout
        process.stdout.close()


def _retry_until_ready(request: str | urllib.request.Request) -> bytes:
    """Return the body of the response; retry while the service is not ready, because workers start independently."""
    for _ in range(3_000):
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as response:
                body: bytes = response.read()
                return body
        except urllib.error.HTTPError as refused:
            refused.close()
            if refused.code != 503:
                raise
        time.sleep(0.1)
    pytest.fail("The service did not become ready within five minutes.")


def _post(address: str, body: dict[str, object]) -> urllib.request.Request:
    return urllib.request.Request(address, json.dumps(body).encode(), {"Content-Type": "application/json"})


@needs_systemd
@needs_strace
@pytest.mark.thorough
def test_the_service_answers_under_the_restrictions_of_the_unit(bot: Bot, tmp_path: Path) -> None:
    assert bot  # the index is being built
    with serving(tmp_path) as (address, record):
        answer = json.loads(_retry_until_ready(_post(f"{address}/v1/answers", {"question": "Do you sell my data?"})))
        assert answer["outcome"] == "answered"
        verdict = {"answer_id": answer["id"], "policy": "massgov", "outcome": "answered", "helpful": True}
        assert "id" in json.loads(_retry_until_ready(_post(f"{address}/v1/feedback", verdict)))
    assert (tmp_path / "feedback.sqlite").exists()
    # Advice about memory and processors, whose refusal is harmless; as root, SQLite changes the owner of files.
    missed = set(re.findall(r"^\d+ +(\w+)\(", record.read_text(), re.MULTILINE))
    assert missed <= {"mbind", "sched_setaffinity", "chown", "fchown"}
