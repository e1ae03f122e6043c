"""The sets of conversations and several questions: what they hold, and how well questions are split."""

from __future__ import annotations

from bot.pipeline import Bot
from bot.understanding.several import split
from evals.files import read_lines
from evals.measures.normalized import NormalizedText, gold_spans
from evals.sets.cases import conversations
from evals.sets.paths import SEVERAL


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
