"""Splits text into sentences with our rules and with other libraries."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.policies.sentences import split_sentences
from bot.types import AskPolicyError
from evals import OURS

# Text -> its sentences, in order.
Split = Callable[[str], Sequence[str]]


def load_splitter(name: str) -> Split:
    """Return a splitter of `SPLITTERS`. Raises AskPolicyError if its package is missing."""
    try:
        return SPLITTERS[name]()
    except ImportError as error:
        raise AskPolicyError(f"'{name}' needs the package '{error.name}': install it with `make setup`.") from None


def starts(split: Split, text: str) -> frozenset[int]:
    """Return the offsets at which a splitter starts the second and later sentences of a text.

    Raises ValueError if it changes the text.
    """
    places, at = [], 0
    for sentence in filter(None, map(str.strip, split(text))):
        place = text.index(sentence, at)
        places.append(place)
        at = place + len(sentence)
    return frozenset(places[1:])


def _askpolicy() -> Split:
    return lambda text: [text[start:end] for start, end in split_sentences(text)]


def _nupunkt() -> Split:
    import nupunkt

    split: Split = nupunkt.sent_tokenize
    return split


def _pysbd() -> Split:
    import pysbd

    split: Split = pysbd.Segmenter(language="en", clean=False).segment
    return split


def _syntok() -> Split:
    from syntok import segmenter

    def split(text: str) -> list[str]:
        sentences = (tokens for paragraph in segmenter.analyze(text) for tokens in paragraph)
        return [text[tokens[0].offset : tokens[-1].offset + len(tokens[-1].value)] for tokens in sentences]

    return split


SPLITTERS: dict[str, Callable[[], Split]] = {
    OURS: _askpolicy,
    "nupunkt": _nupunkt,
    "pysbd": _pysbd,
    "syntok": _syntok,
}
