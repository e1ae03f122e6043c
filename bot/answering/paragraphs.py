"""What a policy says right after the statement that answers best, and what an answer goes on with if it belongs to it.

"We ask for your Social Security number to check your credit" is followed by "You can pay a deposit instead". It adds
what a visitor would ask next, but it is less like the question than the first one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.index.lexical import stems
from bot.policies.openings import cautions, limits, says_where
from bot.types import Hit, Policy, Sentence, Span

# How similar the next sentence must be to the question. On half of the questions of the invented policies that are
# answered with one statement, asked of every second policy, this adds 25 sentences to 269 answers, of which 12 belong
# to the answer, and .929 instead of .911 are complete; of the others, 13 to 279, of which 5 belong to it, and .921
# instead of .907. From .3 on, it adds 64, of which 20 do.
_SIMILAR_FROM = 0.35
# On the set `reading`, 48 of 411 answers go on with a sentence because it points back, has a case, or cautions. Of
# these, read one by one, about 32 belong to the answer, and 2 do not at all. A longer one is too much to read.
_MOST_CHARS = 450
# A case of what was said before: "If a message is still undelivered after 30 days, we delete it."
_CASE = re.compile(
    r"(?:even |but |and |only )?(?:if|when|whenever|once|after|before|until|unless|despite|in \w+ cases)\b"
    r"[^,;:.]{2,160},",
    re.IGNORECASE,
)
# What any sentence of a policy may be about.
_SAID_EVERYWHERE = frozenset(
    stems(
        "you your we us our they them their it its any all other some more may might can could will would must should "
        "have has do does who what which when how where why please also only never data information personal privacy "
        "policy use used using collect provide provided share service services site website app make made one"
    )
)
# How many other words a caution has in common with what it is about, if a paragraph is between them.
_IN_COMMON = 2


def with_what_goes_on(question: str, chosen: Sequence[int], hits: Sequence[Hit], policy: Policy) -> tuple[int, ...]:
    """Return the statements to cite, with the sentence after the first one if it goes on with what that says.

    It follows in the paragraph and points back to the first ("They must delete them after 60 days"), has a case of it
    ("If you opt out, …"), or, if nothing else is cited, is about the question, too. Or it cautions about what is
    cited ("Please be aware that, even after you opt out, …"), and may then begin a paragraph.
    chosen: indexes of statements, the best first. hits: those that were considered.
    """
    sentences = policy.sentences
    last = chosen[0]
    while last + 1 in chosen:
        last += 1
    if last + 1 == len(sentences):
        return tuple(chosen)
    this, following = sentences[last], sentences[last + 1]
    if following.section_id != this.section_id:
        return tuple(chosen)
    about = _words(" ".join([question, *(sentences[row].text for row in range(chosen[0], last + 1))]))
    is_alone = len(chosen) == 1
    if "\n" in policy.text[this.end : following.start]:
        goes_on = _cautions(following, about)
    else:
        goes_on = _goes_on(this, following, about) or (is_alone and _similarity(following, hits) >= _SIMILAR_FROM)
    if not goes_on:
        return tuple(chosen)
    after = list(chosen).index(last) + 1
    return (*chosen[:after], following.index, *chosen[after:])


def _goes_on(this: Sentence, following: Sentence, about: frozenset[str]) -> bool:
    """Return whether a sentence goes on with the one before it in the paragraph.

    about: the words of what is cited and asked.
    """
    is_shown = Span(following.start, following.end) in this.context
    if is_shown or len(following.text) > _MOST_CHARS or says_where(following.text):
        return False
    if Span(this.start, this.end) in following.neighbors:
        return True
    case = _CASE.match(following.text)
    return case is not None and bool(_words(case[0]) & about)


def _cautions(following: Sentence, about: frozenset[str]) -> bool:
    """Return whether a paragraph opens with a caution about what the one before it says. about: see `_goes_on`."""
    opens = limits(following.text, directly=False) or cautions(following.text)
    return opens and len(_words(following.text) & about) >= _IN_COMMON


def _similarity(sentence: Sentence, hits: Sequence[Hit]) -> float:
    return next((hit.similarity for hit in hits if hit.passage.index == sentence.index), 0.0)


def _words(text: str) -> frozenset[str]:
    """Return the stems of the words of a text that not every policy has in any sentence."""
    return frozenset(stems(text)) - _SAID_EVERYWHERE
