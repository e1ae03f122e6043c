"""Other forms of English words: "sees" -> "see", "forms" -> "form", "does" -> "do"."""

from __future__ import annotations

from bot.understanding.clauses import is_plural

# Auxiliaries for several, and for one.
SINGULAR = {"are": "is", "were": "was", "do": "does", "have": "has"}
PLURAL = {singular: plural for plural, singular in SINGULAR.items()}


def agreeing(auxiliary: str, plural: bool) -> str:
    """Return an auxiliary in the form for a subject."""
    word = auxiliary.lower()
    right = (PLURAL if plural else SINGULAR).get(word, word)
    return right.capitalize() if auxiliary[:1].isupper() else right


def base(verb: str) -> str:
    """Return the base form of a verb: "sees" -> "see"."""
    if verb.endswith(("ches", "shes", "sses")):
        return verb[:-2]
    return verb[:-1] if verb.endswith("s") and not verb.endswith("ss") else verb


def stem(noun: str) -> str:
    """Return a noun in the singular: "forms" -> "form"."""
    return noun[:-1] if is_plural(noun) and noun not in {"police", "people", "children"} else noun
