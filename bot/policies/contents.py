"""Tables of contents among the blocks of a policy: nothing in them is cited, and no section has their heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from bot.policies.blocks import Block, Kind
from bot.policies.phrases import is_contents

# What an entry adds to the words of its heading: a number, dots, a page.
_NUMBER = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*|[A-Za-z]|[IVXivx]{1,5})[.)]\s+|\d{1,2}(?:\.\d{1,2})+\s+")
_MAX_ENTRY_CHARS = 150
_NO_WORD = re.compile(r"[\W_]+")
_PAGE = re.compile(r"(?:[.…·_ \t]{3,}|\s)(?:\d{1,3}|[ivxl]{1,6})$")


def drop_contents(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks without headings such as "Table of contents", and without the entries below them.

    Most entries repeat the words of a heading that comes later.
    """
    titles = [at for at, block in enumerate(blocks) if _is_contents(text, block)]
    if not titles:
        return list(blocks)
    last = {_key(_words(text, block)): at for at, block in enumerate(blocks) if block.kind is Kind.HEADING}
    kept: list[Block] = []
    at = 0
    for title, following in zip_longest(titles, titles[1:], fillvalue=len(blocks)):
        kept.extend(blocks[at:title])
        at = max(at, title + 1)
        run = range(at, _run_end(text, blocks, at, following))
        entries = [last.get(_key(_words(text, blocks[number])), -1) > number for number in run]
        end = max((number + 1 for number, is_entry in enumerate(entries) if is_entry), default=0)
        if 2 * sum(entries[:end]) >= end:
            at += end
    return [*kept, *blocks[at:]]


def _run_end(text: str, blocks: Sequence[Block], at: int, most: int) -> int:
    """Return the end of the short blocks from one on: none is a heading, or all are and have no text below them."""
    end = at
    while end < most and len(_words(text, blocks[end])) <= _MAX_ENTRY_CHARS:
        heading, next_heading = (
            number < len(blocks) and blocks[number].kind is Kind.HEADING for number in (end, end + 1)
        )
        if heading != (blocks[at].kind is Kind.HEADING) or (heading and not next_heading):
            break
        end += 1
    return end


def _is_contents(text: str, block: Block) -> bool:
    return block.kind in {Kind.HEADING, Kind.PROSE} and is_contents(_words(text, block))


def _key(words: str) -> str:
    words = _PAGE.sub("", words[:_MAX_ENTRY_CHARS])
    number = _NUMBER.match(words)
    return _NO_WORD.sub(" ", words[number.end() if number else 0 :].casefold()).strip()


def _words(text: str, block: Block) -> str:
    return text[block.span.start : block.span.end]
