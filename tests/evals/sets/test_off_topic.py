"""Checks that nothing used for training is used for measuring."""

import ast
import json
from pathlib import Path

import pytest

from evals.sets.cases import OFF_TOPIC_SET, load_cases, off_topic
from evals.sets.paths import OFF_TOPIC, ROOT
from training.data import fold, off_topic_questions

UTTERANCES = [f"utterance {number}" for number in range(11)]


@pytest.fixture
def utterances(tmp_path, monkeypatch):
    path = tmp_path / "off_topic.jsonl"
    path.write_text("".join(json.dumps({"question": text}) + "\n" for text in UTTERANCES), encoding="utf-8")
    monkeypatch.setattr(off_topic, "OFF_TOPIC", path)


def test_each_utterance_is_in_one_half_of_the_split(utterances):
    train, held_out = off_topic.train(), off_topic.held_out()
    assert set(train).isdisjoint(held_out)
    assert sorted(train + held_out) == sorted(UTTERANCES)


def test_every_fifth_is_held_out_as_when_the_shipped_encoder_was_trained(utterances):
    assert off_topic.held_out() == ("utterance 0", "utterance 5", "utterance 10")


def test_training_and_evaluation_read_their_own_half(utterances):
    assert tuple(question.question for question in off_topic_questions()) == off_topic.train()
    assert tuple(case.question for case in load_cases(OFF_TOPIC_SET)) == off_topic.held_out()


def test_without_the_file_both_are_empty(tmp_path, monkeypatch):
    monkeypatch.setattr(off_topic, "OFF_TOPIC", tmp_path / "none.jsonl")
    assert off_topic.train() == off_topic.held_out() == ()


def test_no_held_out_utterance_is_trained_on_in_other_words():
    if not OFF_TOPIC.is_file():
        pytest.skip(f"{OFF_TOPIC.name} is missing: it may not be committed; docs/labeling.md says where to get it")
    assert set(map(fold, off_topic.train())).isdisjoint(map(fold, off_topic.held_out()))


def test_no_other_module_names_a_set_or_splits_it():
    """Two ways to read the same file could split it differently."""
    names = {"offtopic_questions.jsonl", "massgov_dev.jsonl", "massgov_real_dev.jsonl", "privacy_questions.jsonl"}
    paths = [path for folder in ("evals", "training", "bot") for path in sorted((ROOT / folder).rglob("*.py"))]
    naming = {path.relative_to(ROOT) for path in paths if names & set(strings(path))}
    assert naming == {Path("evals/sets/paths.py")}
    readers = {
        path.relative_to(ROOT)
        for path in paths
        if "OFF_TOPIC" in {alias.name for node in imports(path) for alias in node.names}
    }
    # The last two measure the guard, which is not trained, on all available English questions.
    assert readers == {
        Path("evals/sets/off_topic.py"),
        Path("evals/safety/languages.py"),
        Path("evals/safety/personal_data.py"),
    }


def strings(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def imports(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
