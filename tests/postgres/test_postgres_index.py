"""The vectors in the database: the same rows, cosines and answers as in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
from pydantic import SecretStr

from bot.index import versions
from bot.index.vectors import FaissIndex, VectorIndex
from bot.pipeline import Bot
from bot.postgres import bundles, migrations
from bot.postgres.bundles import Published
from bot.postgres.connection import Database
from bot.postgres.vectors import PostgresIndex, build_graph
from bot.settings import Settings
from bot.types import AskPolicyError
from evals.sets.cases import available, load_cases
from evals.store import with_database


@pytest.fixture(scope="module")
def shared(database: SecretStr, bot: Bot, settings: Settings) -> Iterator[Database]:
    """A database with the policy of Mass.gov."""
    with closing(Database(database)) as shared:
        with shared.connected() as connection:
            migrations.migrate(connection)
        with shared.writing() as connection:
            packed = versions.pack(settings.home / "massgov", bot.bundle.version)
            bundles.put(connection, "massgov", packed, bundles.vectors_of(bot.bundle))
        yield shared


@pytest.fixture(scope="module")
def published(shared: Database) -> Published:
    with shared.connected() as connection:
        return bundles.in_use(connection)[0]


def test_both_sets_get_the_same_answers(bot: Bot, shared: Database, settings: Settings) -> None:
    """Every fiftieth question; `python -m evals store` asks all of them."""
    in_database = with_database(bot, shared, settings)
    asked = [case for name in available() for case in load_cases(name)[::50]]
    assert len(asked) > 5
    for case in asked:
        given = [each.ask(case.question, case.history) for each in (bot, in_database)]
        assert given[0].confidence == pytest.approx(given[1].confidence, abs=1e-6)  # other orders of addition
        mine, theirs = (replace(answer, seconds=0.0, confidence=0.0) for answer in given)
        assert mine == theirs


@pytest.mark.parametrize("part", ["passages", "questions"])
def test_rows_and_cosines_are_those_of_faiss(
    bot: Bot, shared: Database, published: Published, part: bundles.Part
) -> None:
    local: VectorIndex = bot.bundle.vectors if part == "passages" else bot.bundle.question_vectors
    index = PostgresIndex.open(shared, published, part)
    assert (len(index), index.dimension) == (len(local), local.dimension)
    rows = [0, len(local) - 1, 1]
    assert np.array_equal(index.vectors(rows), local.vectors(rows))
    for vector in bot.bundle.embedder.encode(["do you sell my data", "how long are logs kept"]):
        for count in (1, 24):
            (mine, my_cosines), (theirs, cosines) = local.search(vector, count), index.search(vector, count)
            assert sorted(theirs) == sorted(mine)
            assert np.allclose(cosines, my_cosines, atol=1e-5)
    assert len(index.search(vector, 10**6)[0]) == len(local)


def test_all_vectors_are_read_back(bot: Bot, shared: Database, published: Published) -> None:
    index = PostgresIndex.open(shared, published)
    assert np.array_equal(index.vectors(), bot.bundle.vectors.vectors())
    assert np.array_equal(FaissIndex.of(index).vectors(), index.vectors())
    assert index.vectors([]).shape == (0, index.dimension)


def test_the_graph_finds_one_policy_among_many(bot: Bot, shared: Database, published: Published) -> None:
    """4,000 vectors of other policies are nearer to nothing; an iterative scan goes on until it has enough of ours."""
    random = np.random.default_rng(1).normal(size=(4_000, bot.bundle.vectors.dimension)).astype(np.float32)
    others = random / np.linalg.norm(random, axis=1, keepdims=True)
    with shared.writing() as connection:
        connection.execute("INSERT INTO askpolicy.bundles VALUES ('other', '01', '', '{}', '')")
        bundles.copy_vectors(connection, "other", "01", {"passages": others})
    with shared.connected() as connection:
        build_graph(connection, bot.bundle.vectors.dimension)
        build_graph(connection, bot.bundle.vectors.dimension)  # it is there already
    index = PostgresIndex.open(shared, published, kind="hnsw")
    for vector in bot.bundle.embedder.encode(["do you sell my data", "which cookies do you set"]):
        rows, cosines = index.search(vector, 10)
        exact, exact_cosines = bot.bundle.vectors.search(vector, 10)
        assert len(set(rows) & set(exact)) >= 9
        assert np.allclose(cosines[0], exact_cosines[0], atol=1e-5)


def test_a_version_without_vectors_is_explained(shared: Database) -> None:
    with pytest.raises(AskPolicyError, match=r"has no vectors of the policy 'elm' .*`askpolicy publish elm`"):
        PostgresIndex.open(shared, Published("elm", "00", ()))
