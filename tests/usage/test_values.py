from __future__ import annotations

import pytest

from bot.types import AskPolicyError, Outcome
from bot.usage.values import MAX_MESSAGE_CHARS, UNANSWERED, Feedback, Switch, SwitchKind, Unanswered, now


def test_invalid_feedback_is_refused_in_one_sentence() -> None:
    def verdict(**changes: str) -> Feedback:
        return Feedback("a1", "harbour", Outcome.ANSWERED, True, **changes)

    with pytest.raises(AskPolicyError, match="use one of wrong, incomplete, unclear, other"):
        verdict(reason="rude")
    with pytest.raises(AskPolicyError, match="The comment has 501 characters: shorten it to 500"):
        verdict(comment="x" * 501)
    with pytest.raises(AskPolicyError, match="The question has 20,001 characters"):
        verdict(question="x" * 20_001)


@pytest.mark.parametrize("outcome", sorted(set(Outcome) - set(UNANSWERED)))
def test_only_questions_without_an_answer_are_passed_on(outcome: Outcome) -> None:
    """Above all, nothing is kept of somebody who may be in danger."""
    with pytest.raises(AskPolicyError, match="Only questions with the outcome not_covered, off_topic"):
        Unanswered("a1", "harbour", outcome, "help")


def test_a_notice_needs_words_and_a_pause_does_not() -> None:
    with pytest.raises(AskPolicyError, match="A notice needs words"):
        Switch(SwitchKind.NOTICE, "", " ")
    with pytest.raises(AskPolicyError, match="The message has 501 characters: shorten it to 500"):
        Switch(SwitchKind.PAUSE, "", "x" * (MAX_MESSAGE_CHARS + 1))
    assert Switch(SwitchKind.PAUSE).in_words() == "pause on for all policies"


def test_a_switch_ends_at_its_time() -> None:
    switch = Switch(SwitchKind.PAUSE, until=now())
    assert not switch.is_on(now())
    assert switch.is_on(now().replace(year=2000))
    assert Switch(SwitchKind.PAUSE).is_on(now())
