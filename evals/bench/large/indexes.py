"""The FAISS indexes: built in a process of their own, kept in a file, searched with and without a policy."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from bot.encoder.embedding import FloatArray
from bot.index.vectors import FaissIndex
from evals.bench.growth import resident
from evals.bench.large.statements import policy_count, policy_rows
from evals.bench.large.tables import CONSTRUCTION, LINKS

KINDS = ("flat", "ivf-refined", "hnsw")


def built(kind: str, vectors: Path, out: Path) -> dict[str, float]:
    """Build an index of the vectors in a file, and write it. Return seconds, processor seconds, and bytes."""
    return _in_new_process(_build, kind, vectors, out)


def memory_of(path: Path) -> dict[str, float]:
    """Return the seconds to load an index, and the bytes of memory that it takes."""
    return _in_new_process(_load, path)


def built_each(vectors: Path) -> dict[str, float]:
    """Return seconds, processor seconds, and bytes of one flat index for each policy, in files and in memory."""
    return _in_new_process(_build_each, vectors)


def _in_new_process(work: Callable[..., dict[str, float]], *arguments: object) -> dict[str, float]:
    # So that memory used earlier does not count.
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def _build(kind: str, vectors_file: Path, out: Path) -> dict[str, float]:
    vectors = np.load(vectors_file)
    started, processor = time.perf_counter(), time.process_time()
    if kind == "hnsw":
        index: Any = faiss.IndexHNSWFlat(vectors.shape[1], LINKS, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction = CONSTRUCTION
        index.add(vectors)
        faiss.write_index(index, str(out))
    else:
        out.write_bytes(FaissIndex.build(vectors, kind).save())  # type: ignore[arg-type]
    seconds = {"build": time.perf_counter() - started, "processor": time.process_time() - processor}
    return {**seconds, "bytes": float(out.stat().st_size)}


def _load(path: Path) -> dict[str, float]:
    before, started = resident(), time.perf_counter()
    index = faiss.read_index(str(path))
    seconds = time.perf_counter() - started
    memory = float(resident() - before)
    del index
    return {"load": seconds, "memory": memory}


def _build_each(vectors_file: Path) -> dict[str, float]:
    vectors = np.load(vectors_file)
    before, started, processor = resident(), time.perf_counter(), time.process_time()
    indexes = one_per_policy(vectors)
    seconds = {"build": time.perf_counter() - started, "processor": time.process_time() - processor}
    memory = float(resident() - before)
    return {**seconds, "memory": memory, "bytes": float(sum(len(index.save()) for index in indexes))}


def one_per_policy(vectors: FloatArray) -> list[FaissIndex]:
    """Return one flat index for each policy of a store."""
    count = len(vectors)
    ranges = (policy_rows(policy, count) for policy in range(policy_count(count)))
    return [FaissIndex.build(np.ascontiguousarray(vectors[first:end]), "flat") for first, end in ranges]


def find(index: Any, vector: FloatArray, count: int, only: tuple[int, int] | None = None, **settings: int) -> list[int]:
    """Return the rows nearest to a vector, shape (dimension,), nearest first.

    only: the first row, and the one after the last, to which the search is limited. settings: FAISS's own, such as
    nprobe and efSearch.
    """
    faiss.omp_set_num_threads(1)
    if only:
        settings["sel"] = faiss.IDSelectorRange(*only)  # type: ignore[assignment]
    parameters = _PARAMETERS.get(type(index), faiss.SearchParameters)(**settings)
    if isinstance(index, faiss.IndexRefine):
        refining: Any = faiss.IndexRefineSearchParameters
        parameters = refining(k_factor=index.k_factor, base_index_params=parameters)
    rows = index.search(vector[np.newaxis], count, params=parameters)[1][0]
    found: list[int] = rows[rows >= 0].tolist()
    return found


_PARAMETERS: dict[type, Any] = {
    faiss.IndexRefine: faiss.SearchParametersIVF,  # of the index that is refined
    faiss.IndexHNSWFlat: faiss.SearchParametersHNSW,  # type: ignore[attr-defined]
}


def exact(vectors: FloatArray, asked: FloatArray, count: int) -> list[list[int]]:
    """Return the true nearest rows of each question, nearest first."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors))
    rows: list[list[int]] = index.search(asked, count)[1].tolist()
    return rows
