"""A question about the visitor's own things -> the same about data: "who sees my recipes?", "who sees my data?".

Policies say what happens to personal data, whatever it is. Visitors ask about theirs: recipes, an order, a score.
"""

from __future__ import annotations

from bot.understanding.clauses import PRONOUNS, VERBS, Phrase, phrases_of

_OWN, _DATA = frozenset({"my", "our"}), ("my", "data")
# These are no things that anybody gets: "can my brother see it?" A thing in a policy's words needs no other name.
_NO_THING = frozenset("data information info details account phone computer browser device name right rights".split())


def in_general(question: str) -> str | None:
    """Return a question about the visitor's own things as one about data; None if it names none of these."""
    words, phrases = phrases_of(question)
    own = [phrase for phrase in phrases if _is_own(words, phrase)]
    if not own:
        return None
    at = own[-1]  # the first may be who gets it: "can my brother see my recipes?"
    return " ".join([*words[: at.start], *_DATA, *words[at.end :]]) + "?"


def _is_own(words: tuple[str, ...], phrase: Phrase) -> bool:
    """Return whether a phrase is "my recipes" or "the recipes that I upload"."""
    lower = [word.lower() for word in words[phrase.start : phrase.end]]
    mine = lower[0] in _OWN or (len(lower) > 2 and not {"i", "we"}.isdisjoint(lower[1:-1]))
    return mine and not phrase.is_party and phrase.head not in _NO_THING | PRONOUNS | VERBS
