"""The ways to search a store, side by side: with and without a policy, in FAISS and in PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from pgvector import HalfVector, Vector
from psycopg import sql

from bot.encoder.embedding import FloatArray
from evals.bench.large import indexes
from evals.bench.large.server import Server, processor_seconds
from evals.bench.large.statements import policy_count, policy_rows
from evals.bench.large.tables import Table, policy_id

NEAREST = 10
# The least recall@10 with which a search is worth its speed.
RECALL = 0.95
# Each question is asked in turns, after one that only warms up. Its time is the median of the turns.
_TURNS = 3
# How many candidates HNSW keeps in mind; how many lists IVF compares.
CANDIDATES = (40, 100, 200, 400)
_LISTS = (16, 32, 64)


@dataclass(frozen=True, slots=True)
class Way:
    """A way to search. find: (vector, number of a policy) -> rows, nearest first. backend: the process that PostgreSQL
    searches in.
    """

    system: str
    setting: str
    filtered: bool
    find: Callable[[FloatArray, int], list[int]]
    backend: int | None = None


def faiss_ways(folder: Path, store: str, vectors: FloatArray) -> list[Way]:
    """Return the ways to search the FAISS indexes of a store, whose files are in a folder."""
    count = len(vectors)
    flat, ivf, hnsw = (faiss.read_index(str(folder / f"{store}-{kind}.faiss")) for kind in indexes.KINDS)
    ways = [_everything(flat, "FAISS flat"), *(_everything(ivf, "FAISS ivf-refined", nprobe=lists) for lists in _LISTS)]
    ways += [_everything(hnsw, "FAISS hnsw", efSearch=candidates) for candidates in CANDIDATES]
    each = indexes.one_per_policy(vectors)

    def in_its_own(vector: FloatArray, policy: int) -> list[int]:
        rows, _ = each[policy].search(vector, NEAREST)
        first, _ = policy_rows(policy, count)
        return [first + row for row in rows]

    ways.append(Way("FAISS flat", "one index per policy", True, in_its_own))
    ways.append(_selected(flat, "FAISS flat", count))
    ways += [_selected(ivf, "FAISS ivf-refined", count, nprobe=lists) for lists in (_LISTS[0], _LISTS[-1])]
    ways += [
        _selected(hnsw, "FAISS hnsw", count, efSearch=candidates) for candidates in (CANDIDATES[1], CANDIDATES[-1])
    ]
    return ways


def _everything(index: Any, system: str, **settings: int) -> Way:
    return Way(
        system, _words(settings), False, lambda vector, _: indexes.find(index, vector, NEAREST, None, **settings)
    )


def _selected(index: Any, system: str, count: int, **settings: int) -> Way:
    def find(vector: FloatArray, policy: int) -> list[int]:
        return indexes.find(index, vector, NEAREST, policy_rows(policy, count), **settings)

    return Way(system, ", ".join(filter(None, ("shared, IDSelector", _words(settings)))), True, find)


def _words(settings: Mapping[str, object]) -> str:
    """Return settings in words."""
    return ", ".join(f"{name} {value}" for name, value in settings.items())


def postgres_ways(server: Server, table: Table, sample: FloatArray) -> list[Way]:
    """Return the ways to search a table in PostgreSQL; a partitioned one only with a policy. Each has a connection.

    sample: any vector of the table. Raises RuntimeError if PostgreSQL cannot be made to search an HNSW index.
    """
    as_planned = _query(server, table, sample, {}, filtered=True)
    if table.partitions:
        return [as_planned]
    graph = {"enable_seqscan": "off"}  # which a small table would be searched with
    ways = [_query(server, table, sample, graph | {"hnsw.ef_search": str(size)}) for size in CANDIDATES]
    # PostgreSQL chooses the btree if it can, and it cannot if it may not sort.
    graph |= {"enable_sort": "off", "hnsw.iterative_scan": "strict_order"}
    return [*ways, as_planned, _query(server, table, sample, graph, filtered=True)]


def _query(
    server: Server, table: Table, sample: FloatArray, settings: Mapping[str, str], *, filtered: bool = False
) -> Way:
    connection = server.connect()
    for name, value in settings.items():
        connection.execute(f"SET {name} = {value}")
    wrap = Vector if table.kind == "vector" else HalfVector
    where = sql.SQL("WHERE policy = %s" if filtered else "")
    query = sql.SQL("SELECT number FROM {} {} ORDER BY vector <#> %s LIMIT {}").format(
        sql.Identifier(table.name), where, NEAREST
    )

    def values(vector: FloatArray, policy: int) -> tuple[object, ...]:
        return (policy_id(policy), wrap(vector)) if filtered else (wrap(vector),)

    def find(vector: FloatArray, policy: int) -> list[int]:
        return [row for (row,) in connection.execute(query, values(vector, policy), prepare=True)]

    ((plan,),) = connection.execute(sql.SQL("EXPLAIN (FORMAT JSON) ") + query, values(sample, 0)).fetchall()
    used = _indexes_of(plan[0]["Plan"])
    if settings and used != [table.index]:
        raise RuntimeError(f"PostgreSQL searches {table.name} with {used or 'no index'}, not with {table.index}")
    words = "HNSW, " + _words({name.removeprefix("hnsw."): settings[name] for name in settings if name[:4] == "hnsw"})
    if not settings:
        words = f"as planned: {'btree' if used else 'every row'}"
    return Way(
        f"pgvector {table.kind}",
        f"partitions, {words}" if table.partitions else words,
        filtered,
        find,
        connection.info.backend_pid,
    )


def _indexes_of(plan: Mapping[str, Any]) -> list[str]:
    """Return the names of the indexes that a plan of PostgreSQL uses."""
    own = [plan["Index Name"]] if "Index Name" in plan else []
    return own + [name for part in plan.get("Plans", ()) for name in _indexes_of(part)]


def side_by_side(
    ways: Sequence[Way], asked: FloatArray, vectors: FloatArray, nearest: Sequence[Sequence[int]]
) -> list[dict[str, Any]]:
    """Ask every question in every way, in turns, and return a row for each way.

    asked: the questions' vectors. nearest: the true nearest rows of each. With a filter, a question is about one
    policy, drawn at random. Each row: {"system", "setting", "filtered", "p50", "p95", "processor_p50", "processor_p95",
    "recall"}, in seconds, and from 0 to 1. The processor's time is the same however busy the machine is.
    """
    policies = np.random.default_rng(0).integers(policy_count(len(vectors)), size=len(asked)).tolist()
    in_policy = [_nearest_in(vectors, policy, vector) for policy, vector in zip(policies, asked, strict=True)]
    times = np.zeros((2, len(ways), 1 + _TURNS, len(asked)))
    found: list[list[list[int]]] = []
    for turn in range(1 + _TURNS):
        found = []
        for number, way in enumerate(ways):
            rows = []
            for question, (vector, policy) in enumerate(zip(asked, policies, strict=True)):
                spent, started = processor_seconds(way.backend), time.perf_counter()
                rows.append(way.find(vector, policy))
                ended = time.perf_counter()
                times[:, number, turn, question] = ended - started, processor_seconds(way.backend) - spent
            found.append(rows)
    seconds, processor = np.median(times[:, :, 1:], axis=2)
    return [
        {
            "system": way.system,
            "setting": way.setting,
            "filtered": way.filtered,
            **percentiles("", seconds[number]),
            **percentiles("processor_", processor[number]),
            "recall": recall(found[number], in_policy if way.filtered else nearest),
        }
        for number, way in enumerate(ways)
    ]


def percentiles(name: str, seconds: FloatArray) -> dict[str, float]:
    """Return the median and the 95th percentile under names that begin with `name`."""
    return {f"{name}p{percent}": float(np.percentile(seconds, percent)) for percent in (50, 95)}


def recall(found: Sequence[Sequence[int]], nearest: Sequence[Sequence[int]]) -> float:
    """Return the mean share of the true nearest rows that were found."""
    return float(np.mean([len(set(a) & set(b)) / len(b) for a, b in zip(found, nearest, strict=True)]))


def _nearest_in(vectors: FloatArray, policy: int, vector: FloatArray) -> list[int]:
    first, end = policy_rows(policy, len(vectors))
    rows: list[int] = (first + np.argsort(-(vectors[first:end] @ vector), kind="stable")[:NEAREST]).tolist()
    return rows
