"""Reads a question without what does not change it: most marks at its end, courtesies, and capitals throughout.

The encoder reads every mark and word. "STOP SELLING MY DATA!!! Thanks!" would be another question than "stop selling my
data". What tells the chat to do something is read as the question whether it can be done.
"""

from __future__ import annotations

import re

from bot.guard.personal_data import MASK

_REPEATED = re.compile(r"([?!.,;:…])(?:\s*[?!.,;:…])+")
_MARKS = " .,;:!?…-–—"
# At the end, after marks or blanks: from the first of these, so that many of them take no long time.
_COURTESY = re.compile(
    r"(?<!\bsay)(?<!\bsays)(?<!\ba)(?<!\byour)(?<![\s.,;:!?…–—-])[\s.,;:!?…–—-]+(?:and )?"
    r"(?:(?:many |kind |best |warm )?(?:thanks?|thank (?:you|u)|thx|tnx|thnx|ty|tysm|cheers|regards|please|pls|plz)"
    r"|much appreciated|(?:i(?:['’]d| would)? )?(?:really |much )?appreciate (?:it|that|this|(?:your|the) help)"
    r"|bye|goodbye|have a (?:nice|good|great) (?:day|one|evening|weekend))"
    r"(?: (?:so|very) much| a (?:lot|bunch)| in advance| again| for (?:your|the|any) (?:help|time|answer|information)"
    r"| sir| madam| guys| everyone)*$",
    re.IGNORECASE,
)
_MOST_COURTESIES = 3
_GREETING = re.compile(
    r"^(?:(?:hi|hello|hey|hiya|greetings|good (?:morning|afternoon|evening|day)|dear sir(?: or madam)?)"
    r"(?: there| all| everyone| guys| team)?[\s,.!;:–—-]+)+(?=[^\s,.!;:–—-])",
    re.IGNORECASE,
)
# What only announces a question, up to a mark: "one more thing: …", "quick question — …".
_ANNOUNCED = re.compile(
    r"^(?:(?:and|but|just|also|then|i (?:also )?have|i['’]ve got|here['’]s|there['’]s|one|a|an|my|more|last|final|other"
    r"|another|quick|next|second|simple|short|general|dumb|stupid|silly|random|follow[- ]?up) )+"
    r"(?:thing|questions?|q|one)(?: for (?:you|u)| though| please)?(?:[:,.;…]+\s*|\s[–—-]+\s+)(?=[^\s:,.;…–—-])"
    r"|^(?:and )?now (?:for |to )?something (?:else|different)[:,.;…]+\s*(?=[^\s:,.;…])"
    r"|^(?:and |my )?questions?(?: is)?:\s*(?=[^\s:])",
    re.IGNORECASE,
)
# What a visitor says to the answer before going on: "ok, so …". What may be a word of the question needs a mark after
# it.
_REACTION = re.compile(
    r"^(?:(?:ok|okay|okey|alright|oh|ah|aha|hm+|um+|uh|er|lol|haha|wow|yeah|yep|ugh)(?:[\s,.!;:…]|\s[–—-])+"
    r"|(?:all right|well|cool|great|good|nice|fine|perfect|interesting|sorry|oops|wait|actually|right|sure|yes"
    r"|no(?:pe)?|whatever|understood|back to (?:my (?:first )?question|serious|business|the (?:topic|subject|point))"
    r"|that(?:['’]?s| is| sounds| seems)(?: (?!(?:about|not|what|why|how|it|all|only)\b)\w+){1,2}(?=[.!])"
    r"|i see|got it|good to know|never ?mind|thanks?|thank you|thx)(?:[,.!;:…]+\s*|\s[–—-]+\s))+(?=[^\s,.!;:…–—-])",
    re.IGNORECASE,
)
# A verb alone says what is asked about, as in the box of a search.
_KEYWORDS = {
    **{f"{verb}{end}": f"do you {verb} my data?" for verb in ("sell", "collect", "track") for end in ("", "ing")},
    **dict.fromkeys(("share", "sharing", "disclose"), "do you share my data?"),
    **dict.fromkeys(("keep", "keeping", "store", "storing"), "how long do you keep my data?"),
    **dict.fromkeys(("delete", "deleting", "erase", "remove"), "can I delete my data?"),
    **dict.fromkeys(("correct", "correcting", "edit"), "can I correct my data?"),
    **dict.fromkeys(("what changed", "what has changed", "changes", "what's new"), "what changed in this policy?"),
}
_HAS_WORD = re.compile(r"[^\W\d_]{2}")
# What tells the site to do something with the visitor's data: "stop tracking me", "tell me what you know about me".
_DATA = (
    r"(?:all |everything |any )?(?:of )?(?:about )?(?:my|our) (?:personal |private )?(?:data|info|information|details"
    r"|files?|records?|history|name|e-?mails?|address|account|number|ip|photos?|pictures?)"
)
_TOLD = re.compile(
    r"^(?:please |pls |plz |just |kindly |now )*(?=(?:"
    r"(?:stop|quit) \w+ing (?:\w+ ){0,3}(?:me|us|my|our)"
    rf"|(?:remove|delete|erase|forget|unsubscribe|block|hide) (?:me|us|myself|{_DATA})"
    rf"|(?:take|get|opt) (?:me|us|{_DATA}) (?:off|out|down|away|from)"
    rf"|(?:show|give|send) (?:me|us) (?:a copy of )?{_DATA}"
    r"|(?:tell|show|give|send) (?:me|us) (?:what|which|everything|all|anything)(?: \w+){0,3} you"
    r"(?: [\w'’]+){0,4} (?:me|us|my|our))\b)",
    re.IGNORECASE,
)
# What a visitor does not want to happen to what is the visitor's: "I do not want my IP address stored".
_UNWANTED = re.compile(
    r"^i (?:really )?(?:do not|don['’]?t|never) want (?P<what>(?:any of )?(?:my|our)(?: [\w'’-]+){1,4}?) (?:to be )?"
    r"(?P<done>stored|kept|saved|collected|logged|recorded|tracked|shared|sold|published|public|used|read|given|sent)\b",
    re.IGNORECASE,
)


def plain(question: str) -> str:
    """Return a cleaned question without courtesies and marks around it, in lowercase if it has no others.

    A question mark is kept. What has no other words stays as it is.
    """
    whole = _REPEATED.sub(_strongest, question)
    text = whole.strip(_MARKS)
    for _ in range(_MOST_COURTESIES):
        text, found = _COURTESY.subn("", text)
        if not found:
            break
        text = text.rstrip(_MARKS)
    mark = "?" if "?" in whole[whole.find(text) + len(text) :] else ""
    text = _ANNOUNCED.sub("", _REACTION.sub("", _GREETING.sub("", text)))
    words = MASK.sub("", text)
    if not _HAS_WORD.search(words):
        return question
    return (text.lower() if words.isupper() else text) + mark


def as_question(text: str) -> str:
    """Return a plain text as the question that it asks: "stop tracking me" as "can you stop tracking me?"."""
    words = text.rstrip(_MARKS)
    if (asked := _KEYWORDS.get(words.lower())) is not None:
        return asked
    asked = _UNWANTED.sub(r"is \g<what> \g<done>", _TOLD.sub("can you ", words))
    return text if asked == words else f"{asked}?"


def _strongest(marks: re.Match[str]) -> str:
    return "?" if "?" in marks[0] else marks[1]
