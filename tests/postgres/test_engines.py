"""The same steps on each installed build of PostgreSQL with pgvector, so that neither is a single point."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from bot.postgres import bundles, migrations
from bot.postgres.connection import Database
from bot.postgres.vectors import PostgresIndex, build_graph
from tests.support.policies import write_policy
from tests.support.postgres import ENGINES, Server
from tests.support.sharing import encoder, packed


@pytest.mark.parametrize("engine", ENGINES)
def test_a_policy_is_published_read_and_searched(engine: str, tmp_path: Path) -> None:
    bundle, vectors = packed(write_policy(tmp_path, "maple"), tmp_path / "scratch")
    server = Server(engine)
    try:
        server.start()
        with closing(Database(server.secret())) as database:
            with database.connected() as connection:
                assert migrations.migrate(connection) == (0, migrations.latest())
            with database.writing() as connection:
                assert bundles.put(connection, "maple", bundle, vectors) is None
            with database.connected() as connection:
                (published,) = bundles.in_use(connection)
                assert bundles.get(connection, published, encoder().id) == bundle
                build_graph(connection, encoder().dimension)
            for kind in ("exact", "hnsw"):
                index = PostgresIndex.open(database, published, kind=kind)  # type: ignore[arg-type]
                rows, cosines = index.search(vectors["passages"][2], 1)
                assert rows == [2]
                assert np.allclose(cosines, 1, atol=1e-3)
    finally:
        server.remove()
