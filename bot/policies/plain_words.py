"""Plain words for the hard ones that policies use: "use" for "utilize", "buy" for "purchase".

A sentence may have the plain word where its statement has the hard one, not the other way round. Each line was read in
the statements of several policies. A word belongs here only if the plain one says the same, also after a "not":
"secure" is not "safe", "determine" is not "decide", "suspend" is not "stop", "medical" is not "health", and an
"application" is not always an "app".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from bot.policies.review_words import stem

# A regular verb: its plain verb as "use uses used using". The forms of the hard one are built.
_VERBS = """
utilize: use uses used using
disclose: give gives given giving
obtain: get gets got getting
acquire: get gets got getting
receive: get gets got getting
notify: tell tells told telling
inform: tell tells told telling
advise: tell tells told telling
describe: tell tells told telling
explain: tell tells told telling
retain: keep keeps kept keeping
preserve: keep keeps kept keeping
maintain: keep keeps kept keeping
purchase: buy buys bought buying
transmit: send sends sent sending
transfer: send sends sent sending
commence: start starts started starting
initiate: start starts started starting
terminate: end ends ended ending
discontinue: stop stops stopped stopping
modify: change changes changed changing
amend: change changes changed changing
alter: change changes changed changing
revise: change changes changed changing
assist: help helps helped helping
request: ask_for asks_for asked_for asking_for
verify: check checks checked checking
examine: check checks checked checking
monitor: watch watches watched watching
analyze: study studies studied studying
eliminate: remove removes removed removing
prohibit: forbid forbids forbade forbidding
restrict: limit limits limited limiting
reside: live lives lived living
select: choose chooses chose choosing
indicate: show shows showed showing
display: show shows showed showing
demonstrate: show shows showed showing
participate: join joins joined joining
respond: answer answers answered answering
collect: gather gathers gathered gathering
operate: run runs ran running
facilitate: help helps helped helping
""".strip().splitlines()
# Verbs that may replace a hard verb, but do not fit into its grammar: "disclose to" is "share with".
_VERBS_NOT_PUT_IN = """
disclose: share shares shared sharing
require: need needs needed needing
""".strip().splitlines()
# Other words, exactly as written.
_OTHERS = """
information: data
individuals: people
personnel: staff
employees: staff
utilization: use
disclosure: sharing
disclosures: sharing
notification: notice
notifications: notices
modification: change
modifications: changes
amendment: change
amendments: changes
termination: end
assistance: help
residence: home
vendor: supplier
vendors: suppliers
legislation: law
statute: law
statutes: laws
regulation: rule
regulations: rules
inquiry: question
inquiries: questions
telephone: phone
photograph: photo
photographs: photos
advertisement: ad
advertisements: ads
advertising: ads
analysis: study
transmission: sending
correspondence: messages
company: firm
companies: firms
visitor: user
visitors: users
confidential: secret
associated: linked
category: kind
categories: kinds
including: such as
verification: check
necessary: needed
essential: needed
additional: more
numerous: many
subsequent: later
subsequently: later
regarding: about
concerning: about
immediately: at once
promptly: soon
periodically: from time to time
""".strip().splitlines()
# Several words for one or more short ones, none of which has content of its own.
_PHRASES = {
    "in order to": "to",
    "prior to": "before",
    "in the event that": "if",
    "in the event of": "if there is",
    "with respect to": "about",
    "with regard to": "about",
    "in relation to": "about",
    "for the purpose of": "for",
    "for purposes of": "for",
    "pursuant to": "under",
    "in accordance with": "under",
    "a number of": "some",
    "as well as": "and",
}
_WORD = re.compile(rf"\b(?:{'|'.join(_PHRASES)}|[A-Za-z]+)\b", re.IGNORECASE)


def _forms(verb: str) -> tuple[str, str, str, str]:
    """Return the forms of a regular verb: "notify", "notifies", "notified", "notifying"."""
    if re.search(r"[^aeiou]y$", verb):
        return verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"
    if verb.endswith("e"):
        return verb, f"{verb}s", f"{verb}d", f"{verb[:-1]}ing"
    doubled = verb + verb[-1] if re.search(r"(?:mit|fer)$", verb) else verb
    return verb, f"{verb}s", f"{doubled}ed", f"{doubled}ing"


def _verbs(lines: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield each hard verb, in American and British spelling, and the forms of its plain verb."""
    for line in lines:
        verb, plain = line.split(": ")
        for spelled in dict.fromkeys((verb, re.sub(r"(?<=[iy])ze$", "se", verb))):
            yield spelled, [form.replace("_", " ") for form in plain.split()]


@cache
def _plain() -> dict[str, str]:
    """Hard word -> plain words, both in lowercase or as names are written."""
    found: dict[str, str] = {}
    for verb, plain in _verbs(_VERBS):
        found |= dict(zip(_forms(verb), plain, strict=True))
    return found | dict(line.split(": ") for line in _OTHERS) | _PHRASES


@cache
def _stems() -> dict[str, frozenset[str]]:
    found = {hard: {stem(word.lower()) for word in words.split()} for hard, words in _plain().items()}
    for verb, plain in _verbs((*_VERBS, *_VERBS_NOT_PUT_IN)):  # "shared" and "sharing" for each form of "disclose"
        for hard in _forms(verb):
            found[hard] = found.get(hard, set()) | {stem(form.split()[0]) for form in plain}
    return {hard: frozenset(stems) for hard, stems in found.items()}


def plain_stems(hard: str) -> frozenset[str]:
    """Return the stems of the plain words for a word. Empty if it has none."""
    return _stems().get(hard.lower(), frozenset())


def plain_word(hard: str) -> str | None:
    """Return the plain word for a word in the same form, or None: "shared" for "disclosed"."""
    return _plain().get(hard.lower())


def in_plain_words(text: str) -> str:
    """Return a text with the plain word for each hard one, and with its capitals. Names stay."""

    def replaced(found: re.Match[str]) -> str:
        hard = found[0]
        plain = plain_word(hard)
        begins = not text[: found.start()].rstrip() or text[: found.start()].rstrip()[-1] in ".!?:"
        if plain is None or (hard[0].isupper() and not begins) or re.match(r"\w*[-.]\w", text[found.end() :]):
            return hard  # "Information Act" and "data-provider.example" are names
        return plain[0].upper() + plain[1:] if hard[0].isupper() else plain

    return _WORD.sub(replaced, text)
