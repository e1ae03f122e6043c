"""Checks that the translations of a plain sentence keep its numbers, names, and every "not" and "may"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.policies.review_tokens import is_denied, is_hedged
from bot.wording import LANGUAGES

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
# A name in Latin letters that no language translates: it has a period or a second capital.
_FIXED_NAME = re.compile(r"(?<![A-Za-z.])(?:[A-Za-z]+(?:\.[A-Za-z]+)+|[A-Z][A-Za-z]*[A-Z][A-Za-z]*)(?![A-Za-z])")
_NAME = re.compile(r"(?<![A-Za-z.])[A-Z][A-Za-z]+(?![A-Za-z])")
_DENIES = {
    "es": r"\b(?:no|ni|ninguna?|ningún|nunca|nadie|sin|tampoco)\b",
    "pt": r"\b(?:não|nem|nenhuma?|nunca|ninguém|sem)\b",
    "zh": r"[不没無无未勿别非]",
    "ht": r"\b(?:pa|p ap|pap|san|okenn|ni|anyen|pèsonn)\b",
    "vi": r"\b(?:không|chưa|chẳng|đừng|chớ)\b",
}
_HEDGES = {
    "es": r"\b(?:pued[aeo]\w*|podr\w+|posible\w*)\b",
    "pt": r"\b(?:pod\w+|possa\w*|possível\w*|possivelmente)\b",
    "zh": r"[可能]",
    "ht": r"\b(?:ka|kapab|gendwa|petèt|posib\w*)\b",
    "vi": r"\b(?:có thể|có lẽ|được)\b",
}


def check_translations(text: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with the translations of the English text. A language that is missing is no problem here."""
    english = text["en"]
    numbers, fixed = _numbers(english), set(_FIXED_NAME.findall(english))
    others = {language: words for language, words in text.items() if language != "en"}
    # A name that one language keeps, all keep.
    kept = {name for name in _NAME.findall(english) if any(name in words for words in others.values())}
    for language, words in others.items():
        if _numbers(words) != numbers:
            yield f"has other numbers in '{language}' than in English: correct them"
        for name in sorted(kept | fixed):
            if name not in words:
                yield f"does not have “{name}” in '{language}': add it, as in English"
        for name in sorted(set(_FIXED_NAME.findall(words)) - fixed):
            yield f"has “{name}” in '{language}', but not in English: remove it there"
        if is_denied(english) and not re.search(_DENIES[language], words, re.IGNORECASE):
            yield f"has no “not” in '{language}', but one in English: correct it"
        if is_hedged(english) and not re.search(_HEDGES[language], words, re.IGNORECASE):
            yield f"has no “may” in '{language}', but one in English: correct it"


def missing_languages(text: Mapping[str, str]) -> list[str]:
    """Return the languages of the chat that a text does not have."""
    return [language for language in LANGUAGES if language not in text]


def _numbers(words: str) -> list[str]:
    return sorted(_NUMBER.findall(words))
