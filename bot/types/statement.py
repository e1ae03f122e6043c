"""A statement as it is shown: its words, together with those that they are read with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from bot.types.spans import Quote

# Words that end in one of these, also before a closing quote, need no mark before what follows them.
_ENDS = frozenset(":：.。?？!！,;—–…-")
_CLOSERS = "\"'”’)]"


class Part(NamedTuple):
    """Some words of a statement as it is shown.

    role: "quote"; "context"; or "head", a column header before its cell. mark: what separates the words from what
    follows them if both are in one line.
    """

    words: str
    role: Literal["quote", "context", "head"]
    mark: str = ""

    @property
    def line(self) -> str:
        """Return the words in one line, with their mark."""
        return f"{_one_line(self.words)}{self.mark}"


def statement_parts(quote: Quote, context: Sequence[Quote]) -> list[Part]:
    """Return the parts of a statement; each cell of a table's row follows its column header."""
    before = [words for words in context if words.start < quote.start]
    after = [words for words in context if words.start >= quote.start]
    own = _row_parts(before[-1], quote) if before else []
    if own:
        before.pop()
    else:
        own = [Part(quote.quote, "quote")]
    if after and after[0].is_neighbor:
        own[-1] = own[-1]._replace(mark=_mark(quote.quote, "."))
    return [
        *(Part(words.quote, "context", _mark(words.quote, "." if words.is_neighbor else ":")) for words in before),
        *own,
        *(Part(words.quote, "context") for words in after),
    ]


def statement_text(quote: Quote, context: Sequence[Quote]) -> str:
    """Return a statement in one line."""
    return " ".join(part.line for part in statement_parts(quote, context))


def _row_parts(above: Quote, quote: Quote) -> list[Part]:
    """Return each cell of a row after its column header; nothing if the words above are not the row's headers."""
    heads, cells = ([_one_line(cell) for cell in words.quote.split("|")] for words in (above, quote))
    if len(cells) == 1 or len(heads) != len(cells):
        return []
    filled = [(head, cell) for head, cell in zip(heads, cells, strict=True) if cell]
    parts = []
    for number, (head, cell) in enumerate(filled, start=1):
        if head:
            parts.append(Part(f"{head}:", "head"))
        parts.append(Part(f"{cell};" if number < len(filled) else cell, "quote"))
    return parts


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _mark(words: str, mark: str) -> str:
    """Return the mark to put between words and what follows them: none if they end in one."""
    return "" if words[-1] in _ENDS or words.rstrip(_CLOSERS)[-1:] in _ENDS else mark
