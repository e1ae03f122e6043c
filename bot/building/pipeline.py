"""The stages of the pipeline, which run in Ray's workers: read, embed, publish. Each row is one policy.

    sources -> (what the checkpoint has is left out) -> read -> embed -> publish -> ledger
               one process                            tasks   actors   an actor   tasks

Ray Data streams the rows: the first policies are published while the last ones are not read yet. A stage that gets
ahead waits for the next one. Importing this module needs Ray.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow
import ray.data
from ray.data import ActorPoolStrategy, Datasource, ReadTask
from ray.data.block import BlockMetadata
from ray.data.checkpoint import CheckpointConfig

from bot.building import steps
from bot.building.ledger import KEY, Ledger
from bot.building.publishers import publisher_of
from bot.building.results import Failed
from bot.building.sources import Source
from bot.encoder.embedding import OnnxEmbedder
from bot.encoder.files import encoder_bytes
from bot.settings import Settings
from bot.types import AskPolicyError

Row = dict[str, Any]
# Processors that each process of a stage reserves. The embedding is nearly all of the work.
READ, EMBED, PUBLISH = 0.5, 1.0, 0.5
# A killed worker repeats at most this many policies, and each block costs the driver a few milliseconds.
_MOST_IN_A_BLOCK = 16
# By default, Ray reserves 1 GB for the process that leaves out what the checkpoint has. A key takes about 100 bytes.
_FILTER_BYTES = 100 * 2**20


def run(sources: Sequence[Source], settings: Settings, ledger: Ledger, workers: int) -> None:
    """Build the policies on the cluster that this process is connected to, and enter them in the ledger.

    workers: processes that embed. Raises Ray's exceptions.
    """
    checkpoint = CheckpointConfig(KEY, str(ledger.checkpoint), delete_checkpoint_on_success=False)
    checkpoint.checkpoint_actor_memory_bytes = _FILTER_BYTES
    checkpoint.checkpoint_actor_pool_max_size = 1
    context = ray.data.DataContext.get_current()
    context.checkpoint_config = checkpoint
    context.enable_progress_bars = False
    size = min(_MOST_IN_A_BLOCK, -(-len(sources) // (4 * workers)))
    (
        ray.data.read_datasource(_Sources(sources, size), override_num_blocks=-(-len(sources) // size), num_cpus=READ)
        .flat_map(functools.partial(_read, settings=settings, ledger=ledger), num_cpus=READ)
        .map(_Embed, fn_constructor_args=(settings,), compute=ActorPoolStrategy(size=workers), num_cpus=EMBED)
        .map(_Publish, fn_constructor_args=(settings,), compute=ActorPoolStrategy(size=1), num_cpus=PUBLISH)
        .write_parquet(str(ledger.built), ray_remote_args={"num_cpus": READ})
    )


class _Sources(Datasource):  # type: ignore[misc]
    """The rows that the pipeline begins with: key and name of each policy, in blocks of a fixed size."""

    def __init__(self, sources: Sequence[Source], size: int) -> None:
        super().__init__()
        self._blocks = [
            [{KEY: source.key, "name": source.name} for source in sources[start : start + size]]
            for start in range(0, len(sources), size)
        ]

    def estimate_inmemory_data_size(self) -> None:
        """Return nothing: it is not known how much memory the policies take."""

    def get_read_tasks(self, *_: object, **__: object) -> list[ReadTask]:
        """Return one task for each block."""
        return [
            ReadTask(functools.partial(_block, rows), BlockMetadata(len(rows), None, None, None))
            for rows in self._blocks
        ]


def _block(rows: list[Row]) -> Iterator[pyarrow.Table]:
    yield pyarrow.Table.from_pylist(rows)


def _read(row: Row, settings: Settings, ledger: Ledger) -> list[Row]:
    """Return the row with its policy. Return none if it cannot be read, so that no checkpoint counts it as done."""
    try:
        return [{**row, "policy": steps.read(row["name"], settings)}]
    except AskPolicyError as error:
        ledger.fail(row[KEY], Failed(row["name"], str(error)))
        return []


class _Embed:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._embedder = OnnxEmbedder.from_bytes(encoder_bytes(settings.model), threads=1)

    def __call__(self, row: Row) -> Row:
        return {**row, "vectors": steps.embed(row["policy"], self._embedder, self._settings)}


class _Publish:
    def __init__(self, settings: Settings) -> None:
        self._publisher = publisher_of(settings)

    def __call__(self, row: Row) -> Row:
        built = steps.publish(row["policy"], row["vectors"], self._publisher)
        return {KEY: row[KEY], **dataclasses.asdict(built)}
