import dataclasses
import io
import json
from functools import partial

import pytest
from rich.console import Console

from bot.types import AskPolicyError
from evals import OURS
from evals.asking import answer_cases
from evals.files import read_lines, write_json, write_lines
from evals.measures.policies import PolicyScore
from evals.measures.significance import paired_randomization
from evals.measures.summary import score_answers
from evals.report.compare import compare, compare_set


@pytest.fixture
def folders(tmp_path, cases, ask, policy, monkeypatch):
    """Write two runs over the same cases. The second one refuses every question."""
    monkeypatch.setattr("evals.report.compare.paired_randomization", partial(paired_randomization, permutations=100))

    def refuse(question, history):
        return {"outcome": "not_covered", "text": "…", "citations": [], "confidence": 0.5, "seconds": 0.1}

    for name, system in (("a", ask), ("b", refuse)):
        scores = score_answers(cases, list(answer_cases(system, cases)), policy)
        rows = [{"system": OURS, "section": None, "ranking": None, **dataclasses.asdict(s)} for s in scores]
        write_lines(tmp_path / name / "massgov_dev" / "scores.jsonl", rows)
        units = [{"system": OURS, "id": "u#0", "question": "q", "outcome": "answered", "ranking": {"AP": 0.5}}]
        for measure in ("nDCG@10", "R@5", "Success@1", "Success@3", "Success@5", "RR"):
            units[0]["ranking"][measure] = 1.0
        units[0]["ranking"]["AP"] = 0.5 if name == "a" else 0.75
        write_lines(tmp_path / name / "privacyqa_dev" / "scores.jsonl", units)
        write_json(tmp_path / name / "aggregates.json", {"massgov_dev": {}, "privacyqa_dev": {}})
    return tmp_path / "a", tmp_path / "b"


def test_differences_are_second_minus_first(folders):
    first, second = folders
    rows = {row[0]: row for row in compare_set(first / "massgov_dev", second / "massgov_dev", (OURS, OURS))}
    measure, before, after, difference, p = rows["hit@1"]
    assert (measure, before, after, difference) == ("hit@1", 0.5, 0.0, -0.5)
    assert 0.5 < p <= 1  # one question cannot be significant
    assert rows["not_covered_answered"][3] == 0.0
    assert "seconds_p50" not in rows


def test_units_are_compared_too(folders):
    first, second = folders
    rows = {row[0]: row for row in compare_set(first / "privacyqa_dev", second / "privacyqa_dev", (OURS, OURS))}
    assert rows["AP"][3] == pytest.approx(0.25)


def test_a_folder_from_before_a_measure_existed_is_compared_without_it(folders):
    first, second = folders
    scores = first / "massgov_dev" / "scores.jsonl"
    write_lines(scores, [{k: v for k, v in record.items() if k != "without_related"} for record in read_lines(scores)])
    rows = {row[0]: row for row in compare_set(first / "massgov_dev", second / "massgov_dev", (OURS, OURS))}
    assert "refused_without_related" not in rows
    assert rows["hit@1"][3] == -0.5


def test_policies_without_questions_are_compared_too(tmp_path):
    for name, outcome in (("a", "answered"), ("b", "not_covered")):
        scores = [PolicyScore(f"p#{n}", "p", "?", "deleted", outcome, None, 0.1) for n in range(8)]
        write_lines(tmp_path / name / "scores.jsonl", [{"system": OURS, **dataclasses.asdict(s)} for s in scores])
    rows = {row[0]: row for row in compare_set(tmp_path / "a", tmp_path / "b", (OURS, OURS))}
    assert rows["deleted_answered"][3] == -1.0
    assert rows["deleted_answered"][4] < 0.05


def test_a_run_does_not_differ_from_itself(folders):
    rows = compare_set(folders[0] / "massgov_dev", folders[0] / "massgov_dev", (OURS, OURS))
    assert {(row[3], row[4]) for row in rows} == {(0.0, 1.0)}


def test_the_tables_name_the_measures(folders):
    console = Console(record=True, width=140, file=io.StringIO())
    assert compare(*folders, (OURS, OURS), console) == 0
    assert "outcome_macro_f1" in console.export_text()


def test_questions_that_one_folder_lacks_are_counted_in_a_message(folders):
    first, second = folders
    scores = second / "massgov_dev" / "scores.jsonl"
    write_lines(scores, read_lines(scores)[:-2])
    console = Console(record=True, width=140, file=io.StringIO())
    assert compare(first, second, (OURS, OURS), console) == 0
    assert "massgov_dev: 2 questions are in one folder only" in console.export_text()


def test_nothing_in_common_is_an_error(folders, tmp_path):
    first, second = folders
    with pytest.raises(AskPolicyError, match="langchain"):
        compare_set(first / "massgov_dev", second / "massgov_dev", (OURS, "langchain"))
    (second / "aggregates.json").write_text(json.dumps({"other": {}}))
    with pytest.raises(AskPolicyError, match="no question set in common"):
        compare(first, second, (OURS, OURS), Console(quiet=True))
    with pytest.raises(AskPolicyError, match="There is no "):
        compare(tmp_path / "none", second, (OURS, OURS), Console(quiet=True))


def test_calibration_is_compared_only_if_both_state_a_confidence(folders):
    first, second = (folder / "massgov_dev" for folder in folders)
    assert "expected_calibration_error" in {row[0] for row in compare_set(first, second, (OURS, OURS))}
    rows = [{**record, "confidence": 0.0} for record in read_lines(second / "scores.jsonl")]
    write_lines(second / "scores.jsonl", rows)
    assert "expected_calibration_error" not in {row[0] for row in compare_set(first, second, (OURS, OURS))}
