"""What a policy says right after the statement that answers best, and what an answer adds of it.

"We ask for your Social Security number to check your credit" is followed by "You can pay a deposit instead". It adds
what a visitor would ask next, but it is less like the question than the first one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from bot.answering.periods import asks_how_long
from bot.answering.telling import telling_words
from bot.policies.openings import cautions, limits, says_where
from bot.types import Hit, Policy, Sentence, Span

# How similar the next sentence must be to the question. On half of the questions of the invented policies that are
# answered with one statement, asked of every second policy, this adds 25 sentences to 269 answers, of which 12 belong
# to the answer, and .929 instead of .911 are complete; of the others, 13 to 279, of which 5 belong to it, and .921
# instead of .907. From .3 on, it adds 64, of which 20 do.
_SIMILAR_FROM = 0.35
# On the set `reading`, 48 of 411 answers continue with a sentence because it points back, has a case, or cautions. Of
# these, read one by one, about 32 belong to the answer, and 2 do not at all. A longer one is too much to read.
_MOST_CHARS = 450
# A case of what was said before: "If a message is still undelivered after 30 days, we delete it."
_CASE = re.compile(
    r"(?:even |but |and |only )?(?:if|when|whenever|once|after|before|until|unless|despite|in \w+ cases)\b"
    r"[^,;:.]{2,160},",
    re.IGNORECASE,
)
# How long something is kept, if a policy only says why: "We also retain it if the law requires" often follows.
_AS_LONG_AS = re.compile(r"\b(?:long as|necessary|needed|required)\b", re.IGNORECASE)
_KEEPS = re.compile(r"\b(?:retain\w*|retention|kept|keep\w*|stor(?:ed?|ing|age)|deleted?|erased?)\b", re.IGNORECASE)
# The most entries of a list that continues with what is cited, and the most characters of them together.
_MOST_ENTRIES, _MOST_ENTRY_CHARS = 6, 600
# How many other words a caution has in common with what it is about, if a paragraph is between them. With "however", it
# needs none. On the set `reading`, that adds "Please note, however, that we may need to retain it" to 4 answers.
_IN_COMMON = 2
_HOWEVER = re.compile(r"(?:\w+,? ){0,3}(?:however|nevertheless|nonetheless)\b", re.IGNORECASE)


def with_what_goes_on(question: str, chosen: Sequence[int], hits: Sequence[Hit], policy: Policy) -> tuple[int, ...]:
    """Return the statements to cite, with what follows the first one if it continues what that says.

    A sentence in its paragraph does if it points back ("They must delete them after 60 days"), has a case ("If you opt
    out, …"), says how long something is kept, or, if nothing else is cited, is about the question, too. So does a
    caution that begins a paragraph ("Please be aware that, even after you opt out, …"), and a short list of what
    follows from it ("They may be able to: …").
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
    about = telling_words(" ".join([question, *(sentences[row].text for row in range(chosen[0], last + 1))]))
    is_alone = len(chosen) == 1
    if "\n" not in policy.text[this.end : following.start]:
        goes_on = (
            _goes_on(this, following, about)
            or (is_alone and _similarity(following, hits) >= _SIMILAR_FROM)
            or (asks_how_long(question) and _says_how_long(this, following))
        )
        added = [following.index] if goes_on else []
    elif _cautions(following, about):
        added = [following.index]
    else:
        added = _list_of(this, policy)
    after = list(chosen).index(last) + 1
    return (*chosen[:after], *(row for row in added if row not in chosen), *chosen[after:])


def _goes_on(this: Sentence, following: Sentence, about: frozenset[str]) -> bool:
    """Return whether a sentence continues with the one before it in the paragraph.

    about: the words of what is cited and asked.
    """
    is_shown = Span(following.start, following.end) in this.context
    if is_shown or len(following.text) > _MOST_CHARS or says_where(following.text):
        return False
    if Span(this.start, this.end) in following.neighbors:
        return True
    case = _CASE.match(following.text)
    return case is not None and bool(telling_words(case[0]) & about)


def _says_how_long(this: Sentence, following: Sentence) -> bool:
    """Return whether a sentence says why something is kept, and the one after it is on keeping, too."""
    is_open = _AS_LONG_AS.search(this.text) is not None and _KEEPS.search(this.text) is not None
    return is_open and _KEEPS.search(following.text) is not None and len(following.text) <= _MOST_CHARS


def _list_of(this: Sentence, policy: Policy) -> list[int]:
    """Return the entries of the short list below a statement whose line above points back to it: "They can:"."""
    below = policy.sentences[this.index + 1 :]
    leads = [span for span in below[0].context if span.start >= this.end and policy.text[span.end - 1] == ":"]
    if not leads or Span(this.start, this.end) not in below[0].neighbors:
        return []
    entries = list(takewhile(lambda sentence: leads[-1] in sentence.context, below))
    chars = sum(len(entry.text) for entry in entries)
    is_short = len(entries) <= _MOST_ENTRIES and chars <= _MOST_ENTRY_CHARS
    return [entry.index for entry in entries] if is_short else []


def _cautions(following: Sentence, about: frozenset[str]) -> bool:
    """Return whether a paragraph opens with a caution about what the one before it says. about: see `_goes_on`."""
    opens = limits(following.text, directly=False) or cautions(following.text)
    is_about = _HOWEVER.match(following.text) is not None or len(telling_words(following.text) & about) >= _IN_COMMON
    return opens and is_about


def _similarity(sentence: Sentence, hits: Sequence[Hit]) -> float:
    return next((hit.similarity for hit in hits if hit.passage.index == sentence.index), 0.0)
