"""What stands between the routes and the bots: loading, who is let in, one question -> one answer."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from bot.api.limits import RateLimit, client_key
from bot.api.metrics import Metrics
from bot.api.problems import Problem
from bot.compose import fixed_text
from bot.corpus import load_shelf
from bot.feedback import Feedback, Store, open_store, today
from bot.guard import guard
from bot.pipeline import Bot, open_shelf
from bot.settings import Settings
from bot.types import Answer, AskPolicyError, Outcome, Policy

_RETRY_LOADING_SECONDS = 5
_RETRY_BUSY_SECONDS = 1
_PURGE_SECONDS = 6 * 60 * 60
_log = logging.getLogger("askpolicy.service")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Desk:
    """A policy that can be asked. starters: questions to begin with, in its owner's words."""

    bot: Bot
    starters: tuple[str, ...]

    @property
    def policy(self) -> Policy:
        """The policy's text and what belongs to it."""
        return self.bot.bundle.policy


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it came in. policy: None for the service's own. history: earlier questions, oldest first."""

    text: str
    history: tuple[str, ...] = ()
    policy: str | None = None
    language: str = "en"


class Service:
    """One worker's state. The bots are loaded in the background: until then, and while they cannot be, `ready` is
    false and questions get a 503."""

    def __init__(
        self, settings: Settings, limit: RateLimit, secret: bytes, metrics: Metrics, load_lock: Path | None = None
    ) -> None:
        """`load_lock`: a file that lets workers load one after the other, so that a missing index is built once."""
        self.metrics = metrics
        self._load_lock = load_lock
        self._tried = threading.Event()
        self._settings = settings
        self._limit = limit
        self._secret = secret
        self._desks: dict[str, Desk] = {}
        self._store = open_store(settings)
        self._places = threading.BoundedSemaphore(settings.serve.max_in_work)
        self._pool = ThreadPoolExecutor(settings.serve.threads, thread_name_prefix="answer")
        self._stopped = threading.Event()

    @property
    def ready(self) -> bool:
        """Whether every policy's index is verified and loaded."""
        return bool(self._desks)

    @property
    def keeps_feedback(self) -> bool:
        """Whether feedback is taken."""
        return self._store is not None

    @property
    def retention_days(self) -> int:
        """How long feedback and counts are kept."""
        return self._settings.feedback.retention_days

    @property
    def stop_seconds(self) -> int:
        """How long answers in flight may take after the service was told to stop."""
        return self._settings.serve.stop_seconds

    @property
    def max_history(self) -> int:
        """How many of the earlier questions are read."""
        return self._settings.guard.max_history

    def cleaned(self, text: str, max_chars: int | None = None) -> str:
        """A question as the guard leaves it; empty if it is longer than `max_chars`, or than a question may be."""
        limits = self._settings.guard
        if max_chars is not None:
            limits = limits.model_copy(update={"max_question_chars": max_chars})
        return guard(text, limits).question

    def start(self, when_ready: Callable[[Bot], None]) -> None:
        """Begin to load, and to delete what is too old; `when_ready` is called once with the service's own bot."""
        # Daemons: neither may hold up the end of the process.
        threading.Thread(target=self._load, args=(when_ready,), name="load", daemon=True).start()
        threading.Thread(target=self._purge, name="purge", daemon=True).start()

    async def wait_for_first_try(self, seconds: float) -> None:
        """Until loading has succeeded or failed once, but no longer than `seconds`."""
        await asyncio.to_thread(self._tried.wait, seconds)

    def stop(self) -> None:
        """Finish what is in work."""
        self._stopped.set()
        self._pool.shutdown(wait=True)
        if self._store is not None:
            self._store.close()

    def desks(self) -> list[Desk]:
        """All policies, the service's own first. Raises Problem while they are not loaded."""
        if not self.ready:
            raise Problem(
                503,
                "The service is not ready: it is starting, or its index needs mending. Try again in a moment.",
                retry_after=_RETRY_LOADING_SECONDS,
            )
        return list(self._desks.values())

    def desk(self, policy: str | None) -> Desk:
        """The policy of this id, or the service's own. Raises Problem where there is none."""
        desks = self.desks()
        if policy is None:
            return desks[0]
        if policy not in self._desks:
            raise Problem(404, "There is no policy with this id: GET /v1/policies lists them.")
        return self._desks[policy]

    async def let_in(self, address: str) -> None:
        """Count one question of an address. Raises Problem where it has to wait."""
        key = client_key(address, self._secret)
        seconds = await asyncio.to_thread(self._limit.seconds_to_wait, key)
        if seconds:
            raise Problem(429, "Too many questions from your network: wait a moment, then go on.", retry_after=seconds)

    def answer(self, question: Question) -> asyncio.Future[dict[str, Any]]:
        """Begin to answer; the answer as JSON. Raises Problem where it cannot be begun.

        It is worked on in a thread, since it keeps a processor busy, and ends even where nobody waits for it.
        """
        desk = self.desk(question.policy)
        return asyncio.wrap_future(self._work(lambda: self._answer(desk, question, time.perf_counter())))

    def keep(self, feedback: Feedback) -> asyncio.Future[str]:
        """Begin to keep a verdict; its id, once it is safely kept. Raises Problem where none is taken."""
        store = self._store
        if store is None:
            raise Problem(404, "This service keeps no feedback.")
        self.desk(feedback.policy)
        return asyncio.wrap_future(self._work(lambda: self._keep(store, feedback)))

    def _work(self, work: Callable[[], _T]) -> Future[_T]:
        if not self._places.acquire(blocking=False):
            raise Problem(503, "Too many questions at once: try again in a moment.", retry_after=_RETRY_BUSY_SECONDS)
        future = self._pool.submit(work)
        future.add_done_callback(lambda _: self._places.release())
        return future

    def _answer(self, desk: Desk, question: Question, started: float) -> dict[str, Any]:
        try:
            answer = desk.bot.ask(question.text, question.history, language=question.language)
        except Exception:
            # The visitor gets an answer that says so; its operator a line in the log.
            _log.exception("A question could not be answered.")
            words = fixed_text(Outcome.ERROR, desk.policy, language=question.language)
            answer = replace(desk.bot.failed(words), language=question.language)
        self.metrics.answered(answer, time.perf_counter() - started)
        self._count(answer, question.language)
        return {
            "id": secrets.token_hex(16),
            **answer.to_json(),
            "next_steps": [
                {"role": contact.role, "name": contact.name_in(answer.language), "url": contact.url}
                for contact in desk.policy.next_steps(answer.outcome)
            ],
        }

    def _count(self, answer: Answer, language: str) -> None:
        if self._store is None:
            return
        try:
            self._store.count(today(), answer.policy_version.id, answer.outcome, language)
        except AskPolicyError as error:
            _log.error("A question was answered and not counted: %s", error)

    def _keep(self, store: Store, feedback: Feedback) -> str:
        try:
            kept = store.add(feedback)
        except AskPolicyError as error:
            _log.error("Feedback was not kept: %s", error)
            raise Problem(
                503, "Your feedback could not be kept: try again in a moment.", retry_after=_RETRY_LOADING_SECONDS
            ) from None
        self.metrics.judged(feedback.helpful)
        return kept

    def _load(self, when_ready: Callable[[Bot], None]) -> None:
        """Until it succeeds: what was mended meanwhile is found without a restart."""
        names = (self._settings.policy, *self._settings.serve.policies)
        said = ""
        while not self._stopped.is_set():
            try:
                with self._alone():
                    shelves = [load_shelf(name, self._settings.corpus) for name in names]
                    desks = [Desk(open_shelf(shelf, self._settings), shelf.starters) for shelf in shelves]
            except AskPolicyError as error:
                if str(error) != said:
                    _log.error("Not ready: %s", error)
                said = str(error)
            except Exception:
                _log.exception("Not ready: loading failed.")
            else:
                self._desks = {desk.policy.id: desk for desk in desks}
                _log.info("Ready.", extra={"fields": {"policies": list(self._desks)}})
                self._tried.set()
                when_ready(desks[0].bot)
                return
            self._tried.set()
            self._stopped.wait(_RETRY_LOADING_SECONDS)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if self._load_lock is None:
            yield
        else:
            with self._load_lock.open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)  # let go of even by a worker that is killed
                yield

    def _purge(self) -> None:
        while self._store is not None and not self._stopped.is_set():
            try:
                self._store.purge()
            except AskPolicyError as error:
                _log.error("Old feedback was not deleted: %s", error)
            self._stopped.wait(_PURGE_SECONDS)
