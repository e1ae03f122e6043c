"""A message that corrects how the one before was understood -> the question that is meant.

"No, I meant the forms" says what is meant, "that's about cookies" what is not, and "the forms, not my address" both.
What is meant takes the place of what is not, or of what only points there, in the last question. "That's not what I
asked" says neither: a question behind it needs no other, and if there is none, the last one is asked again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.understanding.clauses import (
    ADVERBS,
    AUXILIARIES,
    CONNECTIVES,
    DETERMINERS,
    PREPOSITIONS,
    PRONOUNS,
    VERBS,
    WH,
    clause_of,
    phrase_at,
    phrases_of,
    words_of,
)
from bot.understanding.completions import STOPS
from bot.understanding.ellipsis import complete
from bot.understanding.follow_ups import has_pointer
from bot.understanding.forms import agreeing, stem
from bot.understanding.leads import without_leads
from bot.understanding.several import is_question, sentences_of
from bot.understanding.things import POINTING, THINGS, TOOLS, with_thing

# A longer message tells more than what was meant.
_MOST_WORDS = 40
_MARKS = " .,;:!?…–—-"
# Between what is meant, what is not, and a question behind them.
_JOINT = re.compile(
    r"(?<=[.!?;…,])\s+|\s+[–—-]\s+"
    r"|\s+(?=(?<!what )(?<!think )i (?:meant?|asked about|(?:was|am) asking)\b)|\s+(?=i['’]m asking\b)",
    re.IGNORECASE,
)
_LEADS = r"(?:(?:no+|nope|nah|ok|okay|so|but|and|well|wait|sorry|actually|again|yes|hey|look|please|just|lol)\W+)*"
_IS_NOT = r"(?:(?:is|was)(?:n['’]?t| not)|['’]?s not|not)"
_NO = re.compile(r"(?:no+|nope|nah|sorry|wait|oops|ok|okay|hey)(?: (?:no|wait|sorry))?", re.IGNORECASE)
_SAID = re.compile(
    rf"{_LEADS}(?:(?:(?:that|this|it)\s?)?{_IS_NOT} (?:(?:at all|really|even|exactly) )?"
    r"(?:it|(?:an?|the|my|any)(?: real)? (?:answer|question|point)"
    r"|what i(?:['’]?m| am| was)? ?(?:ask(?:ed|ing)|mean(?:t)?|said|want(?:ed)?)(?: to know)?(?: about)?)"
    r"|(?:you|u) (?:(?:did|do|have)(?:n['’]?t| not)|never) (?:really |even )?"
    r"(?:answer(?:ed)?|understand|understood|get|say|said)(?: (?:me|it|that|(?:my|the) question))?"
    r"|(?:still )?no answer(?: again)?"
    r"|(?:you|u) (?:just |already |only )*(?:said|told me|gave me) (?:that|this|the same(?: thing| answer)?)"
    r"(?: already| before| again)?"
    r"|(?:the )?same (?:answer|thing)(?: again)?"
    r"|i (?:no|not|don['’]?t|do not) (?:understand|get)(?: (?:it|that|this|you))?"
    r"|(?:just )?answer (?:me|(?:my|the) question)|yes or no|i (?:mean|meant))"
    r"(?: again| at all| though| either)?",
    re.IGNORECASE,
)
_OTHER = re.compile(
    rf"{_LEADS}(?:that|this|it|the answer|you)\s?(?:['’]?s|['’]?re|is|are|was|were)? ?(?:all |only |just |still )*"
    r"(?:(?:talking|telling me|answering) )?about (?P<other>.+)",
    re.IGNORECASE,
)
_NOT = re.compile(
    rf"{_LEADS}(?:i (?:do not|don['’]?t|dont|did not|didn['’]?t|didnt) (?:mean|ask about|care about)(?: about)?"
    r"|i(?: am|['’]?m| was) not (?:asking|talking)(?: about)?|not(?: about)?) (?P<other>.+)",
    re.IGNORECASE,
)
# "Not sure", "not even in private mode", and "not yet" leave out nothing.
_NOT_OTHER = re.compile(
    r"(?:sure|certain|that|only|just|even|really|yet|now|for|if|in my|at all|a|an|so|too|very|bad|good|nice|fair|legal"
    r"|ok|okay|true|right|cool|enough|necessarily|interested|convinced|everyone|everybody|all)\b",
    re.IGNORECASE,
)
_MEANS = re.compile(
    rf"{_LEADS}(?:i (?:actually |really |just |only |did )*"
    rf"(?:meant?|(?:was|am) (?:asking|talking)|(?:asked|said)(?= about\b| if\b| whether\b| wh[aeoi]| how\b))"
    rf"|i['’]?m (?:asking|talking)|what i meant? (?:is|was)|my question (?:is|was)(?! for\b))"
    r"(?: to (?:ask|say))?(?: (?:you|about|whether|(?<=ask )if|(?<=asked )if|(?<=asking )if))* (?P<means>.+)",
    re.IGNORECASE,
)
# "I mean it" corrects nothing.
_NOT_MEANT = re.compile(r"(?:i|u|we|they|he|she|it|that|this|yes|no|to|what you)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"(?:what|which|who|whom|whose|how|when|where|why|is|are|was|were|do|does|did|can|could|will|would|should|may|has"
    r"|have)\b",
    re.IGNORECASE,
)
_WHAT_IS_DONE = re.compile(r"what (?:i|you|u|we|they|people|others)\b", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]+")
_IF = re.compile(r"(?:if|when|once|after|before|because)\b", re.IGNORECASE)
# "My photos, not my contacts" without a mark.
_INSIDE = re.compile(r"(?P<means>.+?)(?:,|\s+(?:lol|and|but))*\s+not (?P<other>.+)", re.IGNORECASE)
_BUT = re.compile(r"(?:,\s*)?\bbut\s+(?:about\s+)?", re.IGNORECASE)
_FILLERS = re.compile(
    r"(?:^|\s+|,\s*)(?:i guess|i think|i suppose|lol|haha|sorry|please|pls|then|though|tho|itself|themselves|maybe)$",
    re.IGNORECASE,
)
_FIRST = re.compile(r"^(?:(?:just|only|about|rather|maybe|the thing is)\s+)+", re.IGNORECASE)
_THE_TWO = re.compile(r"\b(?:the|these|those) two\b|\bboth\b(?= of them\b)?", re.IGNORECASE)
_ITS = re.compile(r"\b(?:its|their|his|her)\b(?=\s+\w)", re.IGNORECASE)
_THING_UNKNOWN = frozenset({"anything", "something"})
_PERSON_UNKNOWN = frozenset({"anyone", "anybody", "someone", "somebody", "they", "them", "he", "she", "him", "her"})


# These are written with a capital only at the start of a sentence.
_SMALL = DETERMINERS | PREPOSITIONS | THINGS | TOOLS | WH


class Correction(NamedTuple):
    """What a message says of the one before. means: what is meant. other: what is not. asked: a question of its own."""

    means: tuple[str, ...]
    other: tuple[str, ...]
    asked: str

    def leaves_out(self, text: str) -> bool:
        """Return whether a text names what is not meant, and nothing that is."""
        words = {stem(word) for word in _LETTERS.findall(text.lower())}
        named = any(each and each <= words for each in (_words_of([other]) for other in self.other))
        return named and words.isdisjoint(_words_of(self.means) - _words_of(self.other))


def correction_in(message: str) -> Correction | None:
    """Return how a message corrects the one before, or None if it does not.

    message: plain, see `bot.understanding.plain`.
    """
    if len(message.split()) > _MOST_WORDS:
        return None
    means: list[str] = []
    other: list[str] = []
    asked: list[str] = []
    said: list[str] = []
    corrects, after_other = False, False
    for part in filter(None, _JOINT.split(message)):
        text = part.strip(_MARKS)
        if _NO.fullmatch(text):
            continue
        if _SAID.fullmatch(text):
            corrects = True
            means += said if text.lower() in {"i mean", "i meant"} else ()
            said = []
        elif (found := _other_in(text)) and not (asked and part.endswith("?")) and not _tells(said):
            corrects = corrects or not asked
            after_other = True
            first, *rest = _BUT.split(found, maxsplit=1)
            other.append(first)
            means += [*said, *rest]
            said = []
        elif (found := _means_in(text)) is not None:
            corrects = True
            if asked and not is_question(asked[-1]):
                asked = []  # "And my card? No, I mean …"
            if _asks(found):
                asked.append(found)
            else:
                inside = _INSIDE.fullmatch(found)
                if inside and inside["means"].split()[-1].lower() not in AUXILIARIES:
                    found = inside["means"]
                    other.append(inside["other"])
                means.append(found)
        elif is_question(text) or part.endswith("?"):
            before = means.pop() if means and _IF.match(means[-1]) else ""
            asked.append(", ".join(filter(None, [before, text])))
        elif not asked and ((after_other and not means) or (means and _is_phrase(text))):
            means.append(text)
        elif asked:
            asked[-1] += f", {text}"
        else:
            said.append(text)
    if not corrects or (other and not means and not asked and message.endswith("?")):
        return None
    # What is told before the question may be what it is about.
    told = [text for text in said if asked and _names_thing(text)]
    question = " ".join([*(f"{text}." for text in told), *(f"{text.rstrip(_MARKS)}?" for text in asked)])
    return Correction(tuple(map(_clean, means)), tuple(map(_clean, other)), question)


def asked_by(correction: Correction, earlier: Sequence[str]) -> tuple[str, Sequence[str]]:
    """Return the question that a correction asks, and the questions before that it may need.

    earlier: those before the correction as they were understood, the oldest first. What it asks takes the place of the
    last one if it has its words. It is empty if nothing is asked.
    """
    means, other, asked = correction
    if not earlier:
        return asked or (f"what about {' '.join(means)}" if means else ""), earlier
    *told, last = sentences_of(earlier[-1])
    told = [each for each in told if not each.endswith("?") and not is_question(each)]
    last = without_leads(last)[1]
    full = complete(earlier[-1], earlier[:-1]) or earlier[-1]
    if asked:
        if _content(asked) and _content(asked) <= _content(full):
            return full, earlier[:-1]
        return (_with_named(asked, means[-1]) if means else None) or asked, earlier
    if not means:
        return full, earlier[:-1]
    for before in (last, sentences_of(full)[-1]):
        text: str | None = before
        for each in means:
            text = _put(each, other, text) if text else None
        if text:
            return " ".join([*told, text]), _needed(text, earlier)
    if text := complete(f"and {means[-1]}?", earlier):
        return " ".join([*told, text]), _needed(text, earlier)
    if clause_of(full) is None:
        return f"what about {' '.join(means)}", earlier
    return f"{without_leads(sentences_of(full)[-1])[1].rstrip(_MARKS)}: {', '.join(means)}?", earlier[:-1]


def _needed(text: str, earlier: Sequence[str]) -> Sequence[str]:
    """Return the questions before the last one if a question in its place still points to something."""
    return earlier[:-1] if has_pointer(text) else ()


def _words_of(texts: Sequence[str]) -> set[str]:
    return {stem(word) for text in texts for word in _content(text)}


def _content(question: str) -> set[str]:
    """Return the words of a question that say what it asks."""
    return set(words_of(question)[1]) - PRONOUNS - AUXILIARIES - DETERMINERS - PREPOSITIONS - CONNECTIVES


def _with_named(question: str, thing: str) -> str | None:
    """Return a question with a thing in place of what points to it: "it", or "their" in "their phone number"."""
    if (found := with_thing(question, thing.split())) is not None:
        return found
    return _ITS.sub(f"{thing}’s", question, count=1) if _ITS.search(question) else None


def _asks(text: str) -> bool:
    return (_ASKS.match(text) is not None and not _WHAT_IS_DONE.match(text)) or is_question(text)


def _other_in(text: str) -> str | None:
    found = _NOT.fullmatch(text) or _OTHER.fullmatch(text)
    if found is None or _NOT_OTHER.match(found["other"]):
        return None
    first = found["other"].split()[0].lower()
    # "I only look, not write anything" says what the visitor does.
    return None if first in VERBS - THINGS else found["other"]


def _tells(said: Sequence[str]) -> bool:
    """Return whether what was said before tells something: "I only look, not write anything"."""
    return bool(said) and words_of(said[-1])[1][:1] != () and words_of(said[-1])[1][0] in PRONOUNS


def _means_in(text: str) -> str | None:
    found = _MEANS.fullmatch(text)
    return None if found is None or _NOT_MEANT.match(found["means"]) else found["means"]


def _names_thing(text: str) -> bool:
    return any(phrase.head in THINGS for phrase in phrases_of(text)[1])


def _is_phrase(text: str) -> bool:
    """Return whether a text names one thing, or a place: "the cookies", "on my phone"."""
    lower = words_of(_clean(text))[1]
    phrase = phrase_at(lower, 1 if lower and lower[0] in PREPOSITIONS else 0)
    return phrase is not None and phrase.end == len(lower)


def _clean(text: str) -> str:
    """Return what is meant, or is not, without fillers: "about the forms I guess" as "the forms"."""
    while (shorter := _FILLERS.sub("", _FIRST.sub("", text).strip(_MARKS))) != text:
        text = shorter
    first = text.split()[0] if text else ""
    return first.lower() + text[len(first) :] if first.lower() in _SMALL else text


def _put(meant: str, other: Sequence[str], question: str) -> str | None:
    """Return a question with what is meant in the place that it fits; None if it fits none."""
    words, lower = words_of(question)
    new_words, new = words_of(meant)
    if not new:
        return None
    place = _place_of_other(words, lower, new, other) or _place_of_pronoun(question, lower, new)
    if place is None:
        return None
    start, end = place
    rest = list(words[end:])
    # "Forms forever" in place of "it" in "do you keep it forever".
    while rest and rest[0].lower() == new[-1] and len(new) > 1:
        new_words, new = new_words[:-1], new[:-1]
    before = list(words[:start])
    if before and before[-1].lower() in AUXILIARIES and start == 1 + lower.index(before[-1].lower()):
        found = phrase_at(new, 0)
        is_plural = new[0] in {"you", "we"} or "and" in new or (found is not None and found.is_plural)
        before[-1] = agreeing(before[-1], is_plural)
    return " ".join([*before, *new_words, *rest]) + "?"


def _place_of_other(
    words: Sequence[str], lower: tuple[str, ...], new: tuple[str, ...], other: Sequence[str]
) -> tuple[int, int] | None:
    """Return the place of what is not meant, or of what goes with the same preposition as what is meant."""
    phrases = phrases_of(" ".join(words))[1]
    for each in other:
        heads = {stem(phrase.head) for phrase in phrases_of(each)[1]}
        for phrase in phrases:
            if stem(phrase.head) in heads:
                has_same = phrase.preposition is not None and phrase.preposition == new[0]
                return phrase.start - has_same, phrase.end
    if ADVERBS.issuperset(new):
        return len(lower), len(lower)  # "I meant now"
    if new[0] not in PREPOSITIONS:
        return None
    at = next((at for at in range(len(lower) - 1, 0, -1) if lower[at] == new[0]), None)
    if at is None:
        return (len(lower), len(lower)) if clause_of(" ".join(words)) else None
    old = phrase_at(lower, at + 1)
    return at, old.end if old is not None else min(len(lower), at + 2)


def _place_of_pronoun(question: str, lower: tuple[str, ...], new: tuple[str, ...]) -> tuple[int, int] | None:
    """Return where a question only points to a thing, or names none: "it", "the two", "anything"."""
    if new in {("you",), ("we",)}:
        return next(((at, at + 1) for at, word in enumerate(lower) if word in {"they", "them"}), None)
    two = _THE_TWO.search(question)
    if two and not {"and", "or"}.isdisjoint(new):
        at = len(words_of(question[: two.start()])[0])
        return at, at + len(two[0].split())
    if new[0] in VERBS and new[0] not in THINGS:
        return None
    found = phrase_at(new, 0)
    if found is not None and found.is_party:
        places = (at for at, word in enumerate(lower) if at and word in _PERSON_UNKNOWN)
        return next(((at, at + 1) for at in places), None)
    for at in range(len(lower) - 1, 0, -1):
        after = lower[at + 1] if at + 1 < len(lower) else ""
        if lower[at - 1] in STOPS:
            return None  # what is to end is done, and is no thing
        is_alone = (
            after == "" or after in PREPOSITIONS | CONNECTIVES | DETERMINERS or lower[at] in {"it", "them", "they"}
        )
        if (lower[at] in POINTING and is_alone) or lower[at] in _THING_UNKNOWN:
            clause = clause_of(question)
            names = clause is not None and clause.object is not None and clause.object.start > at
            return None if names and lower[at] not in _THING_UNKNOWN | {"they"} else (at, at + 1)
    return None
