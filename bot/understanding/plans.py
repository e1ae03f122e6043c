"""Thanks with a plan ask nothing: "ok thank you, I'll use the form then"."""

from __future__ import annotations

import re

from bot.understanding.several import asks

_MOST_CHARS = 200
_THANKS = re.compile(
    r"\b(?:thanks|thank (?:you|u)|thx|thnx|tnx|ty|cheers|(?:much )?appreciated?|that helps"
    r"|that(?:['’]?s| is) all i (?:need|needed|wanted))\b",
    re.IGNORECASE,
)
# Words with which people take note, thank, or say that they have no more to ask.
_COURTESY = (
    r"(?:ok|okay|k|alright|all right|fine|great|good|perfect|cool|nice|well|so|then|and|oh|ah|yes|no|right|got it"
    r"|i see|understood|thanks|thank (?:you|u)|thx|thnx|tnx|ty|cheers|much|very|again|a (?:lot|bunch)|for|your|the|all"
    r"|this|that|help|time|info|information|answers?|explaining|explanation|appreciated?|it|helps|is|was|['’]s|helpful"
    r"|everything|i (?:need|needed|wanted)|clear|now|sir|madam|guys|in advance)"
)
_PLAN = (
    r"(?:i['’]?(?:ll| will|m going to| am going to|m gonna|mma|d better)|imma|gonna|let me|we['’]ll|we will"
    r"|guess i['’]?ll)"
    r"\s+(?!(?:need|want|like|ask|report|sue|complain|tell|also)\b)[^?.!;]+"
)
_THANKS_WITH_PLAN = re.compile(
    rf"(?:{_COURTESY}\b|[\s,.;:!…–—-])*{_PLAN}(?:[\s,.;:!…–—-]|{_COURTESY}\b)*", re.IGNORECASE
)


def thanks_with_plan(message: str) -> bool:
    """Return whether a message only thanks and says what the visitor does next."""
    if len(message) > _MOST_CHARS or not _THANKS.search(message) or asks(message):
        return False
    return _THANKS_WITH_PLAN.fullmatch(message) is not None
