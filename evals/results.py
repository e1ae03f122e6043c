"""A results folder: what one run measured, enough to compare and report without asking anything again.

settings.json        every setting, versions of packages and models, the policy's and the code's
<set>/cases.jsonl    the questions with their gold: stays on this machine where a set may not be copied
<set>/answers.jsonl  one answer a question and system
<set>/scores.jsonl   the measures of each
aggregates.json      {set: {system: {"measures", "intervals", "confusion", "groups"}}}
junit.xml            one test case a gated measure
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bot.types import AskPolicyError

OURS = "askpolicy"


def write_json(path: Path, record: object) -> None:
    """Indented, keys as they come."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write_lines(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """JSON Lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    path.write_text(text, encoding="utf-8")


def read_json(path: Path) -> Any:
    """What `write_json` wrote; raises AskPolicyError where it is not there."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise AskPolicyError(
            f"{path} is not there: make a results folder with `python -m evals run --out {path.parent}`."
        ) from None


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Read the records of a JSON Lines file; return none if there is no such file."""
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
