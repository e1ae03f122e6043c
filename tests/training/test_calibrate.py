from __future__ import annotations

import pytest

from bot.pipeline import Bot

pytest.importorskip(
    "sklearn", reason="the decision models are fitted with scikit-learn: pip install 'askpolicy[build]'"
)


def test_without_visitor_questions_the_policy_is_answered_from_alone(bot: Bot) -> None:
    from training.calibrate import without_questions

    plain = without_questions(bot.bundle)
    assert plain.questions == ()
    assert plain.question_vectors.ntotal == 0
    answer = Bot.from_bundle(plain, bot.settings).ask("Do you sell my data?")
    assert [hit.passage.id for hit in answer.hits] != []
    assert plain.policy == bot.bundle.policy
