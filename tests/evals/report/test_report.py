import dataclasses
import re

import pytest

from bot.types import AskPolicyError
from evals import OURS
from evals.asking import answer_cases
from evals.files import write_json, write_lines
from evals.measures.answers import Scores
from evals.measures.curves import risk_coverage
from evals.measures.normalized import NormalizedText
from evals.measures.summary import score_answers, section_of, summarize
from evals.report.faults import faults_of
from evals.report.formats import GLOSSARY
from evals.report.page import write_report

pytest.importorskip("matplotlib", reason="needs the extra evals")
pytest.importorskip("jinja2", reason="needs the extra evals")


@pytest.fixture
def folder(tmp_path, cases, ask, policy):
    normalized = NormalizedText(policy.text)
    sections = {c.id: section_of(c, policy, normalized) for c in cases}
    answers = list(answer_cases(ask, cases))
    scores = score_answers(cases, answers, policy)
    summary = summarize(scores, {}, sections, "bot", with_confidence=True)
    write_json(tmp_path / "aggregates.json", {"massgov_dev": {OURS: summary}})
    write_json(
        tmp_path / "settings.json",
        {
            "revision": None,
            "policy": {"id": "small", "sha256": "f" * 64},
            "models": {"encoder": "e"},
            "visitor_questions": 0,
            "note": "</pre><script>alert(1)</script>",
        },
    )
    set_folder = tmp_path / "massgov_dev"
    write_lines(set_folder / "cases.jsonl", map(dataclasses.asdict, cases))
    write_lines(set_folder / "answers.jsonl", [{"system": OURS, **a} for a in answers])
    rows = [{"system": OURS, "ranking": None, **dataclasses.asdict(s)} for s in scores]
    write_lines(set_folder / "scores.jsonl", rows)
    return tmp_path


def test_the_page_loads_nothing_from_elsewhere(folder):
    page = write_report(folder, folder / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"https?://|//[a-z]+\.[a-z]", page)
    assert not re.search(r"<(link|img|iframe|object|embed)\b|@import|url\((?!#)", page)
    assert page.count("<svg") == 5
    assert "<metadata" not in page


def test_every_wrong_answer_is_next_to_the_right_one(folder):
    page = write_report(folder, folder / "report.html").read_text(encoding="utf-8")
    wrong = re.findall(r'<article class="case" data-faults="([^"]*)">', page)
    assert wrong == ["first citation wrong|wrong yes or no", "failed|wrong outcome"]
    assert "We share your address with the post office." in page
    assert "out of ideas" in page


def test_settings_cannot_break_out_of_the_page(folder):
    page = write_report(folder, folder / "report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page


def test_an_ablation_becomes_a_table(folder):
    assert 'id="ablation"' not in write_report(folder, folder / "r.html").read_text(encoding="utf-8")
    write_json(folder / "ablation.json", {"massgov_dev": {"whole": {"hit@1": 0.9}, "no lexical channel": {"RR": 0.5}}})
    page = write_report(folder, folder / "r.html").read_text(encoding="utf-8")
    assert re.search(r"<td>no lexical channel</td>\s*<td>–</td>\s*<td>0.500</td>", page)


def test_a_folder_without_results_is_an_error(tmp_path):
    with pytest.raises(AskPolicyError, match="evals run"):
        write_report(tmp_path, tmp_path / "report.html")


def test_every_measure_is_explained(folder, cases, ask, policy):
    scores = score_answers(cases, list(answer_cases(ask, cases)), policy)
    found = summarize(scores, {}, dict.fromkeys(c.id for c in cases), "bot", with_confidence=True)
    assert set(found["measures"]) <= set(GLOSSARY)


def test_a_right_answer_has_no_fault():
    right = dict.fromkeys((f.name for f in dataclasses.fields(Scores)), None)
    right |= {"outcome": "answered", "fabricated": 0, "offsets_wrong": 0, "hit_at_1": 1.0, "hit_at_3": 1.0}
    assert faults_of(right) == []
    assert faults_of(right | {"complete": 0.0}) == ["incomplete"]
    assert faults_of(right | {"fabricated": 1}) == ["made-up quote"]


def test_risk_and_coverage_by_hand():
    coverage, risk = risk_coverage([(0.5, True), (0.9, False), (0.7, False), (0.1, True)])
    assert coverage == [0.25, 0.5, 0.75, 1.0]
    assert risk == pytest.approx([0.0, 0.0, 1 / 3, 0.5])
