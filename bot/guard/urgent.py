"""Recognizes a message of somebody who may be in danger, by the rules in `urgent.toml`, in six languages.

A rule has phrases that it looks for (`says`), and phrases that show that something else is meant (`unless`, which may
name a list of `calm`). It applies if the message has one of the former and none of the latter. Words are compared as
`bot.guard.words` reads them: without accents, and with disguised and misspelled words corrected.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.guard.phrases import Phrases
from bot.guard.words import Speller

RULES_FILE = Path(__file__).with_name("urgent.toml")


@dataclass(frozen=True, slots=True)
class _Rule:
    """Indexes of the phrases of a rule: those in `_Language.says` and those in `_Language.unless`."""

    says: frozenset[int]
    unless: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Language:
    """The rules of a language, and the phrases of all of them."""

    code: str
    says: Phrases
    unless: Phrases
    rules: tuple[_Rule, ...]

    def is_danger(self, words: Sequence[str]) -> bool:
        found = self.says.found(words)
        if not found:
            return False
        excused = self.unless.found(words)
        return any(rule.says & found and not rule.unless & excused for rule in self.rules)


def language_of_danger(text: str) -> str | None:
    """Return the language of a message whose writer, or somebody else, may be in danger; None if nothing says so."""
    speller, languages = _rules()
    words = list(speller.sentences(text))
    return next((language.code for language in languages if language.is_danger(words)), None)


@cache
def _rules() -> tuple[Speller, tuple[_Language, ...]]:
    data: dict[str, Any] = tomllib.loads(RULES_FILE.read_text(encoding="utf-8"))
    codes = dict.fromkeys(rule["language"] for rule in data["rule"])
    languages = tuple(_language(code, data) for code in codes)
    known = frozenset(
        word for language in languages for each in (language.says, language.unless) for word in each.words
    )
    spellings = {other: word for word, others in data["spellings"].items() for other in others.split()}
    return Speller(known, spellings, data["fuzzy"].split()), languages


def _language(code: str, data: dict[str, Any]) -> _Language:
    rules, says, unless = [], _Numbered(), _Numbered()
    for rule in data["rule"]:
        if rule["language"] == code:
            excuses = [phrase for name in rule["unless"] for phrase in data["calm"].get(name, [name])]
            rules.append(_Rule(says.of(rule["says"]), unless.of(excuses)))
    return _Language(code, Phrases(tuple(says), data["parts"]), Phrases(tuple(unless), data["parts"]), tuple(rules))


class _Numbered(dict[str, int]):
    """Phrases in the order in which they were first seen, and their indexes."""

    def of(self, phrases: Sequence[str]) -> frozenset[int]:
        return frozenset(self.setdefault(phrase, len(self)) for phrase in phrases)
