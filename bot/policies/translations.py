"""Checks that the translations of a plain sentence keep its numbers, names, and every "not" and "may"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.policies.review_tokens import is_denied, is_hedged
from bot.types import Policy, ReviewedAnswer
from bot.wording import languages_of

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MONTHS = "January February March April May June July August September October November December".split()
# A name that no language translates: it has a period or a second capital.
_FIXED_NAME = re.compile(r"(?<![A-Za-z.])(?:[A-Za-z]+(?:\.[A-Za-z]+)+|[A-Z][A-Za-z]*[A-Z][A-Za-z]*)(?![A-Za-z])")
_NAME = re.compile(r"(?<![A-Za-z.])[A-Z][A-Za-z]+(?![A-Za-z])")
_LATIN_WORD = re.compile(r"[A-Za-z]+(?:\.[A-Za-z]+)*")
_OTHER_LETTERS = frozenset({"zh"})
_DENIES = {
    "es": r"\b(?:no|ni|ninguna?|ningún|nunca|nadie|sin|tampoco)\b",
    "pt": r"\b(?:não|nem|nenhuma?|nunca|ninguém|sem)\b",
    "zh": r"[不没無无未勿别非]",
    "ht": r"\b(?:pa|pap|san|okenn|ni|anyen|pèsonn)\b",
    "vi": r"\b(?:không|chưa|chẳng|đừng|chớ)\b",
}
_HEDGES = {
    "es": r"\b(?:pued[aeo]\w*|podr\w+|posible\w*)\b",
    "pt": r"\b(?:pod\w+|possa\w*|possível\w*|possivelmente)\b",
    "zh": r"[可能]",
    "ht": r"\b(?:ka|kapab|gendwa|petèt|posib\w*)\b",
    "vi": r"\b(?:có thể|có lẽ)\b",
}


def check_translations(text: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with the translations of the English text. A missing language is not a problem here."""
    english = text["en"]
    others = {language: words for language, words in text.items() if language != "en"}
    latin = {language: words for language, words in others.items() if language not in _OTHER_LETTERS}
    fixed = set(_FIXED_NAME.findall(english))
    # A name that most translations keep, such as that of a company, must be in all of them.
    kept = {name for name in _NAME.findall(english) if 2 * sum(name in words for words in latin.values()) > len(latin)}
    for language, words in others.items():
        if sorted(_NUMBER.findall(words)) not in _number_lists(english):
            yield f"has other numbers in '{language}' than in English: correct them"
        for name in sorted(fixed | kept if language in latin else fixed):
            if name not in words:
                yield f"does not have “{name}” in '{language}': add it, as in English"
        known = {word.lower() for word in _LATIN_WORD.findall(english)}
        strange = (_FIXED_NAME if language in latin else _LATIN_WORD).findall(words)
        for name in sorted({each for each in strange if not known & {each.lower(), f"{each.lower()}s"}}):
            yield f"has “{name}” in '{language}', but not in English: remove it there"
        if is_denied(english) and not re.search(_DENIES[language], words, re.IGNORECASE):
            yield f"has no “not” in '{language}', but one in English: correct it"
        if is_hedged(english) and not re.search(_HEDGES[language], words, re.IGNORECASE):
            yield f"has no “may” in '{language}', but one in English: correct it"


def missing_languages(answer: ReviewedAnswer, policy: Policy) -> list[str]:
    """Return the languages of the policy's chat that the sentence of an answer lacks. A silent answer has none."""
    return [language for language in languages_of(policy) if answer.text and language not in answer.text]


def _number_lists(english: str) -> list[list[str]]:
    """Return the numbers of a text, sorted; and again with the numbers of its months, as other languages write them."""
    numbers = _NUMBER.findall(english)
    months = [str(_MONTHS.index(word) + 1) for word in _NAME.findall(english) if word in _MONTHS]
    return [sorted(numbers), sorted(numbers + months)]
