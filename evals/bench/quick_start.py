"""LangChain's quick start behind FastAPI: one route that answers with the passages found."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from bot.corpus import load_shelf
from bot.settings import load_settings
from evals.peers import answer, build_peer


class Asked(BaseModel):
    """As our own service is asked."""

    question: str


def create() -> FastAPI:
    """The application, the policy indexed."""
    policy = load_shelf("massgov", load_settings().corpus).policy
    peer = build_peer("langchain", policy)
    app = FastAPI()

    @app.get("/readyz")
    def ready() -> dict[str, str]:
        return {"status": "ready"}

    @app.post("/v1/answers")
    def ask(asked: Asked) -> dict[str, Any]:
        return dict(answer(peer, policy, asked.question))

    return app
