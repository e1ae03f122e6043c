"""AskPolicy's own words, in every language: reads the texts of `bot/messages/`."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from bot.types import AskPolicyError, Outcome, Policy

# zh is Simplified Chinese; pt is Brazilian Portuguese.
LANGUAGES = ("en", "es", "pt", "zh", "ht", "vi")


@functools.cache
def messages(language: str = "en") -> Mapping[str, str]:
    """Return the fixed texts of answers in a language. Raises AskPolicyError if it is not one of LANGUAGES."""
    return MappingProxyType({key: words for key, words in _read(language).items() if isinstance(words, str)})


@functools.cache
def interface(language: str = "en") -> Mapping[str, str]:
    """Return the labels of the widget and the page in a language.

    Raises AskPolicyError if the language is not one of LANGUAGES.
    """
    return MappingProxyType(_read(language)["interface"])


@functools.cache
def page_words(language: str = "en") -> Mapping[str, str]:
    """Return the texts of the service's own pages, including the labels of the widget.

    Raises AskPolicyError if the language is not one of LANGUAGES.
    """
    return MappingProxyType({**_read(language)["interface"], **_read(language)["page"]})


def fixed_text(outcome: Outcome, policy: Policy, *, limit: int = 0, language: str = "en") -> str:
    """Return the text for an outcome without citations.

    limit: the longest question that is accepted, in characters.
    """
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


def _read(language: str) -> dict[str, Any]:
    if language not in LANGUAGES:
        raise AskPolicyError(f"The language '{language[:20]}' is not supported: choose one of {', '.join(LANGUAGES)}.")
    return tomllib.loads(files("bot").joinpath("messages", f"{language}.toml").read_text(encoding="utf-8"))
