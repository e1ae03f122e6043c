"""Several services on addresses of their own behind one nginx, and visitors who check every answer."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.behind_nginx import HOST, Proxy, nginx
from tests.support.policies import QUESTIONS, expected, policy_text
from tests.support.running import PATIENCE, Running, serving, wait_for

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "running.md").read_text(encoding="utf-8")
(UPSTREAM,) = [block for block in re.findall(r"```nginx\n(.*?)```", DOCS, re.DOTALL) if "least_conn" in block]
# All of 127/8 is this machine.
ADDRESSES = ("127.0.0.2", "127.0.0.3", "127.0.0.4")


@dataclass
class Replica:
    """One service at one address and port, which can be stopped and started again."""

    address: str
    folder: Path
    settings: dict[str, object]
    port: int = 0
    running: Running | None = None
    _context: AbstractContextManager[Running] | None = None

    def start(self) -> Running:
        """Start it, and wait until it is ready."""
        arguments = ("--host", self.address, "--port", str(self.port))
        self._context = serving(self.folder / f"{self.address}.log", *arguments, **self.settings)  # type: ignore[arg-type]
        self.running = self._context.__enter__()
        self.port = urlsplit(self.running.url).port or 0
        return self.running

    def kill(self) -> None:
        """Kill all of its processes at once, as a machine without power does."""
        assert self.running
        for process in (self.running.process.pid, *self.running.workers()):
            os.kill(process, signal.SIGKILL)
        self.stop()

    def stop(self) -> None:
        """Stop it as systemd does, and wait until it is gone."""
        if self._context is not None:
            self._context.__exit__(None, None, None)
            self._context = self.running = None


@contextmanager
def replicas(folder: Path, **settings: object) -> Iterator[tuple[Proxy, list[Replica]]]:
    """Run three replicas behind nginx, in the configuration that docs/running.md gives."""
    started = [Replica(address, folder, {"SERVE__TRUSTED_PROXIES": ["127.0.0.1"], **settings}) for address in ADDRESSES]
    try:
        for replica in started:
            replica.start()
        block = UPSTREAM
        for number, replica in enumerate(started):
            block = block.replace(f"10.0.0.1{number + 1}:8000", f"{replica.address}:{replica.port}")
        with nginx(folder, upstream=block) as proxy:
            yield proxy, started
    finally:
        for replica in started:
            replica.stop()


@dataclass
class Visits:
    """What became of the questions. failed: how often the first try failed; lost: the second, too. wrong: answers that
    are not what the policy says, or another policy's."""

    asked: int = 0
    failed: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


@contextmanager
def visiting(proxy: Proxy, names: list[str], visitors: int = 4, pause: float = 0.05) -> Iterator[Visits]:
    """Ask about the policies all the time, each question from an address and a connection of its own.

    names: policies of `tests.support.policies`. A question that fails is asked once more.
    """
    visits, stop, lock = Visits(), threading.Event(), threading.Lock()
    turns = itertools.cycle([(name, question) for question in QUESTIONS for name in names])
    numbers = itertools.count()

    def ask(name: str, question: str) -> str | None:
        """Return what is wrong with the try, or None. Adds to `visits.wrong` if an answer is."""
        with lock:
            number = next(numbers)
        source = (f"127.1.{number // 250 % 250}.{1 + number % 250}", 0)
        connection = http.client.HTTPSConnection(
            "127.0.0.1", proxy.port, context=proxy.trust, timeout=PATIENCE, source_address=source
        )
        began = time.monotonic()
        try:
            body = json.dumps({"question": question, "policy": name})
            headers = {"Host": HOST, "Content-Type": "application/json"}
            connection.request("POST", "/v1/answers", body, headers)
            response = connection.getresponse()
            text = response.read().decode()
        except (OSError, http.client.HTTPException) as error:
            return repr(error)
        finally:
            connection.close()
        if response.status != 200:
            return f"{response.status} {text}"
        visits.seconds.append(time.monotonic() - began)
        if not _is_right(json.loads(text), name, question):
            visits.wrong.append(f"{name}: {question}: {text}")
        return None

    def visit() -> None:
        while not stop.wait(pause):
            with lock:
                name, question = next(turns)
                visits.asked += 1
            if trouble := ask(name, question):
                visits.failed.append(trouble)
                if again := ask(name, question):
                    visits.lost.append(again)

    threads = [threading.Thread(target=visit) for _ in range(visitors)]
    for thread in threads:
        thread.start()
    try:
        wait_for(lambda: visits.asked > 2 * len(names))
        yield visits
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _is_right(answer: dict[str, object], name: str, question: str) -> bool:
    policy, citations, text = answer["policy"], answer["citations"], policy_text(name)
    assert isinstance(policy, dict)
    assert isinstance(citations, list)
    return (
        policy["id"] == name
        and answer["outcome"] == "answered"
        and expected(name, question) in str(answer["text"])
        and all(text[cited["start"] : cited["end"]] == cited["quote"] for cited in citations)
    )
