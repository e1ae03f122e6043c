"""Whether a question asks for help with a product: "how do I undo a commit", "why does my monitor show down".

What has a word of policies, as in "how do I turn off ads", is for the policy.
"""

from __future__ import annotations

import re

# What people do with products, and policies say nothing of. "How do I change my name" is for the policy.
_TASKS = (
    r"undo|redo|install|uninstall|schedule|publish|cite|quote|import|merge|rename|crop|resize|pin|unpin|mute|print|scan"
    r"|repair|build|code|draw|edit|translate|cook|knit|wash|clean|charge|pair|assemble|ship|pack|return|iron|book|order|buy"
    r"|play|win|format|convert|compile|deploy|debug|calculate|zoom|rotate|reset the|set up an?|add an?|move|drag|sort"
    r"|invite|follow|go live|stream|level up|unlock"
)
_HOW = re.compile(
    rf"\W*(?:(?:hi|hello|hey|please|ok|so|and)\W+)*how\s+(?:do|can|could|would|should)?\s*(?:i|we|you|to)\s+(?P<task>{_TASKS})\b",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"\W*why\s+(?:does|do|did|is|are)\s+(?:(?:my|the|a|all|some)\s+)?(?:\w+\s+){1,2}?"
    r"(?:(?:always|still|sometimes|only|suddenly)\s+)?"
    r"(?:show|say|display|stutter|flicker|drop|skip|jump|lag|freeze|crash|look|sound|disconnect|disappear|hang"
    r"|take so long|turn (?:off|black|itself)|go black|keep \w+ing)\b",
    re.IGNORECASE,
)
_OF_POLICY = re.compile(
    r"\b(?:data|info\w*|details|privacy|polic\w+|consent\w*|cookies?|ads?|advert\w*|track\w*|personal\w*|deletes?|deleted"
    r"|deleting|deletion|eras\w*|remov\w*|opt\w*|unsubscrib\w*|accounts?|profile|history|e-?mails?|address\w*|phone|number"
    r"|password|records?|request\w*|permission\w*|rights?|complain\w*|secure\w*|security|safe\w*|anonym\w*|private\w*"
    r"|names?|location|kids?|child\w*|parents?|letters?|you|your|u|ur|me|it|collect\w*|shar(?:e|ed|es|ing)"
    r"|stor(?:e|ed|es|ing)|kept|copy|copies|identity|ip)\b",
    re.IGNORECASE,
)


def asked_task(question: str) -> str | None:
    """Return the verb of the task with a product that a question asks for help with, "why" for a fault, or None."""
    if _OF_POLICY.search(question):
        return None
    if how := _HOW.match(question):
        return how["task"].lower()
    return "why" if _WHY.match(question) else None
