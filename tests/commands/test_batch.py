from __future__ import annotations

import json

import pytest

from bot.commands.batch import answer_lines, rank_lines
from bot.pipeline import Bot
from bot.settings import Settings
from bot.types import AskPolicyError


def test_batch_answers_each_line_in_order_and_reports_bad_lines_in_place(bot: Bot) -> None:
    lines = [
        b'{"id": "a", "question": "do you sell my data"}\n',
        b"\n",
        b"not json\n",
        b'\xff\xfe{"id": 1}\n',
        b'{"id": 7, "question": 3}\n',
        b'["question"]\n',
        b'{"id": 8, "question": "hi", "history": "no list"}\n',
        b'{"id": 9, "question": "\\u0000"}\n',
        json.dumps({"id": 10, "question": "word " * 50_000}).encode(),
        b"[" * 100_000,
        '{"id": "ü", "question": "what is a session cookie?", "history": ["hello"]}'.encode(),
    ]
    answers = list(answer_lines(lines, bot))
    assert [a["id"] for a in answers] == ["a", None, None, 7, None, 8, 9, 10, None, "ü"]
    assert [a["outcome"] for a in answers] == [
        "answered", "error", "error", "error", "error", "error", "empty", "too_long", "error", "answered",
    ]  # fmt: skip
    assert answers[1]["text"].startswith("Line 3 is not JSON")
    assert answers[2]["text"].startswith("Line 4 is not UTF-8")
    for answer in answers:
        assert set(answer) == {
            "id", "question", "outcome", "text", "opening", "language", "citations", "warnings", "confidence",
            "policy", "seconds", "verdict", "reviewed", "completeness", "related", "topics", "suggestions", "read_as",
            "parts", "act", "route",
        }  # fmt: skip
        for citation in answer["citations"]:
            assert bot.bundle.policy.text[citation["start"] : citation["end"]] == citation["quote"]


def test_a_line_may_contain_earlier_questions(bot: Bot) -> None:
    line = b'{"question": "and for how long?", "history": ["do you store my IP address?"]}'
    (answer,) = answer_lines([line], bot)
    assert "indefinitely" in answer["citations"][0]["quote"]


UNITS = ["We sell nothing.", "Logs are kept for a week.", "Cookies remember your language."]


@pytest.mark.parametrize("name", ["sentences", "segments"])
def test_rank_returns_all_units_best_first(settings: Settings, name: str) -> None:
    record = {"policy": "p", name: UNITS, "questions": [{"question": "how long are logs kept?"}, {"question": ""}]}
    first, second = rank_lines([json.dumps(record).encode(), b"\n"], settings)
    assert first["ranking"][0] == 1
    for ranking in (first, second):
        assert sorted(ranking["ranking"]) == [0, 1, 2]
        assert ranking["scores"] == sorted(ranking["scores"], reverse=True)
        assert ranking["policy"] == "p"
    assert second["outcome"] == "empty"
    assert first["question"] == "how long are logs kept?"


@pytest.mark.parametrize(
    "line", [b"{}", b"3", b'{"sentences": "x", "questions": []}', b'{"sentences": ["a"], "questions": ["q"]}', b"no"]
)
def test_the_error_names_a_bad_benchmark_line(settings: Settings, line: bytes) -> None:
    with pytest.raises(AskPolicyError, match="Line 1 "):
        list(rank_lines([line], settings))


def test_a_lone_surrogate_in_an_id_is_returned_unchanged(bot: Bot) -> None:
    (answer,) = answer_lines([b'{"id": "\\ud800", "question": "do you sell \\udfff my data"}'], bot)
    assert answer["id"] == "\ud800"
    assert answer["question"] == "do you sell my data"


def test_units_without_words_are_ranked_too(settings: Settings) -> None:
    record = {"sentences": ["", "the", "\x00", "🍪"], "questions": [{"question": "do you sell my data"}]}
    (ranking,) = rank_lines([json.dumps(record).encode()], settings)
    assert sorted(ranking["ranking"]) == [0, 1, 2, 3]
    assert ranking["policy"] is None


def test_rank_refuses_a_line_without_units(settings: Settings) -> None:
    with pytest.raises(AskPolicyError, match='Line 1 needs "sentences" or "segments"'):
        list(rank_lines([b'{"sentences": [], "questions": [{"question": "q"}]}'], settings))
    with pytest.raises(AskPolicyError, match='Line 1 needs "sentences" or "segments"'):
        list(rank_lines([b'{"sentences": [], "segments": [], "questions": [{"question": "q"}]}'], settings))


def test_a_byte_order_mark_is_ignored(bot: Bot) -> None:
    (answer,) = answer_lines([b'\xef\xbb\xbf{"id": 1, "question": "do you sell my data"}\n'], bot)
    assert (answer["id"], answer["outcome"]) == (1, "answered")
