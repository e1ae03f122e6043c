"""scripts/plain_english.py: what it finds and what it accepts."""

from __future__ import annotations

import pytest

from scripts.plain_english import files, findings


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("This mends the index.", 1, "mends"),
        ("The reason stands in\nthe log.", 1, "stands in"),
        ("# The reason stands\n# below.", 1, "stands # below"),
        ("Raises AskPolicyError where it is broken.", 1, "AskPolicyError where"),
        ("url: None where the owner has none", 1, "None where"),
        ("It is\nread only where a proxy asks.", 2, "only where"),
        ("Where there is no index, one is built.", 1, "Where there is"),
        ("It stops where the folder of an index is missing.", 1, "where the folder of an index is missing"),
        ("We take out what is old.", 1, "take out"),
        ("The file lies under /opt.", 1, "lies under"),
        ("The link beside it", 1, "beside"),
    ],
)
def test_it_finds(text: str, line: int, words: str) -> None:
    found = [(number, " ".join(what.split())) for number, what, _ in findings(text)]
    assert (line, words) in found


@pytest.mark.parametrize(
    "text",
    [
        "The page where the chat is",
        "It depends on where AskPolicy is installed.",
        "numpy.where(none, 0, 1)",
        "SELECT 1 FROM counts WHERE day < ?",
        "Where are your servers?",
        "It says where to go next.",
        "We recommend it, and amended it.",
        "The question stands on its own.",
        "What the letters stand for",
        "I understand in part.",
        "The value lies between 0 and 1.",
    ],
)
def test_it_leaves_alone(text: str) -> None:
    assert list(findings(text)) == []


def test_it_reads_code_and_pages_but_not_policies() -> None:
    read = files()
    assert {"README.md", "Makefile", ".ci/run", "pyproject.toml", "bot/messages/en.toml"} <= set(read)
    assert not [name for name in read if name.startswith("corpus/") or name.endswith(("policy-chat.js", "es.toml"))]
