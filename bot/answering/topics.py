"""Which topics a question asks about, and how certain it is that the policy speaks to each.

A topic is asked of every policy. What this policy says on it is known from the owner's review, or estimated from the
passages that are nearest to the topic's own question.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from bot.answering.coverage import estimated_coverage
from bot.answering.fitted import Fitted
from bot.answering.retrieve import Retrieved
from bot.answering.silence import own_words, to_name
from bot.encoder.embedding import FloatArray
from bot.index.bundle import Bundle
from bot.topics.catalog import Topic, elsewhere_topics, policy_topics, topics
from bot.topics.model import TopicModel
from bot.topics.statements import load_statement_topics
from bot.types import Hit, ReviewedAnswer
from bot.understanding.several import as_heading

# How certain it is that a policy speaks to a topic, by the verdict of the owner's review. `partly`: some of its
# questions are answered, others are not.
_COVERED = {"silent": 0.0, "partly": 0.5}
# A reviewed answer fits as much as its topics are probable, and as far as the statements that were found are its own:
# if none is, _LEAST_FOUND is left of the probability. It has to cite one of the _AMONG most relevant ones. It is given
# from REVIEWED_FROM, and named as the nearest from NEAR_FROM if the question is not answered. Measured on 1,187 of
# Mass.gov's answerable visitor questions, with the other half of them known and topics that were fitted without them:
# .87 get an answer, .90 of these on the labeled topic, and .96 with that or with all labeled statements. The
# probability alone gives .71, with .95 and .98.
REVIEWED_FROM, NEAR_FROM, _LEAST_FOUND, _AMONG = 0.2, 0.15, 0.3, 3
# If most of what was found is the answer's own, it is given from _IF_FOUND_FROM. In four sets of questions, that gives
# 5 more sentences, which are all right. Whatever was found, it would give 6 others, of which 4 do not answer.
_IF_FOUND_FROM, _MOSTLY = 0.15, 0.5
# How much the statements that an answer cites after the first belong to its topics. Those of an own topic go before all
# that was found.
_LATER_CITED, _CITED_FOR_OWN = 0.5, 40.0
# How probable an own topic is if the question is near enough to one of its ways to ask. See `bot.answering.own`.
_OWN_ASKED = 0.95
# A reviewed answer overrules a refusal if its topic is this probable.
COVERED_FROM = 0.85
# A topic is named if it is at least this probable. Topics on which the policy is silent are named if they are so
# probable together and the best one is not improbable.
NAMED_FROM, _NAMED_TOGETHER_FROM = 0.5, 0.25
# A policy is silent on a topic up to this coverage, unless one statement has all words of its name, and answers its
# question from this coverage. On the set `reading`, silence is claimed for none of 509 answerable questions and 51 of
# 175 silent ones; up to .05, for 4 and 70, and up to .1, for 9 and 93. Invented policies that the models were not
# fitted on speak to .945 of the topics from .9.
SILENT_TO, SUGGESTED_FROM = 0.03, 0.9
# Up to this coverage, a topic counts as a gap until the owner says otherwise. Visitors are told of silence only if it
# is surer. Of the invented policies' topics up to here, .035 are spoken to.
GAP_TO = 0.1
_MOST_SUGGESTIONS = 3
# From this probability on, a question that the policy does not answer is not one for it at all. A question about an
# app's data may be meant of this site's, so it has to be more probable. From .5 to .9, the macro F1 of the development
# sets differs by .01 at most; .5 finds a tenth more of the off-topic questions of voices_a.
_ELSEWHERE_FROM, _APP_FROM = 0.5, 0.7
# From this probability on, that the policy is silent is stated as a fact; on a topic that only counts as a gap, from
# the second one, and if no statement has a word of its name. On the set `reading`, that adds 18 silent questions to 51,
# and no answerable one. Without the words it would add 4 of these, and from .6 on, 1. For the invented policies, it
# adds 50 questions on which they are silent, and 1 that they answer.
SURE_FROM, _SURE_OF_GAP_FROM = 0.6, 0.8
_MOST_TOPICS, _LEAST_PROBABLE = 3, 0.1
# "Has it changed lately?" asks what changed or when it was updated. Both are answered with what changed if the first is
# at least a little probable. Of 20 such questions, 18 are found; of 13 about changes to come or to data, none.
_CHANGED, _CHANGED_FROM, _CHANGED_OR_UPDATED = ("policy-what-changed", "policy-updated"), 0.15, 0.6
_CHANGED_BEST_FROM = 0.3


@dataclass(frozen=True, slots=True)
class AskedTopics:
    """What a question asks about.

    probabilities: of each topic, shape (topics,). topics: those of the catalog, in its order, and behind its policy
    topics, the owner's own. best: the most probable one. probability: of the best one.
    """

    probabilities: FloatArray
    topics: tuple[Topic, ...] = field(default_factory=topics)
    best: Topic = field(init=False)
    probability: float = field(init=False)

    def __post_init__(self) -> None:
        best = int(self.probabilities.argmax())
        object.__setattr__(self, "best", self.topics[best])
        object.__setattr__(self, "probability", float(self.probabilities[best]))

    @property
    def named(self) -> Topic | None:
        """Return the most probable topic if it is probable enough to be named."""
        return self.best if self.probability >= NAMED_FROM else None

    @property
    def elsewhere(self) -> bool:
        """Return whether what is asked is probably not for the policy to answer, if the policy does not answer it."""
        own = len(self.topics) - len(topics())
        probability = float(self.probabilities[own:][elsewhere_topics()].sum())
        return probability >= (_APP_FROM if self.of_other_organization else _ELSEWHERE_FROM)

    @property
    def of_other_organization(self) -> bool:
        """Return whether the question is most likely about another organization's or an app's data."""
        return self.best.id == "other-organization"

    @property
    def of_policy(self) -> AskedTopics:
        """Return what the question asks about if it is one for the policy."""
        rest = np.zeros_like(self.probabilities)
        count = sum(topic.kind == "policy" for topic in self.topics)
        rest[:count] = self.probabilities[:count] / self.probabilities[:count].sum()
        return AskedTopics(rest, self.topics)

    @property
    def what_changed(self) -> bool:
        """Return whether the question is what changed in the policy, or whether something did."""
        changed, updated = (float(self.probabilities[number]) for number in _changed())
        clearly = self.best.id == _CHANGED[0] and changed >= _CHANGED_BEST_FROM
        return clearly or (changed >= _CHANGED_FROM and changed + updated >= _CHANGED_OR_UPDATED)

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the ids of the probable topics, the most probable first."""
        probable = np.flatnonzero(self.probabilities >= _LEAST_PROBABLE)
        order = np.argsort(-self.probabilities[probable], kind="stable")[:_MOST_TOPICS]
        return tuple(self.topics[n].id for n in probable[order].tolist())


@functools.cache
def _changed() -> tuple[int, ...]:
    return tuple(number for id in _CHANGED for number, topic in enumerate(topics()) if topic.id == id)


class PolicyTopics:
    """What a policy says on each topic. Threads can share it.

    policy_topics: the topics that it may speak to: those of the catalog, then the owner's own.
    """

    def __init__(self, bundle: Bundle, fitted: Fitted, model: TopicModel) -> None:
        self._bundle, self._fitted, self._model = bundle, fitted, model
        own = [answer.own for answer in bundle.policy.reviewed if answer.own]
        self._own = tuple(Topic(each.id, "policy", each.name, as_heading(each.questions[0])) for each in own)
        self.policy_topics = (*policy_topics(), *self._own)
        self._topics = (*self.policy_topics, *topics()[len(policy_topics()) :])
        self._numbers = {topic.id: number for number, topic in enumerate(self.policy_topics)}
        self._spoken = [answer for answer in bundle.policy.reviewed if answer.verdict != "silent"]
        self._reviewed: dict[str, ReviewedAnswer] = {}
        for answer in bundle.policy.reviewed:
            for topic in answer.topics:
                self._reviewed.setdefault(topic, answer)

    @functools.cached_property
    def coverage(self) -> FloatArray:
        """How certain it is that the policy speaks to each policy topic, 0 to 1, shape (policy topics,)."""
        found = estimated_coverage(self._bundle, self._fitted, self._model, load_statement_topics())
        found = np.append(found, np.zeros(len(self._own), np.float32))
        for answer in self._bundle.policy.reviewed:
            found[[self._numbers[topic] for topic in answer.topics]] = _COVERED.get(answer.verdict, 1.0)
        return found

    @functools.cached_property
    def _silent_to(self) -> FloatArray:
        """Up to which coverage the policy is silent on each policy topic, shape (2, policy topics).

        The second row is for a question that is clearly not answered. The owner's review needs no look at words.
        """
        found = np.full((2, len(self.policy_topics)), SILENT_TO, np.float32)
        for number, topic in enumerate(self.policy_topics):
            words = own_words(topic)
            if topic.id in self._reviewed or not words:
                continue
            if self._bundle.lexical.rows_with_all(words):
                found[:, number] = -1.0
            elif not self._bundle.lexical.has_any(words):
                found[1, number] = GAP_TO
        return found

    @functools.cached_property
    def _topics_of_answers(self) -> FloatArray:
        """Which topics each reviewed answer that says something is about, 1 or 0, shape (answers, policy topics)."""
        found = np.zeros((len(self._spoken), len(self._numbers)), np.float32)
        for row, answer in enumerate(self._spoken):
            found[row, [self._numbers[topic] for topic in answer.topics]] = 1.0
        return found

    @functools.cached_property
    def _spoken_to(self) -> tuple[npt.NDArray[np.int64], FloatArray]:
        """The policy topics that the policy speaks to, as numbers, and the vectors of their questions.

        The question of an own topic is the first way to ask. The owner's own are left out if the bundle has no visitor
        questions.
        """
        first = {self._bundle.questions[row].topic: row for row in sorted(self._bundle.own, reverse=True)}
        rows = [first[topic.id] for topic in self._own if topic.id in first]
        own = [self._bundle.question_vectors.vectors(rows)] if rows else []
        questions = np.concatenate([self._model.questions, *own])
        numbers = np.flatnonzero(self.coverage[: len(questions)] >= SUGGESTED_FROM)
        return numbers, questions[numbers]

    @functools.cached_property
    def _cited(self) -> tuple[list[int], FloatArray]:
        """The passages that the owner cites, and how much each belongs to each policy topic, 0 to 1.

        The second has the shape (policy topics, cited passages). A policy of any length has few of them.
        """
        rows = list(dict.fromkeys(row for answer in self._spoken for row in answer.cite))
        found = np.zeros((len(self._numbers), len(rows)), np.float32)
        for answer in self._spoken:
            for place, row in enumerate(answer.cite):
                numbers = [self._numbers[topic] for topic in answer.topics]
                belongs = _LATER_CITED if place else 1.0
                found[numbers, rows.index(row)] = _CITED_FOR_OWN * belongs if answer.own else belongs
        return rows, found

    def asked(self, retrieved: Retrieved) -> AskedTopics:
        """Return what a question asks about."""
        catalog, count = retrieved.asked, len(policy_topics())
        own = np.zeros(len(self._own), np.float32)
        if retrieved.own is not None:
            own[self._numbers[retrieved.own] - count] = _OWN_ASKED
            catalog = (1 - _OWN_ASKED) * catalog
        return AskedTopics(np.concatenate([catalog[:count], own, catalog[count:]]), self._topics)

    def belongs(self, asked: AskedTopics) -> FloatArray:
        """Return how much each passage belongs to what is asked, by the owner's review, shape (passages,).

        It is 0 to 1, and far above 1 for what the owner cites for an own topic that is asked.
        """
        rows, cited = self._cited
        found = np.zeros(len(self._bundle.passages), np.float32)
        found[rows] = asked.probabilities[: len(cited)] @ cited
        return found

    def reviewed_silent(self, asked: AskedTopics) -> float:
        """Return how probably it is asked what the owner says that the policy does not mention; 0 if it is unlikely."""
        topic = asked.named
        answer = self._reviewed.get(topic.id) if topic else None
        return asked.probability if answer and answer.verdict == "silent" else 0.0

    def reviewed_covered(self, asked: AskedTopics, answer: ReviewedAnswer | None) -> bool:
        """Return whether the owner says that the policy answers what is asked.

        answer: what `reviewed` returns for it.
        """
        if answer is None or asked.probability < COVERED_FROM:
            return False
        if answer.verdict == "partly" and answer.own is None:
            return False
        return asked.best.id in answer.topics

    def silent_on(self, asked: AskedTopics, question: str, confidence: float) -> tuple[Topic, ...]:
        """Return what is asked, the most probable first, if it is certain that the policy does not speak to it.

        At most two topics; none if what is asked is not certain enough to be named. confidence: that the question is
        not answered.
        """
        if confidence < SURE_FROM:
            return ()
        silent_to = self._silent_to[int(confidence >= _SURE_OF_GAP_FROM)]
        probable = asked.probabilities[: len(self.coverage)] * (self.coverage <= silent_to)
        if float(probable.sum()) < NAMED_FROM:
            return ()
        silent = [n for n in (self._numbers.get(id) for id in asked.ids) if n is not None and probable[n] > 0]
        if not silent or probable[silent[0]] < _NAMED_TOGETHER_FROM:
            return ()
        return to_name(question, [self.policy_topics[n] for n in silent])

    def near_silence(self, topics: Sequence[Topic]) -> tuple[int, ...]:
        """Return the passages that, by the owner's review, come near topics that the policy does not mention."""
        answers = (self._reviewed.get(topic.id) for topic in topics)
        return tuple(dict.fromkeys(row for answer in answers if answer for row in answer.cite))

    def reviewed(
        self, asked: AskedTopics, hits: Sequence[Hit], chosen: Sequence[Hit], least: float = REVIEWED_FROM
    ) -> ReviewedAnswer | None:
        """Return the owner's answer that fits what is asked best, or None if none fits by at least `least`.

        hits: in answering order. chosen: those that answer by themselves.
        """
        best, most = None, min(least, _IF_FOUND_FROM)
        relevance = sum(hit.relevance for hit in chosen)
        of_answers = self._topics_of_answers @ asked.probabilities[: len(self.policy_topics)]
        for number in np.flatnonzero(of_answers >= most).tolist():
            answer, probable = self._spoken[number], float(of_answers[number])
            if probable < most or not is_found(answer, hits):
                continue
            found = sum(hit.relevance for hit in chosen if hit.passage.index in answer.cite) / relevance
            fits = probable * (_LEAST_FOUND + (1 - _LEAST_FOUND) * found)
            if fits >= most and fits >= (_IF_FOUND_FROM if found >= _MOSTLY else least):
                best, most = answer, fits
        return best

    def reviewed_on(self, asked: AskedTopics) -> ReviewedAnswer | None:
        """Return the owner's answer on the topic that is clearly asked about, whatever was found, or None."""
        return self.reviewed_of(asked.best.id) if asked.probability >= COVERED_FROM else None

    def reviewed_of(self, topic: str) -> ReviewedAnswer | None:
        """Return the owner's answer on a topic, by its id, or None if there is none or the policy is silent on it."""
        answer = self._reviewed.get(topic)
        return None if answer is None or answer.verdict == "silent" else answer

    def suggestions(
        self, vector: FloatArray, asked: AskedTopics, given: ReviewedAnswer | None, answered: Callable[[int], bool]
    ) -> tuple[str, ...]:
        """Return questions to ask next, which this policy answers, those nearest to the question first.

        vector: of the question. given: the reviewed answer to it, which no suggestion repeats. answered: whether the
        question of the topic with a number is answered. The topics that the owner has reviewed are; the owner's own are
        always reviewed.
        """
        left_out = {asked.best.id, *(given.topics if given else ())}
        found: list[str] = []
        numbers, questions = self._spoken_to
        for number in numbers[np.argsort(-(questions @ vector), kind="stable")].tolist():
            topic = self.policy_topics[number]
            reviewed = self._reviewed.get(topic.id)
            if topic.id not in left_out and (reviewed or answered(number)):
                found.append(topic.question)
                left_out |= {topic.id, *(reviewed.topics if reviewed else ())}
            if len(found) == _MOST_SUGGESTIONS:
                break
        return tuple(found)


def is_found(answer: ReviewedAnswer, hits: Sequence[Hit]) -> bool:
    """Return whether the owner cites one of the most relevant statements. hits: in answering order."""
    return not {hit.passage.index for hit in hits[:_AMONG]}.isdisjoint(answer.cite)
