"""Whose doing a question is about: this site's, or somebody else's.

"Does Google sell my data?" is for Google to answer. "Will my notes be sold to Google?" is asked of this site, and so is
"does Google see what I type here?" What a law says is not for the policy either, unless the policy names this law.
"""

from __future__ import annotations

import re

_AUXILIARY = r"(?:do|does|did|is|are|was|were|can|could|will|would|has|have|should|may|might)(?:n['’]?t)?"
# Companies that people name in small letters.
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
_NAME = rf"(?:(?-i:[A-Z][\w&'’-]+)(?:\s+(?-i:[A-Z][\w&'’-]+))*|{_COMPANIES})"
_OFTEN = r"(?:(?:ever|even|still|also|really|actually|have to|need to|allowed to)\s+)*"
_ACTS = (
    r"(?:sell|share|keep|hold|store|save|track|collect|use|record|log|read|monitor|watch|spy|listen|scan|protect|secure"
    r"|encrypt|delete|erase|remove|rent|trade|leak|do with)(?:s|ing|ed)?"
)
_STATES = r"(?:safe|secure|private|encrypted|trustworthy|hipaa|gdpr|compliant)"
_SOMEBODY_ELSES = re.compile(
    rf"(?:\b{_AUXILIARY}\s+|^)(?:(?P<name>{_NAME})|{_SOMEBODY})\s+{_OFTEN}(?:{_ACTS}|{_STATES})\b", re.IGNORECASE
)
_HERE = re.compile(r"\b(?:you|your|yours|u|ur|ya|here|this|it|its|site|website|page|app|chat)\b", re.IGNORECASE)
_GIVEN_OUT = re.compile(
    r"\b(?:sell(?:s|ing)?|sold|sale|shar(?:e|es|ed|ing)|distribut\w+|disclos\w+|third[- ]part(?:y|ies)|advertis\w+"
    r"|marketing|marketers?|ads|given (?:to|out|away)|passed on)\b",
    re.IGNORECASE,
)
_LAW = (
    r"(?:the\s+)?(gdpr|ccpa|cpra|hipaa|hitech|coppa|ferpa|glba|fcra|ecpa|foia|can-spam|pipeda|lgpd"
    r"|(?:[\w'’-]+\s+){1,4}?(?:act|law|laws))\b"
)
_ASKS_OF_LAW = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:explain|summari[sz]e|tell me about|(?:what|who)(?:['’]?s| is| was| are| were))\s+(?:(?:to )?me\s+)?"
        rf"{_LAW}\s*(?:\W*$|to me\b|in\b|for\b|about\b)",
        rf"\bwhat\s+(?:do|does|did)\s+{_LAW}\s+(?!apply)\w",
        rf"\b(?:who|wh(?:ich|at) \w+)\s+(?:has to|have to|needs? to|must)\s+(?:follow|obey|comply with)\s+{_LAW}",
        rf"\bwh(?:ich|at) \w+\s+(?:do|does)\s+{_LAW}\s+(?:apply to|cover|protect)",
        rf"\bwho\s+(?:enforces|wrote|passed|signed)\s+{_LAW}",
    )
)
_WORD = re.compile(r"[^\W\d_]+")


def is_somebody_elses(question: str, policy_words: frozenset[str]) -> bool:
    """Return whether a question asks what somebody does who is not of this site.

    policy_words: the words of the policy, in lower case. It may speak for whom it names.
    """
    if question.isupper() or _HERE.search(question):
        return False
    return any(
        policy_words.isdisjoint(_WORD.findall((match["name"] or "").lower()))
        for match in _SOMEBODY_ELSES.finditer(question)
    )


def is_about_law(question: str, policy_words: frozenset[str]) -> bool:
    """Return whether a question asks what a law says that the policy does not name.

    policy_words: the words of the policy, in lower case.
    """
    if _HERE.search(question):
        return False
    laws = (match[1] for pattern in _ASKS_OF_LAW for match in pattern.finditer(question))
    return any(not policy_words.issuperset(_WORD.findall(law.lower())) for law in laws)


def is_given_out(question: str) -> bool:
    """Return whether a question asks about giving data to others. What a policy says on that is said of all data."""
    return bool(_GIVEN_OUT.search(question))


def words_of(text: str) -> frozenset[str]:
    """Return the words of a policy, in lower case."""
    return frozenset(_WORD.findall(text.lower()))
