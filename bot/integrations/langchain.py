"""A LangChain retriever that returns the sentences that AskPolicy cites.

from bot import PolicyRetriever, load_settings, open_bot
chain = PolicyRetriever(bot=open_bot(load_settings())) | my_prompt | my_model
"""

from __future__ import annotations

from typing import Any

from pydantic import SkipValidation

try:
    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(f"PolicyRetriever needs {error.name}: pip install langchain-core.") from None

from bot.pipeline import Bot
from bot.types import Outcome


class PolicyRetriever(BaseRetriever):
    """Retrieves the cited sentences of an answer, best first, or nothing if the policy does not answer the question.

    Each document's metadata has `number`, `start` and `end` (code points in the policy's text), `context` (the words
    that the quote is read with, each with `quote`, `start` and `end`), `section`, `url`, and `opening` (the plain
    answer before the quotes, often empty).
    """

    bot: SkipValidation[Bot]

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        answer = self.bot.ask(query)
        if answer.outcome is not Outcome.ANSWERED:
            return []
        # If several questions were asked at once, each has an opening of its own.
        openings = {number: part.opening for part in answer.parts for number in part.citations}
        return [
            _document(citation.to_json(), openings.get(citation.number, answer.opening))
            for citation in answer.citations
        ]


def _document(citation: dict[str, Any], opening: str) -> Document:
    kept = ("number", "start", "end", "context", "section", "url")
    metadata = {name: citation[name] for name in kept} | {"opening": opening}
    return Document(id=citation["passage_id"], page_content=citation["quote"], metadata=metadata)
