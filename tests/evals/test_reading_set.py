"""The set `reading` from end to end, over one small policy and a missing one."""

import dataclasses
import io
from functools import partial

import pytest
from rich.console import Console

from bot.types import AskPolicyError
from evals import reading as module
from evals.files import read_lines, write_json
from evals.measures.significance import confidence_intervals
from evals.reading import run_reading
from evals.report import tables
from evals.report.compare import compare_set
from evals.sets.reading import labels as labels_module
from evals.sets.reading.labels import load_labels

TEXT = """# Maple Bakery privacy

## Whom we tell

We will not:

- sell your name to anybody
- lend your name to anybody

## How long we keep your order

We keep your order for two years.
"""


@pytest.fixture
def labeled(tmp_path, monkeypatch):
    """Labels of a policy that is here, and of one that is not."""
    policies, folder = tmp_path / "policies", tmp_path / "labels"
    policies.mkdir()
    (policies / "maple.md").write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr(labels_module, "INVENTED", policies)
    monkeypatch.setattr(labels_module, "REAL", policies)
    monkeypatch.setattr(module, "confidence_intervals", partial(confidence_intervals, resamples=50))
    questions = [
        {
            "question": "do you sell my name?",
            "kind": "answerable",
            "evidence": [{"says": "sell your name to anybody", "with": [{"before": "We will not"}]}],
        },
        {
            "question": "how long do you keep my order?",
            "kind": "answerable",
            "evidence": [{"says": "words that no policy has"}],
        },
        {"question": "who won the world cup?", "kind": "off_topic"},
    ]
    write_json(folder / "gone.md.json", {"policy": "gone.md", "sha256": "0" * 64, "questions": questions[2:]})
    sha256 = labels_module.hashlib.sha256(TEXT.encode()).hexdigest()
    write_json(folder / "maple.md.json", {"policy": "maple.md", "sha256": sha256, "questions": questions})
    monkeypatch.setattr(module, "load_labels", partial(load_labels, folder))


def test_policies_are_indexed_asked_and_scored(labeled, tmp_path):
    found = run_reading(tmp_path / "first")
    assert found.skipped == (("gone.md", "its file is not here"),)
    measures = found.summary["measures"]
    assert (measures["questions"], measures["first_right"], measures["misleading_quotes"]) == (3, 0.5, 0)
    assert (measures["wrong_unread"], measures["off_topic_answered"]) == (0.5, 0.0)
    assert found.summary["intervals"]["first_right"] == (0.5, 0.5)
    (answer, *_) = read_lines(tmp_path / "first" / "answers.jsonl")
    assert answer["citations"][0]["quote"] == "sell your name to anybody"
    (score, *_) = read_lines(tmp_path / "first" / "scores.jsonl")
    assert (score["id"], score["first_right"]) == ("maple.md#1", 1.0)
    wrong = (tmp_path / "first" / "wrong.md").read_text(encoding="utf-8")
    assert "# unread: 1" in wrong
    assert "maple.md#2: how long do you keep my order?" in wrong

    console = Console(record=True, width=160, file=io.StringIO())
    tables.show_reading("reading", found, console)
    shown = console.export_text()
    assert "Not measured: gone.md, because its file is not here" in shown
    assert "Measured: 1 of 2 policies" in shown

    run_reading(tmp_path / "second", limit=2)
    rows = {name: (before, after) for name, before, after, *_ in _compared(tmp_path)}
    assert rows["first_right"] == (0.5, 0.5)


def _compared(tmp_path):
    return compare_set(tmp_path / "first", tmp_path / "second", ("askpolicy", "askpolicy"))


def test_one_policy_can_be_chosen_and_must_be_known(labeled, tmp_path):
    found = run_reading(tmp_path / "out", ["gone.md"])
    assert (found.policies, len(found.skipped)) == ((), 1)
    assert found.summary["measures"]["first_right"] is None
    with pytest.raises(AskPolicyError, match=r"no policy ash\.md"):
        run_reading(tmp_path / "out", ["ash.md"])


def test_a_policy_that_cannot_be_read_counts_as_wrong(labeled, tmp_path, monkeypatch):
    """It lowers every mean; no mean leaves it out."""

    def unreadable(*_):
        raise AskPolicyError("maple.md is written in invisible ink.")

    monkeypatch.setattr(module, "open_bot", unreadable)
    found = run_reading(tmp_path / "out")
    measures = found.summary["measures"]
    assert (measures["questions"], measures["first_right"], measures["errors"]) == (3, 0.0, 3)
    assert measures["wrong_unread"] == 1.0
    ((reading, _),) = found.policies
    assert dataclasses.asdict(reading)["statements"] == 0
    (answer, *_) = read_lines(tmp_path / "out" / "answers.jsonl")
    assert answer["text"] == "maple.md is written in invisible ink."


def test_the_report_shows_the_set(labeled, tmp_path):
    pytest.importorskip("matplotlib", reason="needs the extra evals")
    from evals.report.page import write_report

    found = run_reading(tmp_path / "out" / "reading")
    write_json(tmp_path / "out" / "aggregates.json", {"reading": {"askpolicy": found.summary}})
    settings = {"revision": None, "policy": {"id": "p", "sha256": "f"}, "models": {"encoder": "e"}}
    write_json(tmp_path / "out" / "settings.json", settings | {"visitor_questions": 0})
    assert "misleading_quotes" in write_report(tmp_path / "out", tmp_path / "page.html").read_text(encoding="utf-8")
