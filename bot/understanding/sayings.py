"""More rules by which `ellipsis` completes a question, for what people say of the whole question before.

"Is that the same if I call?" asks it again with a condition, "does that work on my phone?" is about what is done in it,
and "the difference between the two" about the two that it names.
"""

from __future__ import annotations

import itertools
import re

from bot.understanding.clauses import BE, Clause
from bot.understanding.completions import TWO
from bot.understanding.forms import gerund, is_plural
from bot.understanding.things import thing_of

_SAME_IF = re.compile(
    r"(?:(?:is|would|will) (?:it|that|this|the answer)(?: be)? (?:also )?(?:the same|different|true|so)(?: thing)?"
    r"|does (?:it|that|this) change(?: anything)?)\s+(?P<condition>(?:if|when|after|before|once) .+)",
    re.IGNORECASE,
)
_IF = re.compile(r"(?:if|when|though|after|before|once)\b", re.IGNORECASE)
_THAT = re.compile(
    r"(?P<asks>(?:does|will|would|did|do) )(?:that|this|it) "
    r"(?=(?:also |still |even )?(?:work|help|apply|count|last)\b)",
    re.IGNORECASE,
)
_OF_DOING = frozenset({"i", "we", "you", "one"})
_ABOUT = re.compile(r"\babout (?:it|that|this|them|those)\b", re.IGNORECASE)


def with_condition(plain: str, lead: str, clause: Clause) -> list[str] | None:
    """Complete "is that the same if I call?" and "even if I call?" by the question before."""
    if clause.auxiliary is None and not clause.asks_who:
        return None
    if lead.endswith("even") and _IF.match(plain):
        return [*clause.words, "even", plain]
    same = _SAME_IF.fullmatch(plain)
    return [*clause.words, same["condition"]] if same else None


def with_two(plain: str, before: str, clause: Clause) -> list[str] | None:
    """Complete "the difference between the two" by the two that the question before names, or by their kind."""
    if not TWO.search(plain):
        return None
    for phrase in clause.phrases:
        named = clause.words[phrase.start : phrase.end]
        if "or" in named or "and" in named:
            return [TWO.sub(" ".join("and" if word == "or" else word for word in named), plain)]
    for first, second in itertools.pairwise(clause.phrases):
        between = set(clause.lower[first.end : second.start]) - {first.preposition}
        if len(between) == 1 and between <= {"and", "or"}:
            both = [*clause.words[first.start : first.end], "and", *clause.words[second.start : second.end]]
            return [TWO.sub(" ".join(both), plain)]
    thing = thing_of(before)
    if thing is None or not is_plural(thing[-1].lower()):
        return None
    return [TWO.sub(f"the two kinds of {thing[-1]}", plain)]


def with_done(plain: str, clause: Clause) -> list[str] | None:
    """Complete "does that work on my phone?" by what is done: "does turning off tracking work on my phone?"."""
    found = _THAT.match(plain)
    doing = clause.lower[slice(*clause.subject)] in {(who,) for who in _OF_DOING}
    if found is None or not doing or clause.auxiliary is None or clause.lower[clause.auxiliary] in BE:
        return None
    verb, *rest = clause.words[clause.verb :]
    return [f"{found['asks']}{gerund(verb.lower())}", *rest, plain[found.end() :]]


def with_about(plain: str, before: str) -> list[str] | None:
    """Complete "about removing my form" after "whom do I ask about that?"."""
    found = _ABOUT.search(before)
    return [before[: found.start()] + plain] if found and plain.lower().startswith("about ") else None
