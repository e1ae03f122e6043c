"""How words begin and end: as a question, a line above a list, or in the middle of a sentence."""

from __future__ import annotations

import re

# A line that ends in one of these continues in the next, or in the items of a list.
_DANGLING = re.compile(
    r"\b(?:not|never|to|the|(?-i:an?)|following|for|that|with|by|may|can|cannot|will|must|shall|should|would|if|when|"
    r"unless|except|including|includes?|as|are|is|be|have|from|of|"
    r"(?<!opted )(?<!signed )(?<!logged )in|(?<!switched )(?<!turned )on|at|such as|your|our|we|only|do|does)"
    r"[^\w.!?;]*$",
    re.IGNORECASE,
)
# A clause may end in one of these: "you ask us to".
_STRANDED = re.compile(r"\w+ \w+ (?:to|for|with|in|on|at|from|about|of)[,;.]?$", re.IGNORECASE)
_SUBJECT = re.compile(r"(?:we|you|they|i|nobody|no one)(?:['’]\w+)?\s+\w", re.IGNORECASE)
# A heading that short words below it answer: "How long we keep it".
_ASKS_WHICH = re.compile(r"(?:\d{1,2}[.)]? )?(?:how (?:long|often|many|much|soon)|when)\b", re.IGNORECASE)


def is_question(words: str) -> bool:
    """Return whether words end as a question does."""
    return words.rstrip("\"'”’)]*_ ").endswith(("?", "？"))


def asks_indirectly(words: str) -> bool:
    """Return whether a few words can answer a heading: "How long we keep it"."""
    return _ASKS_WHICH.match(words) is not None


def may_end_so(words: str) -> bool:
    """Return whether a clause may end in the way that dangling words do: "you ask us to", but not "you ask the"."""
    return _STRANDED.search(words, max(0, len(words) - 30)) is not None and words[-1] not in ":："


def has_subject(words: str) -> bool:
    """Return whether words open with somebody who does something: "We keep"."""
    return _SUBJECT.match(words) is not None


def is_open(words: str) -> bool:
    """Return whether words need what follows them: they end in a colon, or in the middle of a sentence."""
    return is_introduction(words) or is_dangling(words)


def is_introduction(words: str) -> bool:
    """Return whether words end in a colon."""
    return words.rstrip(" -–—*_").endswith((":", "："))


def is_dangling(words: str) -> bool:
    """Return whether words, apart from a colon at their end, stop in the middle of a sentence."""
    return _DANGLING.search(words, max(0, len(words) - 30)) is not None
