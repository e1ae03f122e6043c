"""Follows the database: a thread that copies what is published, hears of new versions, and outlives connections."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import closing, suppress
from multiprocessing.connection import wait

from pydantic import SecretStr

from bot.postgres import bundles
from bot.postgres.bundles import Published
from bot.postgres.connection import Connection, connect, explained, name_of
from bot.postgres.copies import Copies
from bot.postgres.migrations import check_version
from bot.postgres.texts import get_texts
from bot.types import AskPolicyError

# After a lost connection, the next try comes this soon.
RETRY_SECONDS = 2.0
# How often everything is checked, in case a notification was missed.
ASK_SECONDS = 60.0
# A replica of the database sends no notifications, so it is asked this often, and its primary is tried first each time.
REPLICA_SECONDS = 5.0
_STATEMENT_SECONDS = 30
_log = logging.getLogger("askpolicy.follower")


class Follower:
    """One worker's view of the published policies. Its callbacks are called in its thread.

    encoder: returns the id of the service's encoder. on_list: called with all published versions whenever they change.
    on_copy: called with a policy and its version when that is copied. problem: why the database cannot be followed;
    empty if it can.
    """

    def __init__(
        self,
        url: SecretStr,
        copies: Copies,
        encoder: Callable[[], str],
        on_list: Callable[[list[Published]], None],
        on_copy: Callable[[str, str], None],
    ) -> None:
        self._url = url
        self._copies = copies
        self._encoder = encoder
        self._on_list = on_list
        self._on_copy = on_copy
        self.problem = "The database was not asked yet."
        self._listed: dict[str, Published] = {}
        self._copied: dict[str, str] = {}  # policy -> the version that this worker knows as copied
        self._refused: dict[str, str] = {}  # policy -> why its published version cannot be used
        self._wanted: dict[str, Future[None]] = {}
        self._heard: set[str] = set()
        self._lock = threading.Lock()
        self._tried = threading.Event()
        self._stopped = False
        self._wake, self._waker = socket.socketpair()
        # A daemon thread must not keep the process from ending.
        self._thread = threading.Thread(target=self._run, name="follow", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread soon."""
        self._stopped = True
        self._poke()

    def wait_for_first_try(self, seconds: float) -> None:
        """Wait until the database was asked once, with or without success, but no longer than `seconds`."""
        self._tried.wait(seconds)

    def want(self, policy: str) -> Future[None]:
        """Copy a policy before the others; the future is done when its copy is there.

        It has an AskPolicyError if that cannot be: without a connection, at once.
        """
        with self._lock:
            problem = self.problem or self._refused.get(policy) or self._missing(policy)
            if problem:
                failed: Future[None] = Future()
                failed.set_exception(AskPolicyError(problem))
                return failed
            if policy not in self._wanted:
                self._wanted[policy] = Future()
                self._poke()
            return self._wanted[policy]

    def _run(self) -> None:
        while not self._stopped:
            pause = RETRY_SECONDS
            try:
                with explained(self._url), closing(connect(self._url, statement_seconds=_STATEMENT_SECONDS)) as opened:
                    pause = self._follow(opened)
            except AskPolicyError as error:
                self._lost(str(error))
            except Exception as error:
                self._lost(f"Following the database failed with {type(error).__name__}.")
                _log.exception("Following the database failed.")
            self._tried.set()
            self._sleep(pause)
        self._wake.close()
        self._waker.close()

    def _follow(self, connection: Connection) -> float:
        """Copy what is published, until the service stops. Return early on a replica: how soon to come back."""
        check_version(connection)
        if connection.execute("SELECT pg_is_in_recovery()").fetchone() == (True,):
            self._ask(connection, None)
            return REPLICA_SECONDS
        connection.add_notify_handler(lambda heard: self._heard.add(heard.payload))
        connection.execute(f"LISTEN {bundles.CHANNEL}".encode())
        ask_at = 0.0
        while not self._stopped:
            if time.monotonic() >= ask_at:
                self._heard.clear()
                self._ask(connection, None)
                ask_at = time.monotonic() + ASK_SECONDS
            wait([connection.pgconn.socket, self._wake], max(0.0, ask_at - time.monotonic()))
            self._drain()
            connection.execute("SELECT 1")  # reads what arrived, and finds out if the connection was lost
            heard, self._heard = self._heard, set()
            if changed := heard | self._taken_wanted():
                self._ask(connection, changed)
        return 0.0

    def _ask(self, connection: Connection, policies: set[str] | None) -> None:
        """Ask which versions of these policies, or of all, are published, and copy those that are not copied."""
        found = {published.policy: published for published in bundles.in_use(connection, _sorted(policies))}
        if policies is None and not found and self._copies.policies():
            # This is more likely the wrong database than a wish to withdraw all policies at once.
            raise AskPolicyError(
                f"The database {name_of(self._url)} has no policies any more: publish them with `askpolicy publish`."
            )
        kept = {} if policies is None else {p: v for p, v in self._listed.items() if p not in policies}
        self._listed = dict(sorted((kept | found).items()))
        if self.problem:
            _log.info("Following the database %s.", name_of(self._url))
        self.problem = ""
        self._on_list(list(self._listed.values()))
        self._tried.set()
        self._copy_all(connection, found.values())
        if policies is None or len(found) < len(policies):
            self._remove_others()
        self._settle(policies or ())

    def _copy_all(self, connection: Connection, published: Iterable[Published]) -> None:
        waiting = deque(each for each in published if self._copied.get(each.policy) != each.version)
        while waiting and not self._stopped:
            wanted = [self._listed[policy] for policy in self._taken_wanted(waiting) if policy in self._listed]
            for each in wanted or [waiting.popleft()]:
                self._copy(connection, each)

    def _copy(self, connection: Connection, published: Published) -> None:
        policy = published.policy
        try:
            with self._copies.locked(policy):
                if self._copies.version(policy) != published.version:
                    self._copies.put(policy, bundles.get(connection, published, self._encoder()))
                self._copies.put_texts(policy, *get_texts(connection, policy, self._copies.texts(policy)))
        except AskPolicyError as error:
            if self._refused.get(policy) != str(error):
                _log.error("%s", error)
            self._refused[policy] = str(error)
        else:
            self._refused.pop(policy, None)
            self._copied[policy] = published.version
            self._on_copy(policy, published.version)
        self._settle([policy])

    def _remove_others(self) -> None:
        """Remove the copies of policies that are no longer published."""
        for policy in self._copies.policies():
            if policy not in self._listed:
                with self._copies.locked(policy):
                    self._copies.remove(policy)
                self._copied.pop(policy, None)

    def _settle(self, policies: Iterable[str]) -> None:
        """Tell the requests that wait for these policies how it ended."""
        for policy in policies:
            with self._lock:
                future = self._wanted.pop(policy, None)
            if future is None:
                continue
            problem = self._refused.get(policy) or self._missing(policy)
            if problem:
                future.set_exception(AskPolicyError(problem))
            else:
                future.set_result(None)

    def _missing(self, policy: str) -> str:
        if policy in self._listed:
            return ""
        return (
            f"The database {name_of(self._url)} has no policy '{policy}': publish it with `askpolicy publish {policy}`."
        )

    def _taken_wanted(self, among: Iterable[Published] | None = None) -> set[str]:
        """Return the policies that somebody waits for. Their copies are made again, even if they were made before."""
        with self._lock:
            wanted = set(self._wanted)
        for policy in wanted:
            self._copied.pop(policy, None)
        return wanted if among is None else wanted & {each.policy for each in among}

    def _lost(self, problem: str) -> None:
        with self._lock:
            changed, self.problem = problem != self.problem, problem
            wanted, self._wanted = self._wanted, {}
        if changed:
            _log.error("Local copies answer, since the database cannot be followed: %s", problem)
        for future in wanted.values():
            future.set_exception(AskPolicyError(problem))

    def _poke(self) -> None:
        with suppress(OSError):  # the thread has ended
            self._waker.send(b"!")

    def _sleep(self, seconds: float) -> None:
        if not self._stopped:
            wait([self._wake], seconds)
            self._drain()

    def _drain(self) -> None:
        self._wake.setblocking(False)
        try:
            while self._wake.recv(4096):
                pass
        except BlockingIOError:
            pass


def _sorted(policies: set[str] | None) -> list[str] | None:
    return None if policies is None else sorted(policies)
