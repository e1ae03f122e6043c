from __future__ import annotations

import faiss
import numpy as np
import pytest

from bot.embedding import FloatArray
from bot.vectors import IVF_FROM, IndexKind, build_index, index_kind, parse_index


@pytest.fixture(scope="module")
def vectors() -> FloatArray:
    drawn = np.random.default_rng(0).standard_normal((4_000, 32)).astype(np.float32)
    unit: FloatArray = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return unit


def test_few_vectors_are_compared_exactly_many_are_not() -> None:
    assert index_kind(0) == index_kind(IVF_FROM - 1) == "flat"
    assert index_kind(IVF_FROM) == "ivf-sq8"


@pytest.mark.parametrize("kind", ["flat", "ivf-sq8"])
def test_a_vector_finds_itself_and_can_be_read_back(vectors: FloatArray, kind: IndexKind) -> None:
    index = parse_index(build_index(vectors, kind), kind)
    similarity, rows = index.search(vectors[:50], 1)
    assert rows[:, 0].tolist() == list(range(50))
    np.testing.assert_allclose(similarity, 1, atol=0.02)
    np.testing.assert_allclose(index.reconstruct(7), vectors[7], atol=0.0 if kind == "flat" else 0.02)


@pytest.mark.parametrize("kind", ["ivf-sq8", "hnsw", ""])
def test_an_index_of_another_kind_is_refused(vectors: FloatArray, kind: str) -> None:
    with pytest.raises(ValueError, match="not an index of the kind"):
        parse_index(build_index(vectors, "flat"), kind)


def test_an_index_by_distance_is_refused() -> None:
    with pytest.raises(ValueError, match="not an index of the kind flat"):
        parse_index(faiss.serialize_index(faiss.IndexFlatL2(4)).tobytes(), "flat")
