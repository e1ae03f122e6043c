"""Whether a question asks for news of a law or a court: "did congress ban the app?", "is ChatGPT banned in Italy?".

A policy says nothing of that. "Is my account banned?" and "can the government make you hand over data?" are for it.
"""

from __future__ import annotations

import re

_STATE = (
    r"(?:congress|parliament|the (?:senate|(?:supreme |high |federal )?courts?|(?:\w+ )?government|president"
    r"|white house|house of representatives|eu|european union|european commission|uk|us|usa|ftc|state of \w+)"
    r"|europe|china|india|russia|italy|france|germany|canada|australia|brazil|japan|america|california|texas)"
)
_BANS = (
    r"(?:bann?|outlaw|block|restrict|fine|sue|regulate|uphold|overturn|strike down|break up|force a sale|pass|vote"
    r"|allow|approve)"
)
_BANNED = r"(?:banned|outlawed|blocked|forbidden|prohibited|restricted|legal|illegal|allowed|censored)"
_NEWS = re.compile(
    r"\b(?:did|will|does|do|has|have|is|are|can|could|would)\s+"
    rf"{_STATE}\s+(?:\w+\s+){{0,2}}?{_BANS}(?:s|ed|ing)?\b"
    r"|\b(?:is|are|was|were|will)\s+(?:the\s+)?[\w-]+(?:\s+[\w-]+)?\s+"
    rf"(?:(?:still|now|also|ever|being|getting|be|get)\s+)*{_BANNED}\s+(?:in|by|somewhere|anywhere)\b",
    re.IGNORECASE,
)
# What is asked of the policy in any case.
_OF_POLICY = re.compile(
    r"\b(?:i|my|me|mine|our|us|you|your|u|ur|data|info\w*|details|records?|accounts?|users?|cookies?|kids?|child(?:ren)?"
    r"|ads|polic(?:y|ies)|notice|statement|(?:web ?)?site|page|forms?|transfers?|track\w*|beacons?|emails?)\b",
    re.IGNORECASE,
)


def asks_for_news(question: str) -> bool:
    """Return whether a question asks what a state or a court does to an app or a company, or whether it is banned."""
    return _NEWS.search(question) is not None and not _OF_POLICY.search(question)
