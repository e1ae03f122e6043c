"""Whether a heading governs the words below it: "What we never collect" above the lines of a list."""

from __future__ import annotations

import re

from bot.policies.ends import asks_indirectly, has_subject, is_dangling, is_question
from bot.policies.groups import DENIES, may_list
from bot.policies.phrases import is_fragment, is_label, is_phrase
from bot.policies.sentences import split_sentences

# At the end of a sentence, or of words that others continue.
MARKS = tuple(".!?…。！？:;,：")
# A heading with one of these may change what an item under it says, as in "What we never do".
_GOVERNS = re.compile(
    r"\b(?:i|we|us|our|you|your|it|they|not?|never|none|nothing|without|cannot|\w+n['’]t|can|may|might|must|shall|should"
    r"|will|would|could|do|does|is|are|if|unless|except\w*|only|prohibit\w*|exclu\w*|forbid\w*|forbidden|limit\w*|rights?"
    r"|example\w*|opt\w*)\b|[?:]",
    re.IGNORECASE,
)
# A sentence with one of these and a period says something on its own.
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|do|does|did|can|may|might|must|shall|should|will|would|could|cannot"
    r"|\w+n['’]t)\b.*[.!]$",
    re.IGNORECASE | re.DOTALL,
)
# A whole sentence with one of these may still say something about the items below it.
_POINTS_DOWN = re.compile(
    r"\b(?:following|follows?|below|these|those|such|(?<!to )includ\w*|ways?|cases?|steps?|examples?|situations?"
    r"|this(?! (?:privacy |cookie )?(?:notice|policy|statement|page|site|website|document|app)\b)|circumstances"
    r"|purposes?|reasons?|kinds?|types?|categories|category|rights?|options?|choices?|things?|principles?"
    r"|conditions?|exceptions?|items?|parts?|sections?|table|chart|list\w*|rules?|facts?|details?|any|some|several|two"
    r"|three|four|five|six|seven)\b",
    re.IGNORECASE,
)
# Who does something, at the start of a sentence.
_DOES = re.compile(
    r"(?:if|when|unless|we|you|they|it|this|our|your|the|users?|visitors?|personal|information"
    r"|\w+ (?:is|are|may|will|can))\b",
    re.IGNORECASE,
)


def governs_items(above: str, item: str, is_term: bool = False) -> bool:
    """Return whether a paragraph above a list may govern its items: it says "not", points at them, or continues in
    them.

    It does not if it is a whole sentence without such words, and the first item is one, too, or names what is inside
    of it. is_term: whether there is something inside of the item.
    """
    if not above.endswith((".", "!")) or DENIES.search(above) or _POINTS_DOWN.search(above):
        return True
    if is_term and is_phrase(item):
        return False
    first = split_sentences(item)[:2]
    if len(first) > 1 and is_label(item[first[0].start : first[0].end]):
        first = first[1:]
    words = item[first[0].start : first[0].end] if first else ""
    return not (_DOES.match(words) and (words.endswith(":") or _VERB.search(words) or has_subject(words)))


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
