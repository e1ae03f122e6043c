"""Reads and writes the JSON and JSON Lines files of sets and results folders.

A results folder stores everything that is needed to compare and report a run without asking anything again:

settings.json        every setting, and the versions of packages, models, policy and code
<set>/cases.jsonl    the questions with their gold labels; do not publish it if the set may not be copied
<set>/answers.jsonl  one line per question and system
<set>/scores.jsonl   the measures of each answer
<set>/to_judge.jsonl  plain sentences that nobody has judged for their question yet; do not publish it, as cases.jsonl
aggregates.json      {set: {system: {"measures", "intervals", "confusion", "groups"}}}
junit.xml            one test case per gated measure
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bot.types import AskPolicyError


def write_json(path: Path, record: object) -> None:
    """Write one JSON value, indented. Keys keep their order."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write_lines(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """Write one record per line, as JSON Lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    path.write_text(text, encoding="utf-8")


def read_json(path: Path) -> Any:
    """Return what `write_json` wrote. Raises AskPolicyError if the file does not exist."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise AskPolicyError(
            f"There is no {path}: make a results folder with `python -m evals run --out {path.parent}`."
        ) from None


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the records of a JSON Lines file; an empty list if the file does not exist."""
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
