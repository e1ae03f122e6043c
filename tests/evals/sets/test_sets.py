import json

import pytest

from bot.policies.folder import load_policy_folder
from bot.settings import load_settings
from bot.types import AskPolicyError
from evals.measures.normalized import NormalizedText, gold_spans
from evals.sets import cases as sets


def write(path, *records):
    path.write_text("\n".join(json.dumps(r) for r in records) + "\n\n", encoding="utf-8")
    return path


def record(identity, **fields):
    usual = {"question": f"{identity}?", "kind": "answerable", "evidence": ["a"], "evidence_alt": [], "yes_no": None}
    return {"id": identity, "must_include": []} | usual | fields


def test_follow_ups_have_their_earlier_questions_oldest_first(tmp_path, monkeypatch):
    path = write(tmp_path / "s.jsonl", record("1"), record("2", followup_of="1"), record("3", followup_of="2"))
    monkeypatch.setitem(sets.DEVELOPMENT, "massgov_dev", path)
    assert [c.history for c in sets.load_set("massgov_dev")] == [(), ("1?",), ("1?", "2?")]


def test_alternatives_come_after_the_evidence(tmp_path, monkeypatch):
    rows = (record("1", evidence_alt=[["b", "c"]]), record("2", kind="off_topic", evidence=[], borderline=True))
    monkeypatch.setitem(sets.DEVELOPMENT, "massgov_dev", write(tmp_path / "s.jsonl", *rows))
    first, second = sets.load_set("massgov_dev")
    assert first.evidence == (("a",), ("b", "c"))
    assert (first.difficulty, second.evidence, second.difficulty) == ("clear", (), "borderline")


def test_a_missing_set_is_one_clear_sentence(tmp_path, monkeypatch):
    monkeypatch.setitem(sets.DEVELOPMENT, "massgov_real_dev", tmp_path / "none.jsonl")
    with pytest.raises(AskPolicyError, match=r"massgov_real_dev.*has no file"):
        sets.load_set("massgov_real_dev")
    with pytest.raises(AskPolicyError, match="unheard"):
        sets.load_set("unheard")
    assert "massgov_real_dev" not in sets.available()


def test_older_sets_use_another_word_for_depends(tmp_path, monkeypatch):
    rows = (record("1", yes_no="conditional"), record("2", yes_no="depends"), record("3", yes_no="no"))
    monkeypatch.setitem(sets.DEVELOPMENT, "massgov_dev", write(tmp_path / "s.jsonl", *rows))
    assert [case.yes_no for case in sets.load_set("massgov_dev")] == ["depends", "depends", "no"]


def test_an_unknown_verdict_is_refused(tmp_path, monkeypatch):
    monkeypatch.setitem(sets.DEVELOPMENT, "massgov_dev", write(tmp_path / "s.jsonl", record("x7", yes_no="maybe")))
    with pytest.raises(AskPolicyError, match="'x7' has the yes_no 'maybe': use one of yes, no, depends"):
        sets.load_set("massgov_dev")


def test_unit_sets_are_read_from_sentences_and_segments(tmp_path, monkeypatch):
    questions = [{"question": "q?", "relevant": [1]}]
    path = write(
        tmp_path / "u.jsonl",
        {"policy": "a", "sentences": ["x", "y"], "questions": questions},
        {"policy": "b", "segments": ["z"], "questions": []},
    )
    monkeypatch.setitem(sets.UNITS, "privacyqa_dev", path)
    first, second = sets.load_unit_sets("privacyqa_dev")
    assert (first.units, first.cases[0].relevant, second.units) == (("x", "y"), (1,), ("z",))
    monkeypatch.setitem(sets.UNITS, "privacyqa_dev", tmp_path / "none.jsonl")
    assert sets.load_unit_sets("privacyqa_dev") == ()


@pytest.mark.parametrize("name", sets.DEVELOPMENT)
def test_the_evidence_of_every_case_is_in_the_policy(name):
    if name not in sets.available():
        pytest.skip(f"{name} has no file: it may not be committed; docs/labeling.md says where to get it")
    policy = NormalizedText(load_policy_folder("massgov", load_settings().corpus).policy.text)
    found = sets.load_set(name)
    assert len({c.id for c in found}) == len(found)
    for case in found:
        gold_spans(case, policy)
        assert (case.kind == "answerable") <= bool(case.evidence)


def test_topic_changes_ask_each_first_question_after_another_one(tmp_path, monkeypatch):
    path = write(tmp_path / "s.jsonl", record("1"), record("2", followup_of="1"), record("3"), record("4"))
    monkeypatch.setitem(sets.DEVELOPMENT, "massgov_dev", path)
    changed = sets.topic_changes(sets.load_set("massgov_dev"))
    assert [(c.id, c.question, c.history) for c in changed] == [
        ("1-changed", "1?", ("3?",)),
        ("3-changed", "3?", ("4?",)),
        ("4-changed", "4?", ("1?",)),
    ]
