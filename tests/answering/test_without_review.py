from __future__ import annotations

from pathlib import Path

import pytest

from bot.opening import open_bot
from bot.pipeline import Bot
from bot.settings import Settings
from bot.types import Outcome

TEXT = """# Tin Lantern Theater: Privacy Notice

We sell tickets on this website and ask for your name and your email address.

## Who helps us

| Company | What it does |
|---|---|
| Quillpay | payments |
| Amazon | storage |

## Newsletter

You can leave the newsletter at any time with the link at its end.

## Tonight

The play is about genetic data and a professor.
"""


@pytest.fixture(scope="module")
def theater(tmp_path_factory: pytest.TempPathFactory) -> Bot:
    folder: Path = tmp_path_factory.mktemp("theater")
    (folder / "theater.md").write_text(TEXT, encoding="utf-8")
    return open_bot(Settings(home=folder), str(folder / "theater.md"))


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("who is quillpay", "Quillpay | payments"),
        ("does amazon see my tickets", "Amazon | storage"),
        ("is my address sent to quillpay?", "Quillpay | payments"),
    ],
)
def test_somebody_whom_the_policy_names_is_found_by_name(theater: Bot, question: str, quote: str) -> None:
    answer = theater.ask(question)
    assert answer.citations[0].quote == quote
    assert not answer.is_doubtful


@pytest.mark.parametrize(
    "question",
    ["how long is the video of the parking garage kept", "do you use my shoe size for horse betting odds"],
)
def test_what_the_site_does_with_data_is_never_off_topic(theater: Bot, question: str) -> None:
    assert theater.ask(question).outcome is Outcome.NOT_COVERED


def test_a_refusal_is_unsure_if_the_best_statement_names_what_is_asked(theater: Bot) -> None:
    answer = theater.ask("do you collect genetic data")
    assert answer.outcome is Outcome.NOT_COVERED
    assert answer.opening.startswith("I am not sure")
    assert not theater.ask("do you use facial recognition").opening.startswith("I am not sure")


def test_the_title_of_plain_text_answers_nothing(tmp_path: Path) -> None:
    text = (
        "Tin Lantern Theater\nWebsite and Tickets Privacy Policy\n\nTICKETS\n\nWe ask for your name.\n\nWe sell none.\n"
    )
    (tmp_path / "theater.txt").write_text(text, encoding="utf-8")
    bot = open_bot(Settings(home=tmp_path), str(tmp_path / "theater.txt"))
    assert bot.bundle.policy.title == "Website and Tickets Privacy Policy"
    for question in ("what is the website of the theater", "are tickets private"):
        shown = bot.ask(question).hits
        assert [
            hit.passage.text for hit in shown if "Theater" in hit.passage.text or "Website" in hit.passage.text
        ] == []


def test_what_is_like_such_a_question_may_be_off_topic(theater: Bot) -> None:
    assert theater.ask("how long is the tunnel under the english channel").outcome is Outcome.OFF_TOPIC


TABLE = """# Tin Lantern Theater: Privacy Notice

Effective May 3, 2024

[archived copies](https://tinlantern.example/archive)

This notice is for guests.

We never sell your data.

| Data | Collected | Sold | Shared |
|---|---|---|---|
| Email address | Yes | No | Yes |
| Location data | No | N/A | N/A |
| Health data | No | N/A | N/A |
"""


def test_links_and_rows_without_values_are_not_quoted(tmp_path: Path) -> None:
    (tmp_path / "theater.md").write_text(TABLE, encoding="utf-8")
    bot = open_bot(Settings(home=tmp_path), str(tmp_path / "theater.md"))
    assert all("archived" not in hit.passage.text for hit in bot.ask("can I get a copy of my data?").hits)
    sold = [citation.quote for citation in bot.ask("do you sell my data?").citations]
    assert sold[0] == "We never sell your data."
    assert not any("N/A" in quote for quote in sold)
    location = bot.ask("do you collect my location data?").citations
    assert location[0].quote == "Location data | No | N/A | N/A", "it is the answer"
