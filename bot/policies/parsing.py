"""Policy text -> sections and statements with exact offsets. The text itself is never changed."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Sequence

from bot.policies.blocks import Block, Kind, read_blocks
from bot.policies.contents import drop_contents
from bot.policies.facts import find_facts
from bot.policies.statements import read_statements
from bot.types import AskPolicyError, Contact, Policy, Section, Sentence


def parse_policy(
    text: str,
    *,
    id: str,
    title: str | None = None,
    site: str | None = None,
    url: str | None = None,
    effective: str | None = None,
    updated: str | None = None,
    contacts: tuple[Contact, ...] = (),
) -> Policy:
    """Read a policy text.

    title, site: by default, the first heading or the id; and the title. Raises AskPolicyError if the text contains no
    sentence.
    """
    blocks = drop_contents(text, read_blocks(text))
    headings = [block for block in blocks if block.kind is Kind.HEADING]
    statements = read_statements(text, blocks)
    if not statements:
        raise AskPolicyError(
            f"The policy '{id}' has no sentence to answer from: give a text with at least one full sentence."
        )

    sections = _sections(text, headings)
    starts = [section.start for section in sections]
    sentences = tuple(
        Sentence(
            index,
            sections[bisect_right(starts, statement.span.start) - 1].id,
            text[statement.span.start : statement.span.end],
            statement.span.start,
            statement.span.end,
            statement.context,
            statement.neighbors,
        )
        for index, statement in enumerate(statements)
    )
    title = title or (text[headings[0].span.start : headings[0].span.end] if headings else id)
    return Policy(
        id=id,
        title=title,
        site=site or title,
        url=url,
        effective=effective,
        updated=updated,
        text=text,
        sections=tuple(sections),
        sentences=sentences,
        sha256=hashlib.sha256(text.encode("utf-8")).hexdigest(),
        contacts=contacts,
        facts=find_facts(text, sections, sentences),
    )


def _sections(text: str, headings: Sequence[Block]) -> list[Section]:
    """Return one section for each heading, up to the next one, and one for text before the first heading, if any."""
    sections: list[Section] = []
    if not headings or text[: headings[0].line].strip():
        end = headings[0].line if headings else len(text)
        sections.append(Section("s0", (), 0, end))
    path: list[tuple[int, str]] = []
    title = next((heading for heading in headings if not heading.level), None)
    for number, heading in enumerate(headings):
        words = text[heading.span.start : heading.span.end]
        # The title is above all others but not part of their path; that of a further document is.
        path = [(above, w) for above, w in path if 0 <= above < heading.level]
        path.append((-1 if heading is title else heading.level, words))
        end = headings[number + 1].line if number + 1 < len(headings) else len(text)
        sections.append(Section(f"s{len(sections)}", tuple(w for _, w in path), heading.line, end))
    return sections
