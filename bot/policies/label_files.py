"""The files of a policy folder that hold labels, read so that nothing but the labels changes when they are written."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from bot.policies.manifest import read_own_file
from bot.policies.questions import LABELS
from bot.types import AskPolicyError

# (label, file with line and key, whether it must stay one label) -> the labels that replace it.
NewLabels = Callable[[Any, str, bool], list[Any]]


@dataclass
class LabeledLines:
    """A file of JSON Lines with labels: questions, or labels of questions that are kept elsewhere."""

    path: Path
    changed: bool = False
    _lines: list[bytes] = field(default_factory=list)
    _records: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lines = read_own_file(self.path).removeprefix(BOM_UTF8).splitlines(keepends=True)
        for number, line in enumerate(self._lines, start=1):
            try:
                record = json.loads(line)
                lists = [record.get(name, []) for name in LABELS]
            except (ValueError, AttributeError, RecursionError):
                lists = [None]
            if not all(isinstance(values, list) for values in lists):
                raise AskPolicyError(f"{self.path}, line {number}, is not a labeled question: correct that line.")
            self._records.append(record)

    def labels(self) -> Iterator[tuple[str, Any]]:
        """Yield each label, after its file, line and key."""
        for number, record in enumerate(self._records, start=1):
            for name in LABELS:
                for value in record.get(name, ()):
                    yield f"{self.path}, line {number}, {name}", value

    def records(self) -> Iterator[tuple[int, dict[str, list[Any]], str]]:
        """Yield the number of each line, from 1, its labels by key, and the line."""
        for number, (record, line) in enumerate(zip(self._records, self._lines, strict=True), start=1):
            yield number, {name: record[name] for name in LABELS if name in record}, line.decode("utf-8").strip()

    def remove(self, numbers: Collection[int]) -> None:
        """Remove lines, by their numbers from 1."""
        kept = [index for index in range(len(self._records)) if index + 1 not in numbers]
        self.changed |= len(kept) < len(self._records)
        self._lines = [self._lines[index] for index in kept]
        self._records = [self._records[index] for index in kept]

    def rewrite(self, new_of: NewLabels) -> None:
        """Replace the labels."""
        for index, record in enumerate(self._records):
            earlier: list[Any] = []
            changed = {}
            for name in LABELS:
                old = record.get(name, [])
                where = f"{self.path}, line {index + 1}, {name}"
                new = [anchor for value in old for anchor in new_of(value, where, False)]
                if new != old:
                    # Statements that were joined may now be in two lists: the first list takes precedence.
                    new = [anchor for n, anchor in enumerate(new) if anchor not in new[:n] and anchor not in earlier]
                    changed[name] = new
                earlier += new
            if changed:
                ending = self._lines[index][len(self._lines[index].rstrip(b"\r\n")) :]
                line = json.dumps({**record, **changed}, ensure_ascii=False).encode("utf-8")
                self._lines[index] = line + ending
                self.changed = True

    def data(self) -> bytes:
        """Return the content of the file."""
        return b"".join(self._lines)


class LabeledTables:
    """The labels of a TOML file. Everything else in it stays as it is, comments included.

    tables: the array of tables that has labels, such as `caveats`. each: what one table is called in messages. keys: of
    the labels. The key `of` has one label, the others lists.
    """

    def __init__(self, path: Path, tables: str, each: str, keys: tuple[str, ...]) -> None:
        self.path = path
        self._tables, self._each, self._keys = tables, each, keys
        self.changed = False
        try:
            self._document = tomlkit.parse(read_own_file(path).decode("utf-8-sig"))
        except TOMLKitError as error:
            raise AskPolicyError(f"{path} is not TOML ({error}): correct that place.") from None

    def labels(self) -> Iterator[tuple[str, Any]]:
        """Yield each label, after its file, line and key."""
        for where, _, values in self._lists():
            for value in values:
                yield where, value

    def records(self) -> Iterator[tuple[int, dict[str, list[Any]], str]]:
        """Yield the number of each table, from 1, its labels by key, and its text."""
        for number, table in enumerate(self._table_list(), start=1):
            lists = {name: table[name].unwrap() for name in self._keys if name in table}
            labels = {name: [value] if name == "of" else value for name, value in lists.items()}
            yield number, labels, f"[[{self._tables}]]\n{table.as_string().strip()}"

    def remove(self, numbers: Collection[int]) -> None:
        """Remove tables, by their numbers from 1."""
        for number in sorted(numbers, reverse=True):
            del self._table_list()[number - 1]
            self.changed = True

    def unset(self, number: int, key: str) -> Any:
        """Remove a key from a table, by its number from 1. Return the value, or None if there was none."""
        table = self._table_list()[number - 1]
        self.changed |= key in table
        return table.pop(key, None)

    def get(self, number: int, key: str) -> Any:
        """Return the value of a key of a table, by its number from 1; None if there is none."""
        value = self._table_list()[number - 1].get(key)
        return value.unwrap() if hasattr(value, "unwrap") else value

    def _table_list(self) -> Any:
        return self._document.get(self._tables, ())

    def rewrite(self, new_of: NewLabels) -> None:
        """Replace the labels."""
        for where, (table, name), old in self._lists():
            new = [anchor for value in old for anchor in new_of(value, where, name == "of")]
            if new != old:
                table[name] = new[0] if name == "of" else array(new)
                self.changed = True

    def data(self) -> bytes:
        """Return the content of the file."""
        return tomlkit.dumps(self._document).encode("utf-8")

    def _lists(self) -> Iterator[tuple[str, tuple[Any, str], list[Any]]]:
        for number, table in enumerate(self._table_list(), start=1):
            for name in self._keys:
                if name in table:
                    value = table[name].unwrap()
                    where = f"{self.path}, {self._each} {number}, {name}"
                    yield where, (table, name), [value] if name == "of" else value


def array(values: Iterable[Any]) -> Any:
    """Return anchors as a TOML array, each once and on a line of its own."""
    array = tomlkit.array()
    for value in dict.fromkeys(map(json.dumps, values)):
        array.append(json.loads(value))
    return array.multiline(True)
