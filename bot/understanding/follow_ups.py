"""Whether a question may be a follow-up, which depends on those before it: "for how long?", "who else sees them?"."""

from __future__ import annotations

import re

from bot.understanding.clauses import clause_of
from bot.understanding.things import PLURALS, THINGS, TOOLS, names_thing

# A question may be a follow-up only if it is short: the most words of one that points back ("do you sell them?"), and
# of one that only opens like a follow-up ("how long is that?"), and the most of these that say what it is about.
_MAX_WORDS_POINTING_BACK = 9
_MAX_WORDS_OPENING = 6
_MAX_CONTENT_OPENING = 2
_OPENS_AS_FOLLOW_UP = re.compile(
    r"^(?:and|but|or|so|then|also|what about|how about|what if|why|why not|really|are you sure|since when|until when"
    r"|for how (?:long|many)|how long|how so|how|when|where|who|which ones?|what else|who else|anything else|even"
    r"|not even|in (?:what|which|any) cases?|under (?:what|which|any|no)|any exceptions?|except|unless|without"
    r"|is that|does that|can i|do i|could i|is there|are there)\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|those|these|that|this|he|she|ones?|same|such|there|then|else|either|others?"
    r"|do(?:ing)? (?:nothing|so))\b",
    re.IGNORECASE,
)
# "This policy", "is there", and "is it safe to" point to nothing that was said before.
_NOT_BACK = re.compile(
    r"\b(?:this (?:web ?site|site|page|policy|notice|statement|app|service|chat|bot|company|agency|state|data)"
    r"|that data|(?:is|are|was|were) there|there(?: is| are|['’]s)|(?:is|was|would) it (?:be )?(?:safe|ok|okay|legal"
    r"|illegal|possible|true|fine|required|necessary|normal|allowed|bad|better) (?:to|if|that)"
    r"|other (?:web ?sites?|sites|people|users|visitors|agencies|companies|offices?|countries|states))\b",
    re.IGNORECASE,
)
# "Those logs" may be any data.
_ANY = frozenset("data information info details records logs".split())
# What says nothing without a question before it. "Where are you?" says enough.
_SAYS_NOTHING = re.compile(
    r"\W*(?:(?:and|so|but|ok|hi|hello)\W+)?(?:(?:for |until |since |by )?(?:how(?: long| many| much| often| soon| far)?"
    r"|what(?: for)?|which(?: ones?)?|whom?|whose|when|where)|(?:what|how) about (?:it|that|this|them|those)"
    r"|(?:do|does|did|is|are|can|could|will|would|should|may) (?:i|you|we|it|they|he|she|that|this)"
    r"|(?:how|what|when|where|who) (?:do|does|can|could|should|will) (?:i|we|you|they|it))"
    r"(?: (?:exactly|then|too|else))?\W*",
    re.IGNORECASE,
)
_CONNECTIVE = re.compile(
    r"^(?:and|n|but|or|so|then|also|what about|how about|what if|even (?:if|when|though))\b", re.IGNORECASE
)
_CONDITION = re.compile(
    r"^(?:if|when|once) [^,]+, *(?:what|who|how|where|can|could|do|does|is|are|will|would)\b", re.IGNORECASE
)
# What a thing named before it may be, in contrast to "then" and "else".
_MAY_BE_NAMED = frozenset("it its they them their those these that this he she".split())
# What only joins a question to the one before. "What about" leaves out words.
_JOINS = re.compile(r"^(?:(?:and|but|so|then|also|ok|okay)\b[\s,]*)+", re.IGNORECASE)
_THESE_THINGS = re.compile(rf"\b(?:this|that|these|those) (?:{'|'.join(TOOLS | THINGS - _ANY)})\b", re.IGNORECASE)
_MIN_CONTENT_FULL, _MAX_WORDS_FULL = 3, 40
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_EMPTY_WORDS = frozenset(
    "a an and any are as at be been but by can could did do does for from had has have how i if in is it me my of on "
    "or so that the their them then these they this those to us was we what when where which who why will with would "
    "you your long else also too about there again not no".split()
)


def says_nothing(question: str) -> bool:
    """Return whether a question says nothing without one before it: "how long?", "can I"."""
    return _SAYS_NOTHING.fullmatch(question) is not None


def is_follow_up(question: str) -> bool:
    """Return whether the question cannot be understood alone."""
    if _CONNECTIVE.match(question):
        return not _is_full(_JOINS.sub("", question))
    words = words_in(question)
    content = content_of(question)
    if len(content) <= 1:
        return True
    if len(words) <= _MAX_WORDS_POINTING_BACK and _points_back(question):
        return True
    short = len(content) <= _MAX_CONTENT_OPENING and len(words) <= _MAX_WORDS_OPENING
    return short and _OPENS_AS_FOLLOW_UP.match(question) is not None


def _is_full(question: str) -> bool:
    """Return whether a question behind "and" names all that it is about: "how long do you keep my IP address?"."""
    if len(words_in(question)) > _MAX_WORDS_FULL:
        return False
    clause = clause_of(question)
    asks = clause is not None and (clause.auxiliary is not None or clause.asks_who)
    if _CONNECTIVE.match(question) or not (asks or _CONDITION.match(question)):
        return False
    return (
        len(content_of(question)) >= _MIN_CONTENT_FULL
        and not _points_back(question)
        and names_thing(words_in(question))
    )


def _points_back(question: str) -> bool:
    """Return whether a question has a word that points to the one before, and nothing in it that this may be."""
    text = _THESE_THINGS.sub("", _NOT_BACK.sub("", question))
    return any(
        found[0].lower() not in _MAY_BE_NAMED or not _names_it(text[: found.start()], found[0].lower())
        for found in _POINTS_BACK.finditer(text)
    )


def _names_it(before: str, pronoun: str) -> bool:
    """Return whether the words before a pronoun name what it is. "About this" is about what was said before."""
    is_named = names_thing(words_in(before), plural=pronoun in PLURALS)
    return is_named and not before.lower().rstrip().endswith(" about")


def has_pointer(question: str) -> bool:
    """Return whether a question has a word that may point to the one before."""
    return _POINTS_BACK.search(_NOT_BACK.sub("", question)) is not None


def opens_with_connective(question: str) -> bool:
    """Return whether a question opens like one that continues the one before: "and", "what about"."""
    return _CONNECTIVE.match(question) is not None


def content_of(question: str) -> list[str]:
    """Return the words that say what a question is about."""
    return [word for word in words_in(question) if word not in _EMPTY_WORDS]


def words_in(question: str) -> tuple[str, ...]:
    """Return the words of a question, in lowercase."""
    return tuple(_WORD.findall(question.lower()))
