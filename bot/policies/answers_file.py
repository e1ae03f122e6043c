"""Edits `answers.toml` one entry at a time. Everything else in the file stays as it is, comments included.

A comment directly above `[[answers]]` belongs to the entry below it, and is removed along with it. Others stay. Those
in a list that changes are lost.
"""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

import tomlkit

from bot.policies.label_files import array
from bot.policies.manifest import read_own_file
from bot.policies.reviewed import NAME, AnswerEntry, parse_reviewed
from bot.policies.writing import replace_file
from bot.types import AskPolicyError

# The head of an entry, with the lines of comment directly above it.
_HEAD = re.compile(r"^(?:[ \t]*#[^\n]*\n)*[ \t]*\[\[[ \t]*[\"']?answers[\"']?[ \t]*\]\]", re.MULTILINE)


class AnswersFile:
    """The reviewed answers and drafts of a policy folder. Nothing is written before `write`.

    data: the content as it was read, b"" if there is no file. entries: with the edits made so far.
    """

    def __init__(self, folder: Path, topics: Collection[str] | None = None) -> None:
        """Read the file, if there is one. topics: see `parse_reviewed`.

        Raises AskPolicyError if it cannot be read, or is written in a way that cannot be edited.
        """
        self.path = folder / NAME
        self._topics = topics
        there = self.path.exists() or self.path.is_symlink()
        self.data = read_own_file(self.path) if there else b""
        self.entries = parse_reviewed(self.data, self.path, topics)
        self._newline = "\r\n" if b"\r\n" in self.data else "\n"
        text = self.data.decode("utf-8-sig").replace("\r\n", "\n")
        bounds = [*(found.start() for found in _HEAD.finditer(text)), len(text)]
        self._before = text[: bounds[0]]
        self._blocks = [text[start:end] for start, end in itertools.pairwise(bounds)]
        if len(self._blocks) != len(self.entries):
            raise AskPolicyError(
                f"{self.path} cannot be edited: write [[answers]] on a line of its own above each answer."
            )

    def find(self, topic: str) -> AnswerEntry | None:
        """Return the entry that has a topic, or None."""
        number = self._number(topic)
        return None if number is None else self.entries[number]

    def put(self, topic: str, entry: AnswerEntry) -> None:
        """Replace the entry that has a topic, or add one at the end.

        Raises AskPolicyError if the entry does not fit, for example because another has one of its topics.
        """
        number = self._number(topic)
        if number is None:
            self._change(len(self._blocks), [_block({}, entry, "[[answers]]\n")])
        else:
            self._change(number, [_block(self.entries[number].model_dump(), entry, self._blocks[number])])

    def remove(self, topic: str) -> None:
        """Remove the entry that has a topic, if there is one."""
        number = self._number(topic)
        if number is None:
            return
        kept = _comments_after(self._blocks[number])
        self._change(number, [])
        if kept and number:
            self._blocks[number - 1] += kept
        else:
            self._before += kept

    def write(self) -> None:
        """Replace the file in one step. Raises AskPolicyError, and changes nothing, if it cannot be written."""
        data = self._joined(self._blocks).replace("\n", self._newline).encode("utf-8")
        replace_file(self.path, data)
        self.data = data

    def _number(self, topic: str) -> int | None:
        return next((number for number, entry in enumerate(self.entries) if topic in entry.ids), None)

    def _change(self, number: int, new: list[str]) -> None:
        blocks = [*self._blocks[:number], *new, *self._blocks[number + 1 :]]
        self.entries = parse_reviewed(self._joined(blocks).encode("utf-8"), self.path, self._topics)
        self._blocks = blocks

    def _joined(self, blocks: list[str]) -> str:
        """Return the whole file, with a blank line between entries if there is none."""
        text = self._before
        for block in blocks:
            text += "" if not text or text.endswith("\n\n") else "\n" if text.endswith("\n") else "\n\n"
            text += block
        return text.rstrip("\n") + "\n" if text.strip() else ""


def _comments_after(block: str) -> str:
    """Return the comments at the end of an entry's text that do not belong to it, because a blank line is between."""
    lines = block.splitlines(keepends=True)
    last = max(number for number, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#"))
    after = lines[last + 1 :]
    while after and after[0].strip():
        after.pop(0)
    return "".join(after) if any(line.strip() for line in after) else ""


def _block(old: Mapping[str, Any], entry: AnswerEntry, text: str) -> str:
    """Return the text of one entry with the keys that changed. old: the entry as it is now."""
    document = tomlkit.parse(text)
    table: Any = document["answers"][0]  # type: ignore[index]
    new = entry.model_dump()
    for key in ("topics", "name", "questions", "verdict", "reviewed", "cite"):
        if not new[key]:
            table.pop(key, None)
        elif new[key] != old.get(key):
            several_lines = key in table and "\n" in table[key].as_string()
            table[key] = _value(key, new[key], several_lines=several_lines)
    _set_words(table, "names", entry.names, tomlkit.inline_table)
    _set_words(table, "text", entry.text, tomlkit.table)
    return tomlkit.dumps(document)


def _value(key: str, value: Any, *, several_lines: bool) -> Any:
    match key:
        case "reviewed":
            return datetime.date.fromisoformat(value)
        case "topics" if not several_lines:
            return list(value)
        case "topics" | "questions" | "cite":
            return array(value)
        case _:
            return value


def _set_words(table: Any, key: str, texts: Mapping[str, str], new: Callable[[], Any]) -> None:
    """Write the words in each language. new: makes the table for them, if there is none yet."""
    if not texts:
        table.pop(key, None)
        return
    if key not in table:
        table[key] = new()
    kept = table[key]
    for language in [language for language in kept if language not in texts]:
        del kept[language]
    for language, words in texts.items():
        if kept.get(language) != words:
            kept[language] = words
