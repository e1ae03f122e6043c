"""What goes wrong for a visitor, for which no policy helps: a thing that does not work, or a complaint.

A microphone that does not work is for somebody else. "Your app keeps crashing" and "nobody ever answers" are for the
people who run the site, but not for the contact for questions about its policy. "The opt-out link doesn't work" and "I
hate that you track me" are about what a policy says.
"""

from __future__ import annotations

import functools
import re

from bot.elsewhere.parties import named_parties
from bot.policies.about import known_names
from bot.types import Policy
from bot.understanding.forms import any_form, gerund
from bot.understanding.several import asks

_THINGS = (
    r"(?:my\s+(?:\w+\s+){0,2}?\w+|(?:the|a|this)\s+(?:\w+\s+)?(?:microphone|mic|camera|webcam|printer|scanner|keyboard"
    r"|mouse|sound|audio|video|speakers?|headphones|headset|screen|phone|tablet|laptop|computer|wi-?fi|internet|bluetooth"
    r"|battery|player|recording button))"
)
_NOT = r"(?:(?:do|does|did|is|are|was|were|ca|can|could|wo|will|would)(?:n['’]?t|\s+not)|cannot|never)"
_WORK = ["turn on", "show up", *"work load open start connect play record charge print respond".split()]
_WORKING = any_form(_WORK, gerund)
_WORKS = any_form(_WORK, str, gerund)
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
# "Someone hacked my account, how do I get it back?" Of an account that the visitor has deleted, it is for the policy.
_LOCKED_OUT = re.compile(
    r"\b(?:how (?:do|can|could|would) i|can i|(?:can['’]?t|cannot|unable to|want to|need to|trying to))\s+"
    r"(?:(?:get|log|sign) (?:back )?in(?: ?to)? my account|get my account back|recover my account"
    r"|unlock my account)\b|\b(?:hacked|hacked into|stole|took over) my account\b[^.]{0,40}\bget it back\b"
    r"|\blocked out of my account\b",
    re.IGNORECASE,
)
_DELETED = re.compile(r"\b(?:delete|deleting|deletion|close|closing|erase|remove|deactivate)", re.IGNORECASE)
# The same of a complaint: "you kept my money" is for no policy, and "you sold my number" is.
_OF_DATA = re.compile(
    r"\b(?:opt\w*|unsubscrib\w*|cookies?|deletes?|deleted|deleting|deletion|eras\w*|privacy|polic\w*|consent\w*|track\w*|ads|data|info\w*"
    r"|records|collect\w*|shar(?:e|es|ed|ing)|hack\w*|s[eo]ll(?:s|ing)?|sold|breach\w*|leak\w*|spam\w*|spy\w*|spied"
    r"|passwords?|numbers?|address(?:es)?|ssn|identity|newsletters?|location|photos?|reports?|logs|sends?|sent)\b",
    re.IGNORECASE,
)
_SITES = (
    r"(?:web ?site|site|web ?page|page|app|portal|platform|service|system|form|login|office|agency|department|company"
    r"|organi[sz]ation|business|staff|people|place|support|hotline)"
)
_YOURS = rf"(?:(?:this|your|ur|the|that)\s+(?:\w+\s+)?{_SITES})"
_YOU = rf"(?:{_YOURS}|(?:you|u|ya|they)(?:\s+(?:people|guys|all))?)"
_BAD = (
    r"(?:garbage|trash|rubbish|crap|crappy|bullshit|useless|worthless|terrible|horrible|awful|pathetic|ridiculous"
    r"|disgraceful|disgusting|incompetent|rude|mean|nasty|lazy|stupid|dumb|idiots?|broken|scammers?|thieves|crooks"
    r"|liars?|unhelpful|the worst|a (?:joke|scam|disgrace|fraud|rip-?off|mess|nightmare|disaster|waste|bunch of \w+))"
)
_BE = r"(?:is|are|r|was|were|(?:has|have) been)"
_ANSWERS = (
    r"(?:answer(?:s|ed|ing)?|respond(?:s|ed|ing)?|repl(?:y|ies|ied|ying)|calls? (?:\w+ )?back|called (?:\w+ )?back"
    r"|picks? up|picked up|helps?|helped|helping|cares?|cared|listens?|listened|(?:gets?|got|writes?|wrote) back)"
)
_MONEY = r"(?:money|deposit|refund|savings|cash|paycheck|payments?|fees?|dollars)"
_DONE = (
    r"(?:applications?|paperwork|documents?|papers|case|claim|order|package|appointment|life|benefits?|checks?|license"
    r"|registration|day|summer|vacation)"
)
_NEVER = r"(?:never|(?:do|does|did|wo|will|have|has)(?:n['’]?t|\s+not))"
_ANGRY = r"(?:angry|mad|furious|upset|frustrated|fed up|outraged|disgusted|disappointed|pissed|livid|sick and tired)"
_SPOILED = r"(?:lost|messed up|screwed up|ruined|denied|rejected|cancel+ed)"
_LONG = r"(?:hours?|days?|weeks?|months?|years?|forever|ages)"
_WHAT_A = r"what a (?:joke|mess|scam|disgrace|nightmare|waste)"
_COMPLAINTS = (
    rf"{_YOU}\s+{_BE}\s+(?:\w+\s+)?(?:\w+\s+)?{_BAD}",
    rf"{_YOU}\s+sucks?",
    r"(?:your|this|the)\s+\w+\s+(?:was|were|is)\s+(?:\w+\s+)?(?:rude|mean|nasty)\s+to\s+me",
    rf"(?:{_YOU}|(?:your|this|the)\s+\w+)\s+(?:yelled|screamed|shouted|swore|cursed|lied)\s+(?:at|to)\s+me",
    _WHAT_A,
    rf"(?:worst|terrible|horrible|awful|useless|stupid|garbage)\s+(?:\w+\s+)?{_SITES}",
    rf"hate\s+(?:this|your|the)\s+(?:\w+\s+)?{_SITES}",
    r"(?:this|it|that)(?:['’]?s| is)\s+(?:such\s+)?an?\s+(?:\w+\s+)?(?:disgrace|scandal|outrage|scam|rip-?off|joke)",
    r"shame on you|you should be ashamed|hung up on me",
    rf"i(?:['’]?m| am)\s+(?:\w+\s+)?{_ANGRY}(?=\W*$|\s*[,.!;]|\s+(?:at|with|in|of your|and|now|because)\b)",
    r"i(?:['’]?m| am)\s+(?:so\s+)?sick of (?:this|you|waiting)",
    rf"(?:nobody|no ?one|no-one)\s+(?:(?:at|in|from)\s+(?:\w+\s+)?\w+\s+)?(?:ever\s+|even\s+)?{_ANSWERS}",
    rf"{_YOU}\s+{_NEVER}\s+(?:ever\s+|even\s+)?{_ANSWERS}",
    rf"(?:waiting|on hold)\s+(?:\w+\s+)?(?:\w+\s+)?(?:\w+\s+)?{_LONG}",
    r"ignor(?:e|es|ed|ing)\s+(?:me|my\s+(?:e-?mails?|calls?|letters?|messages?|complaints?))",
    rf"{_YOU}\s+(?:\w+\s+)?(?:took|stole|lost|kept)\s+(?:all\s+)?(?:of\s+)?(?:my\s+)?(?:[\w$]+\s+)?{_MONEY}",
    rf"{_YOU}\s+(?:\w+\s+)?(?:(?:over)?charged|billed)\s+(?:me|my)",
    rf"{_YOU}\s+(?:\w+\s+)?(?:robbed|cheated|scammed|ripped)\s+me",
    r"i(?:['’]?ve been| was| got| have been)\s+(?:\w+\s+)?(?:overcharged|charged|billed)",
    r"i paid\s+(?:\w+\s+)?(?:\w+\s+)?(?:\w+\s+)?(?:got|received)\s+nothing",
    r"(?:want|give me|need|get|getting)\s+(?:all\s+)?my\s+money\s+back",
    rf"{_YOU}\s+(?:\w+\s+)?{_SPOILED}\s+my\s+(?:\w+\s+)?{_DONE}",
)
_COMPLAINT = re.compile(rf"\b(?:{'|'.join(_COMPLAINTS)})\b", re.IGNORECASE)
_EXCLAIMS = re.compile(rf"\W*{_WHAT_A}\b[^?]*", re.IGNORECASE)
# "If I am off topic, do you ignore me" asks something.
_ASKED = re.compile(r"\b(?:do|does|did|will|would|can|could|are|is)\s+(?:you|they|it|i)\b", re.IGNORECASE)
# What goes wrong with the site's own product, behind its name.
_OWN_TROUBLES = (
    rf"(?:{_TROUBLES}|(?:just\s+|always\s+|constantly\s+)?(?:crash(?:es|ed)|freezes|froze|hangs|lags)\b"
    rf"|(?:is|are)\s+(?:\w+\s+)?(?:slow|down|buggy)\b|not\s+{_WORKING}\b)"
)
_CANNOT_ENTER = rf"(?:(?:i|we)\s+{_NOT}\s+(?:log|sign)\s?-?in(?:to)?\s+(?:to\s+|on\s+)?(?:my\s+)?)"
# Chats that are a service of the site. In "what happens to this conversation", it is the visitor's with the chat.
_CHATS = re.compile(
    r"\b(?:(?:my|our|past|old|deleted|group|private) (?:chats?|conversations?)|chat (?:history|logs?))\b", re.IGNORECASE
)
_THIS_CHAT = re.compile(r"\b(?:this|here|(?:with|to) you|typ(?:e|ed|ing)|chat ?bot|bot)\b", re.IGNORECASE)
_CHATS_OF_POLICY = re.compile(
    r"\b(?:chat (?:history|histories|logs?|messages?|content)|(?:your|group|private) (?:chats?|conversations?))\b",
    re.IGNORECASE,
)
_ASKED_OF_DATA = re.compile(
    r"\b(?:if|when|what happens|whether|without|record(?:ing)? (?:me|my|us|our|what|any\w*))\b", re.IGNORECASE
)


def asks_for_repair(question: str) -> bool:
    """Return whether a question is about a thing that does not work, and not about what a policy says."""
    if _LOCKED_OUT.search(question):
        return not _DELETED.search(question)
    return bool(_TROUBLE.search(question)) and not _OF_POLICY.search(question)


def complains(message: str) -> bool:
    """Return whether a message complains of the site, its people, or what they did, and asks nothing."""
    if _OF_DATA.search(message) or not _COMPLAINT.search(message):
        return False
    return _EXCLAIMS.fullmatch(message) is not None or not (asks(message) or _ASKED.search(message))


class OwnProducts:
    """Knows the site and the products that a policy names. Threads can share it."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def has_chats(self, message: str) -> bool:
        """Return whether a message is about chats that the policy speaks of, and not about the one it is written in."""
        return bool(_CHATS.search(message)) and not _THIS_CHAT.search(message) and self._speaks_of_chats

    @functools.cached_property
    def _speaks_of_chats(self) -> bool:
        return _CHATS_OF_POLICY.search(self._policy.text) is not None

    def is_broken(self, message: str) -> bool:
        """Return whether a message is about one of them that does not work, and not about what a policy says."""
        if _OF_DATA.search(message) or _ASKED_OF_DATA.search(message):
            return False
        return self._broken.search(message) is not None

    @functools.cached_property
    def _broken(self) -> re.Pattern[str]:
        own = known_names(self._policy)
        names = sorted({*own, *named_parties(self._policy, own)}, key=len, reverse=True)
        things = [r"\s+".join(map(re.escape, name.split())) for name in names]
        thing = rf"(?:{'|'.join([_YOURS, *things])})(?!\w)"
        return re.compile(
            rf"(?<!\w){thing}(?:\s+\w+)?(?:\s+\w+)?\s+{_OWN_TROUBLES}|\b{_CANNOT_ENTER}{thing}"
            rf"|\bwhy\s+(?:{_NOT}|do|does|is)\s+{thing}\s+(?:\w+\s+)?(?:crash|freeze|hang|lag|slow|down|{_WORKS})\b",
            re.IGNORECASE,
        )
