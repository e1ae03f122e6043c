from __future__ import annotations

from pathlib import Path

import pytest

from bot.answering.periods import with_period_first
from bot.answering.rank import rank
from bot.opening import open_bot
from bot.settings import Settings
from bot.types import Hit, Passage


def hit(text: str, relevance: float) -> Hit:
    return Hit(Passage(0, "p-0", "p", "s0", (), text, 0, len(text), text), 0.5, relevance)


def first(question: str, *hits: Hit) -> str:
    found = with_period_first(question, hits)
    assert sorted(map(id, found)) == sorted(map(id, hits))
    return found[0].passage.text


RULES, WEEKS = "You can clear your orders in the shop.", "Orders are shredded after three weeks."


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("how long do you keep my orders", WEEKS),
        ("when do my orders get deleted?", WEEKS),
        ("how do i clear my orders", RULES),
    ],
)
def test_how_long_is_answered_with_a_period(question: str, expected: str) -> None:
    assert first(question, hit(RULES, 0.8), hit(WEEKS, 0.5)) == expected


@pytest.mark.parametrize("said", ["We keep it as long as you have a card.", "It is kept 90 days.", "It stays forever."])
def test_what_has_a_period_stays_first(said: str) -> None:
    assert first("how long is it kept", hit(said, 0.6), hit(WEEKS, 0.5)) == said


def test_what_is_hardly_relevant_stays_behind() -> None:
    assert first("how long do you keep my orders", hit(RULES, 0.8), hit(WEEKS, 0.1)) == RULES


def test_an_answer_starts_with_the_period_if_another_statement_is_as_near(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "archive.md"
    file.write_text(
        "# Alder Archive privacy notice\n\n## Videos of the room\n\nHow the videos are kept is decided by us.\n\n"
        "The videos are overwritten after nine days.\n"
    )
    bot = open_bot(settings.model_copy(update={"home": tmp_path / "home"}), str(file))

    def with_period_second(*given: object) -> tuple[Hit, ...]:
        first, second, *others = rank(*given)  # type: ignore[arg-type]
        return second._replace(relevance=0.9), first._replace(relevance=0.8), *others

    monkeypatch.setattr("bot.answering.finding.rank", with_period_second)
    assert "nine days" in bot.ask("how long are the videos kept").citations[0].quote
