"""`VectorIndex`: unit vectors in FAISS. Nothing else of the project calls FAISS or knows how it answers.

Similarity is fixed here, once: the inner product of unit vectors, which is their cosine.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import faiss
import numpy as np
import numpy.typing as npt

from bot.encoder.embedding import FloatArray

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
    """Return the kind of index for so many vectors."""
    return "flat" if count < IVF_FROM else "ivf-sq8"


@dataclass(frozen=True, slots=True)
class VectorIndex:
    """Unit vectors that can be searched; threads may share it. Row i is the i-th vector it was built from."""

    _faiss: Any

    @classmethod
    def build(cls, vectors: FloatArray, kind: IndexKind) -> VectorIndex:
        """Build an index over unit vectors, shape (n, dimension)."""
        count, dimension = vectors.shape
        description = "SQfp16" if kind == "flat" else f"IVF{math.isqrt(count)},SQ8"
        index = faiss.index_factory(dimension, description, faiss.METRIC_INNER_PRODUCT)
        index.train(vectors)
        index.add(vectors)
        return cls._ready(index, kind)

    @classmethod
    def load(cls, data: bytes, kind: str) -> VectorIndex:
        """Read back what `save` returned. FAISS trusts what it reads, so verify a checksum of `data` first.

        Raises ValueError if it is not an index of this kind.
        """
        try:
            index: Any = faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8))
        except RuntimeError as error:  # FAISS's own
            raise ValueError(str(error).splitlines()[0]) from None
        fits = type(index) is _TYPES.get(kind) and index.sq.qtype == _NUMBERS[kind]
        if not fits or index.metric_type != faiss.METRIC_INNER_PRODUCT:
            raise ValueError(f"not an index of the kind {kind}")
        return cls._ready(index, kind)

    @classmethod
    def _ready(cls, index: Any, kind: str) -> VectorIndex:
        if kind == "ivf-sq8":
            index.nprobe = _PROBES
            index.make_direct_map()  # so that single vectors can be read back
        return cls(index)

    def save(self) -> bytes:
        """Return all of it as bytes, for `load`."""
        return bytes(faiss.serialize_index(self._faiss).tobytes())

    def __len__(self) -> int:
        return int(self._faiss.ntotal)

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        return int(self._faiss.d)

    def search(self, vector: FloatArray, count: int) -> tuple[list[int], FloatArray]:
        """Find the nearest rows, at most `count`, nearest first, and their cosines.

        vector: a unit vector, shape (dimension,). An index of the kind ivf-sq8 may find fewer than there are.
        """
        if not (count := min(count, len(self))):
            return [], np.zeros(0, dtype=np.float32)
        # FAISS would share even one question among threads that wait for each other, and keep processors busy
        # meanwhile. OpenMP counts for each thread by itself.
        faiss.omp_set_num_threads(1)
        cosines, rows = self._faiss.search(vector[np.newaxis], count)
        found = rows[0] >= 0  # FAISS fills up with -1 if the lists that it looks into hold fewer
        return rows[0][found].tolist(), cosines[0][found]

    def vectors(self, rows: Sequence[int] | npt.NDArray[np.int64] | None = None) -> FloatArray:
        """Return the vectors of these rows, or all of them, as they were rounded, shape (rows, dimension)."""
        if rows is None:
            stored: FloatArray = self._faiss.reconstruct_n(0, len(self))
        else:
            stored = self._faiss.reconstruct_batch(np.asarray(rows, dtype=np.int64))
        return stored.reshape(-1, self.dimension)
