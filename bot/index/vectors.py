"""What a vector index can do, and `FaissIndex`, the one in memory. No other module calls FAISS.

Similarity is the inner product of unit vectors, which is their cosine.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import faiss
import numpy as np
import numpy.typing as npt

from bot.encoder.embedding import FloatArray

# flat: compares every vector, in half precision; memory bandwidth is the limit here, and this halves the bytes to read.
# refined: compares codes of two bits for each dimension, and then the best vectors again in half precision.
# ivf-refined: does so only in the nearest of about sqrt(n) lists, and the second time with one byte for each dimension.
IndexKind = Literal["flat", "refined", "ivf-refined"]
# Above the first size, reading every vector takes a noticeable part of the time of an answer. Above the second, so does
# reading every code: docs/speed.md. Among Mass.gov's 7,013 visitor questions, `refined` finds all of the nearest 8 for
# each question of massgov_dev, in an eighth of the time of `flat` on a busy machine.
REFINED_FROM, IVF_FROM = 2_000, 20_000
# How many lists are searched, at least 40 and a sixteenth of them, and how many vectors are compared again for each one
# that is asked for. Measured: recall@10 of .976 among 20,000 statements (moved copies of 9,485 distinct ones), .963
# among 100,000, and .967 among 1,000,000, where comparing 4 instead of 8 loses .006, and 16 gains .002.
_PROBES, _LISTS_PER_PROBE, _REFINED = 40, 16, 8


def index_kind(count: int) -> IndexKind:
    """Return the kind of index to use for `count` vectors."""
    if count < REFINED_FROM:
        return "flat"
    return "refined" if count < IVF_FROM else "ivf-refined"


class VectorIndex(Protocol):
    """A searchable index of unit vectors; row i is the i-th vector it was built from. Threads can share it."""

    def __len__(self) -> int: ...

    @property
    def dimension(self) -> int:
        """Return the number of dimensions of each vector."""

    def search(self, vector: FloatArray, count: int) -> tuple[list[int], FloatArray]:
        """Return the nearest rows, nearest first, and their cosines, shape (rows,).

        vector: a unit vector, shape (dimension,). count: how many to return at most. An index that does not compare
        every vector may return fewer, even if it holds `count` vectors.
        """

    def vectors(self, rows: Sequence[int] | npt.NDArray[np.int64] | None = None) -> FloatArray:
        """Return the stored (rounded) vectors of these rows, or of all rows, shape (rows, dimension)."""


@dataclass(frozen=True, slots=True)
class FaissIndex:
    """A `VectorIndex` in memory."""

    _faiss: Any
    _count: int = field(init=False)
    _dimension: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_count", int(self._faiss.ntotal))
        object.__setattr__(self, "_dimension", int(self._faiss.d))

    @classmethod
    def build(cls, vectors: FloatArray, kind: IndexKind) -> FaissIndex:
        """Build an index of unit vectors, shape (n, dimension)."""
        count, dimension = vectors.shape
        codes = f"PQ{dimension // 2}x4fs"
        description = {
            "flat": "SQfp16",
            "refined": f"{codes},Refine(SQfp16)",
            "ivf-refined": f"IVF{math.isqrt(count)},{codes},Refine(SQ8)",
        }[kind]
        index = faiss.index_factory(dimension, description, faiss.METRIC_INNER_PRODUCT)
        _use_one_thread()
        index.train(vectors)
        index.add(vectors)
        return cls._ready(index, kind)

    @classmethod
    def empty(cls, dimension: int) -> FaissIndex:
        """Build an index without vectors."""
        return cls.build(np.zeros((0, dimension), dtype=np.float32), "flat")

    @classmethod
    def load(cls, data: bytes, kind: str) -> FaissIndex:
        """Load what `save` returned. FAISS trusts its input, so verify a checksum of `data` first.

        Raises ValueError if `data` is not an index of this kind.
        """
        try:
            # In pieces, since `faiss.deserialize_index` copies all of it first.
            reader = faiss.PyCallbackIOReader(io.BytesIO(data).read)  # type: ignore[attr-defined]  # from C++
            index: Any = faiss.read_index(reader)
        except RuntimeError as error:  # the type of all of FAISS's errors
            raise ValueError(str(error).splitlines()[0]) from None
        if _kind_of(index) != kind or index.metric_type != faiss.METRIC_INNER_PRODUCT:
            raise ValueError(f"not an index of the kind {kind}")
        return cls._ready(index, kind)

    @classmethod
    def _ready(cls, index: Any, kind: str) -> FaissIndex:
        if kind == "ivf-refined":
            lists: Any = faiss.downcast_index(index.base_index)
            lists.nprobe = max(_PROBES, lists.nlist // _LISTS_PER_PROBE)
        if kind != "flat":
            index.k_factor = _REFINED
        return cls(index)

    @classmethod
    def of(cls, index: VectorIndex) -> FaissIndex:
        """Return an index with the vectors of another one, or that index itself if it is in memory."""
        return index if isinstance(index, cls) else cls.build(index.vectors(), index_kind(len(index)))

    def save(self) -> bytes:
        """Return the index as bytes, for `load`."""
        written = io.BytesIO()
        faiss.write_index(self._faiss, faiss.PyCallbackIOWriter(written.write))  # type: ignore[attr-defined]
        return written.getvalue()

    def __len__(self) -> int:
        return self._count

    @property
    def dimension(self) -> int:
        """Return the number of dimensions of each vector."""
        return self._dimension

    def search(self, vector: FloatArray, count: int) -> tuple[list[int], FloatArray]:
        """Return the nearest rows and their cosines: see `VectorIndex`. Only the kind ivf-refined may return fewer."""
        if not (count := min(count, self._count)):
            return [], np.zeros(0, dtype=np.float32)
        _use_one_thread()
        (cosines,), (found,) = self._faiss.search(vector[np.newaxis], count)
        rows: list[int] = found.tolist()
        if rows[-1] < 0:  # FAISS pads with -1 if the searched lists hold fewer than `count`
            rows = rows[: rows.index(-1)]
        return rows, cosines[: len(rows)]

    def vectors(self, rows: Sequence[int] | npt.NDArray[np.int64] | None = None) -> FloatArray:
        """Return the stored (rounded) vectors of these rows, or of all rows, shape (rows, dimension)."""
        if rows is None:
            stored: FloatArray = self._faiss.reconstruct_n(0, len(self))
        else:
            stored = self._faiss.reconstruct_batch(np.asarray(rows, dtype=np.int64))
        return stored.reshape(-1, self._dimension)


def _use_one_thread() -> None:
    """Keep FAISS from splitting its work, even one question, among threads that spin while they wait for each other.

    OpenMP keeps this setting for each thread separately, so each call needs it.
    """
    faiss.omp_set_num_threads(1)


def _kind_of(index: Any) -> IndexKind | None:
    """Return the kind of a FAISS index, or None if it is none of these."""
    if type(index) is faiss.IndexRefine:
        parts = faiss.downcast_index(index.base_index), faiss.downcast_index(index.refine_index)
        kinds: dict[Any, IndexKind] = {
            (faiss.IndexPQFastScan, faiss.ScalarQuantizer.QT_fp16): "refined",
            (faiss.IndexIVFPQFastScan, faiss.ScalarQuantizer.QT_8bit): "ivf-refined",
        }
        return kinds.get((type(parts[0]), _numbers_of(parts[1])))
    return "flat" if _numbers_of(index) == faiss.ScalarQuantizer.QT_fp16 else None


def _numbers_of(index: Any) -> int | None:
    """Return how an index rounds its numbers; None if it does not store each vector."""
    return index.sq.qtype if type(index) is faiss.IndexScalarQuantizer else None
