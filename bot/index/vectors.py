"""What a vector index can do, and `FaissIndex`, the one in memory. No other module calls FAISS.

Similarity is the inner product of unit vectors, which is their cosine.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import faiss
import numpy as np
import numpy.typing as npt

from bot.encoder.embedding import FloatArray

# flat: compares every vector, in half precision; memory bandwidth is the limit here, and this halves the bytes to read.
# ivf-sq8: compares the vectors of the nearest of about sqrt(n) lists, with one byte for each dimension.
IndexKind = Literal["flat", "ivf-sq8"]
# From this size on, comparing every vector takes a noticeable part of the time of an answer: docs/speed.md.
IVF_FROM = 20_000
# How many lists are searched: at least 16, and a sixteenth of them. Measured: recall@10 of 0.961 among 9,485 distinct
# statements with 16 of 97 lists, and among 1,000,000 moved copies of them 0.885 with 16 of 1,000 and 0.962 with 64.
_PROBES, _LISTS_PER_PROBE = 16, 16
_TYPES: dict[str, Any] = {"flat": faiss.IndexScalarQuantizer, "ivf-sq8": faiss.IndexIVFScalarQuantizer}
_NUMBERS = {"flat": faiss.ScalarQuantizer.QT_fp16, "ivf-sq8": faiss.ScalarQuantizer.QT_8bit}


def index_kind(count: int) -> IndexKind:
    """Return the kind of index to use for `count` vectors."""
    return "flat" if count < IVF_FROM else "ivf-sq8"


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

    @classmethod
    def build(cls, vectors: FloatArray, kind: IndexKind) -> FaissIndex:
        """Build an index of unit vectors, shape (n, dimension)."""
        count, dimension = vectors.shape
        description = "SQfp16" if kind == "flat" else f"IVF{math.isqrt(count)},SQ8"
        index = faiss.index_factory(dimension, description, faiss.METRIC_INNER_PRODUCT)
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
        except RuntimeError as error:  # how FAISS reports all of its errors
            raise ValueError(str(error).splitlines()[0]) from None
        fits = type(index) is _TYPES.get(kind) and index.sq.qtype == _NUMBERS[kind]
        if not fits or index.metric_type != faiss.METRIC_INNER_PRODUCT:
            raise ValueError(f"not an index of the kind {kind}")
        return cls._ready(index, kind)

    @classmethod
    def _ready(cls, index: Any, kind: str) -> FaissIndex:
        if kind == "ivf-sq8":
            index.nprobe = max(_PROBES, index.nlist // _LISTS_PER_PROBE)
            index.make_direct_map()  # needed to read single vectors back
        return cls(index)

    @classmethod
    def of(cls, index: VectorIndex) -> FaissIndex:
        """Return an index with the vectors of another one; itself if it is in memory."""
        return index if isinstance(index, cls) else cls.build(index.vectors(), index_kind(len(index)))

    def save(self) -> bytes:
        """Return the index as bytes, for `load`."""
        written = io.BytesIO()
        faiss.write_index(self._faiss, faiss.PyCallbackIOWriter(written.write))  # type: ignore[attr-defined]
        return written.getvalue()

    def __len__(self) -> int:
        return int(self._faiss.ntotal)

    @property
    def dimension(self) -> int:
        """Return the number of dimensions of each vector."""
        return int(self._faiss.d)

    def search(self, vector: FloatArray, count: int) -> tuple[list[int], FloatArray]:
        """Return the nearest rows and their cosines: see `VectorIndex`. Only an index of the kind ivf-sq8 may return
        fewer than it holds."""
        if not (count := min(count, len(self))):
            return [], np.zeros(0, dtype=np.float32)
        # By default, FAISS splits even one question among threads, which then spin while they wait for each other.
        # OpenMP keeps this setting for each thread separately, so it must be set here.
        faiss.omp_set_num_threads(1)
        cosines, rows = self._faiss.search(vector[np.newaxis], count)
        found = rows[0] >= 0  # FAISS pads with -1 if the searched lists hold fewer than `count`
        return rows[0][found].tolist(), cosines[0][found]

    def vectors(self, rows: Sequence[int] | npt.NDArray[np.int64] | None = None) -> FloatArray:
        """Return the stored (rounded) vectors of these rows, or of all rows, shape (rows, dimension)."""
        if rows is None:
            stored: FloatArray = self._faiss.reconstruct_n(0, len(self))
        else:
            stored = self._faiss.reconstruct_batch(np.asarray(rows, dtype=np.int64))
        return stored.reshape(-1, self.dimension)
