from __future__ import annotations

from pathlib import Path

import pytest

from bot.answering.rank import rank
from bot.answering.recipients import Recipients, names, naming_first
from bot.elsewhere.parties import named_parties
from bot.index.passages import make_passages
from bot.opening import open_bot
from bot.policies.about import known_names
from bot.policies.parsing import parse_policy
from bot.settings import Settings
from bot.types import Hit

TEXT = """# Privacy Notice

Maple Bakery bakes bread. A chatbot answers you. We follow the GDPR.

We have the help of:

- OpenAI, for the chatbot
- Zundra, for email
- Apple, for payments: see apple.com
"""
POLICY = parse_policy(TEXT, id="notice")
RECIPIENTS = Recipients(POLICY, named_parties(POLICY, known_names(POLICY)))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("does openai get my data", ("openai",)),
        ("Is my e-mail sent to Zundra?", ("zundra",)),
        ("do you share info with zundra or OpenAI", ("zundra", "openai")),
        ("does datadog get my data", ()),
        ("do you sell my data", ()),
        ("does the chatbot get my messages", ()),
        ("does the gdpr give me access to my data", ()),
        ("what is the best recipe of openai", ()),
        ("who is Zundra?", ("zundra",)),
        ("what is openai", ("openai",)),
        ("what is a chatbot", ()),
        ("does Apple see what i order", ("apple",)),
        ("are my orders shared with apple", ("apple",)),
        ("do you sell apple pie", ()),
        ("does the gdpr see my data", ()),
    ],
)
def test_who_gets_data_is_asked_of_those_that_the_policy_names(question: str, expected: tuple[str, ...]) -> None:
    assert RECIPIENTS.asked(question) == expected


def test_what_names_the_recipient_comes_first_if_it_is_about_as_relevant() -> None:
    passages = make_passages(POLICY)
    other, naming = passages[0], next(each for each in passages if names(each, ("zundra",)))

    def first(relevance: float, best: float = 0.6) -> str:
        hits = [Hit(other, 0.5, best), Hit(naming, 0.4, relevance)]
        return naming_first(hits, ("zundra",))[0].passage.text

    assert (first(0.5), first(0.1)) == (naming.text, other.text)
    assert first(0.01, best=0.2) == naming.text


def test_a_statement_names_whole_words_only() -> None:
    named = [passage.text for passage in make_passages(POLICY) if names(passage, ("openai",))]
    assert named == ["OpenAI, for the chatbot"]
    assert not any(names(passage, ("bake", "open")) for passage in make_passages(POLICY))


def test_an_answer_starts_with_the_recipient_that_is_asked_about(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "bakery.md"
    file.write_text(TEXT)
    bot = open_bot(settings.model_copy(update={"home": tmp_path / "home"}), str(file))

    def with_recipient_last(*given: object) -> tuple[Hit, ...]:
        hits = rank(*given)  # type: ignore[arg-type]
        return tuple(sorted(hits, key=lambda hit: "Zundra" in hit.passage.text))

    monkeypatch.setattr("bot.answering.finding.rank", with_recipient_last)
    answer = bot.ask("does Zundra get my email address")
    assert "Zundra" in answer.citations[0].quote
