"""The whole answer over few and over many statements, from FAISS and from PostgreSQL, with and without a policy.

As in `evals.bench.growth`, the passages are those of Mass.gov's policy, repeated: the time of an answer is real, what
it says is not.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from pgvector import HalfVector
from psycopg import sql

from bot.encoder.embedding import FloatArray
from bot.index.bundle import Bundle
from bot.index.lexical import Lexical
from bot.index.vectors import FaissIndex, index_kind
from bot.pipeline import Bot
from bot.settings import Settings
from evals.bench.large.searching import percentiles
from evals.bench.large.server import Connection, Server, processor_seconds
from evals.bench.large.statements import PER_POLICY, policy_count, policy_of, policy_rows
from evals.bench.large.tables import Table, policy_id

FEW = 1_000
# Each question is asked in turns, of few and of many statements alternately, after a turn that only warms up.
_TURNS = 3
# How many policies the questions with a policy are about.
_POLICIES = 10


class PostgresRows:
    """The vectors of a table, or of one policy in it, searched as a `VectorIndex` is. Row i is the i-th of them.

    rows: the number of the first one in the table, and the number after the last. candidates: how many HNSW keeps in
    mind, which matters only without a policy.
    """

    def __init__(
        self, connection: Connection, table: Table, rows: tuple[int, int], policy: str | None, candidates: int
    ) -> None:
        self._connection, self._rows = connection, rows
        self._policy: tuple[str, ...] = () if policy is None else (policy,)
        where = sql.SQL("WHERE policy = %s" if policy else "WHERE true")
        name = sql.Identifier(table.name)
        self._nearest = sql.SQL(
            "SELECT number, -(vector <#> %s) FROM {} {} ORDER BY vector <#> %s LIMIT %s"
        ).format(name, where)  # fmt: skip
        # The btree begins with the policy: without it, PostgreSQL would look for each number in every policy.
        self._read = sql.SQL(
            "SELECT number, vector FROM {} JOIN unnest(%s::text[], %s::int4[]) AS wanted (policy, number) "
            "USING (policy, number)"
        ).format(name)
        connection.execute(f"SET hnsw.ef_search = {candidates}")

    @property
    def backend(self) -> int:
        """The process that PostgreSQL searches in."""
        return self._connection.info.backend_pid

    def __len__(self) -> int:
        return self._rows[1] - self._rows[0]

    def search(self, vector: FloatArray, count: int) -> tuple[list[int], FloatArray]:
        """Return the nearest rows, nearest first, and their cosines, shape (rows,)."""
        asked = HalfVector(vector)
        found = self._execute(self._nearest, (asked, *self._policy, asked, count))
        return [row - self._rows[0] for row, _ in found], np.array([cosine for _, cosine in found], np.float32)

    def vectors(self, rows: Sequence[int] | npt.NDArray[np.int64]) -> FloatArray:
        """Return the stored vectors of these rows, shape (rows, dimension)."""
        numbers = (np.asarray(rows) + self._rows[0]).tolist()
        policies = [*self._policy] * len(numbers) or [policy_id(policy_of(number, len(self))) for number in numbers]
        read: dict[int, HalfVector] = dict(self._execute(self._read, (policies, numbers)))
        return np.array([read[number].to_numpy() for number in numbers], np.float32)

    def _execute(self, query: sql.Composed, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        # In binary form, as to read a vector's digits takes longer than to search.
        return self._connection.execute(query, values, prepare=True, binary=True).fetchall()


def measure(
    server: Server, many: Table, few: Table, vectors: FloatArray, bundle: Bundle, settings: Settings,
    questions: Sequence[str], candidates: int,
) -> list[dict[str, Any]]:  # fmt: skip
    """Return a row for each store: {"store", "filtered", "few", "many"}, with p50 and p95 as `side_by_side` has them.

    many: the table of all vectors. few: that of the first 1,000.
    """
    parts = (vectors[:FEW], vectors)
    lexicals = [_lexical(bundle, len(part)) for part in parts]
    alone = _lexical(bundle, PER_POLICY)

    def in_faiss(size: int) -> list[Bot]:
        return [_bot(bundle, settings, FaissIndex.build(parts[size], index_kind(len(parts[size]))), lexicals[size])]

    def in_postgres(size: int) -> list[Bot]:
        rows = PostgresRows(server.connect(), (few, many)[size], (0, len(parts[size])), None, candidates)
        return [_bot(bundle, settings, rows, lexicals[size])]

    def of_one_policy(size: int) -> list[Bot]:
        connection, count = server.connect(), len(parts[size])
        chosen = np.linspace(0, policy_count(count) - 1, _POLICIES, dtype=int).tolist()
        stores = (
            PostgresRows(connection, (few, many)[size], policy_rows(policy, count), policy_id(policy), candidates)
            for policy in chosen
        )
        return [_bot(bundle, settings, rows, alone) for rows in stores]

    stores: tuple[tuple[str, bool, Callable[[int], list[Bot]]], ...] = (
        ("FAISS", False, in_faiss),
        ("PostgreSQL", False, in_postgres),
        ("PostgreSQL", True, of_one_policy),
    )
    return [
        {"store": store, "filtered": filtered, **_times([bots(size) for size in (0, 1)], questions)}
        for store, filtered, bots in stores
    ]


def _lexical(bundle: Bundle, count: int) -> Lexical:
    """Return the words of `count` passages: those of the bundle, numbered so that no two are equal."""
    own = [passage.read_as for passage in bundle.passages]
    return Lexical([f"{own[row % len(own)]} {row // len(own)}" for row in range(count)])


def _bot(bundle: Bundle, settings: Settings, rows: Any, lexical: Lexical) -> Bot:
    passages = tuple(bundle.passages[row % len(bundle.passages)] for row in range(len(rows)))
    return Bot(dataclasses.replace(bundle, passages=passages, vectors=rows, lexical=lexical), settings)


def _times(sizes: Sequence[Sequence[Bot]], questions: Sequence[str]) -> dict[str, dict[str, float]]:
    # All bots of a store share a connection.
    backends = [getattr(bots[0].bundle.vectors, "backend", None) for bots in sizes]
    times = np.zeros((2, len(sizes), 1 + _TURNS, len(questions)))
    for turn in range(1 + _TURNS):
        for size, bots in enumerate(sizes):
            for number, question in enumerate(questions):
                spent, started = processor_seconds(backends[size]), time.perf_counter()
                bots[number % len(bots)].ask(question)
                ended = time.perf_counter()
                times[:, size, turn, number] = ended - started, processor_seconds(backends[size]) - spent
    seconds, processor = np.median(times[:, :, 1:], axis=2)
    return {
        name: percentiles("", seconds[size]) | percentiles("processor_", processor[size])
        for size, name in enumerate(("few", "many"))
    }
