"""Turns cases into answers, and units into rankings, with our bot and with peers.

Every question gets an answer: if a system fails on one, the answer has the outcome `error`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from bot.commands.batch import rank_lines
from bot.encoder.embedding import SentenceTransformerEmbedder
from bot.pipeline import Bot
from bot.settings import Settings
from bot.types import Policy
from evals.measures.units import Ranking
from evals.peers import MODEL, answer, build_peer
from evals.peers.sentences import Bm25, Dense
from evals.sets.cases import Case, UnitSet

# (question, earlier questions) -> an answer in the public JSON shape.
Ask = Callable[[str, Sequence[str]], Mapping[str, Any]]

# The peers that can rank given units. They read the same units as we do.
UNIT_PEERS = ("dense", "bm25")


def ask_bot(bot: Bot) -> Ask:
    """Return a function that asks the bot. Its answers also have a `ranking`: the passages considered, best first."""
    place = {passage.id: row for row, passage in enumerate(bot.bundle.passages)}

    def ask(question: str, history: Sequence[str]) -> dict[str, Any]:
        given = bot.ask(question, history)
        return given.to_json() | {"ranking": [place[hit.passage.id] for hit in given.hits]}

    return ask


def ask_peer(name: str, policy: Policy) -> Ask:
    """Index the policy with a peer and return a function that asks it.

    Raises AskPolicyError if the peer's packages are missing.
    """
    peer = build_peer(name, policy)
    return lambda question, history: answer(peer, policy, question, history)


def answer_cases(ask: Ask, cases: Sequence[Case]) -> Iterator[dict[str, Any]]:
    """Yield one answer per case, in order. A question that fails gets an `error` answer and is scored as wrong."""
    for case in cases:
        started = time.perf_counter()
        try:
            answer = dict(ask(case.question, case.history))
        except Exception as error:  # a system that fails must not end the run
            answer = {
                "question": case.question,
                "outcome": "error",
                "text": f"{type(error).__name__}: {error}",
                "citations": [],
            }
        answer.setdefault("seconds", time.perf_counter() - started)
        yield {"id": case.id, **answer}


def rank_with_askpolicy(sets: Sequence[UnitSet], settings: Settings) -> list[Ranking]:
    """Return one ranking per question, in order, made by the code behind `askpolicy rank`."""
    lines = [
        json.dumps(
            {"policy": s.policy, "sentences": s.units, "questions": [{"question": c.question} for c in s.cases]}
        ).encode("utf-8")
        for s in sets
    ]
    return [Ranking(r["outcome"], tuple(r["ranking"])) for r in rank_lines(lines, settings)]


def rank_with_peer(sets: Sequence[UnitSet], name: str) -> list[Ranking]:
    """Return one ranking per question, in order, made by the peer `dense` (plain MiniLM) or `bm25`."""
    embedder = SentenceTransformerEmbedder(MODEL) if name == "dense" else None
    rankings = []
    for unit_set in sets:
        scorer = Dense(unit_set.units, embedder) if embedder else Bm25(unit_set.units)
        for case in unit_set.cases:
            order = np.argsort(-scorer.scores(case.question), kind="stable")
            rankings.append(Ranking(None, tuple(order.tolist())))
    return rankings
