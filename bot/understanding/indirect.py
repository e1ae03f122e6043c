"""An indirect question -> the question: "I'd like to know if my name is public" -> "is my name public".

The encoder and the rules for follow-ups read a question better than a wish to know its answer.
"""

from __future__ import annotations

import re

from bot.understanding.clauses import BE, DETERMINERS, VERBS, is_participle
from bot.understanding.forms import base, is_plural

_LEAD = re.compile(
    r"^(?:(?:please|pls|just|so|and|but|also)\s+)*"
    r"(?:(?:(?:can|could|would|will) (?:you|u) (?:please )?)?(?:tell me|let me know|explain(?: to me)?)"
    r"|i(?:['’]?d| would)? (?:just |really )?(?:want|like|need) (?:to know|to find out|to ask)"
    r"|i(?:['’]?m| am)? (?:just )?(?:wondering|wonder|asking|curious|not sure|unsure)"
    r"|(?:do|would) you happen to know|(?:do|would) you know(?= if\b| whether\b)|any idea"
    r"|i do(?:n['’]?t| not) (?:know|understand))"
    r"(?:\s+(?:about|to me))?\s+(?=(?:if|whether|who|what|when|where|why|how|which)\b)",
    re.IGNORECASE,
)
_WHETHER = re.compile(r"^(?:if|whether(?: or not)?)\s+(?!so\b|not\b)", re.IGNORECASE)
# "How long", "what kind of data", up to who does it.
_ASKED = re.compile(
    r"^(?P<asked>(?:how(?: (?:long|much|many|often|soon|exactly|\w+ly))?|what(?: \w+){0,3}?|which(?: \w+){1,3}?|when"
    r"|where|why|(?:with |to )?whom?)(?: exactly)?)\s+"
    r"(?P<rest>(?:you|u|they|we|i|it|he|she|the site|this site|the state)\s+\w.*)$",
    re.IGNORECASE,
)
_AUXILIARIES = BE | frozenset("can could will would shall may might should must".split())
_PERFECT, _PLURAL_SUBJECTS = frozenset({"has", "have"}), frozenset("you u they we i".split())
_MOST_OF_SUBJECT = 6


def direct(question: str) -> str:
    """Return the question that a wish to know asks; the same text if it is none."""
    lead = _LEAD.match(question)
    rest = question[lead.end() :] if lead else question
    whether = _WHETHER.match(rest)
    if whether and (lead or not rest.lower().startswith("if")):
        return in_order(rest[whether.end() :]) or question
    if not lead:
        return question
    if asked := _ASKED.match(rest):
        ordered = in_order(asked["rest"])
        return f"{asked['asked']} {ordered}" if ordered else rest
    return rest


def in_order(statement: str) -> str | None:
    """Return a statement as a question: "you sell my data" as "do you sell my data". None if it has no known verb."""
    words = statement.split()
    lower = [word.lower().strip(",.?!") for word in words]
    for at in range(1, min(len(words), _MOST_OF_SUBJECT + 1)):
        after = lower[at + 1] if at + 1 < len(lower) else ""
        if lower[at] in _AUXILIARIES or (lower[at] in _PERFECT and (after == "been" or is_participle(after))):
            return " ".join([words[at], *words[:at], *words[at + 1 :]])
        if lower[at - 1] in DETERMINERS:
            continue  # "my scan"
        if lower[at] in VERBS or lower[at] in _PERFECT or (base(lower[at]) in VERBS and not is_plural(lower[at - 1])):
            if lower[at - 1] == "to" and at > 2:
                at -= 2  # "tries to sell"
            several = lower[at - 1] in _PLURAL_SUBJECTS or is_plural(lower[at - 1])
            verb = words[at] if lower[at] in VERBS else base(lower[at])
            return " ".join(["do" if several else "does", *words[:at], verb, *words[at + 1 :]])
    return None
