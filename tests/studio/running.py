"""Runs the studio in a process of its own: as a command, or forked, which starts in a moment."""

from __future__ import annotations

import multiprocessing
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import httpx

from bot.settings import load_settings
from bot.studio.server import serve_studio
from tests.support.running import PATIENCE

_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/[\w-]{32}/")


@dataclass(frozen=True)
class RunningStudio:
    """A running studio. url: its address, with the token."""

    url: str

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=PATIENCE, trust_env=False)


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
        announced = _ADDRESS.search(process.stdout.readline())
        assert announced
        yield RunningStudio(announced[0])
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@contextmanager
def forked_studio(corpus: Path, home: Path) -> Iterator[tuple[RunningStudio, BaseProcess]]:
    """Start the studio of `maple` in a fork of a process that has imported it. Yield it, and its process to kill."""
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(["bot.studio.server", "tests.studio.running"])
    ours, theirs = forks.Pipe()
    process = forks.Process(target=_serve, args=(corpus, home, theirs))
    process.start()
    try:
        assert ours.poll(PATIENCE)
        announced = _ADDRESS.search(ours.recv())
        assert announced
        yield RunningStudio(announced[0]), process
    finally:
        process.kill()
        process.join()


def _serve(corpus: Path, home: Path, told: Connection) -> None:
    serve_studio(load_settings(corpus=corpus, home=home), "maple", 0, lambda *_: (), told.send)
