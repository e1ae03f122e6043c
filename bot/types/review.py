"""What the owner of a policy has reviewed: answers, and statements that mislead when they are read alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# `partly`: the policy answers a part of the question, and the sentence says which part it leaves open. `silent`: it
# says nothing about it.
VERDICTS = ("yes", "no", "depends", "stated", "partly", "silent")


@dataclass(frozen=True, slots=True)
class ReviewedAnswer:
    """What the policy says on some topics, in a plain sentence that the owner has approved.

    topics: ids, see `bot.topics`.
    verdict: one of VERDICTS, for the question as the first topic asks it.
    text: the plain sentence by language code, always in English. Empty if the verdict is `silent`.
    cite: indexes of the statements to cite, the best answer first, then the others in reading order, caveats included.
        Empty if the verdict is `silent`.
    reviewed: the date of the review.
    """

    topics: tuple[str, ...]
    verdict: str
    text: Mapping[str, str]
    cite: tuple[int, ...]
    reviewed: str

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
