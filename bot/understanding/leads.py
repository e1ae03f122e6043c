"""The words that connect a question with the one before: "and what about my forms, too?" -> "my forms"."""

from __future__ import annotations

import re

_LEADS = re.compile(
    r"^(?:(?:and|n|but|or|also|so|then|ok|okay|well|plus|even|not even|what about|how about|what if it['’]?s|only"
    r"|(?:is (?:it|that) )?(?:also )?the same (?:thing |question )?(?:for|with|about|goes for|true (?:for|of))"
    r"|same (?:thing |question )?(?:for|with|about)|does (?:that|this|it) (?:also )?(?:include|cover|apply to|go for))"
    r"\b[,\s]*)+",
    re.IGNORECASE,
)
_MARKS = " ?!.,…"
_ENDS = re.compile(r"\s(?:too|as well|also|then|though|tho|instead|please)$", re.IGNORECASE)


def without_leads(question: str) -> tuple[str, str]:
    """Return the words that connect a question with the one before, in lowercase, and the rest."""
    text = _ENDS.sub("", question.strip(_MARKS)).rstrip(_MARKS)
    lead = _LEADS.match(text)
    rest = text[lead.end() :] if lead else text
    return (lead[0].lower().strip() if lead else ""), rest
