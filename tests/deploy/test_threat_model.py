"""docs/threat-model.md names existing tests and files, and at least one test for each item of the list."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


@cache
def functions_in(path: Path) -> frozenset[str]:
    return frozenset(
        node.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_every_test_mentioned_exists(file: str, name: str) -> None:
    assert name in functions_in(ROOT / file)


@pytest.mark.parametrize("number", range(1, 11))
def test_each_threat_has_a_test(number: int) -> None:
    (item,) = re.findall(rf"^\*\*LLM{number:02d} .*?(?=\n\n)", PAGE, re.MULTILINE | re.DOTALL)
    assert "`tests/" in item


def test_every_file_mentioned_exists() -> None:
    for path in re.findall(r"`((?:bot|deploy|docs)/[\w./-]+)`", PAGE):
        assert (ROOT / path).exists(), path
