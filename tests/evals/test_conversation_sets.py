"""The sets of typos, conversations and several questions: what they hold, and how well questions are split."""

from __future__ import annotations

from bot.answering.several import split
from bot.pipeline import Bot
from evals.files import read_lines
from evals.measures.normalized import NormalizedText, gold_spans
from evals.sets.cases import conversations, load_set, typos
from evals.sets.paths import SEVERAL
from evals.sets.typos import with_typos


def test_typos_are_the_same_in_every_run_and_as_many_as_asked_for() -> None:
    text = "how long do you keep my address"
    for count in (1, 2, 3):
        changed = with_typos(text, count, "a")
        assert changed == with_typos(text, count, "a") != with_typos(text, count, "b")
        assert sum(a != b for a, b in zip(text.split(), changed.split(), strict=True)) <= count
    assert with_typos("why so", 3, "a") == "why so"


def test_typos_are_made_in_answerable_questions_only() -> None:
    cases = load_set("massgov_dev")
    assert len(typos(cases, 1)) == sum(case.kind == "answerable" for case in cases)


def test_the_evidence_of_each_conversation_is_in_the_policy(bot: Bot) -> None:
    normalized = NormalizedText(bot.bundle.policy.text)
    cases = conversations()
    assert {len(case.history) for case in cases} == {1, 2, 3}
    assert all(gold_spans(case, normalized) for case in cases)


def test_questions_are_split_as_readers_split_them() -> None:
    records = read_lines(SEVERAL)
    assert sum(record["questions"] > 1 for record in records) >= 30
    right = [record for record in records if len(split(record["question"])) == record["questions"]]
    assert len(right) / len(records) >= 0.97
