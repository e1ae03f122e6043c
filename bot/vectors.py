"""Unit vectors -> a FAISS index as bytes, and back. How many vectors there are decides its kind.

Similarity is fixed here, once: the inner product of unit vectors, which is their cosine.
"""

from __future__ import annotations

import math
from typing import Any, Literal, TypeAlias

import faiss
import numpy as np

from bot.embedding import FloatArray

Index: TypeAlias = faiss.Index
# flat: every vector is compared, in half precision: half the memory to read, and a question waits for memory here.
# ivf-sq8: the nearest of about sqrt(n) lists, a byte a dimension.
IndexKind = Literal["flat", "ivf-sq8"]
# Above this, comparing every vector begins to take a noticeable part of an answer: docs/speed.md.
IVF_FROM = 20_000
# Of the lists, how many are looked into. Measured up to 1,000,000 vectors: recall@10 above 0.95.
_PROBES = 16
_TYPES: dict[str, Any] = {"flat": faiss.IndexScalarQuantizer, "ivf-sq8": faiss.IndexIVFScalarQuantizer}
_NUMBERS = {"flat": faiss.ScalarQuantizer.QT_fp16, "ivf-sq8": faiss.ScalarQuantizer.QT_8bit}


def index_kind(count: int) -> IndexKind:
    """The kind for so many vectors."""
    return "flat" if count < IVF_FROM else "ivf-sq8"


def build_index(vectors: FloatArray, kind: IndexKind) -> bytes:
    """Unit vectors, shape (n, dimension); row i is found as i."""
    count, dimension = vectors.shape
    description = "SQfp16" if kind == "flat" else f"IVF{math.isqrt(count)},SQ8"
    index: Index = faiss.index_factory(dimension, description, faiss.METRIC_INNER_PRODUCT)
    index.train(vectors)
    index.add(vectors)
    return bytes(faiss.serialize_index(index).tobytes())


def parse_index(data: bytes, kind: str) -> Index:
    """The index in `data`, whose checksum was verified: FAISS trusts what it reads.

    Raises ValueError where it is not of this kind.
    """
    index: Any = faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8))
    fits = type(index) is _TYPES.get(kind) and index.sq.qtype == _NUMBERS[kind]
    if not fits or index.metric_type != faiss.METRIC_INNER_PRODUCT:
        raise ValueError(f"not an index of the kind {kind}")
    if kind == "ivf-sq8":
        index.nprobe = _PROBES
        index.make_direct_map()  # so that single vectors can be read back
    parsed: Index = index
    return parsed


def search_in_this_thread() -> None:
    """Let searches of the calling thread start no others; OpenMP counts for each thread by itself.

    FAISS would share even one question among threads that wait for each other, and keep processors busy meanwhile.
    """
    faiss.omp_set_num_threads(1)
