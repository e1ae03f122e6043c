"""Cleaned question and earlier questions -> what is asked.

A follow-up ("and for how long?", "who else can see them?") depends on the questions before it. Only such a question is
read together with them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answering.names import OwnNames
from bot.guard.cleaning import guard
from bot.settings import GuardSettings

_MAX_EARLIER = 2
_OPENS_AS_FOLLOW_UP = re.compile(
    r"^(?:and|but|or|so|then|also|what about|how about|what if|why|why not|really|are you sure|since when|until when"
    r"|for how long|how long|how so|how|when|where|who|which ones?|what else|who else|anything else|even|not even"
    r"|in what case|any exceptions?|except|unless|is that|does that|can i|do i|could i|is there|are there)\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|those|these|that|this|he|she|ones?|same|such|there|then|else|either|others?)\b",
    re.IGNORECASE,
)
_CONNECTIVE = re.compile(r"^(?:and|but|or|so|then|also|what about|how about|what if)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_EMPTY_WORDS = frozenset(
    "a an and any are as at be been but by can could did do does for from had has have how i if in is it me my of on "
    "or so that the their them then these they this those to us was we what when where which who why will with would "
    "you your long else also about there again not no".split()
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A cleaned question, and the earlier questions, oldest first, that are needed to understand it."""

    question: str
    earlier: tuple[str, ...] = ()

    @property
    def in_full(self) -> str:
        """Return the earlier questions and this one as one text."""
        return " ".join([*self.earlier, self.question])


def understand(question: str, history: Sequence[str], settings: GuardSettings, names: OwnNames | None = None) -> Asked:
    """Return a cleaned question with the earlier questions that are needed to understand it.

    history: the visitor's earlier questions as typed, oldest first; only the last `settings.max_history` are read.
    names: of the policy's owner, which mean "you" in all of them.
    """
    names = names or OwnNames(())
    recent = history[max(0, len(history) - settings.max_history) :]
    cleaned = [guard(earlier, settings).question for earlier in recent]
    question = names.as_you(question)
    return Asked(question, needed_history(question, [names.as_you(earlier) for earlier in cleaned if earlier]))


def needed_history(question: str, history: Sequence[str]) -> tuple[str, ...]:
    """Return the earlier questions that `question` needs, oldest first; empty if it can be understood alone."""
    needed: list[str] = []
    current = question
    for previous in reversed(history[-_MAX_EARLIER:]):
        if not is_follow_up(current):
            break
        needed.insert(0, previous)
        current = previous
    return tuple(needed)


def is_follow_up(question: str) -> bool:
    """Return whether the question cannot be understood alone."""
    words = _WORD.findall(question.lower())
    content = [word for word in words if word not in _EMPTY_WORDS]
    if _CONNECTIVE.match(question) or len(content) <= 1:
        return True
    if _POINTS_BACK.search(question) and len(words) <= 9:
        return True
    return len(content) <= 2 and len(words) <= 6 and _OPENS_AS_FOLLOW_UP.match(question) is not None
