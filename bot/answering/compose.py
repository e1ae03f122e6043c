"""Findings -> answer: citations with links that open them on the live page, and the words before them.

Every word is either a fixed text from `bot.wording` or quoted from the policy, character for character.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from urllib.parse import quote as percent_encode

from bot.guard.cleaning import Guarded
from bot.types import Answer, AskPolicyError, Citation, Findings, Hit, Passage, Policy, PolicyVersion, Quote
from bot.wording import fixed_text, interface, messages

# A link holds the whole quote if it is short, otherwise its first and last words. Characters, words, words.
_WHOLE_QUOTE_CHARS = 90
_EDGE_WORDS = 5
_CONTEXT_WORDS = 3


def compose(guarded: Guarded, found: Findings, policy: Policy, *, limit: int, language: str, seconds: float) -> Answer:
    """Return the answer in words.

    limit: the longest question that is accepted, in characters. language: the language of the words around the quotes.
    seconds: wall time from question to answer.
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
    """Return the words before the quotes, often none.

    yes_no: "yes", "no" or "depends" if the answer starts with it. In languages other than English, a sentence says that
    the quotes are the policy's own words, in English.
    """
    words = [messages(language)[yes_no]] if yes_no else []
    if language != "en":
        words.append(interface(language)["quoted_in_english"])
    return " ".join(words)


def cite(chosen: Sequence[Hit], passages: Sequence[Passage], policy: Policy) -> tuple[Citation, ...]:
    """Return the citations, numbered from 1: the hits in the order of `chosen`, best first, then the owner's caveats.

    A sentence that a later citation depends on goes before that one, unless that one is the first. passages: all
    passages of the policy, one for each statement, in order. Raises AskPolicyError if the text or the context of a
    passage differs in any character from the policy's text at its offsets.
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
            quote=passage.text,
            start=passage.start,
            end=passage.end,
            url=fragment_url(policy, passage.start, passage.end),
            context=passage.context,
        )
        for number, passage in enumerate(
            (_verified(passages[row], policy) for row in _in_order(rows, passages)), start=1
        )
    )


def _in_order(rows: Sequence[int], passages: Sequence[Passage]) -> list[int]:
    """Return the rows of passages, each behind those that its context quotes; the first stays the first."""
    places = {passages[row].start: row for row in rows}
    ordered = list(rows[:1])
    for row in rows[1:]:
        needed = (places.get(words.start) for words in passages[row].context if words.start < passages[row].start)
        ordered += [each for each in (*needed, row) if each is not None and each not in ordered]
    return ordered


def _verified(passage: Passage, policy: Policy) -> Passage:
    for words in (Quote(passage.text, passage.start, passage.end), *passage.context):
        if policy.text[words.start : words.end] != words.quote:
            raise AskPolicyError(
                f"The index quotes words that are not in the policy at character {words.start}: build it again with "
                f"`askpolicy index {policy.id}`."
            )
    return passage


def fragment_url(policy: Policy, start: int, end: int) -> str | None:
    """Return a text-fragment link (https://wicg.github.io/scroll-to-text-fragment/) to `policy.text[start:end]`.

    Returns None if the policy has no URL. Words before and after are added only if the quote occurs more than once.
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
    # Encode hyphens too: they are part of the syntax of text fragments.
    return percent_encode(" ".join(words), safe="").replace("-", "%2D")


def _occurrences(text: str, words: Sequence[str]) -> int:
    return _normalized(text).count(" ".join(words).lower())


@functools.lru_cache(maxsize=16)
def _normalized(text: str) -> str:
    """Return the text in lower case, with each run of white space as one space."""
    return " ".join(text.lower().split())


def _line_before(text: str, start: int) -> list[str]:
    return text[text.rfind("\n", 0, start) + 1 : start].split()


def _line_after(text: str, end: int) -> list[str]:
    stop = text.find("\n", end)
    return text[end : stop if stop >= 0 else len(text)].split()
