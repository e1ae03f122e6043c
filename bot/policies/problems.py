"""What is wrong with a file that an owner writes, in one sentence, from what validating its tables finds."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

_MUST_BE = {
    "string_type": "must be text in quotes",
    "tuple_type": "must be a list in brackets",
    "dict_type": "must be a table, with a text for each language",
    "bool_type": "must be true or false, without quotes",
    "bool_parsing": "must be true or false, without quotes",
}


def near(word: str, known: Iterable[str]) -> str:
    """Return a hint that names the most similar of the known words, or "" if none is similar."""
    found = difflib.get_close_matches(word, known, n=1)
    return f" (did you mean '{found[0]}'?)" if found else ""


def first_problem(
    error: ValidationError, keys: Mapping[str, Collection[str]], lists: Mapping[str, str], *, named: bool = False
) -> str:
    """Return where the first problem is and what it is, such as ", contact 2: the key 'name' is missing: add it".

    keys: those of each table, "" for the file itself. lists: the tables that are lists -> what one of them is called.
    named: whether the checks of values already say which key is wrong.
    """
    first: Any = error.errors()[0]
    table, place, loc = _split(first["loc"], lists)
    if loc and loc[-1] == "[key]":  # a key of a table by language, which its check names
        loc = loc[:-2]
    kind, name = first["type"], _named(loc)
    if not loc and kind != "value_error":  # the table itself is something else
        return f": write {_head(table, lists)} above each {lists[table]}"
    match kind:
        case "missing":
            needed = "" if table else "; id, text and sha256 are needed"
            return f"{place}: the key {name} is missing{needed or ': add it'}"
        case "extra_forbidden":
            key, table = str(loc[-1]), table or ".".join(map(str, loc[:-1]))
            elsewhere = {} if isinstance(first["input"], dict) else keys
            return f"{place}: the key '{key}' {_unknown(key, keys.get(table, ()), table, elsewhere, lists)}"
        case "value_error":
            return f"{place}: {f'{name}: ' if loc and not named else ''}{first['ctx']['error']}"
        case "model_type":
            return f"{place}: write {_head(str(loc[0]), lists)} above the keys of {name}"
        case "too_short":
            return f"{place}: {name} is empty: add one"
        case "string_too_short":
            return f"{place}: {name} needs {first['ctx']['min_length']} characters or more"
        case "string_too_long":
            return f"{place}: {name} may have {first['ctx']['max_length']} characters at most"
        case _:
            return f"{place}: {name} {_MUST_BE.get(kind) or 'does not fit (' + first['msg'] + ')'}"


def _split(loc: Sequence[Any], lists: Mapping[str, str]) -> tuple[str, str, Sequence[Any]]:
    """Return the table of a list that a place is in, how it is called, and the place below it."""
    if loc and loc[0] in lists:
        number = f", {lists[loc[0]]} {loc[1] + 1}" if len(loc) > 1 else ""
        return str(loc[0]), number, loc[2:]
    return "", "", loc


def _named(loc: Sequence[Any]) -> str:
    """Return a key as a reader finds it, such as 'owner.name' or entry 2 of 'names'."""
    if loc and isinstance(loc[-1], int):
        return f"entry {loc[-1] + 1} of {_named(loc[:-1])}"
    return f"'{'.'.join(map(str, loc))}'"


def _head(table: str, lists: Mapping[str, str]) -> str:
    return f"[[{table}]]" if table in lists else f"[{table}]"


def _unknown(
    key: str, known: Collection[str], table: str, keys: Mapping[str, Collection[str]], lists: Mapping[str, str]
) -> str:
    """Return what to do about a key that its table does not have. keys: those of the tables that it may belong to."""
    other = next((name for name, its in keys.items() if name != table and key in its), None)
    if other == "":
        return "is not one of this table, but of the file: move it above the first line with a [ at its start"
    if other is not None:
        return f"belongs below {_head(other, lists)}: move it there"
    return f"is not known{near(key, known)}: remove it, or correct its spelling"
