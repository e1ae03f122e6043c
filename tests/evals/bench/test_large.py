"""A store of many policies, in FAISS and in PostgreSQL: small here, but with the real engines."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bot.encoder.embedding import FloatArray
from bot.pipeline import Bot
from evals.bench import large, page
from evals.bench.large import answers, indexes, searching
from evals.bench.large.server import Server, processor_seconds
from evals.bench.large.statements import filled, policy_count, policy_of, policy_rows
from evals.bench.large.tables import Table, server_settings

COUNT, DIMENSION = 1_150, 384


def unit_vectors(count: int) -> FloatArray:
    drawn = np.random.default_rng(0).standard_normal((count, DIMENSION)).astype(np.float32)
    unit: FloatArray = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return unit


@pytest.fixture(scope="module")
def vectors() -> FloatArray:
    return filled(unit_vectors(400), COUNT)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    # Not below pytest's folder, which is closed to the user that PostgreSQL runs as.
    path = Path(tempfile.mkdtemp(prefix="large-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with Server(folder / "postgres", server_settings(COUNT)) as server:
        yield server


@pytest.fixture(scope="module")
def table(server: Server, vectors: FloatArray) -> Table:
    table = Table("filled_halfvec", "halfvec")
    connection = server.connect()
    table.fill(connection, vectors)
    assert table.build(server, connection, COUNT)["build"] > 0
    return table


def test_a_store_begins_with_the_distinct_statements_and_holds_no_two_equal_ones(vectors):
    np.testing.assert_array_equal(vectors[:400], unit_vectors(400))
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    cosines = np.sum(vectors[400:800] * vectors[:400], axis=1)
    assert 0.6 < cosines.min() < cosines.max() < 0.9
    assert len(np.unique(vectors.round(4), axis=0)) == COUNT


def test_every_statement_belongs_to_one_policy():
    ranges = [policy_rows(policy, COUNT) for policy in range(policy_count(COUNT))]
    assert [row for first, end in ranges for row in range(first, end)] == list(range(COUNT))
    assert all({policy_of(first, COUNT), policy_of(end - 1, COUNT)} == {n} for n, (first, end) in enumerate(ranges))
    assert policy_rows(0, 7) == (0, 7)


def test_every_way_finds_the_nearest_statements(server, table, folder, vectors):
    np.save(folder / "filled.npy", vectors)
    for kind in indexes.KINDS:
        built = indexes._build(kind, folder / "filled.npy", folder / f"filled-{kind}.faiss")
        assert built["bytes"] > COUNT * DIMENSION
    parts = Table("filled_parts", "halfvec", 4)
    parts.fill(server.connect(), vectors)
    ways = [
        *searching.faiss_ways(folder, "filled", vectors),
        *searching.postgres_ways(server, table, vectors[0]),
        *searching.postgres_ways(server, parts, vectors[0]),
    ]
    asked = vectors[[3, 500, 1_149]]
    rows = searching.side_by_side(ways, asked, vectors, indexes.exact(vectors, asked, searching.NEAREST))
    assert {row["system"] for row in rows} == {"FAISS flat", "FAISS ivf-refined", "FAISS hnsw", "pgvector halfvec"}
    found = {(row["system"], row["setting"], row["filtered"]): row["recall"] for row in rows}
    assert found["FAISS flat", "", False] > 0.95  # it rounds to half precision
    assert found["FAISS flat", "one index per policy", True] > 0.95
    assert found["pgvector halfvec", "HNSW, ef_search 400", False] > 0.9
    planned = [recall for (_, setting, _), recall in found.items() if "as planned" in setting]
    assert len(planned) == 2
    assert min(planned) > 0.95
    assert all(0 < row["p50"] <= row["p95"] and row["processor_p50"] > 0 for row in rows)
    for way in ways:
        if way.filtered:
            first, end = policy_rows(7, COUNT)
            assert all(first <= row < end for row in way.find(asked[0], 7)), way


def test_sizes_memory_and_processor_time_are_read(server, table):
    connection = server.connect()
    sizes = table.sizes(connection)
    assert min(sizes.values()) > 8_000
    assert sizes["relation"] > 2 * COUNT * DIMENSION
    table.read_all(connection)
    memory = server.memory()
    assert 1e6 < memory["backend"] < memory["total"] < 2e9
    backend = connection.info.backend_pid
    before = processor_seconds(backend)
    connection.execute("SELECT count(*) FROM generate_series(1, 200000)")
    assert processor_seconds(backend) > before


def test_a_table_is_searched_as_an_index_is(server, table, vectors):
    whole = answers.PostgresRows(server.connect(), table, (0, COUNT), None, 100)
    one = answers.PostgresRows(server.connect(), table, policy_rows(7, COUNT), "policy-000007", 100)
    assert (len(whole), len(one)) == (COUNT, 100)
    rows, cosines = one.search(vectors[712], 5)
    assert rows[0] == 12
    assert cosines[0] == pytest.approx(1, abs=1e-3)
    assert whole.search(vectors[712], 5)[0][0] == 712
    np.testing.assert_allclose(one.vectors([12, 3]), vectors[[712, 703]], atol=1e-3)
    # The last policy has 150 statements.
    np.testing.assert_allclose(whole.vectors([1_149, 0]), vectors[[1_149, 0]], atol=1e-3)


@pytest.mark.thorough
def test_a_run_measures_everything_and_goes_on_after_it_was_stopped(monkeypatch, bot: Bot):
    """The distinct statements are drawn here, since reading and embedding the real ones takes minutes."""
    home = Path(tempfile.mkdtemp(prefix="large-"))
    home.chmod(0o755)
    (home / "large").mkdir()
    np.save(home / "large" / "known.npy", unit_vectors(400))
    monkeypatch.setattr(large, "open_bot", lambda settings, policy: bot)
    saved: list[str] = []
    results: dict[str, object] = {}

    def stop_after_five() -> None:
        saved.append(json.dumps(results))
        if len(saved) == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        large.measure(home / "large", results, stop_after_five, COUNT, questions=5)
    results = json.loads(saved[-1])
    large.measure(home / "large", results, lambda: saved.append(""), COUNT, questions=5)
    assert len(saved) == 5 + 21 - 5
    assert not (home / "large").exists()
    titles = [title for title, _, rows in page.grids("large", results) if rows]
    assert titles[1:] == ["All policies", "One policy", "The whole answer"]
    shutil.rmtree(home)
