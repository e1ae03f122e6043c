"""The tables in PostgreSQL: vectors of one type with the policy of each, a btree on the policy, and an HNSW index."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pgvector import HalfVector, Vector
from psycopg import sql

from bot.encoder.embedding import FloatArray
from evals.bench.large.server import Connection, Server
from evals.bench.large.statements import policy_of

Type = Literal["halfvec", "vector"]
TYPES: tuple[Type, ...] = ("halfvec", "vector")
# pgvector's defaults: links of each vector, and how many neighbors are compared to choose them.
LINKS, CONSTRUCTION = 16, 64
# Enough to build the graph in memory: a vector of 384 numbers, its links, and what PostgreSQL adds.
_BUILD_BYTES = 3_500
_MEGABYTE = 1 << 20


def server_settings(count: int) -> dict[str, str]:
    """Return the settings of a server for `count` statements: one whose memory holds a table and its index."""
    return {"shared_buffers": f"{max(128, 3_500 * count // _MEGABYTE)}MB"}


@dataclass(frozen=True, slots=True)
class Table:
    """Vectors in PostgreSQL. name: of the table. kind: their type. partitions: how many parts it has, by policy."""

    name: str
    kind: Type
    partitions: int = 0

    @property
    def index(self) -> str:
        """The name of its HNSW index."""
        return f"{self.name}_hnsw"

    def fill(self, connection: Connection, vectors: FloatArray) -> float:
        """Create the table with its btree and return the seconds that this took. Row i is `vectors[i]`."""
        started = time.perf_counter()
        name = sql.Identifier(self.name)
        declared = sql.SQL(f"{self.kind}({vectors.shape[1]})")
        parts = sql.SQL("PARTITION BY HASH (policy)") if self.partitions else sql.SQL("")
        with connection.transaction():
            connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(name))
            connection.execute(
                sql.SQL(
                    "CREATE TABLE {} (policy text NOT NULL, number integer NOT NULL, vector {} NOT NULL) {}"
                ).format(name, declared, parts)
            )
            for part in range(self.partitions):
                connection.execute(
                    sql.SQL("CREATE TABLE {} PARTITION OF {} FOR VALUES WITH (MODULUS {}, REMAINDER {})").format(
                        sql.Identifier(f"{self.name}_{part}"), name, self.partitions, part
                    )
                )
            self._copy(connection, vectors)
            connection.execute(sql.SQL("ALTER TABLE {} ADD PRIMARY KEY (policy, number)").format(name))
        connection.execute(sql.SQL("VACUUM ANALYZE {}").format(name))
        return time.perf_counter() - started

    def _copy(self, connection: Connection, vectors: FloatArray) -> None:
        wrap: Callable[[Any], object] = Vector if self.kind == "vector" else HalfVector
        statement = sql.SQL("COPY {} FROM STDIN WITH (FORMAT BINARY)").format(sql.Identifier(self.name))
        with connection.cursor().copy(statement) as copy:
            copy.set_types(["text", "int4", self.kind])
            for row in range(len(vectors)):
                copy.write_row((policy_id(policy_of(row, len(vectors))), row, wrap(vectors[row])))

    def build(self, server: Server, connection: Connection, count: int) -> dict[str, float]:
        """Build the HNSW index. Return the seconds that this took and the processor seconds of all processes."""
        connection.execute(f"SET maintenance_work_mem = '{max(64, _BUILD_BYTES * count // _MEGABYTE)}MB'")
        started, processor = time.perf_counter(), server.cpu_seconds()
        connection.execute(
            sql.SQL("CREATE INDEX {} ON {} USING hnsw (vector {}) WITH (m = {}, ef_construction = {})").format(
                sql.Identifier(self.index),
                sql.Identifier(self.name),
                sql.Identifier(f"{self.kind}_ip_ops"),
                LINKS,
                CONSTRUCTION,
            )
        )
        return {"build": time.perf_counter() - started, "processor": server.cpu_seconds() - processor}

    def read_all(self, connection: Connection) -> None:
        """Read the table and its indexes into the server's memory, where those of a busy server are."""
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
        query = (
            "SELECT pg_prewarm(name::regclass) FROM unnest(%s::text[]) AS name "
            "UNION ALL SELECT pg_prewarm(indexrelid) FROM pg_index WHERE indrelid::regclass::text = ANY(%s)"
        )
        connection.execute(query, (self._parts, self._parts))

    def sizes(self, connection: Connection) -> dict[str, float]:
        """Return the bytes on disk. relation: the vectors; key: the btree; bytes: the HNSW index, 0 without one."""
        query = (
            "SELECT sum(pg_table_size(name::regclass)), sum(pg_indexes_size(name::regclass)), "
            "coalesce(pg_relation_size(to_regclass(%s)), 0) FROM unnest(%s::text[]) AS name"
        )
        row = connection.execute(query, (self.index, self._parts)).fetchone()
        assert row is not None  # noqa: S101
        relation, indexes, graph = (float(size) for size in row)
        return {"relation": relation, "key": indexes - graph, "bytes": graph}

    @property
    def _parts(self) -> list[str]:
        """The tables that hold the vectors."""
        return [f"{self.name}_{part}" for part in range(self.partitions)] or [self.name]


def policy_id(policy: int) -> str:
    """Return the id of a policy by its number."""
    return f"policy-{policy:06}"
