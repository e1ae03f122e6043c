"""Question -> Answer. `Bot.ask` is the one place that puts the steps together."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.answering.acts import recognize
from bot.answering.cache import AnswerCache, Store
from bot.answering.compose import Citer, compose
from bot.answering.decide import decide, select
from bot.answering.facts import MAYBE_FROM, asked_fact, state
from bot.answering.fitted import Fitted, load_fitted
from bot.answering.names import OwnNames
from bot.answering.polarity import polarity
from bot.answering.rank import rank
from bot.answering.retrieve import Retrieved, retrieve
from bot.answering.routes import route_of
from bot.answering.several import join
from bot.answering.spelling import Spelling
from bot.answering.topics import NEAR_FROM, SURE_FROM, AskedTopics, PolicyTopics
from bot.answering.understand import Asked, better_reading, has_two_readings, understand, understand_as_one
from bot.answering.whose import is_about_law, is_given_out, is_somebody_elses, words_of
from bot.guard.cleaning import Guarded, guard
from bot.index.bundle import Bundle
from bot.policies.about import known_names
from bot.settings import Settings
from bot.topics.catalog import policy_topics
from bot.topics.model import load_topic_model
from bot.types import Answer, Changes, Citation, Findings, Hit, Outcome, PolicyVersion, ReviewedAnswer
from bot.wording import LANGUAGES, READ, languages_of, messages

# The most statements to show if nothing answers, and how similar or how relevant they must be. On the development sets,
# from .3 on they hold the answer of 10 of 16 refused questions, and 80% of the questions on which the policy is silent
# get none. A statement with the question's rare words is relevant even if it is about something else on the whole.
_MOST_RELATED, _RELATED_FROM, _RELEVANT_FROM = 3, 0.3, 0.4
# Acts of a visitor whom the last answer did not satisfy.
_WANTS_MORE = frozenset({"complaint", "why", "more"})


@dataclass(frozen=True, slots=True)
class Bot:
    """Answers questions about one policy. Immutable, so threads can share it.

    store: where it keeps earlier findings; by default, one of its own.
    """

    bundle: Bundle
    settings: Settings
    fitted: Fitted = field(default_factory=load_fitted)
    store: Store | None = field(default=None, repr=False, compare=False)
    cache: AnswerCache = field(init=False, repr=False, compare=False)
    _citer: Citer = field(init=False, repr=False, compare=False)
    _names: OwnNames = field(init=False, repr=False, compare=False)
    _topics: PolicyTopics = field(init=False, repr=False, compare=False)
    _spelling: Spelling = field(init=False, repr=False, compare=False)
    _words: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Give each bot its own cache, so that it never holds results of another policy, model or setting."""
        object.__setattr__(self, "cache", AnswerCache(self.store or Store(self.settings.cached_answers)))
        object.__setattr__(self, "_citer", Citer(self.bundle.passages, self.bundle.policy))
        names = known_names(self.bundle.policy)
        object.__setattr__(self, "_names", OwnNames(names))
        object.__setattr__(self, "_topics", PolicyTopics(self.bundle, self.fitted, load_topic_model()))
        own = "\n".join([self.bundle.policy.text, *names])
        asked = [*(visitor.question for visitor in self.bundle.questions), *(each.question for each in policy_topics())]
        object.__setattr__(self, "_spelling", Spelling(own, asked))
        object.__setattr__(self, "_words", words_of(own))

    def coverage(self) -> dict[str, float]:
        """Return how surely the policy speaks to each policy topic, 0 to 1, by the topic's id."""
        return dict(zip((topic.id for topic in policy_topics()), self._topics.coverage.tolist(), strict=True))

    def ask(self, question: str, history: Sequence[str] = (), language: str = "en") -> Answer:
        """Answer one question.

        history: the visitor's earlier questions, oldest first. language: the language of the words around the quotes,
        unless the question itself is in another supported language. If the owner does not offer it, they are in
        English. Raises AskPolicyError if it is not one of `bot.wording.LANGUAGES`.
        """
        started = time.perf_counter()
        messages(language)  # raises if the language is unknown, before any work is done
        guarded = guard(question, self.settings.guard)
        language = self._language(guarded, language)
        if guarded.outcome is not None:
            return self._compose(guarded, Findings(guarded.outcome, 1.0), language, started)
        if act := recognize(guarded.question):
            return self._compose(guarded, self._act(act, history), language, started, again=bool(history))
        understood = understand(guarded.question, history, self.settings.guard, self._names, self._spelling)
        answers = []
        for part in understood.parts:
            asked, found = self._find_best(part.asked)
            answer = self._compose(guarded, found, language, started, again=bool(history))
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

    def _language(self, guarded: Guarded, chosen: str) -> str:
        """Return the language of the words around the quotes: the question's, or the one that the visitor chose.

        Help in danger comes in the visitor's language, whatever the owner offers.
        """
        offered = LANGUAGES if guarded.outcome is Outcome.URGENT else languages_of(self.bundle.policy)
        return next((each for each in (guarded.language, chosen) if each in offered), READ)

    def _act(self, act: str, history: Sequence[str]) -> Findings:
        """Return what the visitor does, and more of the policy on the last question if the visitor wants more."""
        related: tuple[Citation, ...] = ()
        if history and act in _WANTS_MORE:
            last = guard(history[-1], self.settings.guard).question
            asked = understand_as_one(last, history[:-1], self.settings.guard, self._names, self._spelling)
            given = self._find_once(asked)
            shown = {citation.passage_id for citation in given.citations or given.related}
            related = self._cite([hit for hit in given.hits if hit.passage.id not in shown][:_MOST_RELATED])
        return Findings(Outcome.SMALL_TALK, 1.0, act=act, related=related)

    def _compose(
        self, guarded: Guarded, found: Findings, language: str, started: float, *, again: bool = False
    ) -> Answer:
        return compose(
            guarded,
            found,
            self.bundle.policy,
            limit=self.settings.guard.max_question_chars,
            language=language,
            seconds=time.perf_counter() - started,
            again=again,
        )

    def _cite(self, hits: Sequence[Hit]) -> tuple[Citation, ...]:
        return self._citer.cite(_rows(hits))

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
        asked_for = AskedTopics(retrieved.asked)
        hits = rank(retrieved, self.bundle.passages, self.fitted, self._topics.belongs(asked_for))
        changes = self.bundle.policy.changes
        if changes and changes.statements and asked_for.what_changed:
            return self._changed(changes, asked_for, hits)
        fact = asked_fact(retrieved, self.fitted)
        if fact is not None and (stated := state(fact, retrieved, self.bundle, self.settings.compose)):
            found = Findings(stated.outcome, fact.probability, (*stated.chosen, *hits), topics=asked_for.ids)
            if stated.chosen:
                return dataclasses.replace(found, citations=self._cite(stated.chosen))
            return self._refused(found, asked_for, retrieved)
        if self.bundle.policy.language != READ:
            return Findings(Outcome.UNSUPPORTED_LANGUAGE, 1.0, hits)
        chosen = select(hits, self.settings.compose)
        reviewed = self._topics.reviewed(asked_for, hits, chosen)
        others = is_somebody_elses(asked.question, self._words) or is_about_law(asked.question, self._words)
        decision = decide(
            retrieved,
            self.fitted,
            self.settings.decide,
            elsewhere=asked_for.elsewhere,
            others=others,
            here=not others and asked_for.of_other_organization and is_given_out(asked.question),
            # The label of a question that the owner wrote says more than the topic that it seems to be about.
            silent=retrieved.known_kind != "answerable" and self._topics.reviewed_silent(asked_for),
            covered=self._topics.reviewed_covered(asked_for, reviewed),
            careful=fact is not None and fact.probability >= MAYBE_FROM,
            relevance=chosen[0].relevance,
        )
        found = Findings(decision.outcome, decision.confidence, hits, topics=asked_for.ids)
        if decision.outcome is Outcome.ANSWERED:
            return self._answered(dataclasses.replace(found, reviewed=reviewed), asked, asked_for, retrieved)
        return self._refused(found, asked_for, retrieved)

    def _changed(self, changes: Changes, asked_for: AskedTopics, hits: tuple[Hit, ...]) -> Findings:
        """Return what is new in the policy, as far as an answer may quote."""
        rows = changes.statements[: self.settings.compose.max_citations]
        cited = self._citer.cite(rows)
        probability = float(asked_for.probabilities.max())
        return Findings(Outcome.ANSWERED, probability, hits, cited, topics=asked_for.ids, changes=changes)

    def _answered(self, found: Findings, asked: Asked, asked_for: AskedTopics, retrieved: Retrieved) -> Findings:
        """Add what answers: the statements of the owner's review, or those that are relevant."""
        chosen = _rows(select(found.hits, self.settings.compose))
        if reviewed := found.reviewed:
            chosen = _with(chosen[0], reviewed)
        return dataclasses.replace(
            found,
            citations=self._citer.cite(chosen),
            yes_no=polarity(asked.question, chosen, retrieved, self.bundle),
            suggestions=self._topics.suggestions(retrieved.question_vector, asked_for, reviewed),
        )

    def _refused(self, found: Findings, asked_for: AskedTopics, retrieved: Retrieved) -> Findings:
        """Add what helps: the topic that is not mentioned, or the nearest statements, and what can be asked."""
        topic = asked_for.named
        if topic and topic.kind == "act" and found.outcome is not Outcome.NOT_COVERED:
            return dataclasses.replace(found, outcome=Outcome.SMALL_TALK, act=topic.id.replace("-", "_"))
        found = dataclasses.replace(
            found, suggestions=self._topics.suggestions(retrieved.question_vector, asked_for, None)
        )
        if found.outcome is Outcome.OFF_TOPIC:
            found = dataclasses.replace(found, route=route_of(retrieved, self.bundle))
            may_be_here = asked_for.best.kind == "policy" or asked_for.of_other_organization
            return self._near(found, asked_for.of_policy) if may_be_here and found.route is None else found
        if found.outcome is not Outcome.NOT_COVERED:
            return found
        silent = self._topics.silent_on(asked_for)
        if silent and found.confidence >= SURE_FROM:
            return dataclasses.replace(found, silent_on=tuple(topic.id for topic in silent))
        found = self._near(found, asked_for.of_policy)
        if found.related:
            return found
        near = [
            hit
            for hit in found.hits[:_MOST_RELATED]
            if hit.similarity >= _RELATED_FROM or hit.relevance >= _RELEVANT_FROM
        ]
        return dataclasses.replace(found, related=self._cite(near))

    def _near(self, found: Findings, asked_for: AskedTopics) -> Findings:
        """Add the owner's answer on the nearest subject and its statements, if there is one."""
        chosen = select(found.hits, self.settings.compose)
        reviewed = self._topics.reviewed(asked_for, found.hits, chosen, NEAR_FROM)
        if reviewed is None:
            return found
        rows = tuple(dict.fromkeys([*reviewed.cite, chosen[0].passage.index]))
        return dataclasses.replace(found, reviewed=reviewed, related=self._citer.cite(rows))

    def _retrieve(self, asked: Asked) -> Retrieved:
        return retrieve(asked, self.bundle, self.settings.retrieve)


def _rows(hits: Sequence[Hit]) -> tuple[int, ...]:
    return tuple(hit.passage.index for hit in hits)


def _with(first: int, reviewed: ReviewedAnswer) -> tuple[int, ...]:
    """Return the row that answers best, then those that the owner cites, in reading order."""
    return (first, *(row for row in reviewed.cite if row != first))
