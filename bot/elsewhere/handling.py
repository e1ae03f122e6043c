"""Whether a question asks how this site handles the visitor's data: "do you keep my order", "how long is video kept".

Its other words may be about anything, so that it looks like a question about video or orders, and for somebody else.
It is for the policy, even if that says nothing about it. "How old do I have to be?" is, too.
"""

from __future__ import annotations

import re

from bot.understanding.forms import any_form

_SITE = r"(?:you(?: guys| all)?|u|ya|(?:this|the|your) (?:web ?site|site|app|page|service|platform|company))"
_OFTEN = (
    r"(?:(?:ever|even|still|also|really|actually|just|always|currently|have to|need to|going to|plan to|want to)\s+)*"
)
_HANDLES = any_form(
    "keep store save retain hold collect gather track record log monitor share sell rent trade disclose delete erase "
    "scan analy[sz]e encrypt geofence use give pass send combine link match watch listen read see".split()
)
_NEEDS = any_form("ask need want require collect take keep store".split())
_MINE = r"(?:my|our|me|us|mine|i|i['’]?m|i['’]?ve|we)"
# The rest of one question, so that no text takes long.
_REST = r"[^.?!]{0,80}"
_ASKS = re.compile(
    rf"\b(?:do|does|did|will|would|are|is|have|has)(?:n['’]?t)?\s+{_SITE}\s+{_OFTEN}{_HANDLES}\b{_REST}\b{_MINE}\b"
    rf"|\bwhy\s{_REST}\b{_SITE}\s+{_OFTEN}{_NEEDS}\b{_REST}\bmy\b"
    rf"|\bhow (?:long|many (?:days|weeks|months|years))\s{_REST}\b(?:kept|stored|saved|retained|archived)\b"
    r"(?!\s+in\s+(?:the\s+|a\s+)?(?:fridge|freezer|jail|prison|custody|place))",
    re.IGNORECASE,
)
# "To drive" and "to vote" are for somebody else.
_AGE = re.compile(
    r"(?:how old|what age)\s+(?:do|must|should|does)\s+(?:i|you|we|one|someone|my (?:kid|child|son|daughter))"
    r"\s+(?:(?:have|need) to\s+)?be(?:\s+to\s+(?:use|join|sign up|register|(?:have|make|create|open|get) an account)\b"
    rf"{_REST})?|{_REST}\b(?:age (?:limit|requirement|restriction)s?|minimum age)\b(?!\s+(?:to|for)\b){_REST}",
    re.IGNORECASE,
)


def asks_of_handling(question: str) -> bool:
    """Return whether a question asks how this site handles the visitor's data, or how old a visitor must be."""
    return _ASKS.search(question) is not None or _AGE.fullmatch(question.strip(" ?!.")) is not None
