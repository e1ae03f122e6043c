"""Recognizes a message of somebody who may be in danger, by the rules in `urgent.toml`, in six languages.

A rule has phrases that it looks for (`says`), and phrases that show that something else is meant (`unless`, which may
name a list of `calm`). It applies if the message has one of the former and none of the latter. Words are compared as
`bot.guard.words` reads them: without accents, and with disguised and misspelled words corrected.

"My husband hits me, can he see that I visited this site?" is about a site only in its second clause. So a rule also
applies if one clause alone has such a phrase and no excuse, except for the excuses that show who or what is meant
wherever they are (`everywhere`), as in "if a visitor writes ..., do you keep it?".
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from bot.guard.phrases import END, START, Phrases
from bot.guard.words import Speller

RULES_FILE = Path(__file__).with_name("urgent.toml")
# Marks inside a sentence that end a clause.
_MARKS = re.compile(r"[,，、¿()–—]|\s-\s")


@dataclass(frozen=True, slots=True)
class _Rule:
    """Indexes of the phrases of a rule: those in `_Language.says` and those in `_Language.unless`.

    everywhere: those of `unless` that count wherever they are. by_clause: whether one clause alone can be enough.
    """

    says: frozenset[int]
    unless: frozenset[int]
    everywhere: frozenset[int]
    by_clause: bool


@dataclass(frozen=True, slots=True)
class _Language:
    """The rules of a language, and the phrases of all of them.

    joins: words between clauses. verbs: those that begin a clause if one of the subjects follows. determiners: first
    words of a subject of two.
    """

    code: str
    says: Phrases
    unless: Phrases
    rules: tuple[_Rule, ...]
    joins: frozenset[str]
    verbs: frozenset[str]
    subjects: frozenset[str]
    determiners: frozenset[str]

    def is_danger(self, text: str, words: Sequence[str], speller: Speller) -> bool:
        if not self.says.may_occur(words):
            return False
        found = self.says.found(words)
        if not found and self.joins.isdisjoint(words):
            return False
        excused = self.unless.found(words)
        if any(rule.says & found and not rule.unless & excused for rule in self.rules):
            return True
        rules = [rule for rule in self.rules if rule.by_clause and not rule.everywhere & excused]
        for clause in self._clauses(speller.sentences(_MARKS.sub(";", text))):
            found, excused = self.says.found(clause), self.unless.found(clause)
            if any(rule.says & found and not rule.unless & excused for rule in rules):
                return True
        return False

    def _clauses(self, words: Iterable[str]) -> Iterator[Sequence[str]]:
        """Yield the clauses, each with START and END. One without a subject gets that of the one before."""
        clause: list[str] = []
        for word, following in pairwise([*words, END]):
            joins = word in self.joins
            if joins or word in (START, END) or (word in self.verbs and following in self.subjects):
                yield [START, *clause, END]
                clause = self._subject(clause) if joins and following not in self.subjects else []
            if not joins and word not in (START, END):
                clause.append(word)

    def _subject(self, clause: list[str]) -> list[str]:
        return clause[:2] if self.determiners.issuperset(clause[:1]) else clause[:1]


def language_of_danger(text: str) -> str | None:
    """Return the language of a message whose writer, or somebody else, may be in danger; None if nothing says so."""
    speller, languages = _rules()
    words = list(speller.sentences(text))
    return next((language.code for language in languages if language.is_danger(text, words, speller)), None)


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
            excuses = {name: unless.of(data["calm"].get(name, [name])) for name in rule["unless"]}
            everywhere = [phrases for name, phrases in excuses.items() if name in data["everywhere"]]
            rules.append(
                _Rule(
                    says.of(rule["says"]),
                    frozenset().union(*excuses.values()),
                    frozenset().union(*everywhere),
                    rule.get("by_clause", True),
                )
            )
    return _Language(
        code,
        Phrases(tuple(says), data["parts"]),
        Phrases(tuple(unless), data["parts"]),
        tuple(rules),
        **{name: frozenset(words.split()) for name, words in data["clauses"][code].items()},
    )


class _Numbered(dict[str, int]):
    """Phrases in the order in which they were first seen, and their indexes."""

    def of(self, phrases: Sequence[str]) -> frozenset[int]:
        return frozenset(self.setdefault(phrase, len(self)) for phrase in phrases)
