"""Completes a question with words of the one before: "and my forms?" -> "how long do you keep my forms?"

Each rule is for one kind: another thing or other people ("and my forms?", "with the police?"), another doer ("and does
Google?"), a question word alone ("how long?"), another verb ("and share it?"), or a thing left out ("who sees it?").
If none fits for sure, nothing is completed. A question that can be understood alone fits none.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.understanding.clauses import (
    AUXILIARIES,
    BE,
    CONNECTIVES,
    DETERMINERS,
    PERFECT,
    PREPOSITIONS,
    PRONOUNS,
    VERBS,
    Clause,
    Phrase,
    clause_of,
    is_participle,
    phrase_at,
    words_of,
)
from bot.understanding.completions import (
    with_action,
    with_copy,
    with_doer,
    with_doing,
    with_kind,
    with_limit,
    with_named,
    with_place,
    with_question_word,
    with_way,
)
from bot.understanding.forms import agreeing, base, is_plural, plural, stem
from bot.understanding.leads import without_leads
from bot.understanding.sayings import with_about, with_condition, with_done, with_two
from bot.understanding.things import (
    FAMILY,
    OF_FACTS,
    POINTING,
    THINGS,
    TOOLS,
    asked_for,
    names_thing,
    thing_of,
    with_object,
)

# How many questions back the missing words may be.
_BACK = 2
_MOST_WORDS = 10
# A question with as few words as "and then?" may be skipped to find the one that is meant.
_FEW_WORDS = 3
_OF_DATA = frozenset("sell share give disclose rent trade encrypt public encrypted sold shared release leak".split())
_ARTICLES = frozenset({"a", "an"})
_GIVEN_TO = frozenset("to with by from".split())
_END_MARK = "?"


def complete(question: str, earlier: Sequence[str]) -> str | None:
    """Return a question in full, or None if it leaves out nothing, or nothing that can be told for sure.

    earlier: the questions before it as typed, oldest first. Each may leave out words, too.
    """
    lead, plain = without_leads(question)
    words, lower = words_of(plain)
    if not 0 < len(words) <= _MOST_WORDS:
        return None
    for place in range(len(earlier) - 1, max(-1, len(earlier) - 1 - _BACK), -1):
        before = _in_full(earlier, place)
        clause = clause_of(before)
        if clause is None and len(words_of(before)[0]) > _FEW_WORDS:
            return None
        if clause is None:
            continue
        full = (
            with_named(words, lower, clause)
            or with_kind(words, lower, clause)
            or with_doer(words, lower, clause)
            or with_action(plain, before, clause)
            or with_copy(plain, before, clause)
            or with_doing(words, lower, clause)
            or with_limit(plain, clause)
            or with_condition(plain, lead, clause)
            or with_two(plain, before, clause)
            or with_done(plain, clause)
            or with_about(plain, before)
            or with_question_word(plain, clause)
            or _with_other_doer(words, lower, clause)
            or _with_other_phrase(words, lower, lead, clause, is_asked="?" in question)
            or _with_other_verb(words, lower, clause, is_asked=bool(lead) or "?" in question)
            or with_way(plain, clause)
            or with_object(words, lower, _with_thing_named(earlier, place))
        )
        return None if full is None or _points_back(full, clause) else " ".join(full) + _END_MARK
    return None


def _in_full(earlier: Sequence[str], place: int) -> str:
    return complete(earlier[place], earlier[:place]) or earlier[place]


def _with_thing_named(earlier: Sequence[str], place: int) -> str:
    """Return an earlier question in full, or one before it that names a thing, unlike "is it free", or else ""."""
    for at in range(place, max(-1, place - 1 - _BACK), -1):
        before = _in_full(earlier, at)
        words, lower = words_of(before)
        points = next((each for each, word in enumerate(lower) if word in {"it", "them"}), None)
        adds = at > 0 and points is None and CONNECTIVES.issuperset(lower[:1]) and thing_of(before) is None
        if not adds and (before != earlier[at] or points is None or names_thing(words[:points]) or asked_for(before)):
            return before
    return ""


def _points_back(full: Sequence[str], clause: Clause) -> bool:
    """Return whether a question still cannot be understood alone. "It" and "they" may be what it names before."""
    lower = {word.lower() for word in full}
    names_thing = clause.object is not None and clause.object.head not in POINTING
    names_people = any(phrase.is_party for phrase in clause.phrases)
    return (not names_thing and not lower.isdisjoint({"it", "them"})) or ("they" in lower and not names_people)


def _with_other_doer(words: tuple[str, ...], lower: tuple[str, ...], clause: Clause) -> list[str] | None:
    """Complete "and does Google?" and "and are emails?" with what the question before says of its subject."""
    if lower[0] not in AUXILIARIES or len(words) < 2 or (clause.auxiliary is None and not clause.asks_who):
        return None
    if lower[-2:-1] == ("do",) and lower[-1] in {"it", "that", "this", "so", "same"}:
        words, lower = words[:-2], lower[:-2]
    elif lower[-3:] == ("do", "the", "same"):
        words, lower = words[:-3], lower[:-3]
    who = phrase_at(lower, 1) if len(lower) > 1 else None
    if who is None or who.end != len(lower):
        return None
    if clause.auxiliary is None:  # who sees it, and does Google?
        does = lower[0] not in BE | PERFECT
        return [*words, base(clause.lower[clause.verb]), *clause.words[clause.verb + 1 :]] if does else None
    if (lower[0] in BE) != (clause.lower[clause.auxiliary] in BE):
        return None
    if clause.opening[:1] in {("what",), ("which",)} and clause.verb == len(clause.words):
        return [*words, *clause.words[clause.subject[0] :]] if is_participle(clause.lower[-1]) else None
    said = clause.words[clause.verb :]
    if not said or any(word in VERBS for word in lower[1:-1]) or lower[-1] in VERBS | OF_FACTS:
        return None
    return [*clause.words[: clause.auxiliary], *words, *said]


def _with_other_phrase(
    words: tuple[str, ...], lower: tuple[str, ...], lead: str, clause: Clause, *, is_asked: bool
) -> list[str] | None:
    """Complete "and my forms?" and "with the police?" by the question before with this in place of its own."""
    preposition = lower[0] if lower[0] in PREPOSITIONS and len(lower) > 1 else None
    new = phrase_at(lower, 0 if preposition is None else 1, preposition)
    if new is None or not (_is_meant(new, lower, lead) or _is_alike(new, lower, lead, clause)):
        return with_place(words, lower, lead, clause)
    if new.end != len(lower):
        return _with_own_thing(words, lower, new, clause)
    if new.head in TOOLS and not lead and not is_asked:
        return None
    said: Sequence[str] = words[new.start :]
    if preposition is not None:
        same = [each for each in clause.phrases if each.preposition == preposition]
        if same:
            return _replaced(clause, same[-1], said, new)
        told = [
            at for at, word in enumerate(clause.lower[:-1]) if word == preposition and clause.lower[at + 1] in PRONOUNS
        ]
        if told:
            return [*clause.words[: told[-1] + 1], *said, *clause.words[told[-1] + 2 :]]
        if preposition == "for" and lead and new.head in THINGS and clause.object is not None:
            return _replaced(clause, clause.object, _like(said, new, clause, clause.object), new)
        takes_more = preposition in _GIVEN_TO and new.is_party and not clause.asks_who
        return [*clause.words, preposition, *said] if takes_more else with_place(words, lower, lead, clause)
    if new.is_party:
        return _with_party(clause, said, new)
    old = next((each for each in clause.phrases if stem(each.head) == stem(new.head)), clause.object)
    if lower[new.start] in _ARTICLES and not _is_meant(new, lower, lead):
        old = next(each for each in clause.phrases if clause.lower[each.start] in _ARTICLES)
    if old is not None and any(word in VERBS - THINGS for word in clause.lower[old.start + 1 : old.end]):
        return None  # "emails people send" continues with "you"
    if old is not None and clause.lower[old.start - 1 : old.start] in {("i",), ("we",)}:
        old = None  # "when I visit"
    last = clause.phrases[-1] if clause.phrases else None
    if lead.startswith("or") and last is not None and not last.is_party and _is_bare(clause.lower, last, lower, new):
        old = last  # "for research" is followed by "or statistics"
    if old is None and clause.opening[:1] in {("what",), ("which",)} and clause.auxiliary is not None:
        if new.head == "ones" and len(clause.opening) > 1:
            said = [*said[:-1], clause.words[clause.auxiliary - 1]]
        end = clause.verb + 1  # "what do you collect" has no other object
        return [*clause.words[clause.auxiliary : end], *said, *clause.words[end:]]
    if old is None or (new.head in TOOLS and not _OF_DATA.isdisjoint(clause.lower)):
        return None
    return _replaced(clause, old, _like(said, new, clause, old), new)


def _is_alike(new: Phrase, lower: tuple[str, ...], lead: str, clause: Clause) -> bool:
    """Return whether a phrase is like one in the question before: "a passport" like "an address", "without scripts"."""
    if not lead or lower[new.start] in PRONOUNS or new.end != len(lower):
        return False
    if new.preposition is not None:
        return any(each.preposition == new.preposition for each in clause.phrases)
    return lower[new.start] in _ARTICLES and any(clause.lower[each.start] in _ARTICLES for each in clause.phrases)


def _with_own_thing(words: Sequence[str], lower: tuple[str, ...], new: Phrase, clause: Clause) -> list[str] | None:
    """Complete "my address in your files?" if what it takes the place of is the end of the question before."""
    place = phrase_at(lower, new.end + 1) if lower[new.end] in PREPOSITIONS and new.end + 1 < len(lower) else None
    old = clause.object
    if place is None or place.end != len(lower) or old is None or old.end != len(clause.words):
        return None
    return _replaced(clause, old, words, new) if lower[0] in {"my", "our"} else None


def _is_meant(new: Phrase, lower: tuple[str, ...], lead: str) -> bool:
    """Return whether a phrase is for sure put in place of another, and not the subject of a new question."""
    if new.head in FAMILY:
        return False
    mine = lower[new.start] in DETERMINERS
    known = new.is_party or new.head in THINGS or new.head in TOOLS or new.head in {"one", "ones"}
    if any(word in VERBS - THINGS for word in lower[new.start : new.end]) and not mine:
        return False
    own = lower[new.start] in {"my", "our"} or "i" in lower[new.start : new.end]
    return known or own or (bool(lead) and mine and new.preposition is not None)


def _with_party(clause: Clause, said: Sequence[str], new: Phrase) -> list[str] | None:
    """Put other people in place of those in a question, or of "who"."""
    parties = [each for each in clause.phrases if each.is_party]
    if not parties and not clause.asks_who:
        given_to = [each for each in clause.phrases if each.preposition in {"with", "to"}]
        parties = [each for each in given_to if each.head not in THINGS]
    if parties:
        return _replaced(clause, parties[-1], said, new)
    rest = list(clause.words[clause.verb :])
    if clause.asks_who:
        if clause.auxiliary is None:
            return ["do" if new.is_plural else "does", *said, base(rest[0]), *rest[1:]]
        auxiliary = clause.lower[clause.auxiliary]
        return [agreeing(auxiliary, new.is_plural), *said, *rest]
    if clause.opening in {("who",), ("whom",)} and clause.lower[-1] in _GIVEN_TO:
        return [*clause.words[1:], *said]
    if len(clause.opening) == 2 and clause.opening[0] in _GIVEN_TO and clause.opening[1] in {"who", "whom"}:
        return [*clause.words[2:], clause.opening[0], *said]
    return None


def _replaced(clause: Clause, old: Phrase, said: Sequence[str], new: Phrase) -> list[str]:
    words = list(clause.words)
    if clause.auxiliary is not None and clause.auxiliary + 1 == old.start:
        words[clause.auxiliary] = agreeing(words[clause.auxiliary], new.is_plural or "and" in said)
    return [*words[: old.start], *said, *words[old.end :]]


def _is_bare(before: Sequence[str], old: Phrase, lower: Sequence[str], new: Phrase) -> bool:
    """Return whether neither of two phrases has a "my" or "the"."""
    return before[old.start] not in DETERMINERS and lower[new.start] not in DETERMINERS


def _like(said: Sequence[str], new: Phrase, clause: Clause, old: Phrase) -> list[str]:
    """Return a new phrase with the noun and the "my" or "a" that it leaves out."""
    words = list(said)
    if new.head in {"one", "ones"}:
        noun = stem(old.head)
        words[-1] = noun if new.head == "one" else plural(noun)
    first = clause.lower[old.start]
    is_one = first in _ARTICLES and not is_plural(words[-1].lower())
    if words[0].lower() not in DETERMINERS and (first in {"my", "our"} or is_one):
        words.insert(0, clause.words[old.start])
    return words


def _with_other_verb(
    words: tuple[str, ...], lower: tuple[str, ...], clause: Clause, *, is_asked: bool
) -> list[str] | None:
    """Complete "and share it?" by the subject of the question before. "Delete it" tells the site to do something."""
    if lower[0] not in VERBS or len(lower) < 2 or lower[1] not in PRONOUNS | DETERMINERS:
        return None
    if clause.auxiliary is None or clause.lower[clause.auxiliary] in BE or clause.subject[0] == clause.subject[1]:
        return None
    who = clause.words[clause.auxiliary : clause.verb] if is_asked else ("can", "you")
    full = [*who, lower[0], *words[1:]]
    thing = clause.object
    if lower[-1] in {"it", "them", "that", "those"} and thing is not None:
        full[-1:] = clause.words[thing.start : thing.end]
    return full
