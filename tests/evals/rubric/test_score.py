import io
import json

import pytest
from rich.console import Console

from bot.types import AskPolicyError
from evals.__main__ import main
from evals.files import read_lines
from evals.rubric.agreement import agreed, kappa
from evals.rubric.grades import Grade, read_grades
from evals.rubric.score import Key, agreement, score, shares

GOOD, OK = Grade("good", None, False), Grade("ok", "order", False)
POOR, BAD = Grade("poor", "false silence", True), Grade("bad", "misleading", False)
ITEMS = {
    "1": {"sha256": "aa", "systems": ["before"]},
    "2": {"sha256": "bb", "systems": ["before", "after"]},
    "3": {"sha256": "aa", "systems": ["after"]},
}


def write(path, *records):
    path.write_text("\n".join(json.dumps(record) for record in records) + "\n", encoding="utf-8")
    return path


def line(item, grade="good", cause=None, wrong_outcome=False, **more):
    return {"item": item, "grade": grade, "cause": cause, "wrong_outcome": wrong_outcome} | more


def test_kappa_is_agreement_beyond_chance():
    """Cohen's own kind of table: 20 and 15 alike of 50; chance explains half."""
    one = [1] * 25 + [0] * 25
    other = [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15
    assert agreed(one, other) == pytest.approx(0.7)
    assert kappa(one, other) == pytest.approx(0.4)
    assert kappa([1, 1], [1, 1]) == 1.0
    assert (kappa([], []), agreed([], [])) == (None, None)


def test_weighted_kappa_forgives_neighbors():
    one, near, far = [0, 1, 2, 3], [1, 1, 2, 3], [3, 1, 2, 3]
    assert kappa(one, near) == kappa(one, far)
    assert kappa(one, near, "quadratic") > kappa(one, far, "quadratic")


def test_shares_count_each_reader_alike():
    assert shares([[GOOD, OK], [POOR, BAD]]) == {"good": 0.25, "usable": 0.5, "wrong_outcome": 0.25}
    assert shares([]) == {"good": None, "usable": None, "wrong_outcome": None}


def test_readers_may_agree_on_use_and_not_on_the_grade():
    found = agreement([GOOD, POOR], [OK, BAD])
    assert (found["grade: same"], found["usable: same"], found["usable: kappa"]) == (0.0, 1.0, 1.0)


def test_an_item_counts_for_each_of_its_systems():
    key = Key(("before", "after"), ITEMS)
    assert key.items_of("before") == ["1", "2"]
    assert key.items_of("after") == ["3", "2"]


def test_grades_are_read(tmp_path):
    path = write(tmp_path / "r.jsonl", line("2"), line(1, "poor", "order", True, note="…"))
    assert read_grades(path, ["1", "2"]) == {"2": GOOD, "1": Grade("poor", "order", True)}


@pytest.mark.parametrize(
    ("record", "says"),
    [
        (line("1", "fine"), "the grade is 'fine': use one of good, ok, poor, bad"),
        (line("1", "ok"), "the cause is 'None': use null if the grade is good, otherwise one of missing companion"),
        (line("1", "good", "order"), "the cause is 'order'"),
        (line("1", "ok", "ugly"), "the cause is 'ugly'"),
        (line("1", wrong_outcome="no"), "wrong_outcome is 'no': use true or false"),
        (line("7"), "the key has no item 7"),
        ({"item": "1"}, "is not a grade"),
        (["1"], "is not a grade"),
    ],
)
def test_a_bad_grade_is_one_clear_sentence(record, says, tmp_path):
    with pytest.raises(AskPolicyError, match=r"r\.jsonl, line 1") as error:
        read_grades(write(tmp_path / "r.jsonl", record), ["1"])
    assert says in str(error.value)


def test_each_item_is_graded_once(tmp_path):
    with pytest.raises(AskPolicyError, match=r"line 2: item 1 was graded before"):
        read_grades(write(tmp_path / "r.jsonl", line("1"), line("1")), ["1"])
    with pytest.raises(AskPolicyError, match=r"no grade for 1 items, such as item 2"):
        read_grades(write(tmp_path / "r.jsonl", line("1")), ["1", "2"])
    with pytest.raises(AskPolicyError, match="cannot be read"):
        read_grades(tmp_path / "none.jsonl", ["1"])


@pytest.fixture
def files(tmp_path):
    key = tmp_path / "key.json"
    key.write_text(json.dumps({"systems": ["before", "after"], "items": ITEMS}), encoding="utf-8")
    ann = write(tmp_path / "ann.jsonl", line("1", "bad", "misleading"), line("2"), line("3"))
    bob = write(tmp_path / "bob.jsonl", line("1", "poor", "false silence", True), line("2"), line("3", "ok", "order"))
    return key, [ann, bob]


def test_the_tables_and_the_labels(files, tmp_path):
    key, readers = files
    out, labels = io.StringIO(), tmp_path / "labels.jsonl"
    assert score(readers, key, labels, Console(file=out, width=200)) == 0
    rows = [" ".join(row.replace("│", " ").split()) for row in out.getvalue().splitlines()]
    assert any(row.startswith("before ann 2 0.500") for row in rows)
    assert any(row.startswith("after mean 2 0.750 (0.50–1.00) 1.000") for row in rows)
    assert any(row.startswith("ann, bob all 0.33") for row in rows)
    assert "before, after ann 1 1 0" in rows
    assert "misleading 1 0 0 0" in rows
    written = read_lines(labels)
    assert len(written) == 8
    assert {frozenset(record) for record in written} == {
        frozenset({"sha256", "system", "reader", "grade", "cause", "wrong_outcome"})
    }


def test_bad_files_are_one_clear_sentence(files, tmp_path, capsys):
    key, (ann, _) = files
    assert main(["rubric", "score", str(ann), str(ann), "--key", str(key)]) == 1
    assert "same name" in capsys.readouterr().err
    assert main(["rubric", "score", str(ann), "--key", str(tmp_path / "none.json")]) == 1
    assert "rubric prepare" in capsys.readouterr().err
    key.write_text("[]")
    assert main(["rubric", "score", str(ann), "--key", str(key)]) == 1
    assert "is not a key" in capsys.readouterr().err
