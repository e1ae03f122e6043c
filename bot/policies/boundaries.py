"""Tells whether a mark such as a period ends an English sentence, from the word before it and the words after it.

Most periods follow a plain word and precede a capital, and need no more than a look at both. Otherwise, it depends on
how the word before may end a sentence (see `abbreviations`), and whether a capital, a lowercase letter or a number
follows.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import NamedTuple

from bot.policies.abbreviations import (
    ABBREVIATIONS,
    ALSO_NUMBERED,
    ALSO_PLAIN,
    CITATIONS,
    COMPANIES,
    COMPANY_ENDINGS,
    FIRST_WORDS,
    LAWS,
    LETTERED,
    MARKED_NAMES,
    MONTHS_AND_DAYS,
    NEVER_LAST,
    OF_PLACES,
    OF_TIMES,
    OFTEN_LAST,
    PLACES,
    REFERENCES,
    SMALL_FIRST_WORDS,
    STATES,
    TIMES,
)

_OPENERS = "\"'“‘«([¿¡*_"
_CLOSERS = "\"'”’»)]*_"
# A mark with the quotes and brackets that close after it. It may end a sentence if white space follows; in Chinese and
# Japanese, it always does.
MARK = re.compile(
    rf"[.!?…。！？](?:(?<=[。！？])|(?<![.!?…][.!?…])[.!?…]*(?P<closers>[{re.escape(_CLOSERS)}]*)"
    rf"(?=\s+[{re.escape(_OPENERS)}]*[\w$€£¥#+@•◦▪●§¶…]))"
)

_LONGEST_WORD = 40
_NEXT = re.compile(
    rf"\s+(?P<openers>[{re.escape(_OPENERS)}]*)(?P<word>\S{{1,{_LONGEST_WORD}}})(?:\S*\s+(?P<second>\S{{1,20}}))?"
)
# The number or letter of a section or an item, if nothing else precedes it: "1.", "A.", "Sec. 5.", "§ 3.".
_LABEL = re.compile(
    rf"[\s{re.escape(_OPENERS)}]*(?:(?i:sec(?:tion)?|art(?:icle)?|ch(?:apter)?|part|title|rule|step|annex|appendix|"
    r"schedule|item|question|clause|paragraph|para|§+)\.?\s*)?(?:\d{1,3}(?:\.\d{1,3})*[a-z]?|[IVXLC]{1,6}|[QA]\d{1,2}|[A-Za-z])"
)
_LONGEST_LABEL = 24
# What precedes an item's number in the middle of a sentence: "You may: 1. ask; 2. complain; and 3. leave."
_BEFORE_ITEM = re.compile(r"[:;]\s*(?:(?:and|or)\s+)?$|\n\s*$")
# What precedes a place at the end of a sentence: "in the U.S.", but not "The U.S.".
_TO_A_PLACE = re.compile(
    r"(?i)\b(?:in|to|from|into|of|for|within|outside|inside|across|throughout|or|and|near|than) the $|, $"
)
_ITEM_NUMBER = re.compile(r"\d{1,2}\.")
_ROMAN_OR_LETTER = re.compile(r"(?:[IVXLC]{1,6}|[A-Z])\b")
_LETTERS_WITH_DOTS = re.compile(r"(?:[^\W\d_]{1,3}\.)+[^\W\d_]")
# Names and addresses that open a sentence with a lowercase letter: iPhone, reCAPTCHA, me@example.org, example.org,
# v2.1.
_SMALL_NAME = re.compile(r"[a-z]{1,4}[A-Z]|\S+@\w|www\.|https?:|[a-z][\w-]*\.[a-z]{2}|v\d")
_SMALL_MARK = re.compile(r"[a-z]{1,4}\)")
_ON_A_DAY = re.compile(r"(?i)\b(?:on|in|by|until|till|since|before|after|every|each|and|to) $")
_FIRST_WORD = re.compile(r"\w*")
_PARTS = re.compile(r"[-–—/]")
_VOWEL = re.compile(r"[aeiouyà-ÿ]", re.IGNORECASE)
# If capitalized after an abbreviation, they are a typo rather than a new sentence: "Acme Inc. Is the controller".
_VERBS = frozenset("is are was were has have had will would shall should may might must can could am".split())
# After such a verb, the subject of a question: "Is it sold?"
_SUBJECTS = frozenset("i you we they he she it this that these those my your our there any anyone".split())
_GO_ON = frozenset("and or for time".split())


class _Shape(Enum):
    """What the words after a mark start with. NAME: a lowercase letter that may start a sentence, as in "iPhone"."""

    CAPITAL = auto()
    NAME = auto()
    SMALL = auto()
    NUMBER = auto()
    SECTION = auto()
    OTHER = auto()


class _Next(NamedTuple):
    """The word after a mark without the quotes and brackets around it, and the word after that ("" if none)."""

    word: str
    shape: _Shape
    second: str
    bracketed: bool

    @property
    def first(self) -> str:
        """Return the letters and digits that the word starts with, in lowercase: "we" of "We’ll"."""
        found = _FIRST_WORD.match(self.word)
        return found[0].lower() if found else ""

    @property
    def opens(self) -> bool:
        """Return whether the word is one that opens sentences; "A." and the "No." of a number are not."""
        words = SMALL_FIRST_WORDS if self.shape is _Shape.SMALL else FIRST_WORDS
        asks = self.first in _VERBS and self.second.lower() in _SUBJECTS and self.shape is _Shape.CAPITAL
        answers = self.word == "No." and self.second[:1].isupper() and self.second[1:2].islower()
        return asks or answers or (self.first in words and not self.word.endswith("."))

    @property
    def opens_label(self) -> bool:
        """Return whether it is a word before a colon: "Acme Inc. Phone: 555-0100"."""
        return self.word.endswith(":") and len(self.word) > 3

    @property
    def opens_clause(self) -> bool:
        """Return whether a capitalized word precedes a lowercase one: "Data is kept", not "Data Privacy" or "DPF"."""
        rest = self.word[1:]
        clause = rest.isalpha() and rest.islower() and self.second[:1].islower() and self.second not in _GO_ON
        return (clause and self.first not in _VERBS and not self.bracketed) or self.opens_label


def ends_sentence(text: str, start: int, end: int, mark: re.Match[str]) -> bool:
    """Return whether a match of `MARK` ends the sentence that starts at `start`; the text is read up to `end`."""
    closers = mark["closers"]
    if closers is None:
        return True
    at, after = mark.span()
    sign = text[at : after - len(closers)]
    before = text[max(start, at - _LONGEST_WORD) : at]
    last = "" if before[-1:].isspace() or not before else before.rsplit(None, 1)[-1]
    first = text[after + 1 : after + 2]
    if sign == "." and first.isupper() and _is_plain(last):
        return True
    if len(last) == 1 and last.islower() and first.islower():
        return False
    found = _NEXT.match(text, after, end)
    following = _next(found) if found else None
    if following is None or following.shape is _Shape.OTHER or (following.shape is _Shape.SMALL and closers):
        return False
    if sign[0] in "!?":
        return _ends_exclamation(last.lstrip(_OPENERS), following)
    if sign != "." or not last:  # an ellipsis
        return following.shape is _Shape.CAPITAL
    if at - start <= _LONGEST_LABEL and _LABEL.fullmatch(text, start, at):
        return False
    word = _PARTS.split(last)[-1].lstrip(_OPENERS + ".")
    if word[:1].isdigit() and len(word) <= 2 and _BEFORE_ITEM.search(before[: -len(last)]):
        return False
    if not word or word[-1] in _CLOSERS + "!?…" or word[0].isdigit():
        return following.shape is not _Shape.SMALL or following.opens
    if following.shape is _Shape.SMALL:
        return _ends_before_small(word, following)
    before = before[: len(before) - len(word)]
    if len(word) == 1 and f" {before}".rstrip(". ").lower().endswith(LETTERED):
        return True
    if following.shape in (_Shape.NUMBER, _Shape.SECTION):
        return _ends_before_number(word, following)
    return _ends_before_capital(word, before, following)


def _is_plain(word: str) -> bool:
    """Return whether a word before a period is certainly not an abbreviation."""
    if not word.isalpha():
        return word[-1:] == ")"
    if word in ABBREVIATIONS or word.lower() in ABBREVIATIONS:
        return False
    return len(word) > 6 or (len(word) > 1 and word.islower() and _VOWEL.search(word) is not None)


def _next(found: re.Match[str]) -> _Next:
    word, openers, second = found["word"], found["openers"], found["second"] or ""
    first = word[0]
    if first.islower():
        version = word in ("v", "v.") and second[:1].isdigit()
        listed = "(" in openers and _SMALL_MARK.match(word)
        shape = _Shape.NAME if version or listed or _SMALL_NAME.match(word) else _Shape.SMALL
    elif first.isalpha() or (openers and first == "…"):
        shape = _Shape.CAPITAL
    elif first.isdigit() or first in "$€£¥#+@•◦▪●":
        shape = _Shape.NUMBER
    else:
        shape = _Shape.SECTION if first in "§¶" else _Shape.OTHER
    return _Next(word.rstrip(_CLOSERS + ";,"), shape, second, "(" in openers)


def _ends_exclamation(last: str, following: _Next) -> bool:
    """Decide on "!" and "?". "Yahoo! Mail", "Acme! Inc." and "Guess? watches" are names."""
    name = last[:1].isupper()
    if following.opens:
        return True
    if following.shape is _Shape.SMALL:
        return not name
    return not (name and (last.lower() in MARKED_NAMES or following.first in COMPANY_ENDINGS))


def _ends_before_small(word: str, following: _Next) -> bool:
    """Decide before a lowercase letter, which starts sentences in some texts."""
    small = word.lower()
    if len(word) == 1 or "." in word or not (_VOWEL.search(word) or word.isupper()):
        return False
    if small in ALSO_NUMBERED or word in ALSO_PLAIN:
        return following.opens
    if small in ABBREVIATIONS or word in ABBREVIATIONS:
        return False
    # A short word with a capital may be an abbreviation that is in no list.
    return following.opens or not word.istitle() or len(word) > 5


def _ends_before_number(word: str, following: _Next) -> bool:
    """Decide before a digit, a sum of money, a bullet or a section sign."""
    small = word.lower()
    can_be_last = word in OFTEN_LAST or small in PLACES or small in COMPANIES
    if can_be_last and _ITEM_NUMBER.fullmatch(following.word) and following.second[:1].isupper():
        return True  # "… etc. 2. We …"
    if len(word) == 1 or small in ABBREVIATIONS or word in ABBREVIATIONS or _LETTERS_WITH_DOTS.fullmatch(word):
        return False
    if following.shape is _Shape.SECTION:
        return not word[0].isupper() or len(word) > 7
    return _VOWEL.search(word) is not None or word.isupper()


def _ends_before_capital(word: str, before: str, following: _Next) -> bool:
    """Decide before a capital, by how the word may end a sentence. before: the text up to the word."""
    previous = (before.split() or [""])[-1]
    small = word.lower()
    if small == "no":  # an answer, or a number such as "No. HRB 12"
        return not any(c.isdigit() for c in following.word + following.second)
    if small in ("st", "dr"):  # a street, or a saint or doctor
        return following.opens and previous[:1].isupper()
    if small in NEVER_LAST:
        return False
    if small in TIMES:
        zone = following.second == "time" or following.word[1:2].isupper() or "." in following.word[1:-1]
        return not (zone or following.first in OF_TIMES or following.first in _VERBS)
    if small in PLACES or word in STATES:
        placed = _TO_A_PLACE.search(before) and following.opens_clause and following.first.rstrip("s") not in OF_PLACES
        return following.opens or bool(placed)
    if small in MONTHS_AND_DAYS and _ON_A_DAY.search(before):
        return following.first not in OF_TIMES
    if small in COMPANIES or small in MONTHS_AND_DAYS:
        return following.opens or (
            following.opens_clause and following.second != "of" and following.first not in COMPANY_ENDINGS
        )
    if word in OFTEN_LAST:
        return following.opens or not following.bracketed
    if len(word) > 1 and word.isalpha() and word.isupper() and not following.word.isupper():
        return True  # ID
    if word in ALSO_PLAIN:
        cited = previous.endswith(".") or following.word.endswith(".") or following.first in LAWS
        return not (cited or _ROMAN_OR_LETTER.match(following.word))
    if word in ALSO_NUMBERED:
        return not _ROMAN_OR_LETTER.match(following.word)
    if small in REFERENCES or word in CITATIONS:
        return following.opens and following.word not in ("A", "I")
    if len(word) == 1 or small in ABBREVIATIONS or word in ABBREVIATIONS or _LETTERS_WITH_DOTS.fullmatch(word):
        return following.opens
    return following.opens or len(word) > 5 or _VOWEL.search(word) is not None
