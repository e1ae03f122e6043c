from __future__ import annotations

import faiss
import numpy as np
import pytest

from bot.encoder.embedding import FloatArray
from bot.index.vectors import IVF_FROM, REFINED_FROM, FaissIndex, IndexKind, index_kind


@pytest.fixture(scope="module")
def vectors() -> FloatArray:
    drawn = np.random.default_rng(0).standard_normal((4_000, 32)).astype(np.float32)
    unit: FloatArray = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return unit


def test_a_small_index_is_exact_and_a_large_one_approximate() -> None:
    assert index_kind(0) == index_kind(REFINED_FROM - 1) == "flat"
    assert index_kind(REFINED_FROM) == index_kind(IVF_FROM - 1) == "refined"
    assert index_kind(IVF_FROM) == "ivf-refined"


@pytest.mark.parametrize("kind", ["flat", "refined", "ivf-refined"])
def test_a_vector_finds_itself_and_can_be_read_back(vectors: FloatArray, kind: IndexKind) -> None:
    built = FaissIndex.build(vectors, kind)
    for index in (built, FaissIndex.load(built.save(), kind)):
        assert (len(index), index.dimension) == vectors.shape
        for row in range(50):
            rows, cosines = index.search(vectors[row], 1)
            assert rows == [row]
            np.testing.assert_allclose(cosines, 1, atol=0.02)
        rounding = 0.02 if kind == "ivf-refined" else 3e-4
        np.testing.assert_allclose(index.vectors([7, 3]), vectors[[7, 3]], atol=rounding)
        np.testing.assert_allclose(index.vectors(), vectors, atol=rounding)


@pytest.mark.parametrize("kind", ["flat", "refined", "ivf-refined"])
@pytest.mark.parametrize("count", [0, 1, 40, 5_000])
def test_a_search_returns_existing_rows_nearest_first(vectors: FloatArray, kind: IndexKind, count: int) -> None:
    rows, cosines = FaissIndex.build(vectors, kind).search(vectors[0], count)
    # The lists that are searched contain fewer rows than the index.
    assert len(rows) == len(cosines) == min(count, len(vectors)) or (kind == "ivf-refined" and 0 < len(rows) < count)
    assert len(set(rows)) == len(rows)
    assert all(0 <= row < len(vectors) for row in rows)
    assert (np.diff(cosines) <= 0).all()


def test_a_large_index_finds_nearly_all_of_the_nearest(vectors: FloatArray) -> None:
    exact = FaissIndex.build(vectors, "flat")
    for kind, least in (("refined", 960), ("ivf-refined", 920)):
        built = FaissIndex.build(vectors, kind)
        for index in (built, FaissIndex.load(built.save(), kind)):
            shared = [set(exact.search(v, 10)[0]) & set(index.search(v, 10)[0]) for v in -vectors[:100]]
            assert sum(map(len, shared)) > least, kind


def test_an_empty_index_finds_nothing() -> None:
    index = FaissIndex.build(np.zeros((0, 4), dtype=np.float32), "flat")
    assert index.search(np.ones(4, dtype=np.float32), 3)[0] == []
    assert index.vectors().shape == index.vectors([]).shape == (0, 4)


def test_saving_again_does_not_round_again(vectors: FloatArray) -> None:
    data = FaissIndex.build(vectors, "flat").save()
    assert FaissIndex.build(FaissIndex.load(data, "flat").vectors(), "flat").save() == data


@pytest.mark.parametrize("data", [b"", b"broken", b"\x00" * 64])
def test_bytes_that_are_not_an_index_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        FaissIndex.load(data, "flat")


@pytest.mark.parametrize("kind", ["ivf-refined", "hnsw", ""])
def test_an_index_of_another_kind_is_refused(vectors: FloatArray, kind: str) -> None:
    with pytest.raises(ValueError, match="not an index of the kind"):
        FaissIndex.load(FaissIndex.build(vectors, "flat").save(), kind)


@pytest.mark.parametrize(
    "index",
    [
        faiss.IndexFlatIP(4),
        faiss.IndexScalarQuantizer(4, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_L2),
        faiss.IndexScalarQuantizer(4, faiss.ScalarQuantizer.QT_bf16, faiss.METRIC_INNER_PRODUCT),
    ],
    ids=["other numbers", "by distance", "coarser numbers"],
)
def test_an_index_with_another_metric_or_precision_is_refused(index: faiss.Index) -> None:
    with pytest.raises(ValueError, match="not an index of the kind flat"):
        FaissIndex.load(faiss.serialize_index(index).tobytes(), "flat")


def test_a_refined_index_of_other_parts_is_refused() -> None:
    index = faiss.index_factory(4, "Flat,Refine(SQ8)", faiss.METRIC_INNER_PRODUCT)
    index.train(np.eye(4, dtype=np.float32))
    with pytest.raises(ValueError, match="not an index of the kind ivf-refined"):
        FaissIndex.load(faiss.serialize_index(index).tobytes(), "ivf-refined")
