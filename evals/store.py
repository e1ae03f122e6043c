"""`python -m evals store`: are the answers the same if the shared database searches the vectors?

The database of the setting `database.url` must have the policy that is installed here: `askpolicy publish massgov`.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

from rich.console import Console
from rich.progress import track

from bot.opening import open_bot
from bot.pipeline import Bot
from bot.postgres.bundles import in_use
from bot.postgres.connection import Database
from bot.postgres.vectors import PostgresIndex
from bot.settings import Settings, load_settings
from bot.types import AskPolicyError
from evals.sets.cases import Case, available, load_cases


def run_store(limit: int | None, console: Console) -> int:
    """Ask every question of both development sets twice; return 1 if any answer differs."""
    settings = load_settings()
    url = settings.database.url
    if url is None:
        raise AskPolicyError("Name a database with the setting database.url, and publish to it: docs/shared-store.md.")
    local = open_bot(settings)
    with closing(Database(url)) as database:
        shared = with_database(local, database, settings)
        differ = 0
        for name in available():
            differ += _compare(name, load_cases(name)[:limit], local, shared, console)
    return 1 if differ else 0


def with_database(local: Bot, database: Database, settings: Settings) -> Bot:
    """Return a bot that searches the vectors of the same policy in the database."""
    policy = local.bundle.policy.id
    with database.connected() as connection:
        published = in_use(connection, [policy])
    if not published:
        raise AskPolicyError(f"The database {database.name} has no '{policy}': run `askpolicy publish {policy}`.")
    passages = PostgresIndex.open(database, published[0])
    questions = PostgresIndex.open(database, published[0], "questions")
    return Bot(replace(local.bundle, vectors=passages, question_vectors=questions), settings)


def _compare(name: str, cases: Sequence[Case], local: Bot, shared: Bot, console: Console) -> int:
    differ = 0
    seconds: tuple[list[float], list[float]] = ([], [])
    for case in track(cases, name, console=console, transient=True):
        given = []
        for bot, times in zip((local, shared), seconds, strict=True):
            start = time.perf_counter()
            answer = bot.ask(case.question, case.history)
            # The order of additions differs, and with it the last digits.
            given.append(replace(answer, seconds=0.0, confidence=round(answer.confidence, 4)).to_json())
            times.append(time.perf_counter() - start)
        if given[0] != given[1]:
            differ += 1
            console.print(f"Another answer: {case.question}")
    p50 = [1_000 * statistics.median(times) for times in seconds]
    console.print(
        f"{name}: {len(cases) - differ} of {len(cases)} answers are the same with FAISS and PostgreSQL; "
        f"p50 {p50[0]:.1f} ms and {p50[1]:.1f} ms."
    )
    return differ
