"""Acts are recognized by their whole message; a message with a question in it is a question."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.acts import language_of, recognize
from bot.pipeline import Bot
from bot.policies.folder import load_policy_folder
from bot.topics.catalog import policy_topics
from bot.types import ACTS, Outcome
from bot.wording import LANGUAGES, act_text, acts
from evals.safety import acts as measured


def test_written_messages_are_recognized() -> None:
    wrong = measured.mistakes(measured.messages())
    assert [message.text for message in wrong if message.act is None] == []
    assert len(wrong) <= 2


@pytest.mark.parametrize(
    "question",
    [
        "thanks! do you sell my data?",
        "hi, what about cookies",
        "are you a bot and do you sell my data",
        "ok and cookies?",
        "are chats on your site recorded",
        "what do chatbots on the site record",
        "why do you collect this",
        "more about cookies",
        "is this legal advice",
        "summarize the policy",
        "is that bad",
        "can i ask you to delete my data",
        "i told you not to share my info",
        "my question is do you sell my data",
        "where does it say that you use cookies",
        "",
        "?",
    ],
)
def test_a_question_is_no_act(question: str) -> None:
    assert recognize(question) is None


@pytest.mark.parametrize(
    ("message", "act"),
    [
        ("that's messed up", "concern"),
        ("wow, that is so creepy", "concern"),
        ("i dont like that", "concern"),
        ("thats the same thing", "concern"),
        ("ok so nothing about that", "acknowledgment"),
        ("so ai wrote this", "about_chat"),
        ("r u recording this", "chat_privacy"),
        ("can you give me an example", "more"),
        ("bad answer", "complaint"),
        ("i dont trust you", "doubt"),
        ("so my question isnt saved", "chat_privacy"),
        ("you don't store what i type here, right?", "chat_privacy"),
        ("do you keep what I write to you", "chat_privacy"),
        ("can I have my chat deleted", "chat_privacy"),
        ("could I get this conversation erased", "chat_privacy"),
        ("can you make it shorter for me", "shorter"),
        ("hi, quick question", "greeting"),
        ("can I ask you something?", "greeting"),
        ("where does it say that?", "source"),
        ("which section is that", "source"),
    ],
)
def test_what_a_visitor_feels_or_assumes_is_an_act(message: str, act: str) -> None:
    assert recognize(message) == act


@pytest.mark.parametrize(
    ("message", "language"),
    [("gracias", "es"), ("ok, obrigado!", "pt"), ("mèsi", "ht"), ("cảm ơn", "vi"), ("谢谢", "zh"), ("thanks", None)],
)
def test_an_act_is_answered_in_its_own_language(bot: Bot, message: str, language: str | None) -> None:
    assert recognize(message) is not None
    assert language_of(message) == language
    assert bot.ask(message, language="en").language == (language or "en")
    assert bot.ask(message, language="pt").language == (language or "pt")


def test_a_follow_up_to_a_question_about_the_chat_is_about_the_chat(bot: Bot) -> None:
    history = ["is this chat recorded?"]
    for question in ("who can see it?", "for how long?"):
        assert bot.ask(question, history).act == "chat_privacy"
        assert bot.ask(question, ["do you store my name?"]).act is None
    assert bot.ask("do you sell my data", history).outcome is Outcome.ANSWERED


def test_nothing_that_the_chat_offers_to_ask_is_an_act(bot: Bot) -> None:
    offered = [topic.question for topic in policy_topics()]
    offered += load_policy_folder("massgov", Path("corpus")).starters
    assert [question for question in offered if bot.ask(question).outcome is Outcome.SMALL_TALK] == []


@pytest.mark.parametrize("act", [act for act in ACTS if act != "greeting"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_act_has_words_of_its_own(bot: Bot, act: str, language: str) -> None:
    texts = [act_text(other, bot.bundle.policy, language=language) for other in ACTS]
    assert texts.count(act_text(act, bot.bundle.policy, language=language)) == 1


def test_every_act_has_a_text() -> None:
    assert set(acts()) == {*ACTS, "greeting_again", "about_chat_quotes"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_reviewed_sentences_are_named_only_if_there_are_some(bot: Bot, language: str) -> None:
    policy = bot.bundle.policy
    plain = act_text("about_chat", replace(policy, reviewed=()), language=language)
    assert plain == acts(language)["about_chat_quotes"].format(title=policy.title)
    assert act_text("about_chat", policy, language=language) == acts(language)["about_chat"].format(title=policy.title)


def test_the_source_of_an_answer_is_what_it_cites(bot: Bot) -> None:
    asked = bot.ask("do you sell my data")
    source = bot.ask("where does it say that?", ["do you sell my data"])
    assert source.act == "source"
    assert [citation.quote for citation in source.related] == [citation.quote for citation in asked.citations]
    assert bot.ask("where does it say that?").related == ()


def test_an_act_is_answered_with_its_words(bot: Bot) -> None:
    answer = bot.ask("can I speak to a human?", ["do you sell my data"], "es")
    assert (answer.outcome, answer.act, answer.confidence) == (Outcome.SMALL_TALK, "human", 1.0)
    assert answer.text == act_text("human", bot.bundle.policy, language="es")
    assert "el formulario de preguntas" in answer.text
    steps = bot.bundle.policy.next_steps(answer.outcome, answer.act)
    assert [contact.role for contact in steps] == ["policy_questions"]


def test_a_visitor_is_greeted_once(bot: Bot) -> None:
    first, second = bot.ask("hello"), bot.ask("hello", ["do you sell my data"])
    assert first.act == second.act == "greeting"
    assert len(second.text) < len(first.text) / 2


@given(st.text(max_size=80))
def test_any_text_is_an_act_or_none(text: str) -> None:
    assert recognize(text) in {None, *ACTS}
