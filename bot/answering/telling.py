"""The telling words of a text, which say what it is about, and how many of a question's a statement has.

A question whose words are all in a statement is about the same thing as that, even if the encoder is not sure. A
statement without its rare words may well be about something else.
"""

from __future__ import annotations

from bot.index.lexical import Lexical, stems

# What any sentence of a policy may be about.
_SAID_EVERYWHERE = frozenset(
    stems(
        "you your we us our they them their it its any all other some more may might can could will would must should "
        "have has do does who what which when how where why please also only never data information personal privacy "
        "policy use used using collect provide provided share service services site website app make made one"
    )
)
# What any question has, whatever it is about.
_ASKED_EVERYWHERE = frozenset(
    stems(
        "me my mine am was were did been being from get getting got let just too ever even still than so about not no "
        "know tell say want need like thing stuff much many long happen happens"
    )
)


def telling_words(text: str) -> frozenset[str]:
    """Return the stems of the words of a text that not every policy has in any sentence."""
    return frozenset(stems(text)) - _SAID_EVERYWHERE


def share_of_words(question: str, statement: str, lexical: Lexical) -> float | None:
    """Return the share of a question's telling words that a statement has, 0 to 1; a rare word counts more.

    lexical: an index of the policy, which knows how rare they are there. None if the question has none.
    """
    asked = frozenset(lexical.stems(question)) - _SAID_EVERYWHERE - _ASKED_EVERYWHERE
    weights = {word: lexical.rarity(word) for word in asked}
    if not weights:
        return None
    shared = sum(weights[word] for word in asked.intersection(lexical.stems(statement)))
    return shared / sum(weights.values())
