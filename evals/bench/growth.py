"""Measures the cost of 100 to 1,000,000 passages, by kind of index, and the time of our whole answer over them.

The texts are the sentences of the policies in corpus/, repeated with a new number each time. The encoder makes their
vectors. Repeated vectors are moved in a random direction, so that neighbors are about as close as in a real text of
that size and no two are equal.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from bot.encoder.embedding import FloatArray, OnnxEmbedder
from bot.encoder.files import encoder_bytes
from bot.index.bundle import Bundle, load_bundle
from bot.index.lexical import Lexical
from bot.index.passages import make_passages
from bot.index.vectors import FaissIndex, index_kind
from bot.opening import index_policy
from bot.pipeline import Bot
from bot.policies.folder import load_policy_folder
from bot.settings import Settings, load_settings
from evals.sets.cases import load_set

USUAL = (100, 1_000, 10_000, 100_000)
FULL = (*USUAL, 1_000_000)
KINDS = ("flat", "ivf-refined", "ivf-pq", "hnsw")
# Fewer vectors are too few to learn lists and codes from.
_OTHERS_FROM = 10_000
# Above this size, building an HNSW index takes longer than everything else in the benchmark together.
_HNSW_UP_TO = 100_000
_NEAREST = 10
_PROBES = 16
# Cosine between a sentence and its moved copies: about that of two sentences with nearly the same meaning.
_MOVED = 0.8
_QUESTIONS = 200


def measure(sizes: Sequence[int]) -> dict[str, Any]:
    """Return {"rows": [{"kind", "passages", …}], "answers": [{"kind", "passages", "p50", …}]}, in seconds and bytes."""
    settings = load_settings(cached_answers=0)
    embedder = OnnxEmbedder.from_bytes(encoder_bytes(settings.model), settings.threads)
    texts = _sentences(settings)
    known = embedder.encode(texts)
    questions = [case.question for case in load_set("massgov_dev") if not case.history][:_QUESTIONS]
    asked = embedder.encode(questions)
    rows, answers = [], []
    with tempfile.TemporaryDirectory() as home:
        bundle = _bundle(settings, Path(home))
        for size in sizes:
            vectors = _vectors(known, size)
            exact = _exact(vectors, asked)
            for kind in KINDS:
                if (kind != "flat" and size < _OTHERS_FROM) or (kind == "hnsw" and size > _HNSW_UP_TO):
                    continue
                rows.append({"kind": kind, "passages": size, **_index(kind, vectors, asked, exact, Path(home))})
            answers.append({"passages": size, **_answers(bundle, settings, vectors, texts, questions)})
            del vectors
    return {"rows": rows, "answers": answers, "real_vectors": len(texts)}


def _sentences(settings: Settings) -> list[str]:
    policy_folders = sorted(path for path in settings.corpus.glob("training/*") if (path / "policy.txt").is_file())
    policies = [
        load_policy_folder(str(path), settings.corpus).policy for path in (settings.corpus / "massgov", *policy_folders)
    ]
    return list(dict.fromkeys(passage.read_as for policy in policies for passage in make_passages(policy)))


def _vectors(known: FloatArray, size: int) -> FloatArray:
    """Return unit vectors, shape (size, dimension): the known ones, then copies of them that are moved anywhere."""
    random = np.random.default_rng(size)
    return with_moved(known, size, lambda count: random.standard_normal((count, known.shape[1]), dtype=np.float32))


def with_moved(known: FloatArray, count: int, directions: Callable[[int], FloatArray]) -> FloatArray:
    """Return unit vectors, shape (count, dimension): the known ones, then copies that are moved to a cosine of _MOVED.

    directions: returns where to move the first copies, shape (how many, dimension), of any length.
    """
    vectors = np.empty((count, known.shape[1]), dtype=np.float32)
    for start in range(0, count, len(known)):
        part = vectors[start : start + len(known)]
        part[:] = known[: len(part)]
        if start:
            moved = directions(len(part))
            moved *= math.sqrt(1 - _MOVED**2) / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-6)
            part *= _MOVED
            part += moved
            part /= np.linalg.norm(part, axis=1, keepdims=True)
    return vectors


def _exact(vectors: FloatArray, asked: FloatArray) -> list[set[int]]:
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    _, rows = index.search(asked, min(_NEAREST, len(vectors)))
    return [set(row) for row in rows.tolist()]


def _build(kind: str, vectors: FloatArray) -> bytes:
    if kind == "flat" or kind == "ivf-refined":
        return FaissIndex.build(vectors, kind).save()  # type: ignore[arg-type]
    count, dimension = vectors.shape
    index: Any
    if kind == "ivf-pq":
        index = faiss.index_factory(dimension, f"IVF{math.isqrt(count)},PQ{dimension // 8}", faiss.METRIC_INNER_PRODUCT)
    else:
        index = faiss.IndexHNSWFlat(dimension, 32, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efSearch = 64
    index.train(vectors)
    index.add(vectors)
    return bytes(faiss.serialize_index(index).tobytes())


def _index(
    kind: str, vectors: FloatArray, asked: FloatArray, exact: Sequence[set[int]], home: Path
) -> dict[str, float]:
    started = time.perf_counter()
    data = _build(kind, vectors)
    built = time.perf_counter() - started
    path = home / "growth.faiss"
    path.write_bytes(data)
    size = len(data)
    del data
    # In a new process, so that memory used earlier does not count.
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        row = pool.apply(search_file, (path, kind, asked, exact))
    path.unlink()
    return {"build": built, "bytes": float(size), **row}


def _searcher(path: Path, kind: str, count: int) -> Callable[[FloatArray], list[int]]:
    """Load an index and return a function that finds the rows nearest to a vector, shape (dimension,).

    Kinds that we do not ship use FAISS directly.
    """
    if kind in ("flat", "ivf-refined"):
        ours = FaissIndex.load(path.read_bytes(), kind)
        return lambda vector: ours.search(vector, count)[0]
    index: Any = faiss.deserialize_index(np.frombuffer(path.read_bytes(), dtype=np.uint8))
    if kind == "ivf-pq":
        index.nprobe = _PROBES
    return lambda vector: list(index.search(vector[np.newaxis], count)[1][0].tolist())


def search_file(path: Path, kind: str, asked: FloatArray, exact: Sequence[set[int]]) -> dict[str, float]:
    """Load an index and search it for one vector of `asked`, shape (questions, dimension), at a time.

    exact: the true nearest rows of each question. Return seconds to load, bytes of memory, p50 and p95 of a search in
    seconds, and recall, 0 to 1.
    """
    before = resident()
    started = time.perf_counter()
    nearest = _searcher(path, kind, len(exact[0]))
    loaded = time.perf_counter() - started
    found: list[set[int]] = []
    times = _times(lambda row: found.append(set(nearest(asked[row]))), len(asked))
    recall = np.mean([len(a & b) / len(b) for a, b in zip(found[-len(exact) :], exact, strict=True)])
    return {"load": loaded, "memory": float(resident() - before), **times, "recall": float(recall)}


def _answers(
    bundle: Bundle, settings: Settings, vectors: FloatArray, texts: Sequence[str], questions: Sequence[str]
) -> dict[str, Any]:
    """Time our whole answer over as many passages as there are vectors: those of the policy, repeated."""
    size, own = len(vectors), len(bundle.passages)
    kind = index_kind(size)
    numbered = (text if not turn else f"{text} {turn}" for turn in itertools.count() for text in texts)
    passages = tuple(bundle.passages[row % own] for row in range(size))
    started = time.perf_counter()
    lexical = Lexical(list(itertools.islice(numbered, size)))
    lexical_built = time.perf_counter() - started
    started = time.perf_counter()
    index = FaissIndex.build(vectors, kind)
    built = time.perf_counter() - started
    grown = dataclasses.replace(bundle, passages=passages, vectors=index, lexical=lexical)
    bot = Bot(grown, settings)
    times = _times(lambda row: bot.ask(questions[row]), len(questions))
    retrieval = _times(lambda row: lexical.scores(questions[row]), len(questions))
    return {
        "kind": kind,
        "index_build": built,
        "lexical_build": lexical_built,
        **times,
        "lexical_p50": retrieval["p50"],
        "lexical_p95": retrieval["p95"],
    }


def _times(work: Callable[[int], object], count: int) -> dict[str, float]:
    for row in range(min(10, count)):
        work(row)
    seconds = []
    for row in range(count):
        started = time.perf_counter()
        work(row)
        seconds.append(time.perf_counter() - started)
    return {"p50": float(np.percentile(seconds, 50)), "p95": float(np.percentile(seconds, 95))}


def _bundle(settings: Settings, home: Path) -> Bundle:
    folder, _ = index_policy("massgov", settings, home / "massgov")
    return load_bundle(folder, threads=settings.threads)


def resident() -> int:
    """Return the bytes that this process has in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()
