"""Whose doing a question is about: this site's, or somebody else's.

"Does Google sell my data?" is for Google to answer. "Will my notes be sold to Google?" is asked of this site, and so is
"does Google see what I type here?"
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.elsewhere.companies import is_company, may_be_company
from bot.understanding.forms import any_form, past, third

_AUXILIARY = r"(?:do|does|did|is|are|was|were|can|could|will|would|has|have|should|may|might)(?:n['’]?t)?"
# Companies that people name in lowercase.
_COMPANIES = (
    r"(?:google|gmail|youtube|facebook|meta|instagram|whatsapp|tik ?tok|snapchat|twitter|reddit|pinterest|linkedin"
    r"|amazon|alexa|apple|siri|microsoft|netflix|spotify|uber|lyft|airbnb|paypal|venmo|ebay|walmart|verizon|comcast"
    r"|xfinity|t-mobile|equifax|experian|transunion|openai|chatgpt|zoom|roblox|fitbit|doordash)"
)
_SOMEBODY = (
    r"(?:my|our|his|her|their|the|a|an)\s+(?:\w+\s+)?(?:bank|credit union|employer|boss|company i work for|doctor"
    r"|dentist|hospital|pharmacy|school|college|university|landlord|landlady|insurance(?: company)?|insurer"
    r"|phone company|carrier|internet provider|isp|cable company|gym|church|neighbou?r|credit bureaus?)"
)
_PLACE = r"(?:the\s+)?(?:city|town|village|county|borough|university|college|bank)\s+of\s+(?:the\s+)?"
_DOMAIN = r"(?:[a-z0-9-]+\.)+(?:com|org|net|gov|edu|io|co|us|eu)"
# A sentence or a question may start with these words, too.
_NO_NAME = (
    r"(?!(?:wh\w+|how|i|we|they|he|she|it|these|those|that|there|my|our|the|all|any\w*|some\w*|every\w*|no\w*|people"
    r"|please|stop|only)\b)"
)
_CAPITALS = rf"{_NO_NAME}(?-i:[A-Z][\w&'’-]+)(?:\s+(?-i:[A-Z][\w&'’-]+))*"
_THINGS = r"(?:web ?sites?|site|web ?page|page|app|platform|portal)"
_OFTEN = r"(?:(?:ever|even|still|also|really|actually|last|recently|have to|need to|allowed to)\s+)*"
_VERBS = [
    *"sell share keep hold store save track collect use record log read monitor watch spy listen scan protect".split(),
    *"secure encrypt delete erase remove rent trade leak give pass handle treat misuse transfer disclose".split(),
    *"update change sync".split(),
    "back up",
    "do with",
]
_ACTS = any_form(_VERBS)
# The forms in statements: "Google sells my data", "Google sold my data".
_SAID = any_form(_VERBS, third, past)
# "My school gave me the account" says how the visitor got something.
_NOT_TO_ME = r"(?!g[ai]v(?:e[sn]?|ing)\s+(?:me|us)\b)"
_STATES = (
    r"(?:safe|secure|private|encrypted|trustworthy|hipaa|gdpr|compliant"
    r"|(?:a lot |much |any )?(?:(?:more|less) (?:safe|secure|private|trustworthy)|safer|better|worse))"
)
# "Is Telegram better about privacy than you?" is for nobody's policy.
_COMPARED = r"(?:[^.?!]{0,60}\bthan\b[^.?!]{0,30})?"
# A name in lowercase has no article, and is that of one thing: "does gitlab", and not "do cookies".
_BARE = r"(?P<bare>[a-z][\w-]+)"
_OF_ONE = r"(?:does|is|did|was|can|could|will|would|has|should)(?:n['’]?t)?"
# The rest of "and does Google?": what it does was said before.
_AS_BEFORE = r"(?:\s+do\s+(?:so|that|this|it|the same))?(?:\s+(?:too|as well|also|either))?\W*$"
_POLICY = r"(?:privacy|cookies?|data)\s+(?:policy|policies|notice|statement|practices)"
_NAMES_POLICY = re.compile(_POLICY, re.IGNORECASE)
_HERE = re.compile(
    r"\b(?:you|your|yours|u|ur|ya|here|this|it|site|website|page|app|chat|forms?|comments?|submissions?)\b",
    re.IGNORECASE,
)
_GIVEN_OUT = re.compile(
    r"\b(?:sell(?:s|ing)?|sold|sale|shar(?:e|es|ed|ing)|distribut\w+|disclos\w+|third[- ]part(?:y|ies)|advertis\w+"
    r"|marketing|marketers?|ads|given (?:to|out|away)|passed on)\b",
    re.IGNORECASE,
)
_OF_ADDRESSES = frozenset("www com org net gov edu io co us eu".split())
_WORD = re.compile(r"\w+")


def _compiled(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


_BARE_ACTS = _compiled(
    rf"\b{_OF_ONE}\s+{_BARE}(?:['’]s)?(?:\s+{_THINGS})?\s+{_OFTEN}(?:{_ACTS}|{_STATES})\b{_COMPARED}",
)
_BARE_POLICY = _compiled(
    rf"\b{_BARE}(?:['’]?s)?\s+(?:own\s+)?{_POLICY}\b",
    rf"\b{_POLICY}\s+(?:of|for|from|at)\s+{_BARE}(?!\w)",
)


@dataclass(frozen=True, slots=True)
class Somebody:
    """Somebody else whose doing a question is about. name: as in the question, "" for "my bank" and the like.

    in_policy: whether the policy names them. Then it may also say what they do. is_sure: whether it is a name for sure,
    and not only a word that is in no list.
    """

    name: str
    in_policy: bool
    is_sure: bool = True


class Others:
    """Who is not of this site.

    policy_words: the words of the policy, in lowercase. known: names of others that the owner knows, such as the
    offices that it sends visitors to and the companies in its policy. People write these names in lowercase, too.
    """

    def __init__(self, policy_words: frozenset[str], known: Sequence[str] = ()) -> None:
        self._policy_words = policy_words
        names = sorted(known, key=len, reverse=True)
        sure = (
            rf"(?:(?:the\s+)?(?P<known>{'|'.join([*map(_pattern, names), _COMPANIES])})"
            rf"|{_PLACE}(?P<place>\w+(?:\s+(?-i:[A-Z])\w+)*)|{_SOMEBODY})"
        )
        anybody = rf"(?:{sure}|(?:the\s+)?(?P<name>{_DOMAIN}|{_CAPITALS}))"
        whose = rf"{anybody}(?:['’]s)?(?:\s+{_THINGS})?\s+{_OFTEN}{_NOT_TO_ME}"
        self._acts = _compiled(
            rf"\b{_AUXILIARY}\s+{whose}(?:{_ACTS}|{_STATES})\b{_COMPARED}",
            rf"^{whose}(?:{_SAID}|(?:is|has)\s+(?:{_ACTS}|{_STATES}))\b",
            rf"\b{_AUXILIARY}\s+{anybody}{_AS_BEFORE}",
        )
        self._has_policy = _compiled(
            rf"\b{sure}(?:['’]s)?\s+(?:own\s+)?{_POLICY}\b",
            rf"\b{_POLICY}\s+(?:of|for|from|at)\s+{sure}(?!\w)",
        )

    def asked_about(self, question: str) -> Somebody | None:
        """Return who else it is whose doing a question is about, or None if it is about this site."""
        if question.isupper():
            question = question.lower()
        patterns = (*self._acts, *self._has_policy) if _NAMES_POLICY.search(question) else self._acts
        for match in (match for pattern in patterns for match in pattern.finditer(question)):
            if not mentions_here(f"{question[: match.start()]} {question[match.end() :]}"):
                found = match.groupdict()
                name = found["known"] or found["place"] or found.get("name") or ""
                words = words_of(name) - _OF_ADDRESSES
                named = words & self._policy_words
                return Somebody(name, bool(named) and (not found["known"] or named == words))
        return self._in_small(question)

    def _in_small(self, question: str) -> Somebody | None:
        """Return whose doing a question is about if it names them in lowercase, and the policy does not."""
        patterns = (*_BARE_ACTS, *_BARE_POLICY) if _NAMES_POLICY.search(question) else _BARE_ACTS
        for match in (match for pattern in patterns for match in pattern.finditer(question)):
            name = match["bare"].lower()
            if name in self._policy_words or mentions_here(f"{question[: match.start()]} {question[match.end() :]}"):
                continue
            if (is_sure := is_company(name)) or may_be_company(name):
                return Somebody(name, in_policy=False, is_sure=is_sure)
        return None


def mentions_here(question: str) -> bool:
    """Return whether a question names this site, as "you" or otherwise."""
    return bool(_HERE.search(question))


def is_given_out(question: str) -> bool:
    """Return whether a question asks about giving data to others. What a policy says on that is said of all data."""
    return bool(_GIVEN_OUT.search(question))


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text, in lowercase."""
    return frozenset(_WORD.findall(text.lower()))


def _pattern(name: str) -> str:
    return r"\s+".join(map(re.escape, name.split()))
