"""Whether a question asks for help with a thing that does not work, such as a microphone. No policy helps with that.

"The opt-out link doesn't work" and "the page won't load" are for the policy's owner.
"""

from __future__ import annotations

import re

_THINGS = (
    r"(?:my\s+(?:\w+\s+){0,2}?\w+|(?:the|a|this)\s+(?:\w+\s+)?(?:microphone|mic|camera|webcam|printer|scanner|keyboard"
    r"|mouse|sound|audio|video|speakers?|headphones|headset|screen|phone|tablet|laptop|computer|wi-?fi|internet|bluetooth"
    r"|battery|player|recording button))"
)
_NOT = r"(?:(?:do|does|did|is|are|was|were|ca|can|could|wo|will|would)(?:n['’]?t|\s+not)|cannot|never)"
_WORKS = r"(?:work|load|open|start|connect|turn on|play|record|charg|charge|print|respond|show up)(?:ing)?"
_TROUBLES = (
    rf"(?:{_NOT}\s+(?:\w+\s+)?{_WORKS}"
    r"|(?:is|are|keeps?|got)\s+(?:\w+\s+)?(?:broken|crashing|frozen|freezing|stuck|muted|lagging)"
    r"|(?:stopped|quit)\s+\w+ing)\b"
)
_TROUBLE = re.compile(
    rf"\b{_THINGS}\s+{_TROUBLES}|\bwhy\s+{_NOT}\s+{_THINGS}\s+{_WORKS}\b|\bwhy\s+\w+\s+{_THINGS}\s+not\s+{_WORKS}\b"
    r"|\bhow (?:do|can) i fix (?:my|the)\b",
    re.IGNORECASE,
)
_OF_POLICY = re.compile(
    r"\b(?:opt\w*|unsubscrib\w*|cookies?|deletes?|deleted|deleting|deletion|eras\w*|remov\w*|privacy|polic\w*"
    r"|consent\w*|requests?|track\w*|ads|data|info\w*|records|stor(?:e|ed|es)|keep|kept|collect\w*|shar(?:e|es|ed|ing)|see|know|safe|secure|hack\w*)\b",
    re.IGNORECASE,
)


def asks_for_repair(question: str) -> bool:
    """Return whether a question is about a thing that does not work, and not about what a policy says."""
    return bool(_TROUBLE.search(question)) and not _OF_POLICY.search(question)
