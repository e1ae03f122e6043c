import dataclasses
import json

import pytest

from bot.types import Answer, AnswerPart, Citation, Contact, Outcome, PolicyVersion, Quote
from evals.files import read_json, read_lines
from evals.rubric import prepare as prepare_module
from evals.rubric.items import as_shown
from evals.rubric.prepare import draw, make_items, prepare, sha256
from evals.sets.cases import Case

QUESTIONS = [f"question {number}?" for number in range(40)]


@pytest.fixture
def many():
    return [Case(f"c{n}", question, (), "answerable", (), (), None, "clear") for n, question in enumerate(QUESTIONS)]


def given(cases, system, same=()):
    return {c.id: {"id": c.id, "shown": "the same" if c.id in same else f"{system} on {c.question}"} for c in cases}


def test_a_seed_draws_the_same_questions_whatever_their_order(many):
    assert draw(many, 10, 1) == draw(many[::-1], 10, 1)
    assert draw(many, 10, 1) != draw(many, 10, 2)
    assert len(draw(many, 100, 1)) == len(many)


def test_an_item_tells_neither_the_system_nor_the_right_answer(many):
    items, key = make_items(many, {"before": given(many, "x"), "after": given(many, "y")}, 3)
    assert {frozenset(item) for item in items} == {frozenset({"item", "history", "question", "answer"})}
    assert "before" not in json.dumps(items)
    assert [item["item"] for item in items] == list(key)
    assert {key[i["item"]]["sha256"] for i in items} == {sha256(question) for question in QUESTIONS}


def test_every_answer_of_every_system_is_judged_once(many):
    items, key = make_items(many, {"before": given(many, "x"), "after": given(many, "y")}, 3)
    assert len(items) == 80
    for item in items:
        (system,) = key[item["item"]]["systems"]
        assert item["answer"] == f"{'x' if system == 'before' else 'y'} on {item['question']}"


def test_the_order_does_not_tell_the_system(many):
    """Each system is first for some questions, and the two answers to a question are far apart."""
    items, key = make_items(many, {"before": given(many, "x"), "after": given(many, "y")}, 3)
    first = [key[item["item"]]["systems"][0] for item in items[:40]]
    assert 10 < first.count("before") < 30
    assert {item["question"] for item in items[:40]} == set(QUESTIONS)
    assert [item["question"] for item in items[:40]] != [item["question"] for item in items[40:]]
    assert [item["question"] for item in items[:40]] != QUESTIONS


def test_answers_that_look_the_same_are_judged_once(many):
    same = {"c1", "c2"}
    items, key = make_items(many, {"before": given(many, "x", same), "after": given(many, "y", same)}, 3)
    assert len(items) == 78
    assert sum(entry["systems"] == ["before", "after"] for entry in key.values()) == 2


def test_a_system_that_lacks_an_answer_is_named(many):
    with pytest.raises(prepare_module.AskPolicyError, match=r"'after' has no answer to c39: .* rubric answer"):
        make_items(many, {"before": given(many, "x"), "after": given(many[:39], "y")}, 3)


def test_files_of_answers_become_items_and_a_key(many, tmp_path, monkeypatch):
    monkeypatch.setattr(prepare_module, "load_cases", lambda name: many)
    files = []
    for system in ("before", "after"):
        files.append(tmp_path / f"{system}.jsonl")
        files[-1].write_text("".join(json.dumps(record) + "\n" for record in given(many, system).values()))
    assert prepare("massgov_dev", 10, 1, files, tmp_path / "out") == 20
    assert len(read_lines(tmp_path / "out" / "items.jsonl")) == 20
    key = read_json(tmp_path / "out" / "key.json")
    assert (key["systems"], len(key["items"])) == (["before", "after"], 20)
    with pytest.raises(prepare_module.AskPolicyError, match="same name"):
        prepare("massgov_dev", 10, 1, [files[0], files[0]], tmp_path / "out")
    with pytest.raises(prepare_module.AskPolicyError, match="has no answers"):
        prepare("massgov_dev", 10, 1, [tmp_path / "none.jsonl"], tmp_path / "out")


def test_a_reader_sees_what_a_visitor_sees(policy):
    ask_us = Contact("email", "the clerk", "mailto:clerk@example.org")
    policy = dataclasses.replace(policy, contacts=(ask_us,))
    text = policy.text
    quote = "Your browser keeps nothing of ours."
    before = Quote("We use no cookies.", text.index("We use"), text.index("We use") + 18, is_neighbor=True)
    cited = Citation(1, "small-0001", ("Cookies",), quote, text.index(quote), text.index(quote) + 35, None, (before,))
    usual = ((), 0.5, PolicyVersion.of(policy), 0.0)
    answered = Answer("?", Outcome.ANSWERED, "No.", (cited,), *usual, read_as="do you?", suggestions=("what else?",))
    assert as_shown(answered, policy).splitlines() == [
        "Answering: do you?",
        "No.",
        "[1] We use no cookies. Your browser keeps nothing of ours. (section: Cookies)",
        "? what else?",
    ]
    silent = Answer("?", Outcome.NOT_COVERED, "I did not find this.", (), *usual, related=(cited,))
    assert as_shown(silent, policy).splitlines() == [
        "I did not find this.",
        "[1] We use no cookies. Your browser keeps nothing of ours. (section: Cookies)",
        "-> the clerk <mailto:clerk@example.org>",
    ]
    off_topic = Answer("?", Outcome.OFF_TOPIC, "Elsewhere.", (), *usual, route=Contact("search", "the search", None))
    assert as_shown(off_topic, policy).splitlines() == ["Elsewhere.", "-> the search"]
    parts = (
        AnswerPart("Do you?", Outcome.ANSWERED, "No.", (1,)),
        AnswerPart("Why?", Outcome.NOT_COVERED, "Not found.", (), related=(cited,), read_as="why do you?"),
    )
    both = Answer("?", Outcome.ANSWERED, "", (cited,), *usual, parts=parts, read_as="do you, why?")
    shown = "[1] We use no cookies. Your browser keeps nothing of ours. (section: Cookies)"
    assert as_shown(both, policy).splitlines() == [
        "Answering: do you, why?",
        "# Do you?",
        "No.",
        shown,
        "# Why?",
        "Answering: why do you?",
        "Not found.",
        shown,
        "-> the clerk <mailto:clerk@example.org>",
    ]
