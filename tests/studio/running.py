"""Runs `askpolicy studio` as a subprocess."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support.running import PATIENCE


@dataclass(frozen=True)
class RunningStudio:
    """A running studio. url: its address, with the token."""

    url: str
    process: subprocess.Popen[str]

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=PATIENCE, trust_env=False)

    def kill(self) -> None:
        """End it at once, without a chance to finish anything."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE)


@contextmanager
def running_studio(corpus: Path, home: Path, policy: str = "maple") -> Iterator[RunningStudio]:
    """Start the studio of a policy folder."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.commands.main", "studio", policy],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "ASKPOLICY_CORPUS": str(corpus), "ASKPOLICY_HOME": str(home)},
    )
    assert process.stdout is not None
    try:
        announced = re.search(r"http://127\.0\.0\.1:\d+/[\w-]{32}/", process.stdout.readline())
        assert announced
        yield RunningStudio(announced[0], process)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
