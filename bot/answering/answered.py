"""Whether a policy answers a topic's own question, so that no visitor is sent to a question that is refused.

How certain it is that a policy speaks to a topic is estimated for all topics at once, and too high for some. Here, the
question is asked. Its vector ships with the topics, so nothing is encoded.
"""

from __future__ import annotations

import inspect

from bot.answering.acts import recognize
from bot.answering.decide import decide
from bot.answering.facts import MAYBE_FROM, asked_fact, state
from bot.answering.fitted import Fitted
from bot.answering.rank import rank
from bot.answering.retrieve import retrieve_near
from bot.elsewhere.reasons import Elsewhere
from bot.index.bundle import Bundle
from bot.settings import Settings
from bot.topics.catalog import policy_topics
from bot.topics.model import TopicModel
from bot.types import Outcome
from bot.wording import READ

# The steps of an answer, without their traces: what is asked here is no visitor's question.
_decide, _rank = inspect.unwrap(decide), inspect.unwrap(rank)


class AnsweredTopics:
    """Asks each topic's question once, when it is first needed. Threads can share it."""

    def __init__(
        self, bundle: Bundle, fitted: Fitted, model: TopicModel, settings: Settings, elsewhere: Elsewhere
    ) -> None:
        self._bundle, self._fitted, self._model, self._settings = bundle, fitted, model, settings
        self._elsewhere = elsewhere
        self._known: dict[int, bool] = {}

    def __call__(self, number: int) -> bool:
        """Return whether the question of the topic with this number in the catalog is answered."""
        known = self._known.get(number)
        if known is None:
            known = self._known[number] = self._ask(number)
        return known

    def _ask(self, number: int) -> bool:
        question = policy_topics()[number].question
        retrieved = retrieve_near(self._model.questions[number], question, self._bundle, self._settings.retrieve)
        fact = asked_fact(retrieved, self._fitted)
        stated = fact and state(fact, retrieved, self._bundle, self._fitted, self._settings.compose)
        if stated:
            return stated.outcome is Outcome.ANSWERED
        if self._bundle.policy.language != READ or recognize(question):
            return False
        not_here = self._elsewhere.asked(question)
        best = _rank(retrieved, self._bundle.passages, self._fitted)[0]
        decision = _decide(
            retrieved,
            self._fitted,
            self._settings.decide,
            for_whom="clearly_others" if not_here is not None and not_here.sure else None,
            careful=fact is not None and fact.probability >= MAYBE_FROM,
            relevance=best.relevance,
            agreement=retrieved.agreement_of(best),
        )
        return decision.outcome is Outcome.ANSWERED
