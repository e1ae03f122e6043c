from __future__ import annotations

import dataclasses

import pytest

from bot.elsewhere.reasons import Elsewhere, NotHere
from bot.elsewhere.tasks import asked_task
from bot.policies.parsing import parse_policy


@pytest.mark.parametrize(
    ("question", "task"),
    [
        ("how do I undo a commit", "undo"),
        ("how to schedule a post at 9", "schedule"),
        ("how do i set up a keyword monitor", "set up a"),
        ("why does my monitor show down when the site is up", "why"),
        ("why do videos stutter after the update", "why"),
        ("how do I print my data", None),
        ("how do I import my contact information", None),
        ("how do I add an email address", None),
        ("how do I turn off ads", None),
        ("why does a book still show on me", None),
        ("why does my phone show my location", None),
        ("why do you keep it", None),
    ],
)
def test_help_with_a_product_has_no_word_of_policies(question: str, task: str | None) -> None:
    assert asked_task(question) == task


def test_it_is_surely_not_for_a_policy_without_the_word() -> None:
    policy = parse_policy("# Notice\n\nWe schedule calls. We keep letters.", id="notice")
    elsewhere = Elsewhere(dataclasses.replace(policy, names=("Maple",)))
    assert elsewhere.asked("how do I undo a commit") == NotHere("device-help", sure=True)
    assert elsewhere.asked("how do I schedule a post") == NotHere("device-help", sure=False)
