"""Whether a question asks for legal advice: "is it legal for my boss to read my mail?", whatever a policy says of mail.

"Is it legal for you to sell my data?" and "is my data protected by law?" are for the policy.
"""

from __future__ import annotations

import re

# Few questions have one of these, so the others are not looked at any further.
_LEGAL_WORDS = re.compile(r"legal|lawful|law\b|laws\b|crime|\bsue\b|suing|charges|to court", re.IGNORECASE)
# What asks whether something is legal. "Legal texts" and "legal department" ask nothing of the kind.
_IS_LEGAL = re.compile(
    r"\b(?:legally|illegal(?:ly)?|(?:un)?lawful(?:ly)?"
    r"|legal(?=\W*$|\W+(?:for|4|to|that|if|in|when|or|and|rights?|options?)\b))\b"
    r"|\b(?:against|breaks?|breaking|broke|violat(?:es?|ing))\s+(?:the|any)\s+laws?\b"
    r"|\b(?:is|was)\s+(?:it|that)\s+a\s+crime\b",
    re.IGNORECASE,
)
_BY_LAW = re.compile(r"\b(?:by|under)\s+(?:the\s+|any\s+)?law\b", re.IGNORECASE)
_ALLOWED = re.compile(
    r"\b(?:allow(?:ed)?|permit(?:ted)?|oblige[ds]?|required?|entitled|forbidden|prohibited|supposed"
    r"|ha(?:ve|s) to|must)\b",
    re.IGNORECASE,
)
_SUES = re.compile(r"\b(?:sue|suing|press(?:ing)? charges|to court)\b", re.IGNORECASE)
# Whose doing is no matter of this site.
_PRIVATE = re.compile(
    r"\b(?:employers?|boss(?:es)?|managers?|supervisors?|co-?workers?|colleagues?|landlords?|landlady|landladies"
    r"|tenants?|roommates?|neighbou?rs?|ex|ex-\w+|husband|wife|spouse|partner|boyfriend|girlfriend|mom|mum|mother|dad"
    r"|father|parents?|brother|sister|friends?|family|doctors?|dentists?|therapists?"
    r"|nurses?|hospitals?|clinics?|pharmac(?:y|ies)|insurers?|insurance|schools?|teachers?|colleges?|universit(?:y|ies)"
    r"|church(?:es)?|gyms?|banks?|lenders?|collectors?|lawyers?|stores?|shops?|restaurants?|hotels?|bars?|airlines?"
    r"|compan(?:y|ies) i work for|my company|for (?:(?:an?|any|another) )?compan(?:y|ies) to"
    r"|(?:can|could|may|are|is) (?:an? |any |another )?compan(?:y|ies)|businesses|someone|somebody|a person|a stranger"
    r"|drivers?|daycares?|nann(?:y|ies)|coach(?:es)?|cops?"
    r"|for (?:my|our|his|her|their) (?!kids?\b|child|son\b|daughter)\w+ to)\b",
    re.IGNORECASE,
)
# Asked of anybody's doing, or of the visitor's own: "is it legal to film a train", "can I legally film my boss".
_ANYBODYS = re.compile(
    r"^\W*(?:(?:so|and|hi|hello|hey|ok|please)\W+)?(?:(?:is|was|isn['’]?t|would)\s+it\s[^,.?]*\sto\b"
    r"|(?:am|can|could|may|do|should)\s+(?:i|we)\b)",
    re.IGNORECASE,
)
# "Is it legal to sell my data?" may be meant of this site.
_MINE = re.compile(
    r"\b(?:my|our)\s+(?:\w+\s+)?(?:data|info|information|details|ip|e-?mails?|address|name|number|records?|photos?|kids?|child|children"
    r"|son|daughter)\b"
    r"|\b(?:me|us)\b",
    re.IGNORECASE,
)
# What is asked of this site in any case: "can my boss legally get the emails that I sent to the state?"
_OF_SITE = re.compile(
    r"\b(?:you|your|yours|u|ur|here|web ?sites?|site|page|app|chat|forms?|comments?|submissions?|polic(?:y|ies)"
    r"|public records?|records? requests?|to\s+(?:the\s+)?(?:state|government|governor|agency|city|town))\b",
    re.IGNORECASE,
)


def asks_for_legal_advice(question: str) -> bool:
    """Return whether a question asks if what the visitor or somebody else does is legal. Not what this site does."""
    if not _LEGAL_WORDS.search(question) or _OF_SITE.search(question):
        return False
    is_private = _PRIVATE.search(question) is not None
    if is_private and _SUES.search(question):
        return True
    if not _IS_LEGAL.search(question) and not (_BY_LAW.search(question) and _ALLOWED.search(question)):
        return False
    return is_private or (_ANYBODYS.match(question) is not None and not _MINE.search(question))
