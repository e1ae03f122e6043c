"""Recognizes a message that asks nothing of the policy: a greeting, thanks, a complaint, a wish for a human, and so on.

Rules in `acts.toml` cover the whole message. A single word that they do not expect makes it a question: "thanks" is an
act, "thanks, do you sell my data?" is not. Only a complaint may have words of its own: "your clerk lost my papers".
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.elsewhere.troubles import complains
from bot.guard.phrases import END, START
from bot.guard.words import Speller

RULES_FILE = Path(__file__).with_name("acts.toml")
_MAX_WORDS = 20
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890")
_ROWS = tuple(row for keys in _KEYBOARD for row in (keys, keys[::-1]))
_REPEATED = re.compile(r"(.{1,3})\1{2,}.?|(.)\2+")
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{6,}")


@dataclass(frozen=True, slots=True)
class _Rule:
    """needs: patterns of which each must occur. may: the other words that are allowed. words: all of both.

    unless: what must not occur.
    """

    act: str
    needs: tuple[re.Pattern[str], ...]
    may: frozenset[str]
    words: frozenset[str]
    unless: re.Pattern[str] | None

    def fits(self, words: list[str]) -> bool:
        if not self.words.issuperset(words):
            return False
        rest = f"  {'  '.join(words)}  "  # two spaces, so that neighbors share none
        if self.unless and self.unless.search(rest):
            return False
        for need in self.needs:
            rest, found = need.subn("  ", rest)
            if not found:
                return False
        return self.may.issuperset(rest.split())


def recognize(question: str) -> str | None:
    """Return what the visitor does, one of `bot.types.ACTS`, or None if the message may be a question.

    question: as the guard cleaned it.
    """
    return _by_rules(question) or ("trouble" if complains(question) else None)


def language_of(question: str) -> str | None:
    """Return the language of a message that is an act, or None if it may be in English: "gracias" is in Spanish.

    The guard cannot tell the language of so few words.
    """
    words = f"  {'  '.join(_rules()[0].sentences(question))}  "
    return next((language for language, pattern in _languages() if pattern.search(words)), None)


def _by_rules(question: str) -> str | None:
    speller, rules, known = _rules()
    words = [word for word in speller.sentences(question) if word not in (START, END)]
    if not 0 < len(words) <= _MAX_WORDS:
        return None
    # Almost every question has another word.
    for rule in rules if known.issuperset(words) else ():
        if rule.fits(words):
            return rule.act
    return "gibberish" if all(map(_is_gibberish, question.casefold().split())) else None


def _is_gibberish(word: str) -> bool:
    """Return whether a word is keys typed at random: a part of a keyboard row, the same again and again, no vowels."""
    word = word.strip(".,!?;:")
    return (
        (len(word) == 1 and word.isascii())
        or (len(word) >= 3 and any(word in row for row in _ROWS))
        or (len(word) >= 4 and any(word[:4] in row and word[-4:] in row for row in _ROWS))
        or (len(word) >= 3 and _REPEATED.fullmatch(word) is not None)
        or _CONSONANTS.search(word) is not None
    )


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(RULES_FILE.read_text(encoding="utf-8"))


@cache
def _languages() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((language, _any_of(phrases)) for language, phrases in _data()["languages"].items())


@cache
def _rules() -> tuple[Speller, tuple[_Rule, ...], frozenset[str]]:
    """Return what reads words, the rules, and the words of all rules."""
    data = _data()
    filler = data["filler"].split()
    rules = []
    for rule in data["act"]:
        may = frozenset([*rule["may"].split(), *filler])
        needed = " ".join(rule["needs"]).replace("|", " ").split()
        unless = _any_of(rule["unless"]) if "unless" in rule else None
        rules.append(_Rule(rule["act"], tuple(map(_any_of, rule["needs"])), may, may.union(needed), unless))
    known = {
        word for rule in data["act"] for text in (*rule["needs"], rule["may"]) for word in re.findall(r"\w+", text)
    }
    spellings = {other: word for word, others in data["spellings"].items() for other in others.split()}
    words = frozenset().union(*(rule.words for rule in rules))
    return Speller(known | {*filler}, spellings, ()), tuple(rules), words


def _any_of(phrases: str) -> re.Pattern[str]:
    """Return a pattern that finds one of the phrases, the longest first."""
    ordered = sorted(phrases.split("|"), key=len, reverse=True)
    return re.compile("(?<= )(?:" + "|".join("  ".join(phrase.split()) for phrase in ordered) + ")(?= )")
