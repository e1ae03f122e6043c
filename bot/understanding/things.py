"""What "it" and "them" point to, and a thing left out: "who sees it?" after "do you keep my name?" -> "my name".

`ellipsis` and `corrections` put the thing of an earlier question in place of the word.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.understanding.clauses import (
    AUXILIARIES,
    BE,
    CONNECTIVES,
    DETERMINERS,
    PREPOSITIONS,
    WH,
    Phrase,
    clause_of,
    is_participle,
    phrases_of,
    words_of,
)
from bot.understanding.completions import STOPS
from bot.understanding.forms import base
from bot.understanding.leads import without_leads

# What a chat's visitor asks about, so that one word alone is a thing to ask about, and not another subject.
THINGS = frozenset(
    "data information info details name names email emails e-mail e-mails address addresses ip ips phone number "
    "numbers form forms submission submissions survey surveys answers responses record records account accounts "
    "password passwords username usernames ssn card cards payment payments billing photo photos picture pictures "
    "images video videos recording recordings voice location locations gps device devices browser history message "
    "messages chats comment comments feedback file files documents document logs searches search purchases orders "
    "contacts calls birth birthday birthdate age gender race religion profile profiles posts content transcripts "
    "voicemails texts letters applications complaints requests questions licenses id ids fingerprints health diagnosis "
    "income salary signature identity cookie cookies backups visits clicks pages metadata statistics".split()
)
# "And my kid?" is about the data of a kid, and "do you collect my kid" is not.
FAMILY = frozenset("kid kids child children son daughter baby teenager teenagers mom mother dad father parent".split())
# What a site uses, in contrast to what it gets of a visitor: nobody sells or encrypts "cookies" or "chatbots".
TOOLS = frozenset(
    "cookie cookies chatbot chatbots tracker trackers tool tools pixel pixels beacons analytics ads".split()
)
# After these, "it" and "that" are what was said, not a thing: "is it legal", "when did that happen", "do that".
OF_FACTS = frozenset(
    "true legal possible ok okay right correct allowed normal fair guaranteed necessary all why so because what how "
    "when where a an the matter mean happen happens happened happening occurs occurred work works worked matters "
    "better best worth wise cost costs count apply applies take takes really case like said says sure enough it".split()
)
_BEFORE_FACTS = frozenset(
    "do does did doing decide decides know knows say says about for before after when while since until because "
    "than".split()
)
# These stand for more than one thing.
PLURALS = frozenset("they them their those these".split())
POINTING = frozenset("it them that this those these they".split())
_OF_POLICY = frozenset({"just", "only", "or", "of", "in", "on"})
_THESE, _TIMES = frozenset("this that these those".split()), frozenset({"before", "after", "since"})
# What may be any data: "who has access to those logs?"
_GENERAL = frozenset("data information info details records logs things stuff".split())
# Verbs that may follow a thing, and are no verbs of `clauses`.
_SAYS = frozenset("tell tells say says mean means come comes stay stays work works go goes".split())
_TAKE_AN_OBJECT = frozenset(
    "access change correct delete disable download edit erase fix get keep read refuse reject remove save see sell "
    "share store turn use view collect encrypt".split()
)


def with_thing(question: str, thing: Sequence[str]) -> str | None:
    """Return a question with a thing in place of the one word that points to it, or None if none does."""
    words, lower = words_of(without_leads(question)[1])
    points = [at for at, word in enumerate(lower) if word in POINTING]
    if len(points) != 1 or points[0] == 0 or not _is_thing(lower, points[0]):
        return None
    at = points[0]
    return " ".join([*words[:at], *thing, *words[at + 1 :]]) + "?"


def with_object(words: tuple[str, ...], lower: tuple[str, ...], before: str) -> list[str] | None:
    """Complete "who can see it?" and "can I delete?" by the thing that the question before is about."""
    if lower[0] not in AUXILIARIES | WH and not (lower[0] in PREPOSITIONS and lower[1:2] and lower[1] in WH):
        return None
    points = [at for at, word in enumerate(lower) if word in POINTING]
    if not points:
        return _with_missing_object(words, lower, before)
    (at, *more) = points if points[-1:] == [0] or lower[points[-1] - 1] not in _TIMES else (points[:-1] or points)
    if not more and lower[at] in _THESE and lower[at + 1 : at + 2] and lower[at + 1] in _GENERAL:
        thing = None if lower[at + 1] in words_of(before)[1] else thing_of(before)
        return None if thing is None else [*words[:at], *thing, *words[at + 2 :]]
    is_one = lower[at] in {"it", "that", "this"}
    if lower[at] == "this" and lower[at - 1] in _OF_POLICY:
        return None  # "or just this" and "a version of this" are the policy
    if more or (is_one and lower[at - 1] in STOPS) or names_thing(words[:at]):
        return None
    thing = thing_of(before, plural=not is_one, singular=is_one and lower[at - 1] in AUXILIARIES)
    # "Do they" is for sure said of cookies, and may be said of people if the thing is one of a visitor's.
    of_tools = lower[at] == "they" and thing is not None and thing[-1].lower() in TOOLS
    if not of_tools and not _is_thing(lower, at):
        return None
    return None if thing is None else [*words[:at], *thing, *words[at + 1 :]]


def names_thing(words: Sequence[str], *, plural: bool = False) -> bool:
    """Return whether words before "it" name what it may be: "what happens to the form when I send | it".

    plural: whether it must be more than one thing.
    """
    named = [each for each in phrases_of(" ".join(words))[1] if each.head in THINGS | TOOLS]
    named = [each for each in named if each.is_plural or not plural]
    return any(each.start == 0 or words[each.start - 1].lower() not in WH for each in named)


def _is_thing(lower: tuple[str, ...], at: int) -> bool:
    """Return whether a pronoun is a thing, and not what was said, people, or a word before a noun.

    Not in "is that fair", "when did it happen", "before it counts", "do they sell", and "that form".
    """
    before, after = lower[at - 1], lower[at + 1] if at + 1 < len(lower) else ""
    if after in DETERMINERS:  # "give them my name" is about people
        return False
    if before in _BEFORE_FACTS or after in OF_FACTS or lower[max(0, at - 2) : at] == ("because", "of"):
        return False
    if lower[at] in {"it", "them"}:
        return True
    is_last = after == "" or after in PREPOSITIONS or after in CONNECTIVES
    return (is_last and before not in BE) or is_participle(after) or lower[at + 1 : at + 3] == ("subject", "to")


def _with_missing_object(words: tuple[str, ...], lower: tuple[str, ...], before: str) -> list[str] | None:
    clause = clause_of(" ".join(words))
    if clause is None or clause.phrases or clause.verb >= len(lower):
        return None
    if clause.opening and clause.opening[0] in {"what", "which", "who", "whom"} and not clause.asks_who:
        return None
    thing = thing_of(before)
    if thing is None:
        return None
    if lower[-2:] == ("opt", "out"):
        return [*words, "of", *thing]
    if lower[-2:-1] in {("have",), ("has",), ("gets",)} and lower[-1] == "access":
        return [*words, "to", *thing]
    verb = base(lower[-1]) if clause.auxiliary is None else lower[-1]
    return [*words, *thing] if verb in _TAKE_AN_OBJECT and clause.verb == len(lower) - 1 else None


def thing_of(before: str, *, plural: bool = False, singular: bool = False) -> tuple[str, ...] | None:
    """Return the words of the thing that a question is about, if it is one that the visitor may ask about."""
    clause = clause_of(before)
    if (named := asked_for(before)) and not singular:
        return named
    if clause is not None and clause.object is not None and clause.object.head not in POINTING | {"me"}:
        words, things = clause.words, [clause.object, *(each for each in clause.phrases if not each.is_party)]
    else:
        words, phrases = phrases_of(before)
        things = [each for each in phrases if _is_known(words, each)]
    if plural:
        things = [each for each in things if each.is_plural or "and" in words[each.start : each.end]]
    if not things or (singular and things[0].is_plural) or not _is_known(words, things[0]):
        return None
    end = things[0].end - (words[things[0].end - 1].lower() in _SAYS)
    thing = words[things[0].start : end]
    if words[things[0].start - 1 : things[0].start] == ("what",):
        return ("the", *thing)  # "what pages I look at"
    return (thing[0].lower(), *thing[1:]) if thing[0].lower() in DETERMINERS else thing


def asked_for(before: str) -> tuple[str, ...] | None:
    """Return the tools that a question asks for: "which cookies stay on my computer?"."""
    words, lower = words_of(before)
    at = next((at for at, word in enumerate(lower[:-1]) if word in {"what", "which"}), len(lower))
    return words[at + 1 : at + 2] if at + 1 < len(lower) and lower[at + 1] in TOOLS else None


def _is_known(words: Sequence[str], thing: Phrase) -> bool:
    mine = words[thing.start].lower() in {"my", "our"} and not thing.is_party and thing.head not in FAMILY
    return mine or thing.head in THINGS | TOOLS | {"policy"}
