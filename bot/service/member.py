"""A worker, as its parent sees it: what it has said, and whether it still responds."""

from __future__ import annotations

import multiprocessing
import signal
import socket
import time

from bot.service.channel import ToParent, ToWorker, receive, send
from bot.service.content import Content
from bot.service.limits import Shared
from bot.service.worker import DRAIN_SECONDS, run_worker
from bot.settings import Settings

# The time between two pings.
TICK_SECONDS = 1.0
# How long a worker may take to send its first message: longer than a busy machine needs to import everything.
_START_SECONDS = 120
# A worker that was told to stop is killed this long after the time for its answers in progress.
STOP_EXTRA_SECONDS = DRAIN_SECONDS + 3
_SPAWN = multiprocessing.get_context("spawn")


class Member:
    """A worker, as its parent sees it. It takes requests once it is ready, or once it is told to.

    heard: it has sent a message. ready: it has loaded the default policy. told: to take requests before it is ready.
    listening: it takes requests. gone: it has closed its end of the connection. stuck: it has not answered in time.
    failed: why it cannot answer, None if it can. stale: the policies that keep their old content, and why. unanswered:
    pings in a row. deadline: when it is killed if it has not ended.
    """

    def __init__(self, settings: Settings, content: Content, shared: Shared, listener: socket.socket) -> None:
        self.settings = settings
        self.started = time.monotonic()
        self.connection, theirs = _SPAWN.Pipe()
        self.process = _SPAWN.Process(target=run_worker, args=(settings, shared, content, listener, theirs))
        self.process.start()
        theirs.close()
        self.heard = self.ready = self.told = self.listening = self.gone = self.stuck = False
        self.failed: str | None = None
        self.stale: list[tuple[str, str]] = []
        self.unanswered = 0
        self.deadline: float | None = None

    @property
    def good(self) -> bool:
        """Return whether it takes requests and can answer them."""
        return self.ready and self.listening

    @property
    def age(self) -> float:
        """Return the seconds since its start."""
        return time.monotonic() - self.started

    def tell(self, kind: ToWorker, *words: str) -> None:
        """Send it a message."""
        if not self.gone:
            send(self.connection, kind, *words)

    def hear(self) -> None:
        """Read the message that has arrived."""
        try:
            kind, words = receive(self.connection)
        except (EOFError, OSError):
            self.gone = True
            return
        self.heard, self.unanswered = True, 0
        self.ready |= kind == ToParent.READY
        self.listening |= kind == ToParent.LISTENING
        if kind == ToParent.FAILED:
            self.failed = words[0]
        elif kind == ToParent.STALE:
            self.stale.append((words[0], words[1]))

    def ping(self) -> None:
        """Ask for a sign of life; kill the worker if too many pings in a row went unanswered.

        Pings are counted, not seconds: a machine that was suspended sent no pings either.
        """
        if not self.heard:
            self.stuck |= self.age > _START_SECONDS
        else:
            self.stuck |= self.unanswered * TICK_SECONDS >= self.settings.serve.stuck_seconds
            self.unanswered += 1
            self.tell(ToWorker.PING)
        if self.stuck:
            self.process.kill()

    def stop(self) -> None:
        """Let it finish its answers; kill it if it takes too long, or has not taken any requests."""
        if self.listening:
            self.process.terminate()
            self.deadline = time.monotonic() + self.settings.serve.stop_seconds + STOP_EXTRA_SECONDS
        else:
            self.process.kill()

    def close(self) -> None:
        """Release its resources after it has ended."""
        self.process.join()
        self.process.close()
        self.connection.close()

    def how_it_ended(self, failures: int, pause: int) -> str:
        """Return how its process ended and when another starts. failures: early ends in a row. pause: seconds."""
        code = self.process.exitcode or 0
        if self.stuck:
            seconds = self.settings.serve.stuck_seconds if self.heard else _START_SECONDS
            what = f"A worker's event loop did not respond for {seconds} s, so the worker was killed"
        elif code < 0:
            what = f"A worker was killed by {signal.Signals(-code).name}"
        else:
            what = f"A worker ended with exit code {code}"
        if not failures:
            return f"{what}: another starts now."
        often = "" if failures == 1 else f" (early end number {failures} in a row)"
        return f"{what} {self.age:.0f} s after its start{often}: another starts in {pause} s."
