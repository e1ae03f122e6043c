"""Chosen passages -> an answer: citations with links to their place on the live page, and the words before them.

Everything said is fixed wording of `bot.wording`, or the policy's own words, character for character.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from urllib.parse import quote

from bot.guard.cleaning import Guarded
from bot.types import Answer, AskPolicyError, Citation, Findings, Hit, Passage, Policy, PolicyVersion
from bot.wording import fixed_text, interface, messages

# A link names whole short quotes; of long ones it names the first and the last words.
_WHOLE_QUOTE_CHARS = 90
_EDGE_WORDS = 5
_CONTEXT_WORDS = 3


def compose(guarded: Guarded, found: Findings, policy: Policy, *, limit: int, language: str, seconds: float) -> Answer:
    """Put the answer into words.

    limit: the longest question that is accepted, in characters. language: of the words around the quotes.
    """
    if found.citations:
        opening = opening_words(found.yes_no, language)
    else:
        opening = fixed_text(found.outcome, policy, limit=limit, language=language)
    return Answer(
        question=guarded.question,
        outcome=found.outcome,
        opening=opening,
        citations=found.citations,
        warnings=guarded.warnings,
        confidence=found.confidence,
        policy_version=PolicyVersion.of(policy),
        seconds=seconds,
        hits=found.hits,
        language=language,
    )


def opening_words(yes_no: str | None, language: str = "en") -> str:
    """Return what is said before the quotes; often nothing.

    yes_no: "yes", "no" or "depends" if the answer opens with it. In other languages than English a sentence says that
    the quotes are the policy's own words, in English.
    """
    words = [messages(language)[yes_no]] if yes_no else []
    if language != "en":
        words.append(interface(language)["quoted_in_english"])
    return " ".join(words)


def cite(chosen: Sequence[Hit], passages: Sequence[Passage], policy: Policy) -> tuple[Citation, ...]:
    """Number the citations in the order of `chosen`, the one that answers best first, then the owner's caveats.

    passages: all of the policy, one a sentence, in order. Raises AskPolicyError if the text of a passage is not,
    character for character, what the policy says there.
    """
    rows = [hit.passage.index for hit in chosen]
    for caveat in policy.caveats:
        if caveat.of in rows and not set(caveat.unless) & set(rows):
            rows += [row for row in caveat.cite if row not in rows]
    return tuple(
        Citation(
            number=number,
            passage_id=passage.id,
            headings=passage.headings,
            quote=_verified(passage, policy),
            start=passage.start,
            end=passage.end,
            url=fragment_url(policy, passage.start, passage.end),
        )
        for number, passage in enumerate((passages[row] for row in rows), start=1)
    )


def _verified(passage: Passage, policy: Policy) -> str:
    if policy.text[passage.start : passage.end] != passage.text:
        raise AskPolicyError(
            f"The index quotes words that the policy does not hold at {passage.start}: build it again with "
            f"`askpolicy index {policy.id}`."
        )
    return passage.text


def fragment_url(policy: Policy, start: int, end: int) -> str | None:
    """A text-fragment link (https://wicg.github.io/scroll-to-text-fragment/) to `policy.text[start:end]`.

    None where the policy has no address. Words before and after are added only where the same words stand
    elsewhere in the policy too.
    """
    if policy.url is None:
        return None
    words = policy.text[start:end].split()
    if len(" ".join(words)) <= _WHOLE_QUOTE_CHARS or len(words) <= 2 * _EDGE_WORDS:
        first, last = words, []
    else:
        first, last = words[:_EDGE_WORDS], words[-_EDGE_WORDS:]
    directive = _encode(first) + ("," + _encode(last) if last else "")
    if _occurrences(policy.text, first) > 1:
        before = _line_before(policy.text, start)[-_CONTEXT_WORDS:]
        after = [] if last else _line_after(policy.text, end)[:_CONTEXT_WORDS]
        directive = (_encode(before) + "-," if before else "") + directive + (",-" + _encode(after) if after else "")
    return f"{policy.url.split('#')[0]}#:~:text={directive}"


def _encode(words: Sequence[str]) -> str:
    # A hyphen is part of the directive's own syntax, so it is encoded too.
    return quote(" ".join(words), safe="").replace("-", "%2D")


def _occurrences(text: str, words: Sequence[str]) -> int:
    return _folded(text).count(" ".join(words).lower())


@functools.lru_cache(maxsize=16)
def _folded(text: str) -> str:
    """In small letters, every blank one space."""
    return " ".join(text.lower().split())


def _line_before(text: str, start: int) -> list[str]:
    return text[text.rfind("\n", 0, start) + 1 : start].split()


def _line_after(text: str, end: int) -> list[str]:
    stop = text.find("\n", end)
    return text[end : stop if stop >= 0 else len(text)].split()
