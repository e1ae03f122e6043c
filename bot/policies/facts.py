"""Which statements of a policy say something about the policy itself or its owner: contacts, dates, who is responsible.

A fact is found by the form of its words (an address, a number, a date next to "updated"), not by what visitors may ask.
`bot.answering.facts` connects questions to facts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.policies.dated import dated_effective, dated_updated, is_date_line, keep_latest_entries
from bot.policies.dates import MONTHS, find_dates
from bot.types import Section, Sentence

# All kinds, in the order in which the model of questions numbers them.
KINDS = ("email", "phone", "post", "contact", "controller", "officer", "updated", "effective", "owner")

EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,5}[a-z]{2,24}\b"
    r"|(?<![\w.+-])[\w.+-]{1,64}\s?[\[({]\s?at\s?[\])}]\s?[\w-]{1,63}(?:\s?(?:\.|[\[({]\s?dot\s?[\])}])\s?[\w-]{2,63}){1,4}",
    re.IGNORECASE,
)
# Groups of digits, with or without the code of a country and of an area, or a number spelled in letters.
PHONE = re.compile(
    r"(?<![\w./@#-])(?:\+\s?\d{1,3}[\s.()-]{0,2})?(?:1[ .-])?(?:\(\d{1,5}\)[\s.-]{0,2})?"
    r"\d{2,5}(?:[\s.–-]\d{2,5}){1,4}(?![\w/@-]|[.,]\d)"
    r"|(?<![\w.-])\+\d{7,14}(?!\d)"
    r"|(?<![\w-])(?:1[ -])?8\d\d-[A-Z]{3,8}(?:-[A-Z]{2,8})?\b"
)
_PHONE_CUE = re.compile(
    r"\b(?:tele)?phones?\b|\btel\b|\bcall(?:ing)?\b|\bdial\b|\bmobile\b|\bhot-?line\b|\bhelp-?line\b|\btoll|\bring us"
    r"|\btext us|\btelefon|\bteléfono|\btél|\bnumber to\b|📞|☎",
    re.IGNORECASE,
)
_FAX = re.compile(r"\bfax\b[^\d]{0,12}$", re.IGNORECASE)
_OUTRIGHT_PHONE = re.compile(r"^(?:\+|\(\d|(?:1[ .-])?\d{3}[ .–-]\d{3}[ .–-]\d{4}$|(?:1[ -])?8\d\d-[A-Z])")
_DIGIT = re.compile(r"\d")
# Every form of PLACE contains one of these.
_PLACE_START = re.compile(r"\d|Box")
_STREET = (
    r"Street|St\.?|Road|Rd\.?|Avenue|Ave\.?|Lane|Ln\.?|Drive|Dr\.?|Boulevard|Blvd\.?|Way|Court|Ct\.?|Place|Pl\.?"
    r"|Square|Sq\.?|Parkway|Pkwy|Highway|Hwy\.?|Terrace|Circle|Plaza|Row|Close|Crescent|Quay|Wharf|Broadway|Hill"
    r"|Gardens|Green|Mews"
)
PLACE = re.compile(
    rf"\b\d{{1,5}}[A-Za-z]?(?:-\d{{1,4}})?,?\s(?:[A-Z0-9][\w.'’-]{{0,30}}\s){{1,4}}(?:{_STREET})(?![\w-])"
    r"|\bP\.?\s?O\.?\s?Box\s\w+|\bPostfach\s\d|\bApartado\s(?:de\s)?\w*\s?\d"
    r"|\b[A-ZÄÖÜ][\wäöüß.-]{2,40}(?:straße|strasse|str\.|weg|platz|allee|gasse|damm|ufer)\s\d"
    r"|\b\d{1,4}(?:\s?bis)?,?\s(?:rue|avenue|boulevard|place|chemin|quai|allée)\s(?:d|l|[A-Z])"
    r"|\b(?:Calle|C/|Avenida|Av\.|Plaza|Paseo|Via|Viale|Piazza|Rua|Praça)\s(?:[Dd]e\s"
    r"|[Dd]ella\s)?[A-Z][\w' -]{1,40},?\s(?:n\.?º\s?)?\d"
    r"|\b[A-Z]{2}\s\d{5}(?:-\d{4})?\b(?!\s*[(/])"
    r"|\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b"
)
_PLACE_CUE = re.compile(
    r"\b(?:our|the|its|company(?:['’]s)?|with|has)\s(?:\w+\s){0,3}address\s(?:is|at|for\b[^.]{0,40}\bis)\b"
    r"|^(?:(?:mailing|postal|street|registered|office|business|mail|post|correspondence)\s)?(?:address|mail|post)\s?[:–-]"
    r"|\b(?:registered|head|principal)\s(?:office|address|place of business)\s?(?:is|at|in|:)"
    r"|\b(?:letters?|mail|post|write|writing|written requests?)\s(?:\w+\s){0,4}(?:to"
    r"|at)\s?:?\s(?=[^.@,]{0,60},\s[^.@]{0,60}\d|\d{1,5}\s[A-Z])"
    r"|\b(?:is|are|we['’]re)\s(?:based|located|headquartered|established)\s(?:in|at)\s(?-i:[A-Z0-9])"
    r"|\bheadquarters?\s(?:is|are|at)\b",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"\b(?:contact|reach|e-?mail|call|phone|ring|write to|writing to|message|ask|notify)\s(?:out to\s)?"
    r"(?:us|me|our|the\s(?:privacy|data|site|web|compliance|legal|customer|support|owner)\w*)\b"
    r"|\b(?:get|be)\sin\s(?:touch|contact)\b|(?<!your )(?<!and )(?<!, )\bcontact\s(?:form|details|information|page)\b"
    r"|\b(?:questions?|concerns?|complaints?|requests?|comments?|inquir(?:y|ies)|enquir(?:y|ies)|queries)\b"
    r"[^.]{0,60}\b(?:this|our|these|the)\s[^.]{0,30}\b(?:policy|policies|notice|statement|practices|privacy)\b"
    r"|\b(?:use|fill (?:in|out)|submit|through|via|complete)\s(?:this|our|the|an?)\s(?:\w+\s){0,3}form\b(?!-)",
    re.IGNORECASE,
)
# A sentence about what happens when somebody writes is not a contact.
_IF_CONTACTED = re.compile(
    r"\b(?:when|if|whenever|after|once|by|each time|where)\s(?:you|someone|people|a visitor"
    r"|visitors)\s(?:\w+\s)?(?:contact|call|e-?mail|write|message|reach|phone|ask)\b[^.]*\b(?:we|it|information"
    r"|data)\b[^.]*\b(?:collect|receive|keep|record|store|save|process|use|retain|may ask)",
    re.IGNORECASE,
)
_CONTROLLER = re.compile(
    r"\b(?:is|are|as|being|become)\s(?:the|a|an|your|our)?\s?(?:\w+\s)?(?:data\s)?controllers?\b"
    r"|\bcontroller\b[^.:]{0,100}\b(?:is|are)\b(?!\s(?:responsible|required|obliged|the\s(?:person|one|party|entity)))"
    r"|^(?:the\s)?(?:data\s)?controller\s?[:–-]"
    r"|\b(?:is|are|we['’]re)\s(?:the\s)?(?:legally\s)?(?:responsible|accountable|in charge)\s(?:party|entity|body"
    r"|(?:for|of)\s(?:the\s|any\s|all\s)?(?:processing|collection|handling|use"
    r"|(?:your\s)?(?:personal\s)?(?:data|information)\b))"
    r"|\b(?:person|persons|party|company|entity|body|organi[sz]ation|authority|office|department)\s(?:legally\s)?"
    r"(?:responsible|accountable|in charge)\s(?:for|of|under|within)\s[^.:]{0,60}\b(?:data|information|processing)\b"
    r"|^responsible\s(?:person|party|entity|body|for\b[^.:]{0,60}\b(?:data|information|processing)\b[^.:]{0,20})\s?[:–-]"
    r"|\bverantwortlich(?:er?|e stelle)?\b|\bresponsable\s(?:del|du)\s(?:tratamiento|traitement)\b"
    r"|\b(?:controlador|responsável)\s(?:dos|pelo)\b|\btitolare del trattamento\b",
    re.IGNORECASE,
)
# Every form of _CONTROLLER contains one of these.
_MAY_NAME_CONTROLLER = re.compile(r"control|respons|accountab|in charge|verantwort|titolare", re.IGNORECASE)
# "For users who qualify as data controllers", "you are responsible for the data": of data that is not the owner's.
_VISITORS_CONTROL = re.compile(
    r"\b(?:you|users?|members?|visitors?|customers?|clients?|developers?|merchants?|subscribers?|employers?|publishers?)\b"
    r"(?:\s[\w-]+){0,4}?,?\s\(?(?:(?:who|which|that|may|will|also)\s)*(?:is|are|be|being|as|qualify|acts?|remains?)\s"
    r"(?:(?:as|the|a|an|its|their|your|sole|separate|legally|solely)\s)*(?:(?:data\s)?controllers?|responsible|accountable)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\bthird[ -]part"
    r"|\b(?:other|these|those|their|such|linked)\s(?:\w+\s)?(?:web)?(?:sites?|companies|services|parties|controllers?"
    r"|organi[sz]ations)\b|\bindependent\b|\bthey\s(?:are|act)\b"
    r"|\bnot\s(?:owned|operated|run|controlled|affiliated|responsible)\b|\bsuppl(?:y|ies|ied|ier)|\bpartners?\b",
    re.IGNORECASE,
)
_OFFICER = re.compile(
    r"\b(?:data\s(?:protection|privacy)|privacy|information)\s(?:officer|manager|lead|counsel|representative"
    r"|coordinator)\b|\bDPO\b|\b(?-i:EU|UK|EEA|GDPR|European|Union|Swiss)\srepresentative\b"
    r"|\brepresentative\s(?:in|within|for)\sthe\s(?:EU|UK|EEA|European|Union|United)|\bdatenschutzbeauftragte"
    r"|\bdelegad[oa] de protección|\bdélégué à la protection|\bencarregad[oa]\b|\bresponsabile della protezione",
    re.IGNORECASE,
)
_ABOUT_PRIVACY = re.compile(r"\b(?:questions?|inquiries|enquiries|privacy|concerns?)\b", re.IGNORECASE)
_SHORT_LINE_WORDS = 12
_OWNER = re.compile(
    r"^(?:this|our|the|these)\s(?:[\w-]+\s){0,3}(?:sites?|websites?|apps?|services?|portal|pages?|store|shop|platform|policy|notice|"
    r"statement)\b[^.]{0,60}\b(?:operated|owned|run|provided|maintained|published|managed|offered|hosted|written|issued|prepared|"
    r"brought to you)\s(?:and\s\w+\s)?by\s(?!you\b|users\b|an?\s)"
    r"|\bis\s(?:the|an?)\s(?:official\s)?(?:website|web site|site|app|service|home page|policy|privacy \w+"
    r"|notice)\s(?:of|for)\s"
    # "Maple Bakery runs this site", "Maple (a service by Maple Bakery)", "Maple (that's us)".
    r"|(?-i:^(?:The\s)?[A-Z0-9])[^.,]{0,60}\b(?:operates|owns|runs|provides|publishes|maintains)\s"
    r"(?:this|the|our|its|several|these|two|three|many|various)\s(?:[\w.-]+\s){0,3}"
    r"(?:web\s?sites?|sites?|apps?|services?|portal|store|shop|platform)\b"
    r"|\ba\s(?:service|product|brand|project|website|site|app|program|division)\s"
    r"(?:(?:operated|owned|run|provided|published)\s)?(?:by|of|from)\s(?-i:(?:the\s)?[A-Z])"
    r"|\(\s?(?:that['’]?s|that is|meaning|i\.e\.,?)\s(?:us|we|me)\s?\)"
    r"|\(\s?(?:(?:hereinafter|hereafter|collectively|referred to as|together"
    r"|also)[\s,]{1,2}){0,3}[^()]{0,60}[\"“'‘](?:we|us|our|company|"
    r"the company)[,.]?[\"”'’]"
    r"|^(?:we are|we['’]re|i am|i['’]m|here at|at)\s(?-i:[A-Z0-9])"
    r"|[\"“'‘](?:we|us|our)[,.]?[\"”'’][^.]{0,60}\b(?:mean|refer|is|are)\b"
    r"|\b(?:privacy\s)?(?:policy|notice|statement)\s(?:of|from|by|belongs to|covers"
    r"|(?:describes|explains|sets out|tells you)\s(?:how|what|why|when|which)"
    r"(?:,?\s(?:and|or|how|what|why|when|which|under|conditions|circumstances|(?:personal\s)?(?:data|information)))*)\s"
    rf"(?!(?:{MONTHS})\b)(?-i:(?:the\s)?[A-Z])"
    r"|^(?:this|the)\s\w+\sbelongs? to\s(?-i:(?:the\s)?[A-Z])|^(?:owner|operator|provider|publisher|author"
    r"|site owner|website owner)\s?[:–-]|©\s?\d"
    r"|\bcopyright\s(?:\(c\)\s)?\d",
    re.IGNORECASE,
)
_VERSION_LINE = re.compile(r"(?:version|revision|ver\.|v\.?|document (?:no\.?|number)):? ?\d[\w.-]{0,15}", re.I)
# A line that says who has a part in the processing: "Responsible for data processing: Maple GmbH".
_ROLE_LINE = re.compile(
    r"(?:the |our |your |name of (?:the )?|eu |uk |joint |local |legal )*"
    r"(?:data (?:protection )?|privacy |site |website |supervisory |responsible |registered |lead |service )*"
    r"(?:controllers?|officer|representative|owner|operator|provider|publisher|authority|company|contact|responsible"
    r"|dpo)(?: (?:person|party|entity|body|company|office|name))?(?: (?:for|in|of|under|within)\b[^:.]{1,60})?"
    r"\s?:\s(?!(?:how|what|who|where|when|why)\b)(?-i:[A-ZÀ-Þ\d])"
    r"|(?:verantwortlich\w*|betreiber\w*|anbieter\w*|datenschutzbeauftragte\w*|respons(?:able|abile|ável)|delegado|encargado|titular"
    r"|délégué|titolare|controlador|encarregado)\b[^:.]{0,60}:\s(?-i:[A-ZÀ-Þ\d])",
    re.IGNORECASE,
)
_CONTACT_HEADING = re.compile(
    r"contact|reach|touch|question|write|address|imprint|impressum|kontakt|contacto|complain|\bask\b", re.IGNORECASE
)
_CONTROLLER_HEADING = re.compile(
    r"\bcontroller\b|\bwho is responsible\b|\bverantwortlich|\bresponsable\b|\btitolare\b", re.IGNORECASE
)
_OWNER_HEADING = re.compile(
    r"^(?:\W|\d)*(?:who we are|about us|who are we|about this site|the provider)\b", re.IGNORECASE
)
# The lines of one address follow each other directly and are short.
_ADDRESS_LINE_CHARS = 60
_MOST_ADDRESS_LINES = 7
_LEGAL_END = re.compile(r"\b(?:Inc|Ltd|Co|Corp|St|Ave|Rd|Blvd|Dr)\.$")


class _Words(NamedTuple):
    """A statement, with the words that govern it and its headings."""

    text: str
    around: str
    headings: tuple[str, ...]


def find_facts(text: str, sections: Sequence[Section], sentences: Sequence[Sentence]) -> Mapping[str, tuple[int, ...]]:
    """Return the indexes of the sentences that state each kind of fact, the clearest first.

    A kind that no sentence states is left out.

    text: the policy's, of which the sections and sentences are parts.
    """
    headings = {section.id: section.headings for section in sections}
    scores: dict[str, dict[int, int]] = {kind: {} for kind in KINDS}
    for sentence in sentences:
        around = " ".join(text[start:end] for start, end in sentence.context)
        words = _Words(sentence.text, around, headings.get(sentence.section_id, ()))
        for kind, judge in _JUDGES.items():
            if score := judge(words):
                scores[kind][sentence.index] = score
    _join_address_lines(text, sentences, scores["post"])
    keep_latest_entries(sentences, scores["updated"])
    for kind in ("email", "phone", "post"):
        for index in scores[kind]:
            scores["contact"][index] = max(scores["contact"].get(index, 0), min(2, scores[kind][index]))
    _found_in_heading.cache_clear()  # a visitor's own policy leaves nothing in memory
    return {kind: _clearest(found) for kind, found in scores.items() if found}


def is_fact_line(words: str) -> bool:
    """Return whether a short line of its own states a fact, such as `Phone: 555-0100`, and so is not a heading."""
    if EMAIL.search(words) or _ROLE_LINE.match(words) or _VERSION_LINE.fullmatch(words):
        return True
    if not any(c.isdigit() for c in words):
        return False
    line = _Words(words, "", ())
    return bool(_phone(line) or (PLACE.search(words) and len(words.split()) > 2) or is_date_line(words))


def _clearest(found: Mapping[int, int]) -> tuple[int, ...]:
    """Return the sentences with the two best scores, the best first; the others only seem to state the fact."""
    best = max(found.values())
    return tuple(
        sorted((index for index in found if found[index] >= best - 1), key=lambda index: (-found[index], index))
    )


@lru_cache(maxsize=1024)
def _found_in_heading(heading: str, pattern: re.Pattern[str]) -> bool:
    return pattern.search(heading) is not None


def _is_below(words: _Words, pattern: re.Pattern[str]) -> bool:
    """Return whether the innermost heading matches. All statements of a section ask the same."""
    return any(_found_in_heading(heading, pattern) for heading in words.headings[-1:])


def _email(words: _Words) -> int:
    if "@" not in words.text and not re.search(r"[\[({]\s?at\s?[\])}]", words.text, re.IGNORECASE):
        return 0
    if not EMAIL.search(words.text):
        return 0
    return 1 + 2 * _is_ours(words) + bool(_ABOUT_PRIVACY.search(words.text))


def _phone(words: _Words) -> int:
    if not _DIGIT.search(words.text):
        return 0
    numbers = [
        match[0]
        for match in PHONE.finditer(words.text)
        if 7 <= sum(c.isalnum() for c in match[0]) <= 16 and not _FAX.search(words.text[: match.start()])
    ]
    if not numbers or any(True for _ in find_dates(" ".join(numbers))):
        return 0
    cue = _PHONE_CUE.search(f"{words.around} {words.text}") or _is_below(words, _PHONE_CUE)
    if not cue and not any(map(_OUTRIGHT_PHONE.match, numbers)):
        return 0
    return 1 + bool(cue) + _is_ours(words)


def _post(words: _Words) -> int:
    place = bool(_PLACE_START.search(words.text) and PLACE.search(words.text))
    cue = bool(_PLACE_CUE.search(words.text))
    if not (place or cue):
        return 0
    return 2 * place + cue + _is_ours(words)


def _contact(words: _Words) -> int:
    if not _CONTACT.search(words.text) or _IF_CONTACTED.search(words.text):
        return 0
    return 1


def _controller(words: _Words) -> int:
    if _is_below(words, _CONTROLLER_HEADING):
        return 1 + 2 * bool(_CONTROLLER.search(words.text) and not _OTHERS.search(words.text))
    if not _MAY_NAME_CONTROLLER.search(words.text) or not _CONTROLLER.search(words.text):
        return 0
    return 0 if _OTHERS.search(words.text) or _VISITORS_CONTROL.search(words.text) else 3


def _officer(words: _Words) -> int:
    if _OFFICER.search(words.text) or _OFFICER.search(words.around):
        return 3
    below = _is_below(words, _OFFICER)
    return 2 if below and (EMAIL.search(words.text) or _phone(words) or _post(words)) else int(below)


def _updated(words: _Words) -> int:
    return dated_updated(words.text, (words.around, *words.headings[-1:]))


def _effective(words: _Words) -> int:
    return dated_effective(words.text)


def _owner(words: _Words) -> int:
    if _is_below(words, _OWNER_HEADING):
        return 2
    return 2 if _OWNER.search(words.text) and not _OTHERS.search(words.text) else 0


_JUDGES: Mapping[str, Callable[[_Words], int]] = {
    "email": _email,
    "phone": _phone,
    "post": _post,
    "contact": _contact,
    "controller": _controller,
    "officer": _officer,
    "updated": _updated,
    "effective": _effective,
    "owner": _owner,
}


def _is_ours(words: _Words) -> bool:
    """Return whether a contact is the owner's, and not one of another organization that the policy mentions."""
    if _CONTACT.search(words.text) or _CONTACT.search(words.around):
        return True
    label = len(words.text.split()) <= _SHORT_LINE_WORDS
    return label or _is_below(words, _CONTACT_HEADING)


def _join_address_lines(text: str, sentences: Sequence[Sentence], found: dict[int, int]) -> None:
    """Add the lines around a line of a postal address that belong to it, such as the town below the street."""
    for index in sorted(found):
        if not _is_address_line(sentences[index]):
            continue
        for step in (-1, 1):
            near = index + step
            while (
                0 <= near < len(sentences)
                and abs(near - index) < _MOST_ADDRESS_LINES
                and near not in found
                and _is_address_line(sentences[near])
                and text[
                    min(sentences[near].end, sentences[near - step].end) : max(
                        sentences[near].start, sentences[near - step].start
                    )
                ].count("\n")
                == 1
                and not EMAIL.search(sentences[near].text)
                and not PHONE.search(sentences[near].text)
            ):
                found[near] = found[index]
                near += step


def _is_address_line(sentence: Sentence) -> bool:
    ended = sentence.text.endswith((".", "!", "?", ":")) and not _LEGAL_END.search(sentence.text)
    return len(sentence.text) <= _ADDRESS_LINE_CHARS and not ended


def plain_address(words: str) -> str:
    """Return an email address that a page writes as `privacy [at] example [dot] com` in its usual form."""
    words = re.sub(r"\s?[\[({]\s?at\s?[\])}]\s?", "@", words, flags=re.IGNORECASE)
    return re.sub(r"\s?[\[({]\s?dot\s?[\])}]\s?", ".", words, flags=re.IGNORECASE)
