"""The texts that owners most often want in their own words, and the edit of `wording.toml` that does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from bot.policies.wording import Wording, parse_wording
from bot.types import AskPolicyError
from bot.wording import LANGUAGES, default_texts


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the chat. table, key: see `bot.policies.wording`. when: the occasion on which visitors see it."""

    table: str
    key: str
    when: str

    @property
    def name(self) -> str:
        """Return the name of its field in the form."""
        return f"{self.table}-{self.key}".replace("_", "-")

    def default(self, language: str) -> str:
        """Return the text that ships."""
        return default_texts(language)[self.table][self.key]


SHOWN = (
    Text("interface", "heading", "The chat’s heading"),
    Text("interface", "greeting", "Below the heading"),
    Text("answers", "not_covered", "The policy does not mention what is asked"),
    Text("answers", "not_sure", "The chat may have found the answer"),
    Text("answers", "not_found", "The chat finds no certain answer"),
    Text("answers", "off_topic", "The question is about something else"),
    Text("acts", "greeting", "A visitor says hello"),
    Text("acts", "human", "A visitor wants to talk to a person"),
    Text("acts", "complaint", "A visitor complains about an answer"),
    Text("interface", "reviewed", "Below an answer that you have reviewed"),
    Text("page", "privacy_lead", "The first line of the chat’s privacy page"),
)


def own_words(wording: Wording, language: str) -> dict[tuple[str, str], str]:
    """Return the owner's own versions of the texts that are shown, "" for each that is the default."""
    own = wording.get(language, {})
    return {(text.table, text.key): own.get(text.table, {}).get(text.key, "") for text in SHOWN}


def rewritten(data: bytes, path: Path, language: str, words: Mapping[tuple[str, str], str]) -> bytes:
    """Return the content of `wording.toml` with other texts of a language; "" removes one. Everything else in it stays.

    path: the file, for errors. Raises AskPolicyError if a text cannot be used, or if the file cannot be edited.
    """
    if language not in LANGUAGES:
        raise AskPolicyError(f"'{language[:20]}' is not a language of the chat: use {', '.join(LANGUAGES)}.")
    before = {name: {table: dict(own) for table, own in of.items()} for name, of in parse_wording(data, path).items()}
    try:
        document: Any = tomlkit.parse(data.decode("utf-8-sig"))
        for (table, key), text in words.items():
            _set(document, language, table, key, text)
            _set_wanted(before.setdefault(language, {}).setdefault(table, {}), key, text)
        new = tomlkit.dumps(document).encode("utf-8")
    except TOMLKitError:
        new = b""
    try:
        found = parse_wording(new, path)
    except AskPolicyError as error:
        raise AskPolicyError(_by_its_box(str(error), path, language)) from None
    if _without_empty(found) != _without_empty(before):
        raise AskPolicyError(f"{path} cannot be edited here: edit the file itself.")
    return new


def _by_its_box(problem: str, path: Path, language: str) -> str:
    """Return what is wrong with a text, with the name of its box on the page in place of its place in the file."""
    for text in SHOWN:
        place = f"{language}.{text.key}" if text.table == "answers" else f"{language}.{text.table}.{text.key}"
        problem = problem.replace(f"{path}: '{place}'", f"“{text.when}”")
    return problem


def _set(document: Any, language: str, table: str, key: str, text: str) -> None:
    names = (language,) if table == "answers" else (language, table)
    place = document
    for name in names:
        if name not in place:
            if not text:
                return
            place[name] = tomlkit.table()
        place = place[name]
    if text and place.get(key) != text:
        place[key] = text
    elif not text:
        place.pop(key, None)


def _set_wanted(own: dict[str, str], key: str, text: str) -> None:
    if text:
        own[key] = text
    else:
        own.pop(key, None)


def _without_empty(wording: Wording) -> dict[str, dict[str, dict[str, str]]]:
    tables = {name: {table: dict(own) for table, own in of.items() if own} for name, of in wording.items()}
    return {name: of for name, of in tables.items() if of}
