"""An English question as a clause: its auxiliary, subject, verb, and noun phrases.

Found by function words and the commonest verbs, not by a full grammar: a question that does not fit has no clause.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.understanding.forms import IRREGULAR_PARTICIPLES, is_plural

BE = frozenset("is are am was were isn't aren't wasn't weren't".split())
PERFECT = frozenset("has have had hasn't haven't hadn't".split())
AUXILIARIES = (
    BE
    | PERFECT
    | frozenset("do does did can could will would shall should may might must".split())
    | frozenset("don't doesn't didn't can't won't couldn't wouldn't shouldn't".split())
)
WH = frozenset("what which who whom whose how when where why".split())
PRONOUNS = frozenset(
    "i you u ya we they he she it me us them him her this that these those there anyone anybody anything someone "
    "somebody something everyone everybody everything nobody nothing mine yours theirs who's what's it's i'm i've i'd "
    "you're they're".split()
)
PREPOSITIONS = frozenset(
    "to with by from for in on at about of into through under over after before during without within via between as "
    "than like against if when while because since until unless so out off up down away back".split()
)
CONNECTIVES = frozenset("and but or also so then plus ok okay well please yes no".split())
DETERMINERS = frozenset("my our your his her their its the a an any all some each every".split())
_THESE = frozenset("this that these those".split())
_ANYONE = frozenset("anyone anybody someone somebody everyone everybody".split())
_OBJECTS = _THESE | {"it", "them"}
ADVERBS = frozenset(
    "ever also still really actually always even just only currently never not automatically else too again anymore "
    "here now today sometimes often yesterday tomorrow directly exactly permanently forever indefinitely later please "
    "online already more most both".split()
)
# These describe the thing before them.
_ADJECTIVES = frozenset(
    "public private safe secure confidential anonymous visible available accessible optional mandatory secret sold "
    "kept sent seen read held shown given lost hidden made put taken gone able likely new free legal true real correct "
    "accurate required necessary".split()
)
VERBS = frozenset(
    "access ask be become browse buy change check collect combine come connect contain correct copy cover delete "
    "destroy disable disclose download edit encrypt erase expire fill find fix forward gather get give go handle have "
    "hide hold identify keep know learn leak link log look lose match monitor need obtain open own pass process "
    "protect publish put read receive refuse reject release remember remove rent request require reveal save scan see "
    "sell send set share show sign spy stop store submit subpoena take track trade train transfer turn update use "
    "view want watch withdraw".split()
)
# "Tell me about it" is about something else than "me".
_TAKE_TWO = frozenset("tell give send ask show let make get write help charge email call contact".split())
# "Do I have to accept cookies" is about what comes after "to".
_HAVE = frozenset("have need want".split())
_PARTICIPLE = re.compile(r"[a-z]{2,}ed")
# What comes before "of" and is not what is asked about: "a copy of my records".
_BEFORE_OF = frozenset(
    "track rid copy copies hold care part parts all some any kind kinds type types record list".split()
)
# Who may get something, in contrast to what they may get.
_PARTIES = frozenset(
    "police cops cop fbi ice cia nsa irs dhs immigration enforcement government governments feds agency agencies "
    "advertiser advertisers marketer marketers company companies business businesses contractor contractors vendor "
    "vendors party parties partner partners hacker hackers scammers staff employee employees worker workers public "
    "people person persons stranger strangers google facebook meta amazon microsoft apple landlord landlords employer "
    "employers boss school schools parents doctor doctors insurer insurers insurance court courts judge judges lawyer "
    "lawyers official officials officer officers researcher researchers affiliate affiliates broker brokers bank banks "
    "others provider providers neighbor neighbors husband wife family admins administrators moderators reporters "
    "journalists newspapers politicians authorities organizations groups charities states countries developers "
    "engineers customers users members sponsors subsidiaries supervisor manager managers prosecutors investigators "
    "anyone anybody someone somebody everyone everybody".split()
)
_WHO_DOES = frozenset("i you u we he she they".split())
_TOLD = frozenset("me know wonder wondering ask asking".split())
_SPEAKERS = frozenset("i you u we".split())
# "Where's" is two words.
_IS = re.compile(r"^(what|where|who|how|when)['’]?s$", re.IGNORECASE)
_WORD = re.compile(r"[^\s?!.,;:()\"“”]+(?:[.][^\s?!.,;:()\"“”]+)*")
_CLAUSE_END = re.compile(r"(?<![?!.;:,])[?!.;:,]+(?:\s+|$)")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase: words[start:end]. preposition: the word before it, if that is one. head: its main noun."""

    start: int
    end: int
    head: str
    preposition: str | None = None

    @property
    def is_party(self) -> bool:
        """Return whether it names people or an organization."""
        return self.head in _PARTIES or f"{self.head}s" in _PARTIES

    @property
    def is_plural(self) -> bool:
        """Return whether its main noun is a plural."""
        return is_plural(self.head)


@dataclass(frozen=True, slots=True)
class Clause:
    """A question. words: of the clause. lower: the same in lowercase, with straight apostrophes.

    auxiliary: its place, or None in "who sees it". subject: the start and end of the words between the auxiliary and
    the verb. verb: the place of the verb, or of the word after the subject of "is". phrases: in order, without those
    before the auxiliary.
    """

    words: tuple[str, ...]
    lower: tuple[str, ...]
    auxiliary: int | None
    subject: tuple[int, int]
    verb: int
    phrases: tuple[Phrase, ...]

    @property
    def opening(self) -> tuple[str, ...]:
        """Return the words before the auxiliary, in lowercase: "how long"."""
        return self.lower[: self.subject[0] if self.auxiliary is None else self.auxiliary]

    @property
    def asks_who(self) -> bool:
        """Return whether the subject is asked for: "who sees it", "who can see it"."""
        return self.opening == ("who",) and self.subject[0] == self.subject[1]

    @property
    def object(self) -> Phrase | None:
        """Return the phrase that the question is about: its object, otherwise its subject, otherwise the first other.

        "Are emails a public record" is about its subject.
        """
        things = [phrase for phrase in self.phrases if not phrase.is_party]
        direct = [each for each in things if each.start >= self.verb and each.preposition is None]
        subjects = [each for each in things if each.start < self.verb]
        is_of_subject = self.auxiliary is not None and self.lower[self.auxiliary] in BE
        first = [*subjects, *direct] if is_of_subject else [*direct, *subjects]
        return next(iter([*first, *things]), None)


def words_of(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words of a text, and the same in lowercase with straight apostrophes."""
    words = tuple(part for word in _WORD.findall(text) for part in _IS.sub(r"\1 is", word).split())
    return words, tuple(word.lower().replace("’", "'") for word in words)


def clause_of(text: str) -> Clause | None:
    """Return the last clause of a text that is a question, or None if there is none."""
    for part in reversed(_CLAUSE_END.split(text)):
        if (clause := _clause(*words_of(part))) is not None:
            return clause
    return None


def phrases_of(text: str) -> tuple[tuple[str, ...], tuple[Phrase, ...]]:
    """Return the words of a text, and the noun phrases in them."""
    words, lower = words_of(text)
    return words, _phrases(lower, 0)


def is_participle(word: str) -> bool:
    """Return whether a word may say what is done with a thing, or how it is: "stored", "public"."""
    return word in _ADJECTIVES or _PARTICIPLE.fullmatch(word) is not None


def phrase_at(lower: tuple[str, ...], start: int, preposition: str | None = None) -> Phrase | None:
    """Return the noun phrase that starts at a place, or None if none does."""
    first = end = start
    if start >= len(lower):
        return None
    if lower[start] in _ANYONE:
        return Phrase(start, start + 1, lower[start], preposition)
    if lower[start] == "what" and (relative := _with_relative(lower, start + 1)) > start + 1:
        return Phrase(start, relative, "data", preposition)  # "what I enter"
    if _is_determiner(lower, start):
        end += 1
    while end < len(lower) and lower[end] in DETERMINERS:
        end += 1
    nouns = end
    while end < len(lower):
        word, after = lower[end], lower[end + 1 : end + 2]
        if word == "of" and end > nouns:
            if lower[nouns:end][0] in _BEFORE_OF and end == nouns + 1:
                return phrase_at(lower, end + 1, "of")
            end += 1
            while end < len(lower) and lower[end] in DETERMINERS:
                end += 1
            continue
        if word in {"and", "or"} and end > nouns and after and not _ends(after[0]) and after[0] not in VERBS:
            end += 1
            while end < len(lower) and lower[end] in DETERMINERS:
                end += 1
            continue
        says = end > nouns and (is_participle(word) or word == "last" or (word == "subject" and after == ("to",)))
        if _ends(word) or word in DETERMINERS or says:
            break
        end += 1
    if end == nouns or lower[end - 1] in DETERMINERS:
        return None
    head = lower[end - 1]
    return Phrase(first, _with_relative(lower, end), head, preposition)


def _with_relative(lower: tuple[str, ...], end: int) -> int:
    """Return where a phrase ends with its relative clause: "the form | I filled in"."""
    at = end + (lower[end : end + 1] in {("that",), ("which",)})
    if at + 1 < len(lower) and lower[at] in _WHO_DOES:
        at += 1
        while at + 1 < len(lower) and (lower[at] in AUXILIARIES or lower[at] in ADVERBS):
            at += 1
        after = lower[at + 1 : at + 2]
        looked_at = after == ("at",) and at + 2 == len(lower)
        return at + 1 + (after in {("in",), ("out",), ("here",), ("up",)} or looked_at)
    return end


def _ends(word: str) -> bool:
    return (
        word in PREPOSITIONS
        or word in AUXILIARIES
        or word in WH
        or word in PRONOUNS
        or word in ADVERBS
        or word in CONNECTIVES
    )


def _is_determiner(lower: tuple[str, ...], at: int) -> bool:
    """Return whether "this" and the like comes before its noun."""
    after = lower[at + 1] if at + 1 < len(lower) else ""
    return lower[at] in _THESE and after != "" and not _ends(after) and after not in VERBS and not is_participle(after)


def _phrases(lower: tuple[str, ...], at: int) -> tuple[Phrase, ...]:
    found: list[Phrase] = []
    preposition: str | None = None
    while at < len(lower):
        word = lower[at]
        does = word in VERBS or (preposition == "from" and word.endswith("ing"))
        after = lower[at + 1] if at + 1 < len(lower) else ""
        alone = is_participle(word) and (after == "" or _ends(after) or is_participle(after))
        phrase = None if does or alone else phrase_at(lower, at, preposition)
        if phrase is not None:
            found.append(phrase)
            at = phrase.end
            preposition = None
        else:
            preposition = word if word in PREPOSITIONS else None
            at += 1
    return tuple(found)


def _after_verb(lower: tuple[str, ...], verb: int) -> tuple[Phrase, ...]:
    """Return the phrases after a verb. "It" right after it is one, too, and so is "me" in "do you track me"."""
    at = verb + 1
    if at >= len(lower):
        return ()
    is_object = lower[at] in _OBJECTS and not _is_determiner(lower, at)
    is_me = lower[at] == "me" and lower[verb] not in _TAKE_TWO and (at + 1 == len(lower) or _ends(lower[at + 1]))
    if is_object or is_me:
        return (Phrase(at, at + 1, lower[at]), *_phrases(lower, at + 1))
    return _phrases(lower, at)


def _clause(words: tuple[str, ...], lower: tuple[str, ...]) -> Clause | None:
    start = 0
    while start < len(lower) and lower[start] in CONNECTIVES:
        start += 1
    # "Can you tell me how long you keep it" asks what follows.
    told = [at for at, word in enumerate(lower[:8]) if word in WH and at > 0 and lower[at - 1] in _TOLD]
    start = next(iter(told), start)
    words, lower = words[start:], lower[start:]
    if not lower:
        return None
    opens = lower[0] in WH or (lower[0] in PREPOSITIONS and lower[1:2] and lower[1] in WH)
    auxiliary = next((at for at in range(min(7, len(lower))) if lower[at] in AUXILIARIES and (opens or at == 0)), None)
    if _has_something(lower):
        return Clause(words, lower, None, (1, 1), 1, _after_verb(lower, 1))
    if auxiliary is None or (lower[0] == "who" and auxiliary > 1):
        if lower[0] in {"who", "what"} and len(lower) > 1 and not _ends(lower[1]) and lower[1] not in DETERMINERS:
            return Clause(words, lower, None, (1, 1), 1, _after_verb(lower, 1))
        if told and (who := next((at for at, word in enumerate(lower) if word in _SPEAKERS), None)) is not None:
            return Clause(words, lower, None, (who, who + 1), who + 1, _after_verb(lower, who + 1))
        return None
    return _after_auxiliary(words, lower, auxiliary)


def _has_something(lower: tuple[str, ...]) -> bool:
    """Return whether a question asks who has a thing, and not who has done something: "who has access to my data"."""
    if lower[:1] != ("who",) or lower[1:2] not in {("has",), ("have",)}:
        return False
    after = next((word for word in lower[2:] if word not in ADVERBS), "")
    return after not in AUXILIARIES | {"", "to"} and not _is_done(after)


def _is_done(word: str) -> bool:
    """Return whether "has" may be before a word: "stored", "stolen"."""
    return is_participle(word) or word in IRREGULAR_PARTICIPLES


def _after_auxiliary(words: tuple[str, ...], lower: tuple[str, ...], auxiliary: int) -> Clause | None:
    at = auxiliary + 1
    if at >= len(lower):
        return None
    if lower[auxiliary - 1 : auxiliary] == ("who",) and (lower[at] in VERBS or _is_done(lower[at])):
        return Clause(words, lower, auxiliary, (at, at), at, _after_verb(lower, at))
    if lower[at] == "there":
        return Clause(words, lower, auxiliary, (at, at + 1), at + 1, _phrases(lower, at + 1))
    if lower[at] in PRONOUNS and not _is_determiner(lower, at):
        verb = at + 1
        while verb < len(lower) and lower[verb] in ADVERBS:
            verb += 1
        if verb + 2 < len(lower) and lower[verb] in _HAVE and lower[verb + 1] == "to":
            verb += 2
        who = (Phrase(at, at + 1, lower[at]),) if lower[at] in _ANYONE else ()
        return Clause(words, lower, auxiliary, (at, at + 1), verb, (*who, *_after_verb(lower, verb)))
    if lower[auxiliary] in BE:
        subject = phrase_at(lower, at)
        if subject is None or subject.start != at:
            return None
        return Clause(words, lower, auxiliary, (at, subject.end), subject.end, (subject, *_phrases(lower, subject.end)))
    first = at + 1 + (lower[at] in DETERMINERS)
    found = next((place for place in range(first, len(lower)) if lower[place] in VERBS), None)
    if found is None:
        return None
    subject = phrase_at(lower[:found], at)
    phrases = _after_verb(lower, found)
    return Clause(words, lower, auxiliary, (at, found), found, phrases if subject is None else (subject, *phrases))
