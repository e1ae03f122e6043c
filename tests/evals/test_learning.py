from __future__ import annotations

from bot.settings import load_settings
from evals.learning import learning_curve


def test_a_policy_without_its_review_can_know_its_questions() -> None:
    """The ways to ask about own topics are no questions of a policy whose own topics were taken away."""
    (point,) = learning_curve(load_settings(), counts=(300,), policies=1)
    assert point.policy == "massgov"
    assert point.questions == 300
    assert point.hit_at_1 > 0.75
    assert point.refused < 0.1
