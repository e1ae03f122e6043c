"""Question -> Answer. `Bot.ask` is the one place that puts the steps together."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.answering.cache import AnswerCache
from bot.answering.compose import cite, compose
from bot.answering.decide import decide, select
from bot.answering.facts import asked_fact, state
from bot.answering.fitted import Fitted, load_fitted
from bot.answering.names import OwnNames
from bot.answering.polarity import polarity
from bot.answering.rank import rank
from bot.answering.retrieve import Retrieved, retrieve
from bot.answering.several import join
from bot.answering.spelling import Spelling
from bot.answering.understand import Asked, better_reading, has_two_readings, understand, understand_as_one
from bot.guard.cleaning import Guarded, guard
from bot.index.bundle import Bundle
from bot.policies.about import known_names
from bot.settings import Settings
from bot.types import Answer, Findings, Outcome, PolicyVersion
from bot.wording import LANGUAGES, READ, messages


@dataclass(frozen=True, slots=True)
class Bot:
    """Answers questions about one policy. Immutable, so threads can share it."""

    bundle: Bundle
    settings: Settings
    fitted: Fitted = field(default_factory=load_fitted)
    cache: AnswerCache = field(init=False, repr=False, compare=False)
    _names: OwnNames = field(init=False, repr=False, compare=False)
    _spelling: Spelling = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Give each bot its own cache, so that it never holds results of another policy, model or setting."""
        object.__setattr__(self, "cache", AnswerCache(self.settings.cached_answers))
        names = known_names(self.bundle.policy)
        object.__setattr__(self, "_names", OwnNames(names))
        own = "\n".join([self.bundle.policy.text, *names])
        object.__setattr__(self, "_spelling", Spelling(own, [visitor.question for visitor in self.bundle.questions]))

    def ask(self, question: str, history: Sequence[str] = (), language: str = "en") -> Answer:
        """Answer one question.

        history: the visitor's earlier questions, oldest first. language: the language of the words around the quotes,
        unless the question itself is in another supported language. Raises AskPolicyError if it is not one of
        `bot.wording.LANGUAGES`.
        """
        started = time.perf_counter()
        messages(language)  # raises if the language is unknown, before any work is done
        guarded = guard(question, self.settings.guard)
        language = guarded.language if guarded.language in LANGUAGES else language
        if guarded.outcome is not None:
            return self._compose(guarded, Findings(guarded.outcome, confidence=1.0), language, started)
        understood = understand(guarded.question, history, self.settings.guard, self._names, self._spelling)
        answers = []
        for part in understood.parts:
            asked, found = self._find_best(part.asked)
            answer = self._compose(guarded, found, language, started)
            answers.append(dataclasses.replace(answer, read_as=part.read_as(asked, guarded.question)))
        if len(answers) == 1:
            return answers[0]
        return join(
            answers, [part.shown for part in understood.parts], understood.repaired, time.perf_counter() - started
        )

    def evidence(self, question: str, history: Sequence[str] = ()) -> Retrieved:
        """Return the candidates that `ask` would base its decision on, for training and ranking.

        Unlike `ask`, this never refuses a question.
        """
        guarded = guard(question, self.settings.guard)
        asked = understand_as_one(guarded.question, history, self.settings.guard, self._names, self._spelling)
        return self._retrieve(asked)

    def failed(self, reason: str, language: str = "en") -> Answer:
        """Return an `error` answer with `reason` as its text, for a request that could not be read or answered."""
        version = PolicyVersion.of(self.bundle.policy)
        return Answer("", Outcome.ERROR, reason, (), (), 0.0, version, 0.0, language=language)

    def _compose(self, guarded: Guarded, found: Findings, language: str, started: float) -> Answer:
        return compose(
            guarded,
            found,
            self.bundle.policy,
            limit=self.settings.guard.max_question_chars,
            language=language,
            seconds=time.perf_counter() - started,
        )

    def _find_best(self, asked: Asked) -> tuple[Asked, Findings]:
        found = self._find_once(asked)
        if not has_two_readings(asked):
            return asked, found
        _, given = self._find_best(asked.before)
        return better_reading(asked, found, self._find_once(asked.alone), given)

    def _find_once(self, asked: Asked) -> Findings:
        found = self.cache.get(asked)
        if found is None:
            found = self._find(asked)
            self.cache.put(asked, found)
        return found

    def _find(self, asked: Asked) -> Findings:
        retrieved = self._retrieve(asked)
        hits = rank(retrieved, self.bundle.passages, self.fitted)
        fact = asked_fact(retrieved, self.fitted)
        if fact is not None and (stated := state(fact, retrieved, self.bundle, self.settings.compose)):
            cited = cite(stated.chosen, self.bundle.passages, self.bundle.policy)
            return Findings(stated.outcome, fact.probability, (*stated.chosen, *hits), cited)
        if self.bundle.policy.language != READ:
            return Findings(Outcome.UNSUPPORTED_LANGUAGE, 1.0, hits)
        decision = decide(retrieved, self.fitted, self.settings.decide)
        if decision.outcome is not Outcome.ANSWERED:
            return Findings(decision.outcome, decision.confidence, hits)
        chosen = select(hits, self.settings.compose)
        return Findings(
            decision.outcome,
            decision.confidence,
            hits,
            citations=cite(chosen, self.bundle.passages, self.bundle.policy),
            yes_no=polarity(asked.question, chosen, retrieved, self.bundle),
        )

    def _retrieve(self, asked: Asked) -> Retrieved:
        return retrieve(asked, self.bundle, self.settings.retrieve)
