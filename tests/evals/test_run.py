import dataclasses
import io
import json
from functools import partial

import pytest
from rich.console import Console

from bot.types import AskPolicyError
from evals import OURS
from evals import run as run_module
from evals.asking import answer_cases
from evals.files import read_json, read_lines
from evals.gate import Check, check_gate, junit, make_baseline
from evals.measures.normalized import NormalizedText
from evals.measures.significance import confidence_intervals
from evals.measures.summary import score_answers, score_rankings, section_of, summarize
from evals.run import Options, run
from evals.sets import off_topic
from evals.sets.cases import UnitCase, UnitSet
from evals.training_policies import TrainingPoliciesRun


@pytest.fixture
def quiet():
    return Console(quiet=True, width=140)


def options(folder, **fields):
    usual = {
        "sets": ("massgov_dev",),
        "stage": "bot",
        "peers": (),
        "out": folder,
        "gate": False,
        "write_baseline": False,
        "limit": None,
    }
    return Options(**usual | fields)


def test_a_question_that_fails_is_scored_and_never_dropped(cases, ask, policy):
    answers = list(answer_cases(ask, cases))
    assert [a["id"] for a in answers] == [c.id for c in cases]
    assert answers[2]["outcome"] == "error"
    assert "out of ideas" in answers[2]["text"]
    assert answers[2]["seconds"] >= 0
    scores = score_answers(cases, answers, policy)
    assert [s.outcome_right for s in scores] == [1.0, 1.0, 0.0, 1.0, None]
    assert [s.hit_at_1 for s in scores] == [1.0, 0.0, None, None, None]


def test_an_answerable_question_without_a_result_scores_0_everywhere(cases, policy):
    """It lowers every mean; no mean leaves it out."""
    pytest.importorskip("ir_measures", reason="needs the extra evals")

    def ask(question, history):
        if "cookies" in question:
            raise RuntimeError("no result")
        return {"outcome": "not_covered", "text": "…", "citations": [], "ranking": []}

    answers = list(answer_cases(ask, cases))
    (failed, *_), rankings = score_answers(cases, answers, policy), score_rankings(cases, answers, policy)
    measured = (
        "outcome_right",
        "hit_at_1",
        "hit_at_3",
        "recall",
        "precision",
        "f1",
        "complete",
        "facts",
        "right_yes_no",
    )
    assert {name: getattr(failed, name) for name in measured} == dict.fromkeys(measured, 0.0)
    assert (failed.outcome, failed.confidence) == ("error", 0.0)
    assert set(rankings["c1"].values()) == {0.0}
    found = summarize([failed], rankings, {"c1": None}, "bot", with_confidence=True)["measures"]
    assert (found["questions"], found["errors"], found["answerable_refused"]) == (1, 1, 1.0)
    assert (found["hit@1"], found["outcome_macro_f1"], found["RR"]) == (0.0, 0.0, 0.0)


def test_each_question_needs_an_answer(cases, policy):
    with pytest.raises(ValueError, match="shorter"):
        score_answers(cases, [{}], policy)


def test_the_history_is_passed_on(cases):
    seen = []
    followed = dataclasses.replace(cases[0], history=("first?",))
    list(answer_cases(lambda question, history: seen.append((question, history)) or {}, [followed]))
    assert seen == [("do you use cookies?", ("first?",))]


def test_sentences_that_contain_the_gold_are_relevant(cases, ask, policy):
    pytest.importorskip("ir_measures", reason="needs the extra evals")
    answers = list(answer_cases(ask, cases))
    found = score_rankings(cases, answers, policy)
    assert set(found) == {"c1", "c2"}
    assert found["c1"]["RR"] == 1.0
    assert found["c2"]["RR"] == pytest.approx(1 / 3)
    without = [{k: v for k, v in a.items() if k != "ranking"} for a in answers]
    assert score_rankings(cases, without, policy) == {}


def test_sections_are_named_by_their_heading(cases, policy):
    normalized = NormalizedText(policy.text)
    assert [section_of(c, policy, normalized) for c in cases] == ["Cookies", "Sharing", None, None, None]


@pytest.mark.parametrize(
    ("stage", "present", "absent"),
    [("bot", "hit@1", "none"), ("decision", "outcome_macro_f1", "hit@1"), ("retrieval", "RR", "outcome_macro_f1")],
)
def test_a_stage_reports_its_own_measures(cases, ask, policy, stage, present, absent):
    pytest.importorskip("ir_measures", reason="needs the extra evals")
    answers = list(answer_cases(ask, cases))
    scores, rankings = score_answers(cases, answers, policy), score_rankings(cases, answers, policy)
    found = summarize(scores, rankings, dict.fromkeys(s.id for s in scores), stage, with_confidence=False)
    assert present in found["measures"]
    assert absent not in found["measures"]
    assert found["measures"].get("expected_calibration_error") is None


def test_the_bot_that_is_measured_has_its_own_index(bot, tmp_path):
    usual = bot.settings.home / "massgov"
    pointer = (usual / "CURRENT").stat()
    measured = run_module.bot_of_this_checkout(tmp_path)
    assert measured.bundle.version == bot.bundle.version
    assert measured.settings.cached_answers == 0
    assert (tmp_path / "massgov" / "CURRENT").is_file()
    assert (usual / "CURRENT").stat() == pointer


class StubBot:
    """The parts of a bot that `run` uses, over the small policy."""

    def __init__(self, policy, ask):
        class Bundle:
            passages = ()
            questions = ()

        Bundle.policy = policy
        self.bundle, self.settings, self._ask = Bundle, None, ask

    def ask(self, question, history):
        answer = self._ask(question, history)

        class Answer:
            hits = ()

            def to_json(self):
                return answer

        return Answer()


@pytest.fixture
def stubbed(monkeypatch, policy, ask, cases, tmp_path):
    monkeypatch.setattr(run_module, "bot_of_this_checkout", lambda home: StubBot(policy, ask))
    monkeypatch.setattr("evals.measures.summary.confidence_intervals", partial(confidence_intervals, resamples=100))
    monkeypatch.setattr(run_module, "environment", lambda bot: {"revision": "abc"})
    monkeypatch.setattr("evals.sets.cases.load_set", lambda name: cases)
    monkeypatch.setattr("evals.sets.cases.conversations", lambda: cases)
    monkeypatch.setattr(run_module, "available", lambda: ["massgov_dev"])
    monkeypatch.setattr(off_topic, "held_out", lambda: ("what is the time?",))
    monkeypatch.setattr(run_module, "load_unit_sets", lambda name: ())
    monkeypatch.setattr("evals.reading.load_labels", lambda: ())
    nothing = TrainingPoliciesRun({}, {"measures": {}, "intervals": {}})
    monkeypatch.setattr(run_module, "run_training_policies", lambda settings, out, limit: nothing)
    monkeypatch.setattr(run_module, "BASELINE", tmp_path / "baseline.json")
    monkeypatch.setattr(run_module, "read_baseline", lambda: _read(tmp_path / "baseline.json"))


def _read(path):
    return json.loads(path.read_text()) if path.is_file() else {}


def test_a_run_writes_its_folder(stubbed, tmp_path, quiet):
    pytest.importorskip("ir_measures", reason="needs the extra evals")
    out = tmp_path / "results"
    assert run(options(out), quiet) == 0
    assert read_json(out / "settings.json")["options"]["stage"] == "bot"
    assert [a["id"] for a in read_lines(out / "massgov_dev" / "answers.jsonl")] == ["c1", "c2", "c3", "c4", "c5"]
    scores = read_lines(out / "massgov_dev" / "scores.jsonl")
    assert (scores[0]["section"], scores[0]["system"], scores[0]["kind"]) == ("Cookies", OURS, "answerable")
    aggregates = read_json(out / "aggregates.json")["massgov_dev"][OURS]
    assert aggregates["measures"]["hit@1"] == 0.5
    assert aggregates["intervals"]["hit@1"] == [0.0, 1.0]
    assert aggregates["confusion"]["answerable"] == {"answered": 2}
    assert set(aggregates["groups"]["difficulty"]) == {"easy", "hard"}
    assert (out / "junit.xml").is_file()


def test_by_default_every_set_with_a_file_is_run_and_the_others_are_named(stubbed, tmp_path):
    pytest.importorskip("ir_measures", reason="needs the extra evals")
    console = Console(record=True, width=140, file=io.StringIO())
    assert run(options(tmp_path / "results", sets=()), console) == 0
    shown = console.export_text()
    for name in ("massgov_real_dev", "privacyqa_dev", "policyqa_dev"):
        assert f"Not measured, because its file is missing: {name}" in shown
    assert set(read_json(tmp_path / "results" / "aggregates.json")) == {
        "massgov_dev",
        "topic_changes",
        "conversations",
        "typos",
        "clinc150_off_topic",
        "reading",
        "training_policies",
    }


def test_a_named_set_that_is_missing_stops_the_run(stubbed, tmp_path, quiet):
    with pytest.raises(AskPolicyError, match="have no file: policyqa_dev"):
        run(options(tmp_path, sets=("policyqa_dev",)), quiet)


def test_the_gate_passes_against_its_own_baseline_and_fails_against_a_better_one(stubbed, tmp_path, quiet):
    pytest.importorskip("ir_measures", reason="needs the extra evals")
    out = tmp_path / "results"
    with pytest.raises(AskPolicyError, match="--write-baseline"):
        run(options(out, gate=True), quiet)
    assert run(options(out, write_baseline=True), quiet) == 0
    assert run(options(out, gate=True), quiet) == 0
    baseline = _read(tmp_path / "baseline.json")
    baseline["massgov_dev"]["hit@1"]["value"] = 0.6
    (tmp_path / "baseline.json").write_text(json.dumps(baseline))
    assert run(options(out, gate=True), quiet) == 1
    assert 'failures="1"' in (out / "junit.xml").read_text()


def test_the_gate_needs_whole_sets(tmp_path, quiet):
    with pytest.raises(AskPolicyError, match="--limit"):
        run(options(tmp_path, gate=True, limit=3), quiet)


@pytest.mark.parametrize(
    ("direction", "value", "passed"),
    [
        ("up", 0.79, True),
        ("up", 0.78, False),
        ("up", 0.99, True),
        ("down", 0.81, True),
        ("down", 0.82, False),
        ("up", None, False),
    ],
)
def test_a_check_allows_for_its_tolerance(direction, value, passed):
    assert Check("s", "m", 0.8, value, 0.01, direction).passed is passed


def test_a_baseline_keeps_tolerances_set_by_hand_and_sets_not_measured():
    hit = {"value": 0.5, "tolerance": 0.05, "direction": "up"}
    made = make_baseline({"massgov_dev": {"hit@1": 0.61234, "facts": None}}, {"massgov_dev": {"hit@1": hit}, "x": {}})
    assert made == {"massgov_dev": {"hit@1": {"value": 0.6123, "tolerance": 0.05, "direction": "up"}}, "x": {}}


def test_a_value_is_not_worse_than_its_own_baseline():
    share = {"massgov_dev": {"plain_sentence_wrong": 1 / 119}}
    made = make_baseline(share, {})
    made["massgov_dev"]["plain_sentence_wrong"]["tolerance"] = 0
    assert all(check.passed for check in check_gate(share, made))


def test_junit_has_a_test_case_for_each_gated_measure():
    checks = check_gate(
        {"massgov_dev": {"hit@1": 0.9}},
        {"massgov_dev": {"hit@1": {"value": 0.95, "tolerance": 0, "direction": "up"}}, "other": {}},
    )
    text = junit(checks)
    assert '<testcase classname="evals.massgov_dev" name="hit@1">' in text
    assert "0.9, but the baseline is 0.95" in text


def test_a_limit_counts_questions_over_all_policies_of_a_benchmark():
    sets = [UnitSet(p, ("u",), tuple(UnitCase(p, str(i), ()) for i in range(3))) for p in "abc"]
    assert [len(s.cases) for s in run_module._first_questions(sets, 4)] == [3, 1]
