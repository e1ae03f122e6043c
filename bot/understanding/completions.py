"""More rules by which `ellipsis` completes a question with words of the one before.

Each is for what people ask next in the same breath: how long, what kind, what else, whether somebody whom they have
just asked about sells it, whether what they want to do is free, and what a copy of it costs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.understanding.clauses import (
    AUXILIARIES,
    BE,
    DETERMINERS,
    PRONOUNS,
    VERBS,
    WH,
    Clause,
    is_participle,
)
from bot.understanding.forms import SINGULAR, gerund, is_plural, without_not

_ALONE = re.compile(
    r"(?:(?P<long>(?:for |until |since )?(?:how long|how many (?:years|months|weeks|days)|when))|(?P<many>how many)"
    r"|(?P<kind>(?:what|which) (?:kind|type|sort)s?(?: of)?|like what)|(?P<which>which(?: ones?)?)"
    r"|(?P<else>what else|anything else)|(?P<for>what for|for what)|(?P<whom>(?:to|with) whom?)"
    r"|(?P<other>how (?:often|soon|fast|quickly)|how|where|why"
    r"|(?:in|under) (?:what|which) (?:cases?|circumstances|conditions)))"
    r"(?:\s+(?:exactly|then|so))?",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"(?:(?:where|who|how) (?:do|can|should|would|must) i (?:go|ask|contact|turn to|call|write to|email|start)"
    r"|what do i (?:have to |need to )?do)",
    re.IGNORECASE,
)
_MOST_NAMED = 4
# What a question for a time has no place for.
_FOR_EVER = frozenset("forever indefinitely permanently always".split())
# What is done with data, so that "what do you collect" asks for data.
_TAKE = frozenset("collect gather record log get receive capture".split())
_KEEP = frozenset("keep store save hold retain".split())
_THIRD = frozenset({"they", "them", "it"})
# What is asked of doing something, and not of a thing.
_OF_DOING = re.compile(
    r"(?:is (?:it|that|this) (?:free|hard|easy|for free)|is there an? (?:fee|cost|charge)(?: for (?:it|that|this))?"
    r"|(?:does|will|would) (?:it|that|this) cost(?: me)?(?: anything| money| something| much)?"
    r"|how much (?:does|will|would|is) (?:it|that|this)(?: cost)?(?: me)?"
    r"|what (?:does|will|would) (?:it|that|this) cost|do i (?:have|need) to pay(?: for (?:it|that|this))?"
    r"|how (?:long|much time) (?:does|will|would) (?:it|that|this) take(?: me| you)?)",
    re.IGNORECASE,
)
_POINTS = re.compile(r"\b(?:that|this)\b", re.IGNORECASE)
_HELD = re.compile(
    r"\b(?:(?:the |all )?(?:data|information|info|records?)|what|everything)(?: that)? (?:you|they)"
    r" (?:have|hold|keep|know|store|collect)(?:ed)? (?:on|about|of) me\b",
    re.IGNORECASE,
)
_TO_DO = re.compile(r" to (.+)", re.IGNORECASE)
# What limits the question before, put behind it.
_LIMIT = re.compile(
    r"(?:without|unless) (?:\w+ ){0,4}\w+|under (?:any|no) circumstances?|in any case|ever", re.IGNORECASE
)
# What a visitor wants to end is what is done, and not the data.
STOPS = frozenset({"stop", "prevent"})
# In "how do I stop you from …", who does it. "They" are those whom the chat speaks for.
_STOPPED = {"u": "you", "they": "you", "he": "him", "she": "her"}
_TURNS, _OWN = frozenset({"turn", "switch", "shut"}), frozenset({"my", "our"})
_WHAT_IS_DONE = frozenset({"it", "that", "this"})
_COPY = re.compile(r"\b(?:a|the|one|any) (?:copy|copies|printout)\b(?! of\b)", re.IGNORECASE)
_WHAT_YOU_HAVE = re.compile(
    r"\b(?:what|everything|all|anything)(?: that)? (?:you|they) (?:have|hold|keep|know|collect|store)(?:ed)?"
    r"(?: (?:on|about|of) me)?",
    re.IGNORECASE,
)
# After these, a follow-up says where or when: "even in private mode?"
_OF_PLACES = frozenset("in on at during after before outside inside over through via".split())
TWO = re.compile(r"\b(?:the|these|those) two\b(?! (?!(?:see|get|last|i|ha|keep|stay|know)s\b)\w+s\b)", re.IGNORECASE)
_EACH = frozenset("each every all both any".split())
_CONTENT = frozenset({"data", "information", "info", "records", "record", "file", "files", "account", "emails", "form"})


def with_question_word(plain: str, clause: Clause) -> list[str] | None:
    """Complete "how long?" and the like."""
    alone = _ALONE.fullmatch(plain)
    if alone is None:
        return None
    kept = clause.object
    if (
        clause.asks_who and kept is not None and alone["long"] and "how" in alone["long"].lower()
    ):  # who sees it, and for how long?
        return [alone["long"].lower(), "do you keep", *clause.words[kept.start : kept.end]]
    if clause.auxiliary is None or clause.asks_who:
        return None
    if alone["else"]:
        return _with_else(clause)
    rest = list(clause.words[clause.auxiliary :])
    if clause.opening[:1] in {("what",), ("which",)}:
        if len(clause.opening) == 1:
            return _with_data(alone, clause)
        at = clause.verb - clause.auxiliary + 1  # "what data do you keep" keeps data
        rest[at:at] = clause.words[1 : clause.auxiliary]
    rest[0] = rest[0].lower()
    if alone["other"] is None or alone["other"].lower() != "why":  # "don't you sell it?", "to whom?"
        rest[0] = without_not(rest[0])
    if alone["whom"] and alone["whom"].split()[0].lower() in clause.lower:
        return None  # "Do you give it to anyone" asks this already
    if alone["many"] or alone["kind"] or alone["which"]:
        thing = clause.object
        if thing is None or thing.start <= clause.verb or thing.preposition:
            return None
        if not thing.is_plural and not alone["kind"]:
            return None
        noun = clause.words[thing.start + (clause.lower[thing.start] in DETERMINERS) : thing.end]
        asked = "how many" if alone["many"] else "what kind of" if alone["kind"] else "which"
        return [asked, *noun, *clause.words[clause.auxiliary : thing.start], *clause.words[thing.end :]]
    if alone["for"]:
        return ["what", *rest, "for"] if clause.lower[clause.auxiliary] not in BE else None
    if alone["long"]:
        rest = [word for word in rest if word.lower() not in _FOR_EVER]
    return [(alone["long"] or alone["whom"] or alone["other"]).lower(), *rest]


def _with_data(alone: re.Match[str], clause: Clause) -> list[str] | None:
    """Complete "why?" and "how long?" after "what do you collect?", which names no data."""
    if clause.lower[clause.auxiliary or 0] not in {"do", "does"} or clause.lower[clause.verb] not in _TAKE | _KEEP:
        return None
    asked = (alone["long"] or alone["other"] or "").lower()
    taken = ["the", "data", "that", *clause.words[clause.subject[0] :]]
    who = clause.words[slice(*clause.subject)]
    if asked == "why" or alone["for"]:
        return ["what", "do", *who, "use", *taken, "for"]
    if alone["long"] and clause.lower[clause.verb] in _TAKE:
        return [asked, "do", *who, "keep", *taken]
    if not asked:
        return None
    at = clause.verb + 1
    return [asked, *clause.words[clause.auxiliary : at], "data", *clause.words[at:]]


def _with_else(clause: Clause) -> list[str] | None:
    """Complete "anything else?" by what is asked of the thing: "what else do you collect?"."""
    thing = clause.object
    if clause.opening == ("what",):
        return ["what else", *clause.words[1:]]
    if clause.opening or thing is None or thing.start <= clause.verb or thing.preposition:
        return None
    return ["what else", *clause.words[: thing.start], *clause.words[thing.end :]]


def with_named(words: Sequence[str], lower: Sequence[str], clause: Clause) -> list[str] | None:
    """Complete "do they sell my info?" after "who is Formstack?", but not after "who is your host?"."""
    named = clause.words[slice(*clause.subject)]
    is_named = clause.opening in {("who",), ("what",)} and clause.subject[1] == len(clause.words)
    if not is_named or not 0 < len(named) <= _MOST_NAMED or named[0].lower() in PRONOUNS | DETERMINERS:
        return None
    points = [at for at, word in enumerate(lower) if word in _THIRD]
    if len(points) != 1 or points[0] == 0 or clause.auxiliary is None or clause.lower[clause.auxiliary] not in BE:
        return None
    (at,) = points
    # In "can I turn it off", what it is was not the point: any tool may be meant.
    if lower[at] == "it" and lower[at - 1] not in AUXILIARIES:
        return None
    before = list(words[:at])
    if not is_plural(named[-1].lower()) or named[-1][0].isupper():
        before[-1] = SINGULAR.get(lower[at - 1], before[-1])
    return [*before, *named, *words[at + 1 :]]


def with_kind(words: Sequence[str], lower: Sequence[str], clause: Clause) -> list[str] | None:
    """Complete "is an IP address one?" after "what is personal data?"."""
    named = clause.words[slice(*clause.subject)]
    is_named = clause.opening == ("what",) and clause.subject[1] == len(clause.words) and 0 < len(named) <= _MOST_NAMED
    asks = lower[0] in BE and lower[-1] in {"one", "some"} and len(words) > 2
    return [*words[:-1], "considered", *named] if asks and is_named and named[0].lower() not in PRONOUNS else None


def with_place(words: Sequence[str], lower: Sequence[str], lead: str, clause: Clause) -> list[str] | None:
    """Complete "even on my phone?", "of your chatbot", and "for each browser?" by the question before."""
    if len(lower) < 2 or lower[1] in PRONOUNS | WH or (lower[0] != "of" and any(word in VERBS for word in lower)):
        return None
    adds = (lead and lower[0] in _OF_PLACES) or lower[0] == "of" or (lower[0] == "for" and lower[1] in _EACH)
    asks = clause.auxiliary is not None and clause.opening[:1] in {(), ("how",), ("what",)}
    return [*clause.words, *words] if adds and asks else None


def with_doer(words: Sequence[str], lower: Sequence[str], clause: Clause) -> list[str] | None:
    """Complete "do they need a warrant?" and "where do they keep it?" by who does something, and to what."""
    at = next((place for place, word in enumerate(lower) if word == "they"), 0)
    subject = clause.words[slice(*clause.subject)]
    if not at or lower[at - 1] not in AUXILIARIES or clause.auxiliary is None or not _is_doer(clause):
        return None
    if lower[at - 1] in BE and lower[at + 1 : at + 3] == ("subject", "to"):
        return None  # records are, and not who gets them
    end, thing = len(words), clause.object
    if lower[-1] in _THIRD and at < end - 1:
        if thing is None or thing.start < clause.verb:
            return None
        end -= 1
    elif any(word in _THIRD for word in lower[at + 1 :]):
        return None
    before = list(words[:at])
    if clause.lower[clause.auxiliary] in {"does", "is"}:
        before[-1] = SINGULAR.get(lower[at - 1], before[-1])
    said = clause.words[thing.start : thing.end] if thing is not None and end < len(words) else ()
    return [*before, *subject, *words[at + 1 : end], *said]


def _is_doer(clause: Clause) -> bool:
    """Return whether the subject of a question is others, such as the police, or one who is named: "does Google"."""
    first, end = clause.subject
    if any(phrase.is_party and (phrase.start, phrase.end) == (first, end) for phrase in clause.phrases):
        return True
    name = clause.lower[first]
    is_name = end == first + 1 and clause.lower[first - 1] == "does"
    return is_name and name not in PRONOUNS and not is_plural(name) and name not in VERBS


def with_action(plain: str, before: str, clause: Clause) -> list[str] | None:
    """Complete "is it free?" and "how long does it take?" by what the visitor wants to do."""
    if _OF_DOING.fullmatch(plain) is None:
        return None
    question = _POINTS.sub("it", plain)
    asked = _OF_DOING.match(before)
    if asked is not None and (to_do := _TO_DO.fullmatch(before[asked.end() :].rstrip("?"))) is not None:
        return [question, "to", to_do[1]]
    if clause.lower[slice(*clause.subject)] != ("i",):
        return None
    said = _HELD.sub("my data", " ".join(clause.words[clause.verb :]))
    return [question, "to", said] if said else None


def with_limit(plain: str, clause: Clause) -> list[str] | None:
    """Complete "without my consent?" and "ever?" by the question before."""
    is_asked = clause.auxiliary == 0 and _LIMIT.fullmatch(plain) is not None
    return [*clause.words, plain] if is_asked else None


def with_doing(words: Sequence[str], lower: Sequence[str], clause: Clause) -> list[str] | None:
    """Complete "how do I stop that?" by what is done: "how do I stop you from looking at my contacts?".

    "How do I turn that off?" asks the same, unless there is a tool that can be turned off.
    """
    turned_off = len(lower) > 3 and lower[-3] in _TURNS and lower[-1] == "off"
    if turned_off and clause.object is not None and clause.lower[clause.object.start] in _OWN:
        words, lower = (*words[:-3], "stop", words[-2]), (*lower[:-3], "stop", lower[-2])
    if len(lower) < 2 or lower[-2] not in STOPS or lower[-1] not in _WHAT_IS_DONE or clause.auxiliary is None:
        return None
    subject, verb, rest = (
        clause.words[slice(*clause.subject)],
        clause.lower[clause.verb],
        clause.words[clause.verb + 1 :],
    )
    if clause.lower[clause.auxiliary] in BE and subject and is_participle(verb):
        return [*words[:-1], *subject, "from", "being", verb, *rest]
    if verb not in VERBS or not rest or "i" in clause.lower[slice(*clause.subject)]:
        return None
    doer = [_STOPPED.get(word.lower(), word) for word in subject] or ["others"]
    return [*words[:-1], *doer, "from", gerund(verb), *rest]


def with_way(plain: str, clause: Clause) -> list[str] | None:
    """Complete "where do I go?" by what the visitor wants to do."""
    if _WHERE.fullmatch(plain) is None:
        return None
    if clause.lower[slice(*clause.subject)] == ("i",) and clause.verb < len(clause.words):
        return [plain, "to", *clause.words[clause.verb :]]
    thing = clause.object
    return None if thing is None else [plain, "about", *clause.words[thing.start : thing.end]]


def with_copy(plain: str, before: str, clause: Clause) -> list[str] | None:
    """Complete "does a copy cost anything?" by what the question before is about."""
    copy = _COPY.search(plain)
    if copy is None:
        return None
    if known := _WHAT_YOU_HAVE.search(before):
        thing = known[0]
    elif clause.object is not None and clause.object.head in _CONTENT:
        thing = " ".join(clause.words[clause.object.start : clause.object.end])
    else:
        return None
    return [plain[: copy.end()], "of", thing, *plain[copy.end() :].split()]


def leaves_out(question: str) -> bool:
    """Return whether a question leaves out words even if it is long enough to be understood alone."""
    return _COPY.search(question) is not None or TWO.search(question) is not None
