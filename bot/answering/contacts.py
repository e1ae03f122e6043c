"""How to reach the owner, for an answer that says "contact us" and not how: "by contacting us (see below)"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answering.audiences import names_children
from bot.answering.links import links_in
from bot.policies.facts import EMAIL, PHONE
from bot.types import Policy, Span

_CONTACT_US = re.compile(
    r"\b(?:contact(?:ing)?|reach(?:ing)?(?: out to)?|writ(?:e|ing) to|notify(?:ing)?) us\b"
    r"|\b(?:get|getting|be) in touch\b|\b(?:see|our|the) contact (?:details|information)\b"
    r"|\bhow to (?:reach|contact) us\b",
    re.IGNORECASE,
)
# A question that asks what the visitor can do: "how do I get a copy", "can I fix a mistake".
_DOES = re.compile(
    r"\bhow (?:(?:do|can|could|should|would) (?:i|we)|to)\b|\b(?:can|could|may) (?:i|we)\b"
    r"|\b(?:what|where) (?:do|can|could|should) (?:i|we)\b|\bi (?:want|need|wish)\b|\bi(?:['’]d| would) like\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE)
# The kinds of facts that say how, the handiest first.
_KINDS = ("email", "phone")
# Among how many statements, from the best on, one says so.
_AMONG = 3


def with_contact(question: str, chosen: Sequence[int], policy: Policy) -> tuple[int, ...]:
    """Return the statements to cite, and the one with an address if these say to contact the owner, and not how.

    Only a question that asks what the visitor can do needs it. chosen: indexes of statements, the best first.
    """
    cited = [policy.sentences[row] for row in chosen]
    asks = _DOES.search(question) and any(_CONTACT_US.search(sentence.text) for sentence in cited[:_AMONG])
    shown = [span for each in cited for span in (Span(each.start, each.end), *each.context)]
    if not asks or any(_says_how(policy, start, end) for start, end in shown):
        return tuple(chosen)
    stated = (row for kind in _KINDS for row in policy.facts.get(kind, ()))
    contact = next((row for row in stated if not names_children(policy.sentences[row].text)), None)
    return tuple(chosen) if contact is None else (*chosen, contact)


def _says_how(policy: Policy, start: int, end: int) -> bool:
    """Return whether words of the policy have an address, a number, or a link."""
    words = policy.text[start:end]
    return bool(links_in(policy, start, end)) or any(form.search(words) for form in (EMAIL, PHONE, _ADDRESS))
