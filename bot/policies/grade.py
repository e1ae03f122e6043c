"""The reading grade of an English text: how many years of school it takes to read it easily (Flesch-Kincaid)."""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORD = re.compile(r"[A-Za-z][A-Za-z'’.-]*[A-Za-z]|[A-Za-z]|\d[\d,.]*")
_VOWELS = re.compile(r"[aeiouy]+")
# Two vowels next to each other that are spoken apart: "material", "actual", "video", "science", "employer", "doing".
_APART = re.compile(
    r"(?<![ctg])ia|(?<=t)ia(?=t)|io(?!n)|(?<![glnst])ion|iu|(?<![qg])ua|eo(?![up])|ea(?=te|tiv)|(?<=id|ar)ea"
    r"|ie(?=t|nt|nc)|uou|[aeou]y[aeiou]|[aeouy]i(?=ng)"
)
# An "e" that is not spoken: "use", "rules", "stored"; but "table", "pages", "needed".
_SILENT = re.compile(r"(?<![aeiou])(?<![^aeiouy]l)e$|(?<=[qg]u)es?$|[^aeioucgsxzhl]es$|[aeiouy]les$|[^aeioutd]ed$")
_INNER = re.compile(
    r"(?<=[aeiouy][bcdfgklmnprstvz])e(?=(?:ly|ment|ments|ful|less|ness)$)|(?<=ev)e(?=ry)|(?<=us)i(?=ness)"
)


def syllables(word: str) -> int:
    """Return how many syllables an English word has, at least 1. Parts of a name such as "Mass.gov" count alone."""
    parts = [part for part in re.split(r"[^A-Za-z]+", re.sub(r"['’]\w+$", "", word)) if part]
    return sum(map(_syllables, parts)) or 1


def _syllables(part: str) -> int:
    if part.isupper() and len(part) < 5:
        return len(part)  # "IP" is spelled out
    word = _INNER.sub("", part.lower())
    return max(1, len(_VOWELS.findall(word)) + len(_APART.findall(word)) - len(_SILENT.findall(word)))


def reading_grade(sentences: Sequence[str]) -> float:
    """Return the Flesch-Kincaid grade of a text in sentences (Kincaid et al. 1975): 8 is for a 13-year-old reader."""
    words = [word for sentence in sentences for word in _WORD.findall(sentence)]
    if not words:
        return 0.0
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
