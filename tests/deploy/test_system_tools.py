"""scripts/system_tools.sh, with a folder of fake programs as the whole PATH."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = "chromium nginx openssl strace systemd-analyze redis-server node npm promtool systemctl".split()


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """Make a machine without any of the programs, on which root may install."""
    (tmp_path / "sh").symlink_to(shutil.which("sh") or "/bin/sh")
    (tmp_path / "env").symlink_to(shutil.which("env") or "/usr/bin/env")
    (tmp_path / "python3.11").symlink_to(sys.executable)
    program(tmp_path, "id", "echo 0")
    return tmp_path


def program(machine: Path, name: str, does: str = ":") -> None:
    (machine / name).write_text(f"#!/bin/sh\n{does}\n")
    (machine / name).chmod(0o755)


def run(machine: Path, *words: str) -> subprocess.CompletedProcess[str]:
    script = (ROOT / "scripts" / "system_tools.sh").read_text().replace(":/usr/sbin", "")
    (machine / "script.sh").write_text(script)
    command = [machine / "sh", machine / "script.sh", *words]
    return subprocess.run(command, cwd=ROOT, env={"PATH": str(machine)}, capture_output=True, text=True, check=False)


def test_it_announces_what_it_installs_and_why(machine: Path) -> None:
    program(machine, "apt-get", 'echo "apt-get $*" >&2')
    program(machine, "systemctl")
    done = run(machine)
    assert done.returncode == 0, done.stderr
    assert "  nginx-light: runs the proxy configuration in deploy/\n" in done.stdout
    assert "  nodejs: runs the tests of the chat widget\n" in done.stdout
    installed = done.stderr.splitlines()[-1]
    assert installed.startswith(
        "apt-get install -y --no-install-recommends chromium-headless-shell nginx-light openssl"
    )
    assert installed.removesuffix(" -qq") in done.stdout


def test_without_a_package_manager_it_explains_what_to_install(machine: Path) -> None:
    done = run(machine)
    assert done.returncode == 1
    assert "This system has no apt-get" in done.stderr
    assert "tests whose program is missing are skipped" in done.stderr


def test_a_failed_installation_is_reported_in_one_line(machine: Path) -> None:
    program(machine, "apt-get", "exit 100")
    done = run(machine)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "The installation failed: run the command above as root, then run the tests again. "
        "Until then, tests whose program is missing are skipped."
    ]


def test_it_is_silent_if_nothing_is_missing(machine: Path) -> None:
    for name in PROGRAMS:
        program(machine, name)
    program(machine, "apt-get", "echo called >&2")
    done = run(machine)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_virtual_environment_needs_no_system_tools(machine: Path) -> None:
    done = run(machine, "venv")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
