"""`python -m evals rubric answer` and `prepare`: from questions to a file that readers judge blind.

Both write questions that may not be copied into this repository, so keep their files outside of it.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.types import AskPolicyError
from evals import OURS
from evals.files import read_lines, write_json, write_lines
from evals.rubric.items import as_shown
from evals.run import bot_of_this_checkout
from evals.sets.cases import Case, load_cases

ITEMS, KEY = "items.jsonl", "key.json"
# System -> case id -> its answer, as `answer_set` writes it.
Answers = Mapping[str, Mapping[str, Mapping[str, Any]]]


def answer_set(name: str, out: Path) -> int:
    """Ask every question of a set and write the answers, each with `shown`: what a visitor reads. Return the number."""
    with tempfile.TemporaryDirectory() as home:
        bot = bot_of_this_checkout(Path(home))
        records = []
        for case in load_cases(name):
            answer = bot.ask(case.question, case.history)
            records.append({"id": case.id, **answer.to_json(), "shown": as_shown(answer, bot.bundle.policy)})
    write_lines(out, records)
    return len(records)


def prepare(name: str, count: int, seed: int, answers: Sequence[Path], out: Path) -> int:
    """Draw questions of a set, write the items to judge and their key, and return the number of items.

    answers: files of `answer_set`, one for each system, named after it; if there is none, this checkout is asked.
    Raises AskPolicyError if a file lacks an answer, or if two have the same name.
    """
    if not answers:
        answers = [out / f"{OURS}.jsonl"]
        answer_set(name, answers[0])
    if len({path.stem for path in answers}) < len(answers):
        raise AskPolicyError("Two files of answers have the same name: the name says which system they are from.")
    given = {path.stem: {record["id"]: record for record in _read(path)} for path in answers}
    items, key = make_items(draw(load_cases(name), count, seed), given, seed)
    write_lines(out / ITEMS, items)
    write_json(out / KEY, {"systems": list(given), "items": key})
    return len(items)


def draw(cases: Sequence[Case], count: int, seed: int) -> list[Case]:
    """Return `count` cases, or all if there are fewer. The same seed draws the same ones, whatever their order."""
    return sorted(cases, key=lambda case: _rank(seed, case.question))[:count]


def make_items(cases: Sequence[Case], answers: Answers, seed: int) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the items in the order in which to read them, and the key: item -> the question's sha256 and its systems.

    Systems whose answers look the same share an item. The answers to one question are far apart: all questions come
    once before any comes again. Raises AskPolicyError if a system has no answer to a question.
    """
    rounds: list[list[tuple[Case, str, list[str]]]] = []
    for case in cases:
        systems_by_text: dict[str, list[str]] = {}
        for system, given in answers.items():
            if "shown" not in given.get(case.id, {}):
                raise AskPolicyError(
                    f"'{system}' has no answer to {case.id}: write it with `python -m evals rubric answer`."
                )
            systems_by_text.setdefault(str(given[case.id]["shown"]), []).append(system)
        order = sorted(systems_by_text, key=lambda text: _rank(seed, text + case.question))
        for turn, text in enumerate(order):
            if turn == len(rounds):
                rounds.append([])
            rounds[turn].append((case, text, systems_by_text[text]))
    items: list[dict[str, Any]] = []
    key: dict[str, Any] = {}
    for turn, entries in enumerate(rounds):
        for case, text, systems in sorted(entries, key=lambda entry: _rank(seed + turn + 1, entry[0].question)):
            number = str(len(items) + 1)
            items.append({"item": number, "history": list(case.history), "question": case.question, "answer": text})
            key[number] = {"sha256": sha256(case.question), "systems": systems}
    return items, key


def sha256(text: str) -> str:
    """Return the sha256 of a text, in hex digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _rank(seed: int, text: str) -> str:
    return sha256(f"{seed} {text}")


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        records = read_lines(path)
    except ValueError:
        records = []
    if not records:
        raise AskPolicyError(f"{path} has no answers: write it with `python -m evals rubric answer --out {path}`.")
    return records
