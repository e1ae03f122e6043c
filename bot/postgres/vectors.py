"""`PostgresIndex`: the vectors of a published version, searched in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from pgvector import HalfVector, Vector
from pgvector.psycopg import register_vector

from bot.encoder.embedding import FloatArray
from bot.postgres.bundles import Part, Published
from bot.postgres.connection import Connection, Database
from bot.types import AskPolicyError

# exact: compares every vector of the version. hnsw: walks the graph that `build_graph` makes over all policies.
SearchKind = Literal["exact", "hnsw"]
# hnsw finds this many times `count` by half-precision distance, and sorts those by the exact cosine.
_MORE = 2
# How many vectors the walk keeps at a time. It goes on until enough of them are of the version: an iterative scan.
_EF_SEARCH = 100

# The question keeps its full precision, as in FAISS.
_EXACT = """
    SELECT number, -(vector::vector <#> %(question)s) AS cosine FROM askpolicy.vectors
    WHERE policy = %(policy)s AND version = %(version)s AND part = %(part)s
    ORDER BY cosine DESC, number LIMIT %(count)s
"""
_GRAPH = """
    SELECT number, -(near::vector <#> %(question)s) AS cosine FROM (
        SELECT number, vector::halfvec({0}) AS near FROM askpolicy.vectors
        WHERE policy = %(policy)s AND version = %(version)s AND part = 'passages'
        ORDER BY vector::halfvec({0}) <#> %(rounded)s LIMIT %(more)s
    ) AS found ORDER BY cosine DESC, number LIMIT %(count)s
"""


@dataclass(frozen=True, slots=True)
class PostgresIndex:
    """A `VectorIndex` in the database: one part of one version of a policy. Threads take turns."""

    _database: Database
    _key: dict[str, str]
    _count: int
    dimension: int
    kind: SearchKind

    @classmethod
    def open(
        cls, database: Database, published: Published, part: Part = "passages", kind: SearchKind = "exact"
    ) -> PostgresIndex:
        """Return the index of a version; hnsw only of its passages. Raises AskPolicyError if there are no vectors."""
        key = {"policy": published.policy, "version": published.version, "part": part}
        with database.connected() as connection:
            row = connection.execute(
                "SELECT count(*), min(vector_dims(vector)) FROM askpolicy.vectors WHERE policy = %(policy)s "
                "AND version = %(version)s AND part = %(part)s",
                key,
            ).fetchone()
        if row is None or not row[0]:
            raise AskPolicyError(
                f"The database {database.name} has no vectors of the policy '{published.policy}' ({part}): publish it "
                f"again with `askpolicy publish {published.policy}`."
            )
        return cls(database, key, row[0], row[1], kind)

    def __len__(self) -> int:
        return self._count

    def search(self, vector: FloatArray, count: int) -> tuple[list[int], FloatArray]:
        """Return the nearest rows and their cosines: see `VectorIndex`. Only hnsw may return fewer than it holds."""
        values = self._key | {"question": Vector(vector), "count": count}
        if self.kind == "exact":
            with self._database.connected() as connection:
                _register(connection)
                found = connection.execute(_EXACT, values, binary=True).fetchall()
        else:
            values |= {"rounded": HalfVector(vector), "more": _MORE * count}
            with self._database.writing() as connection:
                _register(connection)
                connection.execute(
                    "SELECT set_config('hnsw.iterative_scan', 'strict_order', true), "
                    "set_config('hnsw.ef_search', %s, true), set_config('enable_sort', 'off', true)",
                    (str(_EF_SEARCH),),
                )
                found = connection.execute(_GRAPH.format(self.dimension).encode(), values, binary=True).fetchall()
        return [row for row, _ in found], np.array([cosine for _, cosine in found], dtype=np.float32)

    def vectors(self, rows: Sequence[int] | npt.NDArray[np.int64] | None = None) -> FloatArray:
        """Return the stored (rounded) vectors of these rows, or of all rows, shape (rows, dimension)."""
        numbers = range(self._count) if rows is None else [int(row) for row in rows]
        with self._database.connected() as connection:
            _register(connection)
            found = connection.execute(
                "SELECT number, vector FROM askpolicy.vectors WHERE policy = %(policy)s AND version = %(version)s "
                "AND part = %(part)s AND number = ANY(%(numbers)s)",
                self._key | {"numbers": list(numbers)},
                binary=True,  # to read vectors as digits takes longer than to search
            ).fetchall()
        stored = {number: vector.to_numpy() for number, vector in found}
        return np.array([stored[number] for number in numbers], dtype=np.float32).reshape(-1, self.dimension)


def build_graph(connection: Connection, dimension: int) -> None:
    """Build the HNSW index over the passages of all versions, for vectors of this dimension, if there is none yet.

    New versions enter it when they are published. It helps searches that span much of the table; the vectors of one
    policy are found by their key.
    """
    connection.execute(
        f"CREATE INDEX IF NOT EXISTS vectors_hnsw_{dimension:d} ON askpolicy.vectors USING hnsw "
        f"((vector::halfvec({dimension:d})) halfvec_ip_ops) WHERE part = 'passages'".encode()
    )


def _register(connection: Connection) -> None:
    """Make vectors known to a connection, once."""
    if connection.adapters.types.get("halfvec") is None:
        register_vector(connection)
