"""Policy -> the passages to index, one for each sentence."""

from __future__ import annotations

from collections.abc import Sequence

from bot.types import Passage, Policy


def make_passages(policy: Policy) -> tuple[Passage, ...]:
    """Return one passage for each sentence, in order. Its context is the heading above it and the sentence."""
    passages = []
    for sentence in policy.sentences:
        headings = policy.section(sentence.section_id).headings
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
                context=passage_context(headings, sentence.text),
            )
        )
    return tuple(passages)


def passage_context(headings: Sequence[str], text: str) -> str:
    """Return the text that the encoder reads for a passage: its innermost heading, if any, and its text."""
    return f"{headings[-1]}: {text}" if headings else text
