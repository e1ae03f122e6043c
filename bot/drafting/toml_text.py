"""Values -> TOML, for files that are written as text because most of them is comments for a reader."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping

import tomlkit

_WIDTH = 110


def value(of: str | Mapping[str, str]) -> str:
    """Return a string or a table of strings as it is written in one line."""
    if isinstance(of, str):
        return str(tomlkit.string(of).as_string())
    return "{ " + ", ".join(f"{key} = {value(words)}" for key, words in of.items()) + " }"


def array(values: Iterable[str | Mapping[str, str]]) -> str:
    """Return an array with one value per line."""
    return "[\n" + "".join(f"    {value(each)},\n" for each in values) + "]"


def comment(text: str) -> str:
    """Return one or more lines of comment. Whatever would end a line is a blank."""
    words = "".join(char if char.isprintable() else " " for char in text)
    lines = textwrap.wrap(words, _WIDTH, break_long_words=False, break_on_hyphens=False)
    return "".join(f"# {line}\n" for line in lines)
