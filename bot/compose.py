"""Chosen passages -> the words of an answer, and links to their place on the live page.

Everything said is fixed wording of `bot/messages/`, or the policy's own words, character for character.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from bot.types import AskPolicyError, Citation, Hit, Outcome, Passage, Policy

# Simplified Chinese is zh; Portuguese is Brazil's.
LANGUAGES = ("en", "es", "pt", "zh", "ht", "vi")
# A link names whole short quotes; of long ones it names the first and the last words.
_WHOLE_QUOTE_CHARS = 90
_EDGE_WORDS = 5
_CONTEXT_WORDS = 3


@functools.cache
def messages(language: str = "en") -> Mapping[str, str]:
    """The fixed wordings of an answer in a language; raises AskPolicyError where it is none of LANGUAGES."""
    return MappingProxyType({key: words for key, words in _read(language).items() if isinstance(words, str)})


@functools.cache
def interface(language: str = "en") -> Mapping[str, str]:
    """The labels of widget and page in a language; raises AskPolicyError where it is none of LANGUAGES."""
    return MappingProxyType(_read(language)["interface"])


@functools.cache
def page_words(language: str = "en") -> Mapping[str, str]:
    """The words of the service's own pages, the labels of the widget among them; raises as `messages` does."""
    return MappingProxyType({**_read(language)["interface"], **_read(language)["page"]})


def _read(language: str) -> dict[str, Any]:
    if language not in LANGUAGES:
        raise AskPolicyError(
            f"The language '{language[:20]}' is not spoken here: choose one of {', '.join(LANGUAGES)}."
        )
    return tomllib.loads(files("bot").joinpath("messages", f"{language}.toml").read_text(encoding="utf-8"))


def fixed_text(outcome: Outcome, policy: Policy, *, limit: int = 0, language: str = "en") -> str:
    """What is said for an outcome that cites nothing; `limit` is the longest question taken, in characters."""
    words = messages(language)
    places = {contact.role: contact.name_in(language) for contact in policy.contacts}
    search = [places[role] for role in ("search", "chatbot") if role in places]
    return words[str(outcome)].format(
        title=policy.title,
        site=policy.site,
        limit=limit,
        ask=places.get("policy_questions", words["ask_owner"].format(site=policy.site)),
        elsewhere=words["or"].join(search) if search else words["elsewhere_unknown"].format(site=policy.site),
    )


def cite(chosen: Sequence[Hit], passages: Sequence[Passage], policy: Policy) -> tuple[Citation, ...]:
    """Citations numbered in the order of `chosen`, the one that answers best first, then the owner's caveats.

    passages: all of the policy, one a sentence, in order.
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
            quote=policy.text[passage.start : passage.end],
            start=passage.start,
            end=passage.end,
            url=fragment_url(policy, passage.start, passage.end),
        )
        for number, passage in enumerate((passages[row] for row in rows), start=1)
    )


def answer_text(citations: Sequence[Citation], polarity: str | None, *, language: str = "en") -> str:
    """The quotes in the order of their numbers, the one that answers best first.

    polarity: yes, no or depends, where the answer opens with it. In other languages than English a sentence before the
    quotes says that they are the policy's own, in English.
    """
    opening = [messages(language)[polarity]] if polarity else []
    if language != "en":
        opening.append(interface(language)["quoted_in_english"])
    return " ".join([*opening, *(f"{' '.join(c.quote.split())} [{c.number}]" for c in citations)])


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
