"""Connects the routes to the bots: loads them, applies the rate limits, and turns one question into one answer."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.guard.cleaning import guard
from bot.service.content import Content
from bot.service.limits import Kind, RateLimit, client_key, windows
from bot.service.loading import ServedPolicy
from bot.service.metrics import Metrics, State
from bot.service.policies import Policies
from bot.service.problems import Problem
from bot.service.question_counter import QuestionCounter
from bot.service.reload import FailedReload, ReloadFailure
from bot.service.shelf import RETRY_SECONDS
from bot.service.switchboard import Switchboard
from bot.service.work import Work
from bot.settings import Settings
from bot.tracing import carry, note, span, waited
from bot.types import Answer, AskPolicyError, Contact, Outcome
from bot.usage.opening import open_store
from bot.usage.values import Count, Feedback, FullError, TooLongError, Unanswered, WordsFullError, today
from bot.wording import fixed_text, spoken

# How long feedback may wait while another program locks the database.
_BUSY_SECONDS = 1.0
_TOO_MANY = {
    Kind.QUESTION: "Too many questions from your network: wait a moment, then continue.",
    Kind.FEEDBACK: "Too much feedback from your network: try again later.",
}
_log = logging.getLogger("askpolicy.service")


@dataclass(frozen=True, slots=True)
class Question:
    """A question as received. history: earlier questions, oldest first. language: the code of the answer's language."""

    text: str
    history: tuple[str, ...] = ()
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
    """One worker's state. policies: what it answers from."""

    def __init__(
        self,
        settings: Settings,
        limit: RateLimit,
        secret: bytes,
        metrics: Metrics,
        content: Content | None = None,
        on_stale: Callable[[str, str], None] = lambda _, __: None,
    ) -> None:
        """Open the feedback store and create the threads. content, on_stale: see `Loader`."""
        self.metrics = metrics
        self.failed_reload: FailedReload | None = None
        self._draining = False
        self.policies = Policies(settings, metrics, content, on_stale)
        self._settings = settings
        self._limit = limit
        self._windows = windows(settings)
        self._secret = secret
        # Feedback, counts and switches each have their own database connection, so that none waits for the others.
        self._store = open_store(settings, _BUSY_SECONDS)
        self._question_counter = QuestionCounter(open_store(settings, _BUSY_SECONDS))
        self.switchboard = Switchboard(open_store(settings, _BUSY_SECONDS))
        self._answers = Work("answer", settings.serve.threads, settings.serve.max_in_work)
        # A separate thread, so that no question waits for feedback that is being written to disk.
        self._feedback = Work("feedback", 1, settings.serve.max_in_work)

    @property
    def keeps_feedback(self) -> bool:
        """Return whether the service keeps counts and accepts feedback."""
        return self._store.keeps_usage

    @property
    def retention_days(self) -> int:
        """Return how many days feedback and counts are kept; 0 if they are not."""
        return self._settings.feedback.retention_days if self.keeps_feedback else 0

    @property
    def state(self) -> State:
        """Return what /metrics says about this moment."""
        problem = self.policies.database_problem
        return State(
            ready=self.policies.ready,
            reload_failed=self.failed_reload is not None,
            policies=self.policies.count,
            paused=self.switchboard.pauses,
            versions=self.policies.versions_in_memory,
            database_followed=None if problem is None else not problem,
        )

    @property
    def stop_seconds(self) -> int:
        """Return how many seconds answers in progress may take after the service is told to stop."""
        return self._settings.serve.stop_seconds

    @property
    def max_history(self) -> int:
        """Return how many earlier questions are read."""
        return self._settings.guard.max_history

    def cleaned(self, text: str, max_chars: int | None = None) -> str:
        """Return a question as the guard cleans it. It is empty if it is longer than `max_chars` code points.

        max_chars: None for the limit on questions.
        """
        limits = self._settings.guard
        if max_chars is not None:
            limits = limits.model_copy(update={"max_question_chars": max_chars})
        return guard(text, limits).question

    def start(self, when_ready: Callable[[ServedPolicy], None], when_not: Callable[[str], None]) -> None:
        """Start the threads that load the default policy, write counts, and delete old feedback.

        when_ready: called once, with the default policy. when_not: called with each new reason why loading fails.
        """
        self.policies.start(when_ready, when_not)
        self._question_counter.start()
        self.switchboard.start()

    def note_reload(self, failed: Sequence[str]) -> None:
        """Remember how the last reload ended. failed: its time and the name of its ReloadFailure, or empty."""
        self.failed_reload = FailedReload(failed[0], ReloadFailure[failed[1]]) if failed else None

    def note_drain(self) -> None:
        """Remember that the service is about to stop."""
        self._draining = True

    def stop(self) -> None:
        """Finish the work in progress, and write the last counts."""
        self.policies.stop()
        self._answers.stop()
        self._feedback.stop()
        self._store.close()
        self._question_counter.stop()
        self.switchboard.stop()

    def check_takes_more(self) -> None:
        """Raise Problem (503) if the default policy is not loaded, or if the service is about to stop."""
        self.policies.check_ready()
        if self._draining:
            raise Problem(503, "The service is about to stop: send requests to another replica.")

    async def admit(self, address: str, kind: Kind = Kind.QUESTION) -> bytes:
        """Count one question, or one piece of feedback, from an address; return today's key for the address.

        Raises Problem (429) if the client has to wait.
        """
        key = client_key(address, self._secret)
        if self._windows[kind].most == 0:
            return key
        seconds = await asyncio.to_thread(self._limit.seconds_to_wait, kind, key)
        if seconds:
            raise Problem(429, _TOO_MANY[kind], retry_after=seconds)
        return key

    def answer(self, question: Question, served: ServedPolicy, client: bytes) -> asyncio.Future[Reply]:
        """Start to answer a question about a policy. Raises Problem if it is paused, or there is no room for more
        work.

        client: the key from `admit`. A thread does the work, since it keeps a processor busy, and finishes it even if
        nobody waits for the answer.
        """
        self.switchboard.check(served.policy, question.language)
        asked = time.perf_counter()
        answer = self._answers.begin(client, carry(lambda: self._answer(served, question, asked)))
        self.metrics.working(answer)
        return asyncio.wrap_future(answer)

    def keep(self, given: Feedback | Unanswered, client: bytes) -> asyncio.Future[str]:
        """Start to store what a visitor gives; the future gives its id once it is safely stored.

        client: the key from `admit`. Raises Problem if the service keeps no feedback, or there is no room for more
        work.
        """
        if not self.keeps_feedback:
            raise Problem(404, "This service keeps no feedback.")
        give_up_at = time.monotonic() + _BUSY_SECONDS
        return asyncio.wrap_future(self._feedback.begin(client, lambda: self._keep(given, give_up_at)))

    def _answer(self, served: ServedPolicy, question: Question, asked: float) -> Reply:
        began = time.perf_counter()
        waited(asked)
        with span("answer"):
            try:
                answer = served.bot.ask(question.text, question.history, language=question.language)
            except Exception:
                # The visitor gets an answer that says so; the operator gets a line in the log.
                _log.exception("A question could not be answered.")
                language = spoken(question.language, served.policy)
                words = fixed_text(Outcome.ERROR, served.policy, language=language)
                answer = served.bot.failed(words, language)
            note(policy=answer.policy_version.id, outcome=str(answer.outcome), language=answer.language)
        self.metrics.answered(answer, time.perf_counter() - asked, began - asked)
        topic = answer.topics[0] if answer.topics else ""
        self._question_counter.add(Count(today(), answer.policy_version.id, answer.outcome, question.language, topic))
        steps = answer.next_steps(served.policy)
        return Reply(secrets.token_hex(16), answer, steps)

    def _keep(self, given: Feedback | Unanswered, give_up_at: float) -> str:
        later = Problem(503, "Your feedback could not be kept: try again in a moment.", retry_after=RETRY_SECONDS)
        if time.monotonic() > give_up_at:
            raise later  # the feedback before it used up the time waiting for a lock
        try:
            kept = self._store.add(given) if isinstance(given, Feedback) else self._store.keep(given)
        except TooLongError as error:
            raise Problem(422, str(error)) from None
        except WordsFullError as error:
            _log.error("Feedback was kept without its comment and question: %s", error)
            self._judged(given)
            raise Problem(507, "Your verdict was kept, but not your words: there is no room for more.") from None
        except FullError as error:
            _log.error("Feedback was refused: %s", error)
            raise Problem(507, "Your feedback was not kept: there is no room for more.") from None
        except AskPolicyError as error:
            _log.error("Feedback was not kept: %s", error)
            raise later from None
        self._judged(given)
        return kept

    def _judged(self, given: Feedback | Unanswered) -> None:
        if isinstance(given, Feedback):
            self.metrics.judged(given.helpful)
