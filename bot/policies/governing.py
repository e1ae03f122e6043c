"""Whether a heading governs the words below it: "What we never collect" above the lines of a list."""

from __future__ import annotations

import re

from bot.policies.ends import asks_indirectly, has_subject, is_dangling, is_question
from bot.policies.groups import DENIES, may_list
from bot.policies.phrases import is_fragment, is_phrase

# At the end of a sentence, or of words that others go on with.
MARKS = tuple(".!?…。！？:;,：")
# A heading with one of these may change what an item under it says, as in "What we never do".
_GOVERNS = re.compile(
    r"\b(?:i|we|us|our|you|your|it|they|not?|never|none|nothing|without|cannot|\w+n['’]t|can|may|might|must|shall|should"
    r"|will|would|could|do|does|is|are|if|unless|except\w*|only|prohibit\w*|exclu\w*|forbid\w*|forbidden|limit\w*|rights?"
    r"|example\w*|opt\w*)\b|[?:]",
    re.IGNORECASE,
)
# A sentence with one of these and a full stop says something by itself.
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|do|does|did|can|may|might|must|shall|should|will|would|could|cannot"
    r"|\w+n['’]t)\b.*[.!]$",
    re.IGNORECASE | re.DOTALL,
)


def needs_no_heading(heading: str, item: str) -> bool:
    """Return whether an item is a sentence of its own under a heading that only names a subject."""
    return not _GOVERNS.search(heading) and _VERB.search(item) is not None


def governs_answer(heading: str, words: str) -> bool:
    """Return whether a paragraph is a part of an answer that says nothing without its heading: "A week."."""
    return _asks_or_denies(heading) and is_fragment(words)


def governs_line(heading: str, words: str, *, is_title: bool) -> bool:
    """Return whether a paragraph without a mark at its end is a line of a list that the heading governs.

    is_title: whether the heading is the document's.
    """
    if words.endswith(MARKS) or has_subject(words):
        return False
    named = may_list(heading) and is_phrase(words) and not is_title
    return named or is_dangling(heading) or _asks_or_denies(heading)


def _asks_or_denies(heading: str) -> bool:
    return is_question(heading) or asks_indirectly(heading) or DENIES.search(heading) is not None
