"""What the words of a question settle: that it is for no policy, but for a lawyer, somebody else, or a repair."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.elsewhere.advice import asks_for_legal_advice
from bot.elsewhere.laws import asked_law, is_law
from bot.elsewhere.news import asks_for_news
from bot.elsewhere.offices import office_names
from bot.elsewhere.parties import named_parties, own_products
from bot.elsewhere.tasks import asked_task
from bot.elsewhere.troubles import asks_for_repair
from bot.elsewhere.whose import Others, words_of
from bot.policies.about import known_names
from bot.types import Policy

# What a product does with what is the visitor's: "does Copilot learn from my code". The rest is help with it.
_OF_MINE = r"(?:\s+(?:features?|modes?))?\s+[a-z]{3,}\b[^.?!]{0,80}\b(?:my|mine|me|i|our|us|we)\b"


@dataclass(frozen=True, slots=True)
class NotHere:
    """Why a question is not for the policy. topic: one of the topics of the kind `elsewhere`.

    sure: whether the policy cannot answer it; otherwise it may. name: of the law or of somebody else, if the policy
    names them, too; otherwise "".
    """

    topic: str
    sure: bool
    name: str = ""


class Elsewhere:
    """Knows what is not for one policy. Threads can share it. parties: the others whom it names."""

    def __init__(self, policy: Policy) -> None:
        own = known_names(policy)
        products = own_products(policy, own)
        self.parties = named_parties(policy, [*own, *products])
        self._own = _of_products(products, own) if products else None
        self._text = policy.text
        self._words = words_of("\n".join([policy.text, *own]))
        self._others = Others(self._words, [*office_names(policy.routes), *self.parties])

    def is_of_product(self, question: str) -> bool:
        """Return whether a question asks what one of the owner's own products does with what is the visitor's."""
        return self._own is not None and self._own.search(question) is not None

    def asked(self, question: str) -> NotHere | None:
        """Return why a question is not for the policy, or None if its words do not say so."""
        if law := asked_law(question, self._text):
            return NotHere("law-explained", sure=not law.in_policy, name=law.name if law.in_policy else "")
        if asks_for_legal_advice(question):
            return NotHere("legal-advice", sure=True)
        if asks_for_news(question):
            return NotHere("law-explained", sure=True)
        if self.is_of_product(question):
            return None
        if somebody := self._others.asked_about(question):
            named = somebody.name if somebody.in_policy else ""
            topic = "law-explained" if is_law(somebody.name) else "other-organization"
            return NotHere(topic, sure=somebody.is_sure and not somebody.in_policy, name=named)
        if task := asked_task(question):
            return NotHere("device-help", sure=task.split()[0] not in self._words)
        return NotHere("device-help", sure=False) if asks_for_repair(question) else None


def _of_products(products: Sequence[str], own_names: Sequence[str]) -> re.Pattern[str]:
    """Return what finds questions on the owner's products. own_names: of the owner, which may come before theirs."""
    before = "|".join(["the", "your", *map(re.escape, own_names)])
    names = "|".join(map(re.escape, products))
    return re.compile(
        rf"\b(?:do|does|did|is|are|can|could|will|would|has)\s+(?:(?:{before})\s+)?(?:{names}){_OF_MINE}",
        re.IGNORECASE,
    )
