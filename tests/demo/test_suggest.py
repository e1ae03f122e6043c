"""The suggested questions for each section."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import Bot, load_settings, open_bot
from bot.demo.suggest import PER_SECTION, questions_by_section


@pytest.fixture(scope="module")
def suggested(bot: Bot) -> dict[str, tuple[str, ...]]:
    return questions_by_section(bot.bundle)


def test_every_section_with_text_has_a_few_questions(bot: Bot, suggested: dict[str, tuple[str, ...]]) -> None:
    with_words = {sentence.section_id for sentence in bot.bundle.policy.sentences}
    assert suggested.keys() == with_words
    assert all(2 <= len(questions) <= PER_SECTION for questions in suggested.values())
    assert sum(map(len, suggested.values())) >= 4 * len(with_words)


def test_suggestions_are_distinct_sentences(suggested: dict[str, tuple[str, ...]]) -> None:
    shown = [question for questions in suggested.values() for question in questions]
    assert len({question.lower() for question in shown}) == len(shown)
    for question in shown:
        assert question[0].isupper(), question
        assert question.count("?") == 1, question
        assert question.endswith("?"), question
        assert " i " not in question, question


def test_each_suggestion_is_answered_from_its_section(bot: Bot, suggested: dict[str, tuple[str, ...]]) -> None:
    policy = bot.bundle.policy
    refused, elsewhere = [], []
    for section, questions in suggested.items():
        inside = [sentence for sentence in policy.sentences if sentence.section_id == section]
        for question in questions:
            citations = bot.ask(question).citations
            if not citations:
                refused.append(question)
            elif not any(c.start < s.end and s.start < c.end for c in citations for s in inside):
                elsewhere.append(question)
    # A button whose question goes unanswered is worse than none.
    assert refused == []
    # The owner's reviewed answer may cite what another section says on the same.
    assert len(elsewhere) <= 3, elsewhere


def test_a_policy_without_visitor_questions_has_no_suggestions(small_policy_file: Path, tmp_path: Path) -> None:
    assert questions_by_section(open_bot(load_settings(home=tmp_path), str(small_policy_file)).bundle) == {}
