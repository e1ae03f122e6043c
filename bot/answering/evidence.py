"""What is asked of a policy, with what was found for it, and what its words settle."""

from __future__ import annotations

from typing import NamedTuple

from bot.answering.decide import ForWhom
from bot.answering.recipients import names
from bot.answering.retrieve import Retrieved
from bot.answering.topics import AskedTopics
from bot.elsewhere.handling import asks_of_handling
from bot.elsewhere.reasons import NotHere
from bot.elsewhere.whose import is_given_out
from bot.types import Hit
from bot.understanding.understand import Asked

# The owner's visitor questions are near if they count at least this much; see `Retrieved.trust`.
LABELED = 0.5


class Evidence(NamedTuple):
    """What is asked, and what was retrieved for it.

    hits: the candidates, in answering order.
    not_here: why the question's words say that it is not for the policy, None if they do not say so.
    recipients: those whom the policy names, if the question asks whether they get data.
    groups: a statement on each group with whom data is shared, if that is asked in general.
    of_product: whether it is asked what a product of the owner does with what is the visitor's.
    """

    asked: Asked
    retrieved: Retrieved
    topics: AskedTopics
    hits: tuple[Hit, ...]
    not_here: NotHere | None
    recipients: tuple[str, ...] = ()
    of_product: bool = False
    groups: tuple[int, ...] = ()

    @property
    def others(self) -> bool:
        """Return whether the question is clearly not for the policy.

        The owner's label of the same question says more than its words, and so does one of a question much like it.
        """
        labeled = self.retrieved.known_kind in ("answerable", "not_covered")
        return self.not_here is not None and self.not_here.sure and not labeled

    @property
    def unlabeled(self) -> bool:
        """Return whether no visitor question is near enough to say more than the words."""
        return self.retrieved.trust < LABELED

    @property
    def perhaps_others(self) -> bool:
        """Return whether the question may not be for the policy, and no visitor question near it says more."""
        return self.not_here is not None and self.unlabeled

    @property
    def of_handling(self) -> bool:
        """Return whether the question's words say that it is for the policy, and no visitor question may say more."""
        return not self.retrieved.nearest and (self.of_product or asks_of_handling(self.asked.question))

    @property
    def naming(self) -> list[Hit]:
        """Return the candidates that name the recipients that the question names."""
        return [hit for hit in self.hits if names(hit.passage, self.recipients)] if self.recipients else []

    @property
    def names_recipient(self) -> bool:
        """Return whether the best statement names a recipient, so that it answers if no visitor question says more."""
        return self.unlabeled and bool(self.recipients) and names(self.hits[0].passage, self.recipients)


def for_whom(evidence: Evidence) -> ForWhom | None:
    """Return whom a question is for, as its words say, or else its topics."""
    # In its own ways to ask, the owner may call itself something else, such as "the school".
    in_own_words = evidence.retrieved.own is not None and evidence.retrieved.known_kind is not None
    if evidence.others and not in_own_words:
        return "clearly_others"
    if evidence.perhaps_others:
        return "others"
    if evidence.names_recipient or _is_apps_data_given_out(evidence):
        return "clearly_policy"
    if evidence.of_handling:
        return "policy"
    return "others" if evidence.topics.elsewhere else None


def _is_apps_data_given_out(evidence: Evidence) -> bool:
    return evidence.topics.of_other_organization and is_given_out(evidence.asked.question)
