"""`askpolicy batch` and `rank`: many questions in JSON Lines, about one policy or about the units of benchmarks."""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.commands.asking import open_policy
from bot.commands.command import Command, add_policy_option, read_settings
from bot.commands.streams import Input, Output, check_apart
from bot.types import AskPolicyError

if TYPE_CHECKING:
    from bot.pipeline import Bot
    from bot.settings import Settings


@dataclasses.dataclass(frozen=True, slots=True)
class _Request:
    question: str
    history: list[str]


def answer_lines(lines: Iterable[bytes], bot: Bot) -> Iterator[dict[str, Any]]:
    """Yield one answer for each line that is not blank, in order. A bad line yields an `error` answer."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        record: Any = None
        try:
            record = _parse(line, number)
            request = _request(record, number)
            answer = bot.ask(request.question, request.history).to_json()
        except AskPolicyError as error:
            answer = bot.failed(str(error)).to_json()
        yield {"id": record.get("id") if isinstance(record, dict) else None, **answer}


def _parse(line: bytes, number: int) -> Any:
    try:
        # Some editors and spreadsheets start a file with a byte order mark.
        return json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError as error:
        raise AskPolicyError(f"Line {number} is not UTF-8 (byte {error.start} is invalid).") from None
    except (ValueError, RecursionError):
        raise AskPolicyError(
            f'Line {number} is not JSON: each line must be an object such as {{"id": 1, "question": "…"}}.'
        ) from None


def _request(record: Any, number: int) -> _Request:
    if not isinstance(record, dict) or not isinstance(record.get("question"), str):
        raise AskPolicyError(f'Line {number} must be an object with a "question" that is a string.')
    history = record.get("history") or []
    if not isinstance(history, list) or not all(isinstance(q, str) for q in history):
        raise AskPolicyError(f'Line {number}: "history" must be a list of the visitor\'s earlier questions.')
    return _Request(record["question"], history)


def rank_lines(lines: Iterable[bytes], settings: Settings) -> Iterator[dict[str, Any]]:
    """Yield one ranking for each question: all units of its line, best first, with the score of each.

    Raises AskPolicyError at the first bad line, and names it.
    """
    import numpy as np

    from bot.answering.decide import decide
    from bot.answering.retrieve import blended_scores
    from bot.encoder.embedding import OnnxEmbedder
    from bot.encoder.files import encoder_bytes
    from bot.guard.cleaning import guard
    from bot.index.bundle import bundle_of_units
    from bot.pipeline import Bot

    embedder = OnnxEmbedder.from_bytes(encoder_bytes(settings.model), settings.threads)
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        record = _parse(line, number)
        units, questions = _benchmark(record, number)
        all_units = settings.retrieve.model_copy(update={"candidates": len(units)})
        bot = Bot(bundle_of_units(units, embedder), settings.model_copy(update={"retrieve": all_units}))
        for question in questions:
            retrieved = bot.evidence(question)
            refused = guard(question, settings.guard).outcome
            scores = blended_scores(retrieved)
            best = np.argsort(-scores, kind="stable")
            yield {
                "policy": record.get("policy"),
                "question": question,
                "outcome": str(refused or decide(retrieved, bot.fitted, settings.decide).outcome),
                "ranking": [retrieved.candidates[i] for i in best],
                "scores": [round(float(scores[i]), 6) for i in best],
            }


def _benchmark(record: Any, number: int) -> tuple[list[str], list[str]]:
    if isinstance(record, dict):
        units = record.get("sentences") or record.get("segments")
        questions = record.get("questions")
        if (
            isinstance(units, list)
            and units
            and all(isinstance(unit, str) for unit in units)
            and isinstance(questions, list)
            and all(isinstance(q, dict) and isinstance(q.get("question"), str) for q in questions)
        ):
            return units, [q["question"] for q in questions]
    raise AskPolicyError(
        f'Line {number} needs "sentences" or "segments" (a list of strings) and "questions" (a list of objects with a '
        '"question").'
    )


def _add_batch(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("input", nargs="?", type=Path, help="a file of JSON Lines (default: standard input)")
    add_policy_option(parser)
    _add_output(parser)


def _add_rank(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("input", type=Path, help="a file of JSON Lines")
    _add_output(parser)


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output", type=Path, metavar="FILE", help="the file to write (default: standard output)")


def _batch(arguments: argparse.Namespace) -> int:
    bot = open_policy(arguments.policy)
    check_apart(arguments.input, arguments.output)
    with Input(arguments.input) as source, Output(arguments.output) as write:
        for answer in answer_lines(source, bot):
            write(answer)
    return 0


def _rank(arguments: argparse.Namespace) -> int:
    check_apart(arguments.input, arguments.output)
    with Input(arguments.input) as source, Output(arguments.output) as write:
        for ranking in rank_lines(source, read_settings()):
            write(ranking)
    return 0


BATCH = Command(
    "batch",
    "answer many questions: one {id, question, history} per line in, one answer per line out",
    """echo '{"id": 1, "question": "do you use cookies?"}' | askpolicy batch""",
    _batch,
    _add_batch,
)
RANK = Command(
    "rank",
    "rank given sentences or segments for given questions, for benchmarks",
    "askpolicy rank benchmark.jsonl --output ranking.jsonl",
    _rank,
    _add_rank,
)
