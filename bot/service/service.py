"""Connects the routes to the bots: loads them, applies the rate limits, and turns one question into one answer."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import secrets
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.guard.cleaning import guard
from bot.opening import open_policy_folder, read_policy
from bot.pipeline import Bot
from bot.service.limits import Kind, RateLimit, client_key
from bot.service.metrics import Metrics
from bot.service.problems import Problem
from bot.service.question_counter import QuestionCounter
from bot.service.reload import FailedReload, ReloadFailure
from bot.service.work import Work
from bot.settings import Settings
from bot.types import Answer, AskPolicyError, Contact, Outcome, Policy
from bot.usage.feedback import Feedback, FullError, Store, TooLongError, WordsFullError, open_store, today
from bot.wording import fixed_text

_RETRY_LOADING_SECONDS = 5
# How long feedback may wait while another program locks the database.
_BUSY_SECONDS = 1.0
_TOO_MANY = {
    Kind.QUESTION: "Too many questions from your network: wait a moment, then go on.",
    Kind.FEEDBACK: "Too much feedback from your network: try again later.",
}
_log = logging.getLogger("askpolicy.service")


@dataclass(frozen=True, slots=True)
class ServedPolicy:
    """A policy that visitors can ask about. starters: questions to start with, in its owner's words."""

    bot: Bot
    starters: tuple[str, ...]

    @property
    def policy(self) -> Policy:
        """The policy: its text, sections, and contacts."""
        return self.bot.bundle.policy


@dataclass(frozen=True, slots=True)
class Question:
    """A question as received. history: earlier questions, oldest first. policy: an id, or None for the default policy.

    language: the code of the answer's language.
    """

    text: str
    history: tuple[str, ...] = ()
    policy: str | None = None
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to send. id: random, for feedback. next_steps: whom to ask instead, often empty."""

    id: str
    answer: Answer
    next_steps: tuple[Contact, ...]

    def to_json(self) -> dict[str, Any]:
        """Return a dictionary in the form of `bot.service.schemas.AnswerOut`."""
        language = self.answer.language
        return {
            "id": self.id,
            **self.answer.to_json(),
            "next_steps": [
                {"role": contact.role, "name": contact.name_in(language), "url": contact.url}
                for contact in self.next_steps
            ],
        }


class Service:
    """One worker's state. The bots load in the background. Until they are loaded, `ready` is false and questions get
    a 503."""

    def __init__(
        self, settings: Settings, limit: RateLimit, secret: bytes, metrics: Metrics, load_lock: Path | None = None
    ) -> None:
        """Open the feedback store and create the threads.

        load_lock: a file that a worker locks while it loads, so that only one of them builds a missing index.
        """
        self.metrics = metrics
        self.failed_reload: FailedReload | None = None
        self._load_lock = load_lock
        self._tried = threading.Event()
        self._settings = settings
        self._limit = limit
        self._secret = secret
        self._served: dict[str, ServedPolicy] = {}
        # Feedback and counts each have their own database connection, so that neither waits for the other.
        self._store = open_store(settings, _BUSY_SECONDS)
        counts = open_store(settings, _BUSY_SECONDS)
        self._question_counter = QuestionCounter(counts) if counts else None
        self._answers = Work("answer", settings.serve.threads, settings.serve.max_in_work)
        # A separate thread, so that no question waits for feedback that is being written to disk.
        self._feedback = Work("feedback", 1, settings.serve.max_in_work)
        self._stopped = threading.Event()

    @property
    def ready(self) -> bool:
        """Whether every policy's index is verified and loaded."""
        return bool(self._served)

    @property
    def keeps_feedback(self) -> bool:
        """Whether the service accepts feedback."""
        return self._store is not None

    @property
    def retention_days(self) -> int:
        """How many days feedback and counts are kept."""
        return self._settings.feedback.retention_days

    @property
    def stop_seconds(self) -> int:
        """How many seconds answers in progress may take after the service is told to stop."""
        return self._settings.serve.stop_seconds

    @property
    def max_history(self) -> int:
        """How many earlier questions are read."""
        return self._settings.guard.max_history

    def cleaned(self, text: str, max_chars: int | None = None) -> str:
        """Return a question as the guard cleans it. It is empty if it is longer than `max_chars` code points.

        max_chars: None for the limit on questions.
        """
        limits = self._settings.guard
        if max_chars is not None:
            limits = limits.model_copy(update={"max_question_chars": max_chars})
        return guard(text, limits).question

    def start(self, when_ready: Callable[[Bot], None], when_not: Callable[[str], None]) -> None:
        """Start the threads that load the bots, write counts, and delete old feedback.

        when_ready: called once, with the default policy's bot. when_not: called with each new reason why loading fails.
        """
        # A daemon thread must not keep the process from ending.
        threading.Thread(target=self._load, args=(when_ready, when_not), name="load", daemon=True).start()
        if self._question_counter is not None:
            self._question_counter.start()

    def note_reload(self, failed: Sequence[str]) -> None:
        """Remember how the last reload ended. failed: its time and the name of its ReloadFailure, or empty."""
        self.failed_reload = FailedReload(failed[0], ReloadFailure[failed[1]]) if failed else None

    async def wait_for_first_try(self, seconds: float) -> None:
        """Wait until loading has succeeded or failed once, but no longer than `seconds`."""
        await asyncio.to_thread(self._tried.wait, seconds)

    def stop(self) -> None:
        """Finish the work in progress, and write the last counts."""
        self._stopped.set()
        self._answers.stop()
        self._feedback.stop()
        if self._store is not None:
            self._store.close()
        if self._question_counter is not None:
            self._question_counter.stop()

    def served_policies(self) -> list[ServedPolicy]:
        """Return all policies, the default one first. Raises Problem (503) if they are not loaded."""
        if not self.ready:
            raise Problem(
                503,
                "The service is not ready: it is starting, or its index cannot be loaded. Try again in a moment.",
                retry_after=_RETRY_LOADING_SECONDS,
            )
        return list(self._served.values())

    def served_policy(self, policy: str | None) -> ServedPolicy:
        """Return the policy with this id; None means the default one. Raises Problem (404) if there is none."""
        served_policies = self.served_policies()
        if policy is None:
            return served_policies[0]
        if policy not in self._served:
            raise Problem(404, "There is no policy with this id: GET /v1/policies lists them.")
        return self._served[policy]

    async def admit(self, address: str, kind: Kind = Kind.QUESTION) -> bytes:
        """Count one question, or one piece of feedback, from an address; return today's key for the address.

        Raises Problem (429) if the client has to wait.
        """
        key = client_key(address, self._secret)
        seconds = await asyncio.to_thread(self._limit.seconds_to_wait, kind, key)
        if seconds:
            raise Problem(429, _TOO_MANY[kind], retry_after=seconds)
        return key

    def answer(self, question: Question, client: bytes) -> asyncio.Future[Reply]:
        """Start to answer a question. Raises Problem if there is no such policy, or no room for more work.

        client: the key from `admit`. A thread does the work, since it keeps a processor busy, and finishes it even if
        nobody waits for the answer.
        """
        served = self.served_policy(question.policy)
        return asyncio.wrap_future(
            self._answers.begin(client, lambda: self._answer(served, question, time.perf_counter()))
        )

    def keep(self, feedback: Feedback, client: bytes) -> asyncio.Future[str]:
        """Start to store feedback; the future gives its id once it is safely stored.

        client: the key from `admit`. Raises Problem if the service keeps no feedback, there is no such policy, or
        there is no room for more work.
        """
        store = self._store
        if store is None:
            raise Problem(404, "This service keeps no feedback.")
        self.served_policy(feedback.policy)
        give_up_at = time.monotonic() + _BUSY_SECONDS
        return asyncio.wrap_future(self._feedback.begin(client, lambda: self._keep(store, feedback, give_up_at)))

    def _answer(self, served: ServedPolicy, question: Question, started: float) -> Reply:
        try:
            answer = served.bot.ask(question.text, question.history, language=question.language)
        except Exception:
            # The visitor gets an answer that says so; the operator gets a line in the log.
            _log.exception("A question could not be answered.")
            words = fixed_text(Outcome.ERROR, served.policy, language=question.language)
            answer = served.bot.failed(words, question.language)
        self.metrics.answered(answer, time.perf_counter() - started)
        if self._question_counter is not None:
            self._question_counter.add(today(), answer.policy_version.id, answer.outcome, question.language)
        steps = served.policy.next_steps(answer.outcome, answer.act, answer.to_search)
        return Reply(secrets.token_hex(16), answer, steps)

    def _keep(self, store: Store, feedback: Feedback, give_up_at: float) -> str:
        later = Problem(
            503, "Your feedback could not be kept: try again in a moment.", retry_after=_RETRY_LOADING_SECONDS
        )
        if time.monotonic() > give_up_at:
            raise later  # the feedback before it used up the time waiting for a lock
        try:
            kept = store.add(feedback)
        except TooLongError as error:
            raise Problem(422, str(error)) from None
        except WordsFullError as error:
            _log.error("Feedback was kept without its comment and question: %s", error)
            self.metrics.judged(feedback.helpful)
            raise Problem(507, "Your verdict was kept, but not your words: there is no room for more.") from None
        except FullError as error:
            _log.error("Feedback was refused: %s", error)
            raise Problem(507, "Your feedback was not kept: there is no room for more.") from None
        except AskPolicyError as error:
            _log.error("Feedback was not kept: %s", error)
            raise later from None
        self.metrics.judged(feedback.helpful)
        return kept

    def _load(self, when_ready: Callable[[Bot], None], when_not: Callable[[str], None]) -> None:
        """Try until loading succeeds, so that a fix takes effect without a restart."""
        names = (self._settings.policy, *self._settings.serve.policies)
        last_reason = ""
        while not self._stopped.is_set():
            try:
                with self._locked():
                    policy_folders = [read_policy(name, self._settings, may_fetch=False) for name in names]
                    served_policies = [
                        ServedPolicy(open_policy_folder(policy_folder, self._settings), policy_folder.starters)
                        for policy_folder in policy_folders
                    ]
            except Exception as error:
                reason = _reason(error)
                if reason != last_reason:
                    when_not(reason)
                last_reason = reason
            else:
                self._served = {served.policy.id: served for served in served_policies}
                _log.info("Ready.", extra={"fields": {"policies": list(self._served)}})
                self._tried.set()
                when_ready(served_policies[0].bot)
                return
            self._tried.set()
            self._stopped.wait(_RETRY_LOADING_SECONDS)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        if self._load_lock is None:
            yield
        else:
            with self._load_lock.open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)  # the system releases it even if the worker is killed
                yield


def _reason(error: Exception) -> str:
    """Return what is wrong and how to fix it. An unexpected error gives only its type and place, since its message may
    contain anything."""
    if isinstance(error, AskPolicyError):
        return str(error)
    place = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"Loading failed with {type(error).__name__} in {Path(place.filename).name}, line {place.lineno}: "
        "`askpolicy check` shows more."
    )
