from __future__ import annotations

from pathlib import Path

import pytest

from bot.policies.parsing import parse_policy
from bot.studio.policy_view import view
from tests.conftest import ROOT
from tests.studio.conftest import TEXT

CASES = sorted((ROOT / "tests" / "policies" / "statement_cases").glob("*.txt"))


def test_lines_between_statements_are_shown_and_headings_once() -> None:
    sections = view(parse_policy(TEXT, id="maple"))
    assert [section.heading for section in sections] == ["Selling", "Cookies"]
    assert [[tuple(piece) for piece in block] for block in sections[1].blocks] == [
        [("We set one cookie that remembers your language.", 2), ("It is deleted when you close the browser.", 3)],
        [("We will not:", None), ("lend your name", 4)],
        [("print your number", 5)],
    ]


@pytest.mark.parametrize("path", [ROOT / "corpus" / "massgov" / "policy.txt", *CASES], ids=lambda path: path.stem)
def test_every_statement_is_there_once_and_in_order(path: Path) -> None:
    policy = parse_policy(path.read_text(encoding="utf-8"), id="case")
    pieces = [piece for section in view(policy) for block in section.blocks for piece in block]
    statements = [(piece.text, piece.statement) for piece in pieces if piece.statement is not None]
    assert statements == [(sentence.text, sentence.index) for sentence in policy.sentences]
