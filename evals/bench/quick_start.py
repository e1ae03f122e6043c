"""Serves LangChain's quick start with FastAPI, as a peer of our service: one route answers with passages."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from bot.policies.folder import load_policy_folder
from bot.settings import load_settings
from evals.peers import answer, build_peer


class Asked(BaseModel):
    """A question in the same form as in a request to our service."""

    question: str


def create() -> FastAPI:
    """Index the policy and return the application."""
    policy = load_policy_folder("massgov", load_settings().corpus).policy
    peer = build_peer("langchain", policy)
    app = FastAPI()

    @app.get("/readyz")
    def ready() -> dict[str, str]:
        return {"status": "ready"}

    @app.post("/v1/answers")
    def ask(asked: Asked) -> dict[str, Any]:
        return dict(answer(peer, policy, asked.question))

    return app
