"""Cleaned question and earlier questions -> what is asked: spelling repaired, several questions split.

A follow-up ("and for how long?", "who else can see them?") depends on the questions before it. If `ellipsis` finds the
words that it leaves out, it is read with them as one full question. Any other that may be a follow-up is read both
ways, alone and together with those before, and the better reading is answered.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.tracing import step
from bot.types import Findings, Outcome
from bot.understanding.clauses import clause_of, phrases_of
from bot.understanding.completions import leaves_out
from bot.understanding.corrections import Correction, asked_by, correction_in
from bot.understanding.echoes import asked_back
from bot.understanding.ellipsis import complete
from bot.understanding.follow_ups import (
    content_of,
    has_pointer,
    is_follow_up,
    opens_with_connective,
    says_nothing,
    words_in,
)
from bot.understanding.fronted import in_place
from bot.understanding.indirect import direct
from bot.understanding.introductions import without_introductions
from bot.understanding.names import OwnNames
from bot.understanding.plain import as_question, plain
from bot.understanding.restating import restated
from bot.understanding.several import compared, halves, is_question, sentences_of, split
from bot.understanding.spelling import Spelling
from bot.understanding.stories import readings
from bot.understanding.things import names_thing

_MAX_EARLIER = 2
# How many questions back the one may be that a short question is about if nothing else is found for it.
_MAX_AFTER = 4
# The most words of such a question.
_MOST_WORDS_AFTER = 6
# "I have a screen reader and want to know how to turn off cookies" asks how.
_HOW_TO = re.compile(r"^(?:.{1,80}\b(?:know|find out|ask|wondering) )?how to ", re.IGNORECASE)
_PERSON = re.compile(r"\b(?:he|she|him|her)\b", re.IGNORECASE)
# The least confidence of an answer to a question alone, if together with the earlier ones it would be refused.
SURE = 0.7
# The same for a question after an earlier one that it may be about, and for what was found for it otherwise.
_CLEARLY_ABOUT, _CLEARLY_NOT_ABOUT = 0.8, 0.95


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
    halves: the two questions that it may be, see `several.halves`; none if it is clearly one.
    may_be_two: whether it may be even if the whole is answered: it only names things, or asks what is done with one.
    """

    shown: str
    asked: Asked
    completed: str | None = None
    plain: str = ""
    after: tuple[Asked, ...] = ()
    halves: tuple[AskedPart, ...] = ()
    may_be_two: bool = False

    def others(self, names: OwnNames) -> tuple[AskedPart, ...]:
        """Return other ways to read it, the most exact first, for if nothing is found for it as it is."""
        in_order = in_place(self.plain)
        other = readings(self.plain) if in_order == self.plain else (in_order,)
        read = (AskedPart(self.shown, Asked(_read_by_models(text, names)), text) for text in other)
        return tuple(part for part in read if part.asked != self.asked)

    def read_as(self, asked: Asked, question: str) -> str | None:
        """Return the question as it was read; None if that is `question`, needs another one, or does not read well."""
        if self.completed is not None:
            return restated(sentences_of(self.completed)[-1])
        if asked.earlier or self.shown == question:
            return None
        return restated(self.shown) or self.shown


@dataclass(frozen=True, slots=True)
class Understood:
    """What is asked.

    repaired: the whole question, with its spelling repaired; None if no word was misspelled. correction: how it
    corrects an earlier one, if it does.
    """

    repaired: str | None
    parts: tuple[AskedPart, ...]
    correction: Correction | None = None


@step("understand")
def understand(question: str, history: Sequence[str], names: OwnNames, spelling: Spelling) -> Understood:
    """Return the questions in a cleaned question, each with the earlier questions that it may need.

    history: the visitor's earlier questions, cleaned, the oldest first. names: of the policy's owner, which mean "you"
    in all of them.
    """
    earlier: Sequence[str] = _thread(history, spelling)
    read = plain(question)
    repaired = spelling.repair(read)
    # What was only left out or made small is no news to the visitor.
    whole = question if repaired == read else repaired if question == read else spelling.repair(question)
    correction = correction_in(repaired)
    if correction is not None:
        asked, earlier = asked_by(correction, earlier)
        repaired = asked or repaired
        whole = repaired if history else whole
    in_order = in_place(repaired)
    found = split(in_order)
    if len(found) == 1:
        found = compared(repaired) or (repaired,)
    parts: list[AskedPart] = []
    for text in found:
        shown = whole if len(found) == 1 else text
        parts.append(_with_halves(_part(text, shown, [*earlier, *found[: len(parts)]], names), names))
    if correction is None or not history:
        return Understood(None if whole == question else whole, tuple(parts))
    if len(parts) == 1 and parts[0].completed is None and not parts[0].asked.earlier:
        parts = [dataclasses.replace(parts[0], completed=whole)]
    return Understood(None, tuple(parts), correction)


def understand_as_one(question: str, history: Sequence[str], names: OwnNames, spelling: Spelling) -> Asked:
    """Return what `understand` does, but everything that is asked as one question."""
    text, earlier = _corrected(spelling.repair(plain(question)), _thread(history, spelling))
    return _part(text, text, earlier, names).asked


def _thread(history: Sequence[str], spelling: Spelling) -> list[str]:
    """Return the earlier questions as they were understood, the oldest first: each in place of what it corrects."""
    thread: list[str] = []
    for message in history:
        text, before = _corrected(spelling.repair(plain(message)), thread)
        if len(before) < len(thread):
            thread.pop()  # it takes the place of the last one
        thread.append(_HOW_TO.sub("how do I ", direct(in_place(asked_back(text)))))
    return thread


def _corrected(text: str, earlier: Sequence[str]) -> tuple[str, Sequence[str]]:
    """Return what a text asks if it corrects an earlier question, and the questions before that it may need."""
    correction = correction_in(text)
    if correction is None:
        return text, earlier
    asked, before = asked_by(correction, earlier)
    return asked or text, before


def _part(text: str, shown: str, earlier: Sequence[str], names: OwnNames) -> AskedPart:
    text, earlier = direct(text), list(earlier)
    question = _read_by_models(text, names)
    before = [_read_by_models(one, names) for one in earlier]
    after = _after(question, before)
    completed = _completed(text, earlier)
    if completed is not None:
        asked = Asked(_read_by_models(completed, names), _telling_who(completed, before))
        return AskedPart(shown, asked, completed, after=after)
    return AskedPart(shown, Asked(question, needed_history(question, before)), plain=text, after=after)


def _with_halves(part: AskedPart, names: OwnNames) -> AskedPart:
    """Return a question with the two that it may be. One that leaves words to the question before it is one."""
    two = halves(part.plain) if part.completed is None else None
    if two is None:
        return part
    both = tuple(_part(text, text, (), names) for text in two[:2])
    return dataclasses.replace(part, halves=both, may_be_two=two.is_pair or not is_question(part.plain))


def _after(question: str, before: Sequence[str]) -> tuple[Asked, ...]:
    """Return a short question after each of the last earlier questions that say something."""
    if not content_of(question) or len(words_in(question)) > _MOST_WORDS_AFTER:
        return ()
    places = range(len(before) - 1, max(-1, len(before) - 1 - _MAX_AFTER), -1)
    return tuple(Asked(question, (_completed(before[at], before[:at]) or before[at],)) for at in places)


def _completed(text: str, earlier: Sequence[str]) -> str | None:
    if not earlier or not (is_follow_up(text) or leaves_out(text)):
        return None
    text = asked_back(text)
    completed = complete(text, earlier)
    *told, asked = sentences_of(text)
    if completed is None and told and is_question(asked) and not any(map(names_thing, map(words_in, told))):
        completed = complete(asked, earlier)
    return completed


def _telling_who(question: str, earlier: Sequence[str]) -> tuple[str, ...]:
    """Return the last earlier question that names people if a question only has "he" or "she" for them."""
    if not _PERSON.search(question) or _names_people(question):
        return ()
    return next(((each,) for each in reversed(earlier) if _names_people(each)), ())


def _names_people(text: str) -> bool:
    return any(phrase.is_party for phrase in phrases_of(text)[1])


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

    It needs none if it is answered, or if the policy clearly does not mention what is asked.
    """
    return found.outcome is not Outcome.ANSWERED and not found.silent_on


def is_better(other: Findings, found: Findings) -> bool:
    """Return whether another reading of a question is better than the one for which `found` was found."""
    return other.outcome is Outcome.ANSWERED and other.confidence > found.confidence


def may_be_about_earlier(found: Findings) -> bool:
    """Return whether a question may be about an earlier one, by what was found for it alone."""
    return needs_other_reading(found) and found.route is None and found.confidence < _CLEARLY_NOT_ABOUT


def may_answer(after: Findings) -> bool:
    """Return whether what is found for a question after an earlier one is sure enough to be its answer."""
    return bool(after.citations or after.silent_on) and after.confidence >= _CLEARLY_ABOUT


def is_new(after: Findings, earlier: Findings) -> bool:
    """Return whether the answer to a question after an earlier one is not the answer to the earlier one alone."""
    return not _starts_alike(after, earlier) and after.silent_on != (earlier.silent_on or None)


def are_two(whole: Findings, halves: Sequence[Findings]) -> bool:
    """Return whether what may be one question or two is two.

    It is if each half is clearly answered, and not by the whole, or if the whole is refused and a half is not.
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
    return bool(asked.earlier and content_of(question)) and not has_pointer(question)


def _is_better_alone(question: str, together: Findings, alone: Findings, given: Findings) -> bool:
    """Return whether a question is better read alone. For the arguments, see `better_reading`."""
    answered = alone.outcome is Outcome.ANSWERED
    if answered and alone.confidence >= SURE and _is_whole(question):
        return True
    again = _starts_alike(together, given)
    if _starts_alike(together, alone) or (together.silent_on and together.silent_on == alone.silent_on):
        return True
    if opens_with_connective(question) and len(content_of(question)) == 1:
        return answered and (again or together.outcome is not Outcome.ANSWERED)
    if again:
        return answered or bool(alone.silent_on) or alone.confidence >= together.confidence
    if alone.outcome is Outcome.OFF_TOPIC is not together.outcome and len(content_of(question)) <= 1:
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
