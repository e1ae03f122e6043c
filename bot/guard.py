"""The door: a question as typed -> a cleaned question, what to warn about, or why it is not processed.

Personal data is taken out here, before anything else (models, logs, stores) sees the question.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.settings import GuardSettings
from bot.types import Outcome, Warning

# Zero-width, bidirectional-control, variation and tag characters: they hide text from the person who reads it.
_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e01ef]"
)
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Guarded:
    """outcome: None where the question may go on."""

    question: str
    outcome: Outcome | None
    warnings: tuple[Warning, ...]


def guard(question: str, settings: GuardSettings) -> Guarded:
    """Clean one question. Never raises: whatever a visitor types has an outcome."""
    if len(question) > settings.max_question_chars:
        return Guarded("", Outcome.TOO_LONG, ())
    warnings: list[Warning] = []
    # Normalised first: some characters become hidden ones only then.
    normalized = unicodedata.normalize("NFKC", question)
    visible = _HIDDEN.sub("", normalized)
    if visible != normalized:
        warnings.append(Warning("hidden_characters"))
    cleaned = "".join(c if _is_text(c) else " " for c in unicodedata.normalize("NFKC", visible))
    cleaned = _BLANK.sub(" ", cleaned).strip()
    cleaned, kinds = mask_personal_data(cleaned)
    if kinds:
        warnings.append(Warning("personal_data", kinds))
    letters = [c for c in cleaned if c.isalpha()]
    if not letters:
        return Guarded(cleaned, Outcome.EMPTY, tuple(warnings))
    latin = sum("LATIN" in unicodedata.name(c, "") for c in letters)
    if latin < len(letters) / 2:
        return Guarded(cleaned, Outcome.UNSUPPORTED_LANGUAGE, tuple(warnings))
    return Guarded(cleaned, None, tuple(warnings))


def _is_text(character: str) -> bool:
    # Control, surrogate, private and unassigned code points carry no words.
    return unicodedata.category(character)[0] != "C"


def _is_card(number: str) -> bool:
    digits = re.sub(r"\D", "", number)
    # Its expiry date or security code may follow.
    return any(_luhn(digits[:length]) for length in {15, 16, len(digits)} if length <= len(digits))


def _luhn(digits: str) -> bool:
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


@dataclass(frozen=True, slots=True)
class _Rule:
    """kind: what the warning names. pattern: its group `secret` (or all of it) is replaced by `[kind]`."""

    kind: str
    pattern: re.Pattern[str]


def _rule(kind: str, pattern: str) -> _Rule:
    return _Rule(kind, re.compile(pattern, re.IGNORECASE))


# What follows "my password is" and is no password: the mask that stands there already, or how it is treated.
_SAID = (
    r"(?!\[[a-z ]+\]|(?:is|a|an|the|in|on|at|it|being|ever|never|not|also|still|really|kept|stored|saved|shared|sold|"
    r"safe|secure|stolen|lost|leaked|hacked|public|private|required|needed|encrypted|protected|collected|considered|"
    r"visible|used)[.,;:!?]*(?:\s|$))"
)
_CUE = r"(?:\s*(?:is|are|was|:|=|#|no\.?|number|num|nr|card|account|acct|id)){0,4}\s*[:=#]?\s*"
_RULES = (
    _rule("email", r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    _rule("password", rf"\b(?:password|passcode|passwd|pwd|pin)\s*(?:is|:|=)\s*(?P<secret>{_SAID}\S*\w)"),
    _rule("user_name", rf"\b(?:user ?name|user ?id|login)\s*(?:is|:|=)\s*(?P<secret>{_SAID}\S*\w)"),
    _rule("social_security_number", r"(?<![\d-])\d{3}[-. ]\d{2}[-. ]\d{4}(?![\d-])"),
    _rule("social_security_number", rf"\b(?:ssn|social(?: security)?){_CUE}(?P<secret>\d(?:[ .-]?\d){{8}})(?!\d)"),
    _rule("tax_number", r"(?<![\d-])\d{2}-\d{7}(?![\d-])"),
    _rule("tax_number", rf"\b(?:tin|ein|itin|tax(?:payer)?(?: id)?){_CUE}(?P<secret>\d(?:[ -]?\d){{8}})(?!\d)"),
    _rule("card_number", r"(?<![\d-])\d(?:[ -]?\d){12,18}(?![\d-])"),
    _rule(
        "bank_account",
        rf"\b(?:account|acct|routing|iban|checking|savings){_CUE}(?P<secret>[a-z]{{0,4}}\d(?:[ -]?\d){{5,16}})(?!\d)",
    ),
    _rule(
        "drivers_license",
        rf"\b(?:driver'?s?'? ?licen[cs]e|licen[cs]e|passport){_CUE}(?P<secret>[a-z]{{0,2}}\d(?:[ -]?\d){{5,11}})(?!\d)",
    ),
    _rule(
        "birth_date",
        r"\b(?:born(?: on)?|birth ?da(?:y|te)|date of birth|dob)(?:\s*(?:is|was|on|:|=))*\s*"
        r"(?P<secret>\d{1,4}[/. -]\d{1,2}[/. -]\d{1,4}|[a-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
        r"|\d{1,2}(?:st|nd|rd|th)? [a-z]{3,9}\.?,? \d{4})",
    ),
    _rule("phone", r"(?<![\w-])(?:\+?1[ .-]?)?(?:\(\d{3}\)|\d{3})[ .-]?\d{3}[ .-]?\d{4}(?![\w-])"),
    _rule("phone", r"\b(?:call|phone|tel|cell|mobile|text)\D{0,24}(?P<secret>\d{3}[ .-]\d{4})(?!\d)"),
    _rule(
        "address",
        r"\b\d{1,5}[a-z]? (?:(?!(?:a|an|any|the|is|are|was|do|does|did|to|in|of|for|or|and|days?|weeks?|months?"
        r"|years?)\b)[a-z.'-]+ ){1,4}(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct"
        r"|place|pl|terrace|way|circle|highway|hwy|square|sq)\b\.?(?:,? (?:apt|unit|suite|#)\.? ?\w+)?",
    ),
    # In small letters only what ends the clause is a surname: "my name is ann do you ..." goes on with the question.
    _rule(
        "name",
        r"\bmy (?:full )?name is (?P<secret>[a-z][\w.'’-]*"
        r"(?:(?: (?-i:[A-Z])[\w.'’-]*){1,3}| [a-z][\w'’-]*(?=[.,;!?]|$| and\b))?)",
    ),
)


def mask_personal_data(text: str) -> tuple[str, tuple[str, ...]]:
    """Replace personal data by `[its kind]`; return the text and the kinds found, each once, in order."""
    found: list[str] = []
    before = None
    # Again until nothing is left: one cue may stand before two secrets. Each round takes secrets away, none adds any.
    while text != before:
        before = text
        for rule in _RULES:

            def replace(match: re.Match[str], kind: str = rule.kind) -> str:
                group = "secret" if "secret" in match.re.groupindex else 0
                if kind == "card_number" and not _is_card(match[0]):
                    return match[0]
                if kind not in found:
                    found.append(kind)
                start, end = match.start(group) - match.start(), match.end(group) - match.start()
                return f"{match[0][:start]}[{kind.replace('_', ' ')}]{match[0][end:]}"

            text = rule.pattern.sub(replace, text)
    return text, tuple(found)
