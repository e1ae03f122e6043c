import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.types import AskPolicyError
from evals.__main__ import main
from evals.reading import text_of
from evals.sets.reading import labels as module
from evals.sets.reading.labels import INVENTED, LABELS, Other, load_labels, occurrence, parse_labels, problems
from evals.sets.reading.words import Fingerprint, FoldedText, folded_words

TEXT = "We will not:\n• sell your name\n• lend your name\n\nWe don’t keep it, unless a court asks."


def record(**fields):
    question = {"question": "sold?", "kind": "answerable", "evidence": [{"says": "sell your name"}]}
    return {"policy": "p.txt", "questions": [question]} | fields


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("We DON’T, don't.", ["we", "dont", "dont"]),
        ("e-mail | 6 years", ["e", "mail", "6", "years"]),
        ("re\u00adcords of the o\ufb03ce", ["records", "of", "the", "office"]),
        ("**bold**_text_ … — !", ["bold", "text"]),
        ("６ years²", ["6", "years2"]),
    ],
)
def test_words_are_the_same_in_every_format(text, words):
    assert folded_words(text) == words


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_words_are_found_wherever_they_are(before, words, after):
    fingerprint = Fingerprint.of(words)
    found = FoldedText(f"{before} {words} {after}").find(fingerprint) if fingerprint.words else [range(0)]
    start = len(folded_words(before))
    assert not fingerprint.words or range(start, start + fingerprint.words) in found


def test_the_words_inside_a_span_are_whole():
    text = FoldedText(TEXT)
    start = TEXT.index("sell")
    assert text.inside([(start, start + len("sell your na"))]) == {3, 4}
    assert text.inside([(0, 6), (start, start + 4)]) == {0, 3}


@pytest.mark.parametrize(
    ("words", "side", "found"),
    [
        ("no", "before", range(1, 2)),
        ("no", "after", range(3, 4)),
        ("no", "anywhere", range(1)),
        ("a moon", "before", None),
    ],
)
def test_the_nearest_occurrence_is_meant(words, side, found):
    text = FoldedText("No, no: cookies. No. No!")
    (says,) = text.find(Fingerprint.of("cookies"))
    assert occurrence(Other(Fingerprint.of(words), side), says, text) == found


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, []),
        ({"headings": ["We will not", "Our heart"]}, ["heading not found: Our heart"]),
        ({"traps": [{"says": "your name", "with": ["we will not"]}]}, ["found 2 times: your name"]),
        ({"traps": [{"says": "lend a hand", "with": ["x"]}]}, ["found 0 times: lend a hand"]),
        ({"traps": [{"says": "lend a hand", "with": ["x"], "unread": True}]}, []),
        ({"traps": [{"says": "lend your name", "with": ["name"]}]}, ["found 2 times, of 'lend your name': name"]),
        (
            {"traps": [{"says": "lend your name", "without": [{"before": "court"}]}]},
            ["not found, of 'lend your name': {'before': 'court'}"],
        ),
    ],
)
def test_words_must_be_found_once(fields, wrong):
    assert problems(record(**fields), FoldedText(TEXT)) == wrong


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"questions": [{"question": "q", "kind": "answerable"}]}, "'q' needs evidence"),
        ({"questions": [{"question": "q", "kind": "silent"}]}, "the kind 'silent' is not one of"),
        ({"traps": [{"says": "sell your name"}]}, "every trap needs"),
        ({"traps": [{"says": "sell", "with": "not"}]}, "are lists"),
        ({"traps": [{"says": "sell", "whit": ["not"]}]}, "unknown: whit"),
        ({"headings": ["…"]}, "no words"),
        ({"questions": None}, "not a file of labels"),
    ],
)
def test_bad_labels_are_refused_in_one_sentence(fields, message):
    with pytest.raises(AskPolicyError, match=message):
        parse_labels(record(**fields), Path("x.json"))


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """Empty folders of labels, invented policies and real policies."""
    paths = {name: tmp_path / name.lower() for name in ("LABELS", "INVENTED", "REAL")}
    for name, path in paths.items():
        path.mkdir()
        monkeypatch.setattr(module, name, path)
    monkeypatch.setattr(module.commit_labels, "__defaults__", (paths["LABELS"],))
    return paths


def commit(tmp_path, **fields):
    working = tmp_path / "working.json"
    working.write_text(json.dumps(record(**fields)), encoding="utf-8")
    return main(["labels", str(working)])


def test_labels_of_a_real_policy_hold_none_of_its_words(folders, tmp_path, capsys):
    (folders["REAL"] / "p.txt").write_text(TEXT, encoding="utf-8")
    trap = {"says": "lend your name", "with": [{"before": "We will not"}], "without": ["unless a court"]}
    assert commit(tmp_path, headings=["We will not"], traps=[trap]) == 0
    out = folders["LABELS"] / "p.txt.json"
    assert capsys.readouterr().out.strip() == str(out)
    stored = out.read_text(encoding="utf-8")
    assert not any(words in stored.lower() for words in ("will not", "name", "court"))
    assert "sold?" in stored
    committed, written = (
        parse_labels(json.loads(stored), out),
        parse_labels(record(headings=["We will not"], traps=[trap]), out),
    )
    assert committed.sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
    assert (committed.questions, committed.traps, committed.headings) == (
        written.questions,
        written.traps,
        written.headings,
    )
    assert committed.missing() is None
    (folders["REAL"] / "p.txt").write_text("Another text.", encoding="utf-8")
    assert committed.missing() == "its file is not the one that was labeled"
    (folders["REAL"] / "p.txt").unlink()
    assert committed.missing() == "its file is not here"


def test_labels_of_an_invented_policy_keep_its_words(folders, tmp_path):
    (folders["INVENTED"] / "p.txt").write_text(TEXT, encoding="utf-8")
    assert commit(tmp_path) == 0
    assert "sell your name" in (folders["LABELS"] / "p.txt.json").read_text(encoding="utf-8")


def test_wrong_labels_are_not_written(folders, tmp_path, capsys):
    (folders["REAL"] / "p.txt").write_text(TEXT, encoding="utf-8")
    assert commit(tmp_path, headings=["Our heart"]) == 1
    assert "heading not found: Our heart" in capsys.readouterr().err
    assert commit(tmp_path, policy="none.txt") == 1
    assert "There is no policy none.txt" in capsys.readouterr().err
    assert list(folders["LABELS"].iterdir()) == []


def test_a_working_file_that_is_not_json_is_one_clear_sentence(tmp_path, capsys):
    (tmp_path / "working.json").write_text("{")
    assert main(["labels", str(tmp_path / "working.json")]) == 1
    assert "is not JSON" in capsys.readouterr().err


def test_every_policy_has_enough_questions_of_each_kind_and_traps():
    everything = load_labels()
    assert {path.name for path in INVENTED.iterdir()} <= {labels.policy for labels in everything}
    for labels in everything:
        kinds = [question.kind for question in labels.questions]
        # Ten real policies are asked the everyday questions too.
        assert len(kinds) in {10, 49, 50}, labels.policy
        assert set(kinds) == {"answerable", "not_covered", "off_topic"}, labels.policy
        assert labels.traps, labels.policy
        assert len(labels.sha256) == 64, labels.policy


@pytest.mark.parametrize("name", sorted(path.name for path in INVENTED.iterdir()))
def test_the_words_of_invented_policies_are_found(name):
    """A reader that loses or changes words fails here. Headings and menus may be left out."""
    labels = json.loads((LABELS / f"{name}.json").read_text(encoding="utf-8"))
    assert problems(labels | {"headings": []}, FoldedText(text_of(INVENTED / name))) == []
    assert parse_labels(labels, INVENTED / name).missing() is None
