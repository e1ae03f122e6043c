"""Cleaned question and earlier questions -> what is asked: spelling repaired, several questions split.

A follow-up ("and for how long?", "who else can see them?") depends on the questions before it. If `ellipsis` finds the
words that it leaves out, it is read with them as one full question. Any other that may be a follow-up is read both
ways, alone and together with those before, and the better reading is answered.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.tracing import step
from bot.types import Findings, Outcome
from bot.understanding.clauses import clause_of
from bot.understanding.completions import leaves_out
from bot.understanding.ellipsis import complete
from bot.understanding.fronted import in_place
from bot.understanding.indirect import direct
from bot.understanding.introductions import without_introductions
from bot.understanding.names import OwnNames
from bot.understanding.plain import as_question, plain
from bot.understanding.several import compared, halves, is_question, split
from bot.understanding.spelling import Spelling
from bot.understanding.stories import readings

_MAX_EARLIER = 2
# How many questions back the one may be that a short question is about if nothing else is found for it.
_MAX_AFTER = 4
# The least confidence of an answer to a question alone, if together with the earlier ones it would be refused.
SURE = 0.7
# The same for a question after an earlier one that it may be about, and for what was found for it otherwise.
_SURELY_ABOUT, _SURELY_NOT_ABOUT = 0.8, 0.95
# A question may be a follow-up only if it is short: the most words of one that points back ("do you sell them?"), and
# of one that only opens like a follow-up ("how long is that?"), and the most of these that say what it is about.
_MAX_WORDS_POINTING_BACK = 9
_MAX_WORDS_OPENING = 6
_MAX_CONTENT_OPENING = 2
_OPENS_AS_FOLLOW_UP = re.compile(
    r"^(?:and|but|or|so|then|also|what about|how about|what if|why|why not|really|are you sure|since when|until when"
    r"|for how (?:long|many)|how long|how so|how|when|where|who|which ones?|what else|who else|anything else|even"
    r"|not even|in (?:what|which|any) cases?|under (?:what|which|any|no)|any exceptions?|except|unless|without"
    r"|is that|does that|can i|do i|could i|is there|are there)\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|those|these|that|this|he|she|ones?|same|such|there|then|else|either|others?)\b",
    re.IGNORECASE,
)
# "This policy", "is there", and "is it safe to" point to nothing that was said before.
_NOT_BACK = re.compile(
    r"\b(?:this (?:web ?site|site|page|policy|notice|statement|app|service|chat|bot|company|agency|state|data)"
    r"|that data|(?:is|are|was|were) there|there(?: is| are|['’]s)|(?:is|was|would) it (?:be )?(?:safe|ok|okay|legal"
    r"|illegal|possible|true|fine|required|necessary|normal|allowed|bad|better) (?:to|if|that)"
    r"|other (?:web ?sites?|sites|people|users|visitors|agencies|companies|countries|states))\b",
    re.IGNORECASE,
)
# What says nothing without a question before it. "Where are you?" says enough.
_SAYS_NOTHING = re.compile(
    r"\W*(?:(?:and|so|but|ok|hi|hello)\W+)?(?:(?:for |until |since |by )?(?:how(?: long| many| much| often| soon| far)?"
    r"|what(?: for)?|which(?: ones?)?|whom?|whose|when|where)|(?:what|how) about (?:it|that|this|them|those)"
    r"|(?:do|does|did|is|are|can|could|will|would|should|may) (?:i|you|we|it|they|he|she|that|this)"
    r"|(?:how|what|when|where|who) (?:do|does|can|could|should|will) (?:i|we|you|they|it))"
    r"(?: (?:exactly|then|too|else))?\W*",
    re.IGNORECASE,
)
_CONNECTIVE = re.compile(r"^(?:and|but|or|so|then|also|what about|how about|what if)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_EMPTY_WORDS = frozenset(
    "a an and any are as at be been but by can could did do does for from had has have how i if in is it me my of on "
    "or so that the their them then these they this those to us was we what when where which who why will with would "
    "you your long else also too about there again not no".split()
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A cleaned question, and the earlier questions, oldest first, that are needed to understand it."""

    question: str
    earlier: tuple[str, ...] = ()

    @property
    def in_full(self) -> str:
        """Return the earlier questions and this one as one text."""
        return " ".join([*self.earlier, self.question])

    @property
    def alone(self) -> Asked:
        """Return the question without the earlier ones."""
        return Asked(self.question)

    @property
    def before(self) -> Asked:
        """Return the question asked before, with those before it. Only if there are earlier questions."""
        return Asked(self.earlier[-1], self.earlier[:-1])


@dataclass(frozen=True, slots=True)
class AskedPart:
    """One of the questions that were asked.

    shown: it in the visitor's words, with its spelling repaired.
    completed: the same with the words that it leaves to the question before; None if it leaves out none.
    plain: it without courtesies and marks, if there may be other ways to read it.
    after: it after each of the earlier questions alone, the last one first, if it may be about any of them.
    halves: the two questions that it may be, see `several.halves`; none if it is surely one.
    may_be_two: whether it may be even if the whole is answered: it only names things, or asks what is done with one.
    typed: the earlier questions in the visitor's words, by those that the models read.
    """

    shown: str
    asked: Asked
    completed: str | None = None
    plain: str = ""
    after: tuple[Asked, ...] = ()
    halves: tuple[AskedPart, ...] = ()
    may_be_two: bool = False
    typed: Mapping[str, str] = field(default_factory=dict)

    def others(self, names: OwnNames) -> tuple[AskedPart, ...]:
        """Return other ways to read it, the most exact first, for if nothing is found for it as it is."""
        in_order = in_place(self.plain)
        other = readings(self.plain) if in_order == self.plain else (in_order,)
        read = (AskedPart(self.shown, Asked(_read_by_models(text, names)), text) for text in other)
        return tuple(part for part in read if part.asked != self.asked)

    def read_as(self, asked: Asked, question: str) -> str | None:
        """Return the question as it was read, with the earlier ones that it needed; None if that is `question`."""
        if self.completed is not None:
            return self.completed
        typed = (self.typed.get(one, one) for one in asked.earlier)
        earlier = (one if one.endswith(("?", "!", ".")) else f"{one}?" for one in typed)
        text = " ".join([*earlier, self.shown])
        return None if text == question else text


@dataclass(frozen=True, slots=True)
class Understood:
    """What is asked. repaired: the whole question, with its spelling repaired; None if no word was misspelled."""

    repaired: str | None
    parts: tuple[AskedPart, ...]


@step("understand")
def understand(question: str, history: Sequence[str], names: OwnNames, spelling: Spelling) -> Understood:
    """Return the questions in a cleaned question, each with the earlier questions that it may need.

    history: the visitor's earlier questions, cleaned, the oldest first. names: of the policy's owner, which mean "you"
    in all of them.
    """
    earlier = _repaired(history, spelling)
    read = plain(question)
    repaired = spelling.repair(read)
    # What was only left out or made small is no news to the visitor.
    whole = question if repaired == read else repaired if question == read else spelling.repair(question)
    in_order = in_place(repaired)
    found = split(in_order)
    if len(found) == 1:
        found = compared(repaired) or (repaired,)
    parts: list[AskedPart] = []
    for text in found:
        shown = whole if len(found) == 1 else text
        parts.append(_with_halves(_part(text, shown, [*earlier, *found[: len(parts)]], names), names))
    return Understood(None if whole == question else whole, tuple(parts))


def understand_as_one(question: str, history: Sequence[str], names: OwnNames, spelling: Spelling) -> Asked:
    """Return what `understand` does, but everything that is asked as one question."""
    text = spelling.repair(plain(question))
    return _part(text, text, _repaired(history, spelling), names).asked


def _repaired(history: Sequence[str], spelling: Spelling) -> list[str]:
    return [in_place(spelling.repair(plain(earlier))) for earlier in history]


def _part(text: str, shown: str, earlier: Sequence[str], names: OwnNames) -> AskedPart:
    text, earlier = direct(text), [direct(one) for one in earlier]
    question = _read_by_models(text, names)
    before = [_read_by_models(one, names) for one in earlier]
    after = _after(question, before)
    typed = dict(zip(before, earlier, strict=True))
    completed = _completed(text, earlier)
    if completed is not None:
        return AskedPart(shown, Asked(_read_by_models(completed, names)), completed, after=after, typed=typed)
    return AskedPart(shown, Asked(question, needed_history(question, before)), plain=text, after=after, typed=typed)


def _with_halves(part: AskedPart, names: OwnNames) -> AskedPart:
    """Return a question with the two that it may be. One that leaves words to the question before it is one."""
    two = halves(part.plain) if part.completed is None else None
    if two is None:
        return part
    both = tuple(_part(text, text, (), names) for text in two[:2])
    return dataclasses.replace(part, halves=both, may_be_two=two.is_pair or not is_question(part.plain))


def _after(question: str, before: Sequence[str]) -> tuple[Asked, ...]:
    """Return a short question after each of the last earlier questions that say something."""
    if not _content(question) or len(_WORD.findall(question)) > _MAX_WORDS_OPENING:
        return ()
    places = range(len(before) - 1, max(-1, len(before) - 1 - _MAX_AFTER), -1)
    return tuple(Asked(question, (_completed(before[at], before[:at]) or before[at],)) for at in places)


def _completed(text: str, earlier: Sequence[str]) -> str | None:
    return complete(text, earlier) if earlier and (is_follow_up(text) or leaves_out(text)) else None


def _read_by_models(question: str, names: OwnNames) -> str:
    """Return a plain text as the question that it asks, without who asks it, and with the owner's names as "you"."""
    return as_question(names.as_you(without_introductions(question)))


def better_reading(asked: Asked, together: Findings, alone: Findings, given: Findings) -> tuple[Asked, Findings]:
    """Return the better reading of a question that has two.

    together, alone: the findings for `asked` and for `asked.alone`. given: those for the question before, whose answer
    is not given again if another reading is good.
    """
    return (asked.alone, alone) if _is_better_alone(asked.question, together, alone, given) else (asked, together)


def needs_other_reading(found: Findings) -> bool:
    """Return whether a question needs another reading, by what was found for it.

    It needs none if it is answered, or if the policy surely does not mention what is asked.
    """
    return found.outcome is not Outcome.ANSWERED and not found.silent_on


def is_better(other: Findings, found: Findings) -> bool:
    """Return whether another reading of a question is better than the one for which `found` was found."""
    return other.outcome is Outcome.ANSWERED and other.confidence > found.confidence


def may_be_about_earlier(found: Findings) -> bool:
    """Return whether a question may be about an earlier one, by what was found for it alone."""
    return needs_other_reading(found) and found.route is None and found.confidence < _SURELY_NOT_ABOUT


def may_answer(after: Findings) -> bool:
    """Return whether what is found for a question after an earlier one is sure enough to be its answer."""
    return bool(after.citations or after.silent_on) and after.confidence >= _SURELY_ABOUT


def is_new(after: Findings, earlier: Findings) -> bool:
    """Return whether the answer to a question after an earlier one is not the answer to the earlier one alone."""
    return not _starts_alike(after, earlier) and after.silent_on != (earlier.silent_on or None)


def are_two(whole: Findings, halves: Sequence[Findings]) -> bool:
    """Return whether what may be one question or two is two.

    It is if each half is surely answered, and not by the whole, or if the whole is refused and a half is not.
    whole, halves: what was found for the one question, and for each of the two.
    """
    answered = [half.outcome is Outcome.ANSWERED and half.confidence >= SURE for half in halves]
    known = [sure or bool(half.silent_on) for sure, half in zip(answered, halves, strict=True)]
    if whole.outcome is Outcome.NOT_COVERED and any(answered) and not all(known):
        return all(sure or half.outcome is Outcome.NOT_COVERED for sure, half in zip(answered, halves, strict=True))
    if not all(known):
        return False
    shown = [{citation.passage_id for citation in found.citations} for found in (whole, *halves)]
    if whole.outcome is Outcome.ANSWERED:
        return all(shown[1:]) and any(half.isdisjoint(shown[0]) for half in shown[1:])
    return len(whole.silent_on) < len(halves) and (halves[0].silent_on, shown[1]) != (halves[1].silent_on, shown[2])


def silent_on_all(found: Sequence[Findings]) -> Findings:
    """Return the findings for questions on all of which the policy is silent."""
    topics = dict.fromkeys(topic for each in found for topic in each.silent_on)
    confidence = min(each.confidence for each in found)
    return dataclasses.replace(found[0], silent_on=tuple(topics), confidence=confidence)


def has_two_readings(asked: Asked) -> bool:
    """Return whether a question may be a follow-up and may also be complete.

    Not if it says nothing alone: "and for how long?", "who can see them?"
    """
    question = asked.question
    return bool(asked.earlier and _content(question)) and not _POINTS_BACK.search(_NOT_BACK.sub("", question))


def _is_better_alone(question: str, together: Findings, alone: Findings, given: Findings) -> bool:
    """Return whether a question is better read alone. For the arguments, see `better_reading`."""
    answered = alone.outcome is Outcome.ANSWERED
    if answered and alone.confidence >= SURE and _is_whole(question):
        return True
    again = _starts_alike(together, given)
    if _starts_alike(together, alone) or (together.silent_on and together.silent_on == alone.silent_on):
        return True
    if _CONNECTIVE.match(question) and len(_content(question)) == 1:
        return answered and (again or together.outcome is not Outcome.ANSWERED)
    if again:
        return answered or bool(alone.silent_on) or alone.confidence >= together.confidence
    if alone.outcome is Outcome.OFF_TOPIC is not together.outcome and len(_content(question)) <= 1:
        return False  # "can I say no" is about what was asked
    if alone.outcome is together.outcome is Outcome.ANSWERED:
        return alone.hits[0].relevance >= together.hits[0].relevance
    return alone.confidence > max(together.confidence, SURE if alone.outcome is Outcome.ANSWERED else 0.0)


def _is_whole(question: str) -> bool:
    """Return whether a question has all its parts, so that it needs none of those before it: "what do you keep"."""
    clause = clause_of(question)
    if clause is None or clause.auxiliary is None or clause.verb >= len(clause.words):
        return False
    return clause.opening == ("what",) and clause.verb == len(clause.words) - 1 and not clause.phrases


def _starts_alike(one: Findings, other: Findings) -> bool:
    """Return whether two answers open with the same statement."""
    return bool(one.citations and other.citations) and one.citations[0] == other.citations[0]


def says_nothing(question: str) -> bool:
    """Return whether a question says nothing without one before it: "how long?", "can I"."""
    return _SAYS_NOTHING.fullmatch(question) is not None


def needed_history(question: str, history: Sequence[str]) -> tuple[str, ...]:
    """Return the earlier questions that `question` needs, oldest first; empty if it can be understood alone.

    One that is completed with the words of those before it needs none of them.
    """
    needed: list[str] = []
    current = question
    for place in range(len(history) - 1, max(-1, len(history) - 2 - _MAX_EARLIER), -1):
        if not is_follow_up(current):
            break
        current = history[place]
        completed = _completed(current, history[:place])
        if completed is None and place > 0 and says_nothing(current):
            continue  # "what for?" adds nothing to the question before it
        needed.insert(0, completed or current)
        if completed is not None or len(needed) == _MAX_EARLIER:
            break
    return tuple(needed)


def is_follow_up(question: str) -> bool:
    """Return whether the question cannot be understood alone."""
    if _CONNECTIVE.match(question):
        return True
    words = _words(question)
    content = [word for word in words if word not in _EMPTY_WORDS]
    if len(content) <= 1:
        return True
    if _POINTS_BACK.search(question) and len(words) <= _MAX_WORDS_POINTING_BACK:
        return True
    short = len(content) <= _MAX_CONTENT_OPENING and len(words) <= _MAX_WORDS_OPENING
    return short and _OPENS_AS_FOLLOW_UP.match(question) is not None


def _content(question: str) -> list[str]:
    """Return the words that say what a question is about."""
    return [word for word in _words(question) if word not in _EMPTY_WORDS]


def _words(question: str) -> list[str]:
    return _WORD.findall(question.lower())
