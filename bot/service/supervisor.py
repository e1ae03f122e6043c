"""The parent process: starts the workers, replaces one that died or is stuck, reloads, and stops them gracefully."""

from __future__ import annotations

import logging
import os
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import wait
from types import FrameType

from bot.service.channel import ToWorker
from bot.service.content import Content
from bot.service.limits import Shared
from bot.service.member import TICK_SECONDS, Member
from bot.service.metrics import forget
from bot.service.reload import ReloadFailure, applied
from bot.settings import Settings
from bot.types import AskPolicyError

# If no worker can answer by then, one takes requests anyway, to answer 503.
_PATIENCE_SECONDS = 10
# How long a reload waits for a new worker, which may have to build an index.
_RELOAD_SECONDS = 600
# A worker that ends this soon after its start counts as a failure: the next one starts after a pause, which is 1 s and
# doubles each time.
_EARLY_SECONDS = 10
_LONGEST_PAUSE = 30
_log = logging.getLogger("askpolicy.supervisor")


@dataclass(slots=True)
class Slot:
    """A place for one worker. due: when the next one starts, if it is empty. failures: early ends in a row."""

    member: Member | None = None
    due: float = 0.0
    failures: int = 0


@dataclass(slots=True)
class Reload:
    """A reload in progress: each slot in turn gets a new worker, which replaces the old one once it is good.

    stale: whether a policy keeps its old content.
    """

    settings: Settings
    content: Content
    done: int = 0
    stale: bool = False
    candidate: Member | None = None


class Supervisor:
    """Runs the workers of one service. load_settings: called at each reload."""

    def __init__(
        self, settings: Settings, load_settings: Callable[[], Settings], shared: Shared, listener: socket.socket
    ) -> None:
        self._settings = settings
        self._load_settings = load_settings
        self._shared = shared
        self._listener = listener
        self._content = Content(shared.folder / "content-0")
        self._content.folder.mkdir()
        self._loads = 0  # loads of content after the first
        self._slots = [Slot() for _ in range(settings.serve.workers)]
        self._leaving: list[Member] = []
        self._reload: Reload | None = None
        self._news: tuple[str, ...] = ()  # how the last reload failed
        # Set by signals: the number of requests to stop, and whether to reload.
        self._stop_requests = 0
        self._reload_requested = False
        self._wake, self._waker = socket.socketpair()
        self._next_ping = 0.0

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT; SIGHUP reloads."""
        self._waker.setblocking(False)
        self._wake.setblocking(False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        signal.set_wakeup_fd(self._waker.fileno())
        _log.info("Started.", extra={"fields": {"pid": os.getpid(), "workers": len(self._slots)}})
        while not self._stop_requests:
            self._fill()
            self._ping()
            self._choose_listeners()
            self._advance_reload()
            self._listen(TICK_SECONDS)
            self._reap()
        self._stop()
        _log.info("Stopped.")

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        if number == signal.SIGHUP:
            self._reload_requested = True
        else:
            self._stop_requests += 1

    @property
    def _members(self) -> list[Member]:
        """Return all running workers, including the candidate of a reload."""
        candidate = self._reload.candidate if self._reload else None
        return [member for member in (*(slot.member for slot in self._slots), candidate) if member is not None]

    def _start(self, settings: Settings, content: Content) -> Member:
        return Member(settings, content, self._shared, self._listener)

    def _fill(self) -> None:
        """Start a worker in each empty slot that is due. It loads the copies of what the slot's last worker had."""
        for number, slot in enumerate(self._slots):
            if slot.member is None and time.monotonic() >= slot.due:
                new = self._reload if self._reload and number < self._reload.done else None
                slot.member = self._start(
                    new.settings if new else self._settings, new.content if new else self._content
                )

    def _ping(self) -> None:
        if time.monotonic() >= self._next_ping:
            self._next_ping = time.monotonic() + TICK_SECONDS
            for member in self._members:
                member.ping()

    def _choose_listeners(self) -> None:
        """Let only good workers take requests. If there are none, one of the others tells clients that the service is
        not ready; it is replaced as soon as there is a good one."""
        members = [slot.member for slot in self._slots if slot.member is not None]
        if any(member.good for member in members):
            for slot in self._slots:
                if slot.member is not None and slot.member.listening and not slot.member.ready:
                    self._retire(slot.member)
                    slot.member = None
        elif not any(member.told for member in members):
            for member in members:
                if member.heard and (member.failed is not None or member.age > _PATIENCE_SECONDS):
                    member.told = True
                    member.tell(ToWorker.LISTEN)
                    break

    def _listen(self, seconds: float) -> None:
        """Wait for a message, the end of a worker, or a signal, but no longer than `seconds`."""
        everybody = [*self._members, *self._leaving]
        lines = {member.connection: member for member in everybody if not member.gone}
        happened = wait([self._wake, *lines, *(member.process.sentinel for member in everybody)], seconds)
        for line, member in lines.items():
            if line in happened:
                self._hear(member)
        if self._wake in happened:
            self._wake.recv(4096)

    def _hear(self, member: Member) -> None:
        new, before = not member.heard, member.failed
        member.hear()
        if new and self._news:
            member.tell(ToWorker.RELOAD, *self._news)
        if member.failed != before and not (self._reload and member is self._reload.candidate):
            _log.error("Not ready: %s", member.failed, extra={"fields": {"pid": member.process.pid}})
        self._report_stale(member)

    def _report_stale(self, member: Member) -> None:
        """Report the policies that keep their old content: one line each, what to do, and the failure at /readyz."""
        for policy, why in member.stale:
            _log.error(
                "The policy '%s' keeps its old content, and all others are new: %s Fix this, then reload again.",
                policy,
                why,
                extra={"fields": {"policy": policy, "reason": ReloadFailure.POLICIES.name.lower()}},
            )
        if member.stale and self._reload:
            self._reload.stale = True
        elif member.stale:
            self._tell(ReloadFailure.POLICIES)
        member.stale = []

    def _reap(self) -> None:
        """Release workers that have ended, schedule their replacements, and kill those that do not stop in time."""
        for slot in self._slots:
            member = slot.member
            if member is not None and member.process.exitcode is not None:
                slot.member = None
                early = not member.good or member.age < _EARLY_SECONDS
                slot.failures = slot.failures + 1 if early else 0
                pause = min(2 ** (slot.failures - 1), _LONGEST_PAUSE) if early else 0
                slot.due = time.monotonic() + pause
                fields = {"pid": member.process.pid, "exit_code": member.process.exitcode, "pause": pause}
                _log.error(member.how_it_ended(slot.failures, pause), extra={"fields": fields})
                self._release(member)
        for member in self._leaving:
            if member.deadline is not None and time.monotonic() > member.deadline:
                _log.error(
                    "A worker did not stop in time and was killed.", extra={"fields": {"pid": member.process.pid}}
                )
                member.process.kill()
                member.deadline = None
        ended = [member for member in self._leaving if member.process.exitcode is not None]
        self._leaving = [member for member in self._leaving if member not in ended]
        for member in ended:
            self._release(member)

    def _release(self, member: Member) -> None:
        forget(self._shared.folder, member.process.pid or 0)
        member.close()

    def _advance_reload(self) -> None:
        """Take one step of a reload: begin it, start the next candidate, put a good one in its slot, or give up."""
        if self._reload is None:
            if self._reload_requested:
                self._reload_requested = False
                self._begin_reload()
            return
        reload, candidate = self._reload, self._reload.candidate
        if candidate is None:
            if not self._leaving:
                reload.candidate = self._start(reload.settings, reload.content)
        elif candidate.good:
            slot = self._slots[reload.done]
            if slot.member is not None:
                self._retire(slot.member)
            slot.member, slot.failures, reload.candidate = candidate, 0, None
            reload.done += 1
            if reload.done == len(self._slots):
                self._end_reload()
        elif candidate.failed is not None:
            self._give_up(ReloadFailure.CONTENT, candidate.failed)
        elif candidate.stuck or candidate.process.exitcode is not None:
            self._give_up(ReloadFailure.START, f"The new worker ended with exit code {candidate.process.exitcode}.")
        elif candidate.age > _RELOAD_SECONDS:
            self._give_up(ReloadFailure.START, f"The new worker was not ready after {_RELOAD_SECONDS} s.")

    def _begin_reload(self) -> None:
        _log.info("Reloading.")
        try:
            settings = applied(self._settings, self._load_settings())
        except AskPolicyError as error:
            self._give_up(ReloadFailure.SETTINGS, str(error))
            return
        self._loads += 1
        self._reload = Reload(settings, self._content.next(self._shared.folder / f"content-{self._loads}"))

    def _end_reload(self) -> None:
        assert self._reload is not None  # noqa: S101
        reload, self._reload = self._reload, None
        self._settings = reload.settings
        self._content.settle()
        self._content = reload.content
        self._tell(ReloadFailure.POLICIES if reload.stale else None)
        _log.info("Reloaded: all workers have the new content.")

    def _give_up(self, failure: ReloadFailure, why: str) -> None:
        """Keep the current workers; report the failure at /readyz, and what to do in the log."""
        done = 0
        if self._reload is not None:
            reload, self._reload = self._reload, None
            done = reload.done
            if reload.candidate is not None:
                self._retire(reload.candidate)
            if done:  # the new content is good, so workers that start later get it, too
                self._settings, self._content = reload.settings, reload.content
            else:
                reload.content.remove()
        kept = f"{done} of {len(self._slots)} workers have the new" if done else "all workers keep the old"
        _log.error(
            "The reload failed, %s content: %s Fix this, then reload again.",
            kept,
            why,
            extra={"fields": {"reason": failure.name.lower()}},
        )
        self._tell(failure)

    def _tell(self, failure: ReloadFailure | None) -> None:
        """Tell all workers how the last reload ended."""
        self._news = (datetime.now(UTC).isoformat(timespec="seconds"), failure.name) if failure else ()
        for member in self._members:
            member.tell(ToWorker.RELOAD, *self._news)

    def _retire(self, member: Member) -> None:
        member.stop()
        self._leaving.append(member)

    def _drain(self) -> None:
        """Keep serving for `serve.drain_seconds` with /readyz at 503. A second signal ends this."""
        end = time.monotonic() + self._settings.serve.drain_seconds
        for member in self._members:
            member.tell(ToWorker.DRAIN)
        while self._stop_requests == 1 and time.monotonic() < end:
            self._ping()
            self._listen(min(TICK_SECONDS, max(0.0, end - time.monotonic())))
            self._reap()

    def _stop(self) -> None:
        """Let every worker finish its answers. A second signal kills them immediately."""
        self._drain()
        self._listener.close()
        for member in self._members:
            self._retire(member)
        self._slots, self._reload = [], None
        while self._leaving:
            self._listen(TICK_SECONDS)
            if self._stop_requests > 1:
                for member in self._leaving:
                    member.process.kill()
            self._reap()
