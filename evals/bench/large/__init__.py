"""The part `large`: a store of 1,000,000 statements of 10,000 policies, in FAISS and in PostgreSQL, side by side.

statements  every distinct English statement at hand, and vectors that fill a store of any size
server      a PostgreSQL server for the time of a run
tables      vectors in PostgreSQL
indexes     vectors in FAISS
searching   every way to search, with and without a policy: latency and recall
answers     the whole answer over 1,000 statements and over all of them
page        the results as tables

Recall is measured twice. `distinct` has only real statements, as many as there are. `filled` has as many as the store,
with moved copies of the real ones.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bot.encoder.embedding import FloatArray, OnnxEmbedder
from bot.encoder.files import encoder_bytes
from bot.opening import open_bot
from bot.settings import load_settings
from evals.bench.large import answers, indexes, searching
from evals.bench.large.server import Server
from evals.bench.large.statements import distinct_statements, filled, policy_count
from evals.bench.large.tables import TYPES, Table, server_settings
from evals.sets.cases import load_set

QUESTIONS = 200
_PARTITIONS = 64

Results = dict[str, Any]


def measure(folder: Path, results: Results, save: Callable[[], None], count: int, questions: int = QUESTIONS) -> None:
    """Measure a store of `count` statements and add to the results: {"builds", "memory", "searches", "answers", …}.

    folder: holds the indexes and the data of PostgreSQL, about 9 GB for 1,000,000 statements, and is removed at the
    end. A run that was stopped goes on if it gets the same folder and the results so far. save: called after each step.
    """
    settings = load_settings(cached_answers=0)
    asked_words = [case.question for case in load_set("massgov_dev") if not case.history][:questions]
    embedder = OnnxEmbedder.from_bytes(encoder_bytes(settings.model), settings.threads)
    asked = embedder.encode(asked_words)
    folder.mkdir(parents=True, exist_ok=True)
    known_file = folder / "known.npy"
    if not known_file.exists():
        np.save(known_file, embedder.encode(distinct_statements(settings)))
    known = np.load(known_file)
    results |= {"statements": count, "policies": policy_count(count), "distinct": len(known)}

    with Server(folder / "postgres", server_settings(count)) as server:
        run = _Run(folder, results, save, server)
        for store, size in (("distinct", len(known)), ("filled", count)):
            vectors = run.vectors(store, known, size)
            run.build(store, vectors, partitioned=store == "filled")
            run.search(store, vectors, asked)
        if "answers" not in results:
            few = Table("few_halfvec", "halfvec")
            few.fill(server.connect(), vectors[: answers.FEW])
            few.build(server, server.connect(), answers.FEW)
            bundle = open_bot(settings, "massgov").bundle
            results["answers"] = answers.measure(
                server,
                Table("filled_halfvec", "halfvec"),
                few,
                vectors,
                bundle,
                settings,
                asked_words,
                run.candidates(),
            )
            save()
    shutil.rmtree(folder)


class _Run:
    """The steps of a run. Each adds to the results, unless they have it already, and saves them."""

    def __init__(self, folder: Path, results: Results, save: Callable[[], None], server: Server) -> None:
        self._folder, self._results, self._save, self._server = folder, results, save, server

    def vectors(self, store: str, known: FloatArray, count: int) -> FloatArray:
        """Return the vectors of a store, which are read from a file, so that processes share the memory."""
        path = self._file(store)
        if not path.exists():
            np.save(path, filled(known, count))
        vectors: FloatArray = np.load(path, mmap_mode="r")
        return vectors

    def build(self, store: str, vectors: FloatArray, *, partitioned: bool) -> None:
        """Build every index of a store."""
        for kind in indexes.KINDS:
            self._once("builds", store, f"FAISS {kind}", partial(self._index, store, kind))
        self._once("builds", store, "FAISS flat, one per policy", partial(indexes.built_each, self._file(store)))
        for table in self._tables(store, partitioned=partitioned):
            self._once("builds", store, _name(table), partial(self._fill, table, vectors))

    def _index(self, store: str, kind: str) -> dict[str, float]:
        path = self._folder / f"{store}-{kind}.faiss"
        return indexes.built(kind, self._file(store), path) | indexes.memory_of(path)

    def _fill(self, table: Table, vectors: FloatArray) -> dict[str, float]:
        connection = self._server.connect()
        fill = table.fill(connection, vectors)
        # A partition has few policies, and a search with a policy needs no graph.
        graph = {} if table.partitions else table.build(self._server, connection, len(vectors))
        return {"fill": fill, **graph, **table.sizes(connection)}

    def search(self, store: str, vectors: FloatArray, asked: FloatArray) -> None:
        """Search a store in every way."""
        partitioned = store == "filled"
        tables = self._tables(store, partitioned=partitioned)
        for table in tables:
            self._once("memory", store, _name(table), partial(self._memory, table, asked))

        def ways() -> list[dict[str, Any]]:
            found = searching.faiss_ways(self._folder, store, vectors)
            for table in tables:
                found += searching.postgres_ways(self._server, table, asked[0])
            return searching.side_by_side(found, asked, vectors, indexes.exact(vectors, asked, searching.NEAREST))

        self._once("searches", store, "", ways)

    def _memory(self, table: Table, asked: FloatArray) -> dict[str, float]:
        """Return the memory of a server that has answered from one table only, all of which it has read."""
        self._server.restart()
        table.read_all(self._server.connect())
        for way in searching.postgres_ways(self._server, table, asked[0]):
            for vector in asked:
                way.find(vector, 0)
        return self._server.memory()

    def candidates(self) -> int:
        """Return how many candidates HNSW over halfvec needs for enough recall, in both stores."""
        ways = zip(self._results["searches"]["distinct"], self._results["searches"]["filled"], strict=False)
        enough = [
            int(filled["setting"].rpartition(" ")[2])
            for distinct, filled in ways
            if filled["system"] == "pgvector halfvec"
            and not filled["filtered"]
            and min(distinct["recall"], filled["recall"]) >= searching.RECALL
        ]
        return min(enough, default=searching.CANDIDATES[-1])

    def _tables(self, store: str, *, partitioned: bool) -> list[Table]:
        tables = [Table(f"{store}_{kind}", kind) for kind in TYPES]
        return [*tables, Table(f"{store}_parts", "halfvec", _PARTITIONS)] if partitioned else tables

    def _file(self, store: str) -> Path:
        return self._folder / f"{store}.npy"

    def _once(self, part: str, store: str, name: str, work: Callable[[], Any]) -> None:
        """Do a step unless the results have it: results[part][store][name], without a name results[part][store]."""
        place = self._results.setdefault(part, {})
        if name:
            place = place.setdefault(store, {})
        if (name or store) not in place:
            place[name or store] = work()
            self._save()


def _name(table: Table) -> str:
    return f"pgvector {table.kind}" + (f", {table.partitions} partitions" if table.partitions else "")
