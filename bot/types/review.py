"""What the owner of a policy has reviewed: answers, and statements that mislead when they are read alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

# `partly`: the policy answers a part of the question, and the sentence says which part it leaves open. `silent`: the
# policy says nothing about it.
VERDICTS = ("yes", "no", "depends", "stated", "partly", "silent")
# No topic in the catalog has an id that starts with this.
_OWN = "own:"


@dataclass(frozen=True, slots=True)
class OwnTopic:
    """A topic that the catalog does not have and the owner adds.

    name: completes "The policy does not mention …", in English. questions: ways to ask about it, two at least.
    names: the name in other languages.
    """

    name: str
    questions: tuple[str, ...]
    names: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def id(self) -> str:
        """Return the id of the topic, which is made from its name."""
        return _OWN + re.sub(r"[^a-z0-9]+", "-", self.name.casefold()).strip("-")


def is_own(topic: str) -> bool:
    """Return whether a topic's id is that of an owner's own topic."""
    return topic.startswith(_OWN)


@dataclass(frozen=True, slots=True)
class ReviewedAnswer:
    """What the policy says about some topics, in a plain sentence that the owner has approved.

    topics: ids, see `bot.topics`.
    verdict: one of VERDICTS, for the question as the first topic asks it.
    text: the plain sentence by language code, always in English. Empty if the verdict is `silent`.
    cite: indexes of the statements to cite, the best answer first, then the others in reading order, caveats included.
        If the verdict is `silent`, those that come near the topic, in the order to show; usually none.
    reviewed: the date of the review.
    own: the topic, if it is the owner's own; then `topics` has only its id.
    """

    topics: tuple[str, ...]
    verdict: str
    text: Mapping[str, str]
    cite: tuple[int, ...]
    reviewed: str
    own: OwnTopic | None = None

    def in_language(self, language: str) -> str:
        """Return the plain sentence in a language, or in English if there is none."""
        return self.text.get(language, self.text["en"])


@dataclass(frozen=True, slots=True)
class Caveat:
    """Statements that must be cited together with another one, because that one alone would mislead.

    of: index of the misleading statement.
    cite: indexes of the statements to add.
    unless: indexes of statements that say the same: if one of them is cited, nothing is added.
    """

    of: int
    cite: tuple[int, ...]
    unless: tuple[int, ...] = ()
