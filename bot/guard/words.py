"""Text -> plain words, so that rules find a word however it is typed: "Kïll", "k1ll", "k i l l", "killll".

The time grows linearly with the length of the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import islice

from bot.guard.phrases import END, START

_MAX_WORD = 24
# Messages that people write are shorter; the bound keeps the time short for any text.
_MAX_WORDS = 300
_ALIKE = str.maketrans("аæсđеіıøорѕхłу", "aacdeiioopsxly")
# The accent is what normalizing makes of an acute that stands for an apostrophe.
_APOSTROPHES = re.compile("['’‘ʼ`´]| \u0301")
# Letters with a sign between them, as in "k.m.s", or four and more with spaces, as in "k i l l".
_SPACED = re.compile(r"(?<![a-z0-9])(?:(?:[a-z][.*_-]){2,40}|(?:[a-z][ .*_-]{1,2}){3,40})[a-z](?![a-z0-9])")
_SEPARATORS = re.compile(r"[^a-z]+")
_TOKEN = re.compile(r"[a-z0-9@$](?:[a-z0-9]|[@$!|*](?=[@$!|*]{0,4}[a-z0-9]))*|[\u3400-\u9fff]|[.?!;:\n。！？；]")
_SIGNS = str.maketrans("013457@$!|", "oieastasil", "*")
_SIGNS_WITH_L = str.maketrans("013457@$!|", "oleastasil", "*")
_REPEATED = re.compile(r"(.)\1{2,}")


class Speller:
    """Reads the words that rules know. known: all of them. spellings: the word for each other spelling of it.

    fuzzy: long words that are also found with one letter missing, added, changed, or two letters swapped.
    """

    def __init__(self, known: Container[str], spellings: Mapping[str, str], fuzzy: Iterable[str]) -> None:
        self._known = known
        self._spellings = spellings
        self._near = {near: word for word in fuzzy for near in (word, *_shortened(word))}

    def sentences(self, text: str) -> Iterator[str]:
        """Yield the words of a text, with START and END around each sentence."""
        read: dict[str, str] = {}
        yield START
        for match in islice(_TOKEN.finditer(_SPACED.sub(_joined, fold(text))), _MAX_WORDS):
            token = match[0][:_MAX_WORD]
            if token in self._known:
                yield token
            elif token[0].isalnum() or token[0] in "@$":
                if token not in read:
                    read[token] = self._read(token)
                yield read[token]
            else:
                yield END
                yield START
        yield END

    def _read(self, token: str) -> str:
        if token.isdecimal():
            return self._spellings.get(token, token)
        for word in _readings(token):
            if word in self._known:
                return word
            if word in self._spellings:
                return self._spellings[word]
        if self._near and len(token) >= 5:
            for near in (token, *_shortened(token)):
                if near in self._near:
                    return self._near[near]
        return token


def fold(text: str) -> str:
    """Return a text in lowercase, without accents and apostrophes, and with Latin letters for their look-alikes."""
    text = text.lower()
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text).translate(_ALIKE))
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return text.replace("'", "").replace("`", "")


def _readings(token: str) -> Iterator[str]:
    yield token
    # Letters stand for themselves.
    words = (token,) if token.isalpha() else (token.translate(_SIGNS), token.translate(_SIGNS_WITH_L))
    for word in words:
        yield word
        if _REPEATED.search(word):
            yield _REPEATED.sub(r"\1", word)
            yield _REPEATED.sub(r"\1\1", word)


def _shortened(word: str) -> list[str]:
    return [word[:i] + word[i + 1 :] for i in range(len(word))]


def _joined(letters: re.Match[str]) -> str:
    return _SEPARATORS.sub("", letters[0])
