"""What several of these tests need: an encoder, and an empty database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.encoder.embedding import OnnxEmbedder
from bot.encoder.files import encoder_bytes
from bot.settings import Settings
from bot.usage.sqlite import SqliteStore
from tests.support.stores import kind, usage_tables

__all__ = ["kind", "usage_tables"]


@pytest.fixture(scope="module")
def embedder(settings: Settings) -> OnnxEmbedder:
    return OnnxEmbedder.from_bytes(encoder_bytes(settings.model), settings.threads)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(tmp_path / "feedback.sqlite", 90)) as store:
        yield store
