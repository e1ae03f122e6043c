"""Runs `askpolicy serve` as a subprocess, with the settings of a test."""

from __future__ import annotations

import json
import os
import re
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # without certificates, which are slow to read and not needed here
PATIENCE = 300.0  # seconds, because test machines are busy and may pause for a while


@dataclass(frozen=True)
class Running:
    """A running service. log: the file for its log."""

    url: str
    process: subprocess.Popen[str]
    log: Path

    def client(self, **options: Any) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=PATIENCE, trust_env=False, verify=_TLS, **options)

    def wait_until_ready(self, workers: int) -> None:
        wait_for(lambda: self.log.read_text().count('"message": "Ready."') >= workers)

    def workers(self) -> list[int]:
        """Return the process numbers of its workers, which each worker logs when it starts."""
        started = [re.fullmatch(r"Started server process \[(\d+)\]", line["message"]) for line in self._lines()]
        return [int(match[1]) for match in started if match and alive(int(match[1]))]

    def logged(self, words: str) -> list[dict[str, Any]]:
        """Return the lines of its log whose message contains these words."""
        return [line for line in self._lines() if words in line["message"]]

    def _lines(self) -> list[dict[str, Any]]:
        whole = self.log.read_text().rpartition("\n")[0]  # the last line may be incomplete
        return [json.loads(line) for line in whole.splitlines() if line.startswith("{")]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


@contextmanager
def serving(
    log: Path,
    *arguments: str,
    workers: int = 1,
    ready: bool = True,
    cwd: Path | None = None,
    pythonpath: Path | None = None,
    wrapper: Sequence[str] = (),
    **settings: object,
) -> Iterator[Running]:
    """Serve with `settings` as environment variables (`HOME="/tmp/x"`); without the demo, which is slow to import.

    ready: wait until every worker is. cwd: the working folder. pythonpath: whose `sitecustomize.py` runs first.
    wrapper: a command that runs the service in its own place, such as setpriv.
    """
    settings = {"SERVE__DEMO": False, **settings, "SERVE__WORKERS": workers}
    variables = {f"ASKPOLICY_{name}": _text(value) for name, value in settings.items()}
    command = [*wrapper, sys.executable, "-m", "bot.commands.main", "serve", "--port", "0", *arguments]
    if pythonpath is not None:
        variables["PYTHONPATH"] = os.pathsep.join([str(pythonpath), os.environ["PYTHONPATH"]])
    with log.open("w") as errors:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=cwd, env={**os.environ, **variables}
        )
    try:
        assert process.stdout is not None
        announced = re.search(r"http://\S+", process.stdout.readline())
        assert announced, log.read_text()
        running = Running(announced[0], process, log)
        if ready:
            with running.client() as client:
                wait_for(lambda: client.get("/healthz").status_code == 200)
            running.wait_until_ready(workers)
        yield running
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert process.stdout is not None
        process.stdout.close()


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def wait_for(condition: Any) -> None:
    """Wait until the condition holds, at most PATIENCE; a failed connection means not yet."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            if condition():
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < end, "the condition did not hold in time"
        time.sleep(0.05)


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def assert_problem(response: httpx.Response, status: int) -> dict[str, Any]:
    """Check that the response is a problem object (RFC 9457) with this status and our own wording."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body.keys() - {"errors"} == {"type", "title", "status", "detail"}
    assert body["status"] == status
    assert body["detail"].endswith(".")
    return body
