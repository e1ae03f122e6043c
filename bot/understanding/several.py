"""Splits several questions in one.

"Do you sell my data and how long do you keep it?" is two questions. "Do you collect and store my address?" is one, and
so is a question after sentences that lead up to it: "I sent a form. How long do you keep it?"
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.understanding.clauses import (
    ADVERBS,
    AUXILIARIES,
    BE,
    CONNECTIVES,
    DETERMINERS,
    PREPOSITIONS,
    PRONOUNS,
    VERBS,
    WH,
    is_participle,
)
from bot.understanding.forms import is_plural

# The most questions that one message is divided into.
MOST_PARTS = 4
_MOST_OF_THING = 3
# "Record" is a noun to the clauses.
_VERBS = VERBS | {"record"}
_MODALS = frozenset("can could will would shall should may might must".split())
_SPEAKERS = frozenset("i you u ya we".split())
_NO_THING = AUXILIARIES | WH | PRONOUNS | CONNECTIVES | PREPOSITIONS | DETERMINERS
_AUXILIARY = (
    r"(?:do|does|did|is|are|was|were|can|could|will|would|should|shall|may|might|must|have|has|had|am)(?:n['’]?t)?"
)
_SUBJECT = (
    r"(?:i|you|u|ya|we|they|it|he|she|there|this|that|these|those|such|the|my|your|our|their|its|his|her|any|anyone|anybody"
    r"|anything|someone|somebody|something|everyone|people|others?|a|an|all|both|some|third|children|kids|minors|parents"
    r"|users|visitors|citizens|employees|police|agencies|companies|advertisers|vendors|cookies|emails?|forms|records"
    r"|[\w-]+\.(?:com|org|net|io|gov|edu|co|app)|(?-i:[A-Z])\w*)"
)
_PRONOUN = r"(?:i|you|u|we|they|it|he|she|my|your|our|their|the|this|that)"
_HOW = r"(?:long|much|many|often|soon|old|far|else|come|safe|secure|private|anonymous|accurate|exactly)"
_LEADS = r"(?:(?:and|also|but|so|then|plus|ok|okay|well|please|if (?:so|not|yes|no)|in that case)\b,?\s*)*"
_PREPOSITION = r"(?:(?:for|with|to|from|by|in|on|at|until|since|about)\s+)?"
# A question with its verb before its subject, or about its subject: "what do you", "how long is", "who sees".
_ASKS = re.compile(
    rf"{_LEADS}(?:{_AUXILIARY}\s+(?!not\b)\w|{_PREPOSITION}(?:"
    rf"(?:when|where|why)(?:\s+else|\s+exactly)?\s+{_AUXILIARY}\b"
    rf"|how\s+(?:{_AUXILIARY}|{_HOW})\b"
    rf"|(?:what|which|whose)(?:['’]?s|\s+(?!{_PRONOUN}\s)\w)"
    rf"|who(?:m\b|['’]?s\b|\s+(?!{_PRONOUN}\s)\w))|(?:what|how) about\b)",
    re.IGNORECASE,
)
# The same after a comma or "and", if no other reading is likely: "…, which is shared" and "and is used" ask nothing.
_ASKS_AGAIN = (
    rf"(?:{_AUXILIARY}\s+{_SUBJECT}\b|{_PREPOSITION}(?:"
    rf"(?:when|where|why)(?:\s+else|\s+exactly)?\s+{_AUXILIARY}\b"
    rf"|how\s+(?:{_AUXILIARY}\b|{_HOW}(?:\s+\w+)?\s+{_AUXILIARY}\b)"
    rf"|(?:what|which|whose|whom?)\s+(?:\w+\s+){{0,3}}?{_AUXILIARY}\s+{_SUBJECT}\b|(?:what|how)\s+about\s+\w))"
)
# Only after "and", or in a list before it: "and who sees it", "and what happens", "and are backups kept".
_ASKS_OF_SUBJECT = (
    rf"(?:who(?:\s+else)?\s+(?!{_PRONOUN}\s)\w+\s+\w|what(?:['’]?s|\s+(?:happens|is|are|if))\b"
    r"|(?:is|are|was|were)\s+(?!(?:\w+ed|\w+ly|also|always|been|being|either|even|ever|never|not|now|often|only|still|then)\b)"
    r"\w+\s+(?:\w+ed|kept|sold|sent|read|held|shown|given|seen|safe|secure|private|public)\b)"
)
_ASKED_FOR = re.compile(
    r"(?:(?:please|can you|could you|pls)\s+)*(?:tell me|explain|describe|let me know"
    r"|i(?:['’]?d| would)? (?:want|like|need) to know|i(?:['’]?m| am) wondering|i wonder)\b",
    re.IGNORECASE,
)
_JOINT = re.compile(
    rf"(?:\s*[,;]\s*|\s+)(?:and\s+also|and|also|plus|but)\s+(?={_LEADS}(?:{_ASKS_AGAIN}|{_ASKS_OF_SUBJECT}))"
    rf"|(?<!\bif so)(?<!\bif not)(?<!\bif yes)(?<!\bif no)\s*[,;]\s*(?={_LEADS}{_ASKS_AGAIN})"
    rf"|\s*[,;]\s*(?={_ASKS_OF_SUBJECT}[^,;]*[,;]?\s+and\s+{_LEADS}(?:{_ASKS_AGAIN}|{_ASKS_OF_SUBJECT}))",
    re.IGNORECASE,
)
# After "tell me what you collect": "and how you use it".
_JOINT_ASKED_FOR = re.compile(
    r"(?:\s*[,;]\s*|\s+)(?:and\s+also|and|also|plus)\s+"
    r"(?=(?:what|which|who|whom|where|when|why|how|whether|if)\b(?:\s+\w+){2})",
    re.IGNORECASE,
)
# In a sentence that tells something first: "I sent my SSN in a form, who sees it".
ASKS_AFTER_STORY = re.compile(
    rf"\s*[,;-]?\s+(?:(?:and|so|but)\s+)?(?={_ASKS_AGAIN}|who\s+(?:sees|reads|gets|has|can|will)\b)", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"(?<=[.?!;…])\s+")
# "What is the difference between persistent and session cookies?" asks what each of them is.
_COMPARES = re.compile(
    r"^(?:(?:and|so|but|ok|please)\W+)*(?:(?:what(?:['’]?s| is| are)|(?:can you )?(?:explain|tell me)) the (?:main )?"
    r"differences? between (.{2,60}?) (?:and|&|or|vs\.?|versus) (.{2,60}?)"
    r"|how (?:is|are|do|does) (?!(?:you|u|we|i|it|they|this|that)\b)(.{2,60}?) differ(?:ent)? from (.{2,60}?))\W*$",
    re.IGNORECASE,
)
# A list: "1) do you sell it 2) who sees it", "a. … b. …". Its items, and what numbers them.
_IS_LIST = re.compile(r"(?:^|[\s:])\(?(?:1|a)[.)]\s.+\s\(?(?:2|b)[.)]\s", re.IGNORECASE | re.DOTALL)
_ITEM = re.compile(r"(?:^|\s+)\(?[1-9a-h][.)]\s+", re.IGNORECASE)
# Questions that ask nothing, or nothing more.
_POLITE = re.compile(
    r"\W*(?:(?:hi|hello|hey)\W+)?(?:how are you(?: today| doing)?|how(?:['’]?s| is) it going|what(?:['’]?s| is) up"
    r"|(?:can|could|may) i (?:please )?ask(?: you)?"
    r"(?: (?:something|a (?:quick )?question|some questions|a few things))?"
    r"|(?:can|could|would) you (?:please )?(?:help(?: me)?(?: out)?|answer (?:a|some|my) questions?)"
    r"|(?:how|where) (?:do|can|could|would) (?:i|we|you) (?:find out|know|tell|check|learn more|read more)"
    r"|(?:is )?(?:anyone|anybody|someone) (?:there|here)|(?:are )?you there"
    r"|do you have a (?:minute|second|moment))\W*",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_WHO = re.compile(r"\bwho\b", re.IGNORECASE)
_AND = re.compile(r"^(?:and also|and|also|plus)\b,?\s+(?=\w)", re.IGNORECASE)
_I = re.compile(r"\bi\b(?!\.)")
_MARKS = " \"'“‘(-–—*•"
# A sentence with fewer words is no question of its own: "really?", "do you?", "yes or no?"
_FEW_WORDS = 3


def split(question: str) -> tuple[str, ...]:
    """Return the questions in a text, 1 to 4, in order; the text itself if it is one question.

    What leads up to a question stays with it, and what is added to a question too.
    """
    parts: list[str] = []
    background: list[str] = []
    for sentence in sentences_of(question):
        if is_question(sentence):
            first, *others = _clauses(sentence)
            parts += [" ".join([*background, first]), *others]
            background = []
        elif parts and (sentence.endswith("?") or len(_WORD.findall(sentence)) < _FEW_WORDS):
            parts[-1] += f" {sentence}"
        else:
            background.append(sentence)
    if len(parts) < 2:
        return (question,)
    parts[-1] = " ".join([parts[-1], *background])
    parts = [*parts[: MOST_PARTS - 1], " ".join(parts[MOST_PARTS - 1 :])]
    return tuple(part.strip(" ,;") for part in parts if part)


def compared(question: str) -> tuple[str, ...]:
    """Return the questions what each of two things is whose difference is asked for; () if none is asked for.

    One of them may leave out its noun: "persistent and session cookies".
    """
    found = _COMPARES.match(question)
    if found is None:
        return ()
    first, second = filter(None, found.groups())
    noun = second.split()[-1]
    if noun == "ones":
        second = f"{second.removesuffix('ones')}{first.split()[-1]}"
    elif len(first.split()) == 1 and len(second.split()) > 1 and is_plural(noun.lower()):
        first = f"{first} {noun}"
    return _what_is(first), _what_is(second)


def _what_is(thing: str) -> str:
    return f"what {'are' if is_plural(thing.split()[-1].lower()) else 'is'} {thing}?"


def asks(message: str) -> bool:
    """Return whether a message has a question, or asks for something."""
    return "?" in message or any(map(is_question, sentences_of(message))) or _JOINT.search(message) is not None


def sentences_of(message: str) -> list[str]:
    """Return the sentences of a message, or the items of a list in it and their sentences, in order."""
    items = filter(None, _ITEM.split(message)) if _IS_LIST.search(message) else (message,)
    return [sentence for item in items for sentence in _SENTENCE_END.split(item)]


def is_question(sentence: str) -> bool:
    """Return whether a sentence is a question, or asks for something, and is not only polite."""
    if _POLITE.fullmatch(sentence) or len(_WORD.findall(sentence)) < _FEW_WORDS:
        return False
    return bool(_ASKS.match(sentence.lstrip(_MARKS)) or _ASKED_FOR.match(sentence))


def _clauses(sentence: str) -> list[str]:
    """Return the questions in a sentence that starts with one."""
    joint = _JOINT_ASKED_FOR if _ASKED_FOR.match(sentence) else _JOINT
    clauses: list[str] = []
    at = 0
    for match in joint.finditer(sentence):
        before, after = sentence[at : match.start()], sentence[match.end() :]
        # "People who visit and who sign up" are one kind of people.
        if len(_WORD.findall(before)) > 1 and not (_WHO.match(after) and _WHO.search(before)):
            clauses.append(before)
            at = match.end()
    return [*clauses, sentence[at:]]


class Halves(NamedTuple):
    """The two questions that one may be. is_pair: whether both do something to one thing: "keep and sell my photos"."""

    first: str
    second: str
    is_pair: bool = False


def halves(question: str) -> Halves | None:
    """Return the two questions in "facial recognition or GPS location" and "do you read my mail or record my calls?".

    None if it is not built so. Most such questions are still one: "do you use my name or address?"
    """
    words = question.rstrip(" .,;?!").split()
    lower = [word.lower() for word in words]
    joints = [at for at, word in enumerate(lower) if word in {"or", "and", "&"}]
    if len(joints) != 1:
        return None
    (joint,) = joints
    if done := _done_to(lower, joint):
        return Halves(" ".join(words[:joint]), " ".join([*words[:done], *words[joint + 1 :]]), is_pair=True)
    lead = _lead(lower)
    first, second = words[lead:joint], words[joint + 1 :]
    if _does_two_things(lower, lead, joint):
        thing = words[joint + 2 :]
        return Halves(" ".join([*words[:joint], *thing]), " ".join([*words[: lead - 1], *second]), is_pair=True)
    if second and lead and lower[0] not in BE and lower[joint + 1] in _VERBS and _is_thing(first) and len(second) > 1:
        other = " ".join([*words[: lead - 1], *second])
        return Halves(" ".join(words[:joint]), other) if _is_thing(second[1:]) else None
    end = [second.pop()] if lead and len(second) > 1 and is_participle(lower[-1]) else []
    if not _is_thing(first) or not _is_thing(second):
        return None
    return Halves(" ".join([*words[:lead], *first, *end]), " ".join([*words[:lead], *second, *end]))


def _done_to(words: Sequence[str], joint: int) -> int:
    """Return how many words come before the two things that are done: "will my name be | kept or sold".

    It is 0 if no two things are.
    """
    second = next((word for word in words[joint + 1 :] if not _is_adverb(word)), "")
    is_modal = words[0] in _MODALS
    if not (is_modal or words[0] in BE) or words[1] in _SPEAKERS or not is_participle(second):
        return 0
    start = next((at for at in range(2, joint) if words[at] == "be"), joint) if is_modal else 1
    for at in range(start + 1, joint):
        if is_participle(words[at]) and (at + 1 == joint or words[at + 1] in PREPOSITIONS | ADVERBS):
            while _is_adverb(words[at - 1]):
                at -= 1
            return at if not is_modal or at == start + 1 else 0
    return 0


def _is_adverb(word: str) -> bool:
    return word in ADVERBS or word.endswith("ly")


def _does_two_things(words: Sequence[str], lead: int, joint: int) -> bool:
    verbs = lead > 2 and joint == lead and words[joint + 1 : joint + 2] and words[joint + 1] in _VERBS
    return bool(verbs) and len(words) > joint + 2


def _lead(words: Sequence[str]) -> int:
    """Return how many words come before the things in "is there …" and "do you collect …", 0 if there are no such."""
    if list(words[:2]) in (["is", "there"], ["are", "there"]):
        return 2 + (list(words[2:3]) == ["any"])
    if len(words) < 3 or words[0] not in AUXILIARIES - BE:
        return 0
    verb = 2 if words[1] in {"you", "u", "they", "we", "i", "it"} else 3
    is_site = words[1] in {"the", "this", "your"} and words[2] in {"site", "website", "app"}
    return verb + 1 if (verb == 2 or is_site) and words[verb : verb + 1] and words[verb] in _VERBS else 0


def _is_thing(words: Sequence[str]) -> bool:
    lower = [word.lower() for word in words]
    rest = lower[1:] if lower and lower[0] in DETERMINERS else lower
    return 0 < len(rest) <= _MOST_OF_THING and _NO_THING.isdisjoint(rest)


def as_heading(question: str) -> str:
    """Return a question as it is shown: "and do i have to pay" as "Do I have to pay?"."""
    text = _I.sub("I", _AND.sub("", question.rstrip(" .,;")))
    end = "" if text.endswith(("?", "!")) else "." if _ASKED_FOR.match(text) else "?"
    return text[:1].upper() + text[1:] + end if text else question
