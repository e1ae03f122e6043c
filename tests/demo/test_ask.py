"""The first tab: its examples, its votes, and what the page stores about a question."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from bot import Bot, Outcome

if TYPE_CHECKING:
    from bot.demo.ask import AskTab

pytestmark = pytest.mark.usefixtures("gradio")


def test_votes_are_stored_as_two_numbers() -> None:
    from bot.demo.ask import Votes

    votes = Votes()
    votes.count(True)
    assert "1 helpful, 1 not helpful" in votes.count(False)


def test_every_outcome_has_an_example(bot: Bot) -> None:
    from bot.demo.ask import EXAMPLES

    answers = [bot.ask(example) for example in EXAMPLES]
    wanted = {Outcome.ANSWERED, Outcome.NOT_COVERED, Outcome.OFF_TOPIC, Outcome.SMALL_TALK}
    assert wanted <= {answer.outcome for answer in answers}
    assert any(len(answer.citations) > 1 for answer in answers)
    assert any(warning.code == "personal_data" for answer in answers for warning in answer.warnings)


class TestReply:
    @pytest.fixture
    def tab(self, bot: Bot, gradio: ModuleType) -> AskTab:
        from bot.demo.ask import AskTab

        async def build() -> AskTab:
            with gradio.Blocks(analytics_enabled=False):
                return AskTab(bot)

        # In a separate thread: the browser of other tests keeps an event loop running in this one.
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(lambda: asyncio.run(build())).result()

    def test_the_page_keeps_only_as_many_questions_as_the_bot_reads(self, tab: AskTab, bot: Bot) -> None:
        limit = bot.settings.guard.max_history
        _, earlier, *_ = tab.reply("hello", [f"question {number}" for number in range(limit + 5)])
        assert len(earlier) == limit + 1
        assert earlier[0] == "question 5"

    def test_personal_data_is_not_kept_in_the_page(self, tab: AskTab) -> None:
        question, earlier, conversation, *_ = tab.reply("my SSN is 078-05-1120, is it safe?", [])
        assert question == ""
        assert "078-05-1120" not in f"{earlier}{conversation}"

    def test_repeating_a_question_adds_a_turn(self, tab: AskTab) -> None:
        first, second = (tab.reply("do you sell my data?", []) for _ in range(2))
        assert first[2] != second[2]
        assert first[3] != second[3]
