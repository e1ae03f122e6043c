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


def test_few_vectors_are_all_compared_many_are_not() -> None:
    assert index_kind(0) == index_kind(IVF_FROM - 1) == "flat"
    assert index_kind(IVF_FROM) == "ivf-sq8"


@pytest.mark.parametrize("kind", ["flat", "ivf-sq8"])
def test_a_vector_finds_itself_and_can_be_read_back(vectors: FloatArray, kind: IndexKind) -> None:
    index = parse_index(build_index(vectors, kind), kind)
    similarity, rows = index.search(vectors[:50], 1)
    assert rows[:, 0].tolist() == list(range(50))
    np.testing.assert_allclose(similarity, 1, atol=0.02)
    np.testing.assert_allclose(index.reconstruct(7), vectors[7], atol=3e-4 if kind == "flat" else 0.02)


def test_what_was_rounded_once_is_not_rounded_again(vectors: FloatArray) -> None:
    data = build_index(vectors, "flat")
    assert build_index(parse_index(data, "flat").reconstruct_n(0, len(vectors)), "flat") == data


@pytest.mark.parametrize("kind", ["ivf-sq8", "hnsw", ""])
def test_an_index_of_another_kind_is_refused(vectors: FloatArray, kind: str) -> None:
    with pytest.raises(ValueError, match="not an index of the kind"):
        parse_index(build_index(vectors, "flat"), kind)


@pytest.mark.parametrize(
    "index",
    [
        faiss.IndexFlatIP(4),
        faiss.IndexScalarQuantizer(4, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_L2),
        faiss.IndexScalarQuantizer(4, faiss.ScalarQuantizer.QT_bf16, faiss.METRIC_INNER_PRODUCT),
    ],
    ids=["other numbers", "by distance", "coarser numbers"],
)
def test_an_index_that_measures_or_rounds_otherwise_is_refused(index: faiss.Index) -> None:
    with pytest.raises(ValueError, match="not an index of the kind flat"):
        parse_index(faiss.serialize_index(index).tobytes(), "flat")
