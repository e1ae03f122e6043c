"""Question -> the law that it asks about. What a law says is not for a policy to explain, unless it speaks of this law.

"What are my rights under the CCPA?" asks about a law; "do you comply with it?" and "how do I use my rights?" do not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.elsewhere.whose import mentions_here

_CODES = r"(?:m\.?\s?g\.?\s?l\.?|g\.?\s?l\.?|(?:\w+ )?general laws?|u\.?\s?s\.?\s?c\.?|c\.?\s?f\.?\s?r\.?|cmr)"
# A place in a law: "M.G.L. c. 93H", "article 17 of the GDPR", "45 CFR 164".
_PLACE = (
    rf"(?:\d+\s+{_CODES}(?:\s+(?:§+\s*)?\d[\w.]*)?|{_CODES},?\s+(?:c|ch|chap|chapter|§+)\b\.?\s*\d+\w*"
    r"|(?:chapter|ch\.|c\.|title)\s*\d+\w*)"
)
# Laws that need no "act" or "law" behind their name.
_KNOWN = r"(?:gdpr|ccpa|cpra|hipaa|hitech|coppa|ferpa|glba|fcra|ecpa|foia|can-spam|pipeda|lgpd)"
_SHORT_NAME = re.compile(_KNOWN, re.IGNORECASE)
_ENDS_AS_LAW = re.compile(r"\b(?:act|law|regulation)$", re.IGNORECASE)
_PART = rf"(?:{_PLACE}|(?:section|article|recital|§+)\s*\d+\w*)"
_CITED = rf"(?:{_PART}\s+of\s+(?:the\s+)?(?:{_CODES}|{_KNOWN})|{_PLACE}|{_KNOWN})"
_NAMED = rf"(?:the\s+)?(?P<law>{_CITED})(?!\w)"
_LAW = (
    rf"(?:the\s+)?(?P<law>{_CITED}"
    r"|(?:(?!(?:who|that|which|when|if|as|to|or|is|are|was|i|my|me|by|with|from|against|in|on|under|break\w*)\b)"
    r"[\w'’-]+\s+){1,4}?(?:acts?|laws?|statutes?|regulations?|directive)(?!\s+(?:enforcement|firm|school)))(?!\w)"
)
_WANTED = (
    r"(?:rights?|fines?|penalt(?:y|ies)|punishments?|deadlines?|time limits?|exceptions?|exemptions?|definitions?"
    r"|meaning|purpose|history|rules|requirements?)"
)
_RIGHTS = r"(?:rights?|fines?|penalt(?:y|ies)|deadlines?|exceptions?|exemptions?|rules|requirements?)"
_SAYS = (
    r"(?:say|state|mean|require|demand|prohibit|forbid|ban|allow|permit|guarantee|define|regulate|give|grant|do|protect"
    r"|cover|count)"
)
_UNDER = r"(?:under|for (?:breaking|violating)|according to)"
_OPENS = (
    r"^\W*(?:(?:and|so|ok|hi|hello|please|tell me|explain)\W+)*(?:what|which|who|when|how (?:long|much|many|soon|fast"
    r"|quickly|big|high|does))(?:['’]s)?\b"
)
_IS_IT_LEGAL = r"\b(?:is|was) it (?:legal|illegal|allowed|against)\b"
_LEGAL = re.compile(_IS_IT_LEGAL, re.IGNORECASE)
_ASKS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:explain|summari[sz]e|tell me about|(?:what|who)(?:['’]?s| is| was| are| were))\s+(?:(?:to )?me\s+)?"
        rf"{_LAW}\s*(?:\W*$|to me\b|in\b|for\b|about\b)",
        rf"\b(?:what|which\s+\w+|how\s+(?:\w+\s+)?\w+)\s+(?:do|does|did|can)\s+{_LAW}\s+{_SAYS}\b",
        rf"\b(?:do|does|did)\s+{_LAW}\s+(?:say|state|mean|require|prohibit|forbid|ban|allow|permit|define|let)\b",
        rf"\b(?:who|wh(?:ich|at) \w+)\s+(?:do|does|did)\s+{_LAW}\s+(?:apply to|{_SAYS})",
        rf"\b(?:who|wh(?:ich|at) \w+)\s+(?:has to|have to|needs? to|must)\s+(?:follow|obey|comply with)\s+{_LAW}",
        rf"\bwho\s+(?:enforces|wrote|passed|signed)\s+{_LAW}",
        rf"\bwhen\s+(?:did|was|does|will)\s+{_LAW}\s+(?:\w+\s+)?(?:pass|start|begin|change|take|come|become|in)\w*",
        rf"\bdifferences? between\s+{_LAW}",
        # Not "do I have rights under the CCPA?": this asks whether it applies.
        rf"{_OPENS}.*\b{_UNDER}\s+{_LAW}",
        rf"{_OPENS}.*\b(?:in|of|per)\s+{_NAMED}",
        rf"{_OPENS}.*\b(?:my|the|a)\s+{_NAMED}\s+{_RIGHTS}\b",
        rf"^\W*(?:the\s+)?{_WANTED}\s+(?:{_UNDER}|in|of)\s+{_NAMED}",
        rf"(?P<law>\b\d+\s+{_CODES}\s+(?:§+\s*)?\d[\w.]*|\b{_CODES},?\s+(?:c|ch|chap|chapter|§+)\b\.?\s*\d+\w*)",
        rf"{_IS_IT_LEGAL}.*\b{_UNDER}\s+{_LAW}",
    )
)


@dataclass(frozen=True, slots=True)
class Law:
    """A law that a question asks about. name: as in the question. in_policy: whether the policy names it, too."""

    name: str
    in_policy: bool


def asked_law(question: str, policy_text: str) -> Law | None:
    """Return the law whose words a question asks for, or None."""
    if mentions_here(_LEGAL.sub("legal", question)):
        return None
    names = [match["law"] for pattern in _ASKS for match in pattern.finditer(question)]
    laws = [Law(name, _is_named(name, policy_text)) for name in names]
    return min(laws, key=lambda law: law.in_policy, default=None)


def is_law(name: str) -> bool:
    """Return whether a name is that of a law."""
    return bool(_SHORT_NAME.fullmatch(name) or _ENDS_AS_LAW.search(name))


def _is_named(law: str, text: str) -> bool:
    """Return whether a text names a law. A policy that names the GDPR may speak of every article of it."""
    known = _SHORT_NAME.search(law)
    words = (known[0] if known else law).split()
    pattern = r"\s+".join(map(re.escape, words))
    return bool(re.search(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE))
