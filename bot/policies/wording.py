"""`wording.toml` of a policy folder: the owner's own fixed texts, in place of those in `bot/messages/`.

    [en]                     # answers
    off_topic = "I only know the {title}. Please call us about anything else."
    [en.interface]           # the chat
    heading = "Ask Maple Bakery"
    [en.page]                # the service's pages
    not_advice = "Ask us if you are not sure."

A text that is missing here is the default one.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Formatter
from typing import Any

from bot.policies.manifest import parse_toml, read_own_file
from bot.policies.problems import near
from bot.types import AskPolicyError
from bot.wording import LANGUAGES, TABLES, default_texts

NAME = "wording.toml"
MAX_TEXT_CHARS = 2_000

Wording = Mapping[str, Mapping[str, Mapping[str, str]]]


def read_wording(folder: Path) -> Wording:
    """Read the owner's texts: by language, then by table (`answers`, `interface`, `page`). Empty without a file.

    See `parse_wording`.
    """
    path = folder / NAME
    if not path.exists() and not path.is_symlink():
        return {}
    return parse_wording(read_own_file(path), path)


def parse_wording(data: bytes, path: Path) -> Wording:
    """Parse the content of `wording.toml`. path: the file, for errors.

    Raises AskPolicyError that names the first text that cannot be used.
    """
    record = parse_toml(data, path)
    try:
        return {language: _read_language(language, texts) for language, texts in record.items()}
    except ValueError as error:
        raise AskPolicyError(f"{path}: {error}.") from None


def _read_language(language: str, texts: Any) -> dict[str, dict[str, str]]:
    if language not in LANGUAGES:
        raise ValueError(
            f"'{language[:40]}' is not a language of the chat: use a table for one of {', '.join(LANGUAGES)}, such as "
            "[en]"
        )
    if not isinstance(texts, dict):
        raise ValueError(f"'{language}' must be a table: write [{language}] above its texts")
    tables = {"answers": {key: words for key, words in texts.items() if key not in TABLES}}
    for table in TABLES:
        if table in texts:
            tables[table] = texts[table]
            if not isinstance(texts[table], dict):
                raise ValueError(f"'{language}.{table}' must be a table: write [{language}.{table}] above its texts")
    return {
        table: {key: _checked(language, table, key, words) for key, words in own.items()}
        for table, own in tables.items()
    }


def _checked(language: str, table: str, key: str, words: Any) -> str:
    where = f"{language}.{key}" if table == "answers" else f"{language}.{table}.{key}"
    known = default_texts(language)[table]
    if key not in known:
        raise ValueError(f"the text '{where[:80]}' is not known{near(key, known)}: remove it, or correct its spelling")
    if not isinstance(words, str) or not words.strip() or len(words) > MAX_TEXT_CHARS:
        raise ValueError(f"'{where}' must be a text of 1 to {MAX_TEXT_CHARS:,} characters")
    if not all(c.isprintable() for c in words):
        raise ValueError(f"'{where}' has a line break or another control character: write it in one line")
    try:
        used = {name: (spec, conversion) for _, name, spec, conversion in Formatter().parse(words) if name is not None}
    except ValueError:
        raise ValueError(f"'{where}' has a single brace: double it if a brace is meant") from None
    allowed = {name: spec for _, name, spec, _ in Formatter().parse(known[key]) if name is not None}
    if "reach" in allowed:
        allowed["ask"] = ""  # the contact that {reach} names, for words of the owner's own around it
    for name, (spec, conversion) in used.items():
        if name not in allowed:
            may = f"use only {', '.join(f'{{{each}}}' for each in allowed)}" if allowed else "it can have none"
            raise ValueError(f"'{where}' has the placeholder {{{name[:40]}}}{near(name, allowed)}: {may}")
        if conversion or spec not in ("", allowed[name]):
            raise ValueError(f"'{where}': write the placeholder {{{name}}} without anything after its name")
    if key == "months" and len(words.split(", ")) != 12:
        raise ValueError(f"'{where}' must name twelve months, with a comma and a space between them")
    return words
