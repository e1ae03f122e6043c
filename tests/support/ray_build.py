"""A build on Ray in a process of its own, its processes, and what it left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.index import versions
from bot.index.bundle import load_bundle

_LISTENING = "0A"


@contextmanager
def building(source: Path, out: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start `askpolicy build --engine ray`, and kill what is left of it at the end."""
    command = [sys.executable, "-m", "bot.commands.main", "build", str(source), "--out", str(out), "--engine", "ray"]
    with subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            for each in (*descendants(process.pid), process.pid):
                kill(each)


def kill(process: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def descendants(process: int) -> list[int]:
    """Return the processes that a process started, directly or not."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has ended
            continue
    found = [process]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found[1:]


def title(process: int) -> str:
    """Return the command line of a process, which Ray's workers set to what they run; "" if it has ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def listening(processes: Sequence[int]) -> set[str]:
    """Return the addresses on which these processes accept connections, in hexadecimal as in /proc/net/tcp."""
    inodes = set()
    for process in processes:
        try:
            inodes |= {os.readlink(link) for link in Path(f"/proc/{process}/fd").iterdir()}
        except OSError:
            continue
    lines = [
        line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]
    ]
    return {
        fields[1].partition(":")[0] for fields in lines if fields[3] == _LISTENING and f"socket:[{fields[9]}]" in inodes
    }


def published(home: Path) -> dict[str, str]:
    """Return the version of each policy under `home`, all verified. Raises AssertionError if anything else is there."""
    found = {}
    for folder in sorted(home.glob("[!.]*")):
        load_bundle(folder)
        name = versions.read(folder).name
        assert sorted(path.name for path in folder.iterdir()) == sorted([".lock", "CURRENT", name])
        found[folder.name] = name
    return found
