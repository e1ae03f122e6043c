from __future__ import annotations

from bot.integrations.langchain import PolicyRetriever
from bot.pipeline import Bot
from tests.support.scripted_bot import PARTS, ScriptedBot


def test_the_retriever_returns_the_cited_sentences(bot: Bot) -> None:
    documents = PolicyRetriever(bot=bot).invoke("do you sell my data")
    assert documents[0].page_content.startswith("We do not sell")
    start, end = documents[0].metadata["start"], documents[0].metadata["end"]
    assert bot.bundle.policy.text[start:end] == documents[0].page_content
    assert documents[0].metadata["opening"] == bot.ask("do you sell my data").opening != ""


def test_each_sentence_has_the_opening_of_the_question_that_it_answers(bot: Bot) -> None:
    documents = PolicyRetriever(bot=ScriptedBot(bot.bundle, bot.settings)).invoke(PARTS)
    openings = [document.metadata["opening"] for document in documents]
    assert openings == sorted(openings)
    assert set(openings) == {"No.", "Yes."}


def test_the_retriever_returns_nothing_if_the_bot_refuses(bot: Bot) -> None:
    assert PolicyRetriever(bot=bot).invoke("how do I renew my driver's license") == []
