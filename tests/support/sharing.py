"""Published policies for tests: made with one encoder, and written to a database as `askpolicy publish` does."""

from __future__ import annotations

from contextlib import closing
from functools import cache
from pathlib import Path

from pydantic import SecretStr

from bot.encoder.embedding import OnnxEmbedder
from bot.encoder.files import encoder_bytes
from bot.index import versions
from bot.index.bundle import bundle_in_memory, copy_bundle
from bot.policies.folder import load_policy_folder
from bot.postgres import bundles, migrations
from bot.postgres.connection import Connection, connect
from bot.settings import Settings, load_settings


@cache
def encoder() -> OnnxEmbedder:
    return OnnxEmbedder.from_bytes(encoder_bytes(load_settings().model))


def packed(folder: Path, scratch: Path) -> tuple[versions.Packed, bundles.Vectors]:
    """Return the bundle of a policy folder, without visitor questions. scratch: a folder to build it in."""
    read = load_policy_folder(str(folder), folder.parent)
    bundle = bundle_in_memory(read, encoder())
    copy_bundle(read, bundle, scratch / read.policy.id)
    return versions.pack(scratch / read.policy.id), bundles.vectors_of(bundle)


def put(connection: Connection, folder: Path, scratch: Path) -> str:
    """Publish a policy folder, and return the name of its version."""
    bundle, vectors = packed(folder, scratch)
    with connection.transaction():
        bundles.put(connection, folder.name, bundle, vectors)
    return bundle.name


def set_up(url: SecretStr) -> None:
    """Create the tables."""
    with closing(connect(url)) as connection:
        migrations.migrate(connection)


def with_database(settings: Settings, url: SecretStr) -> Settings:
    return settings.model_copy(update={"database": settings.database.model_copy(update={"url": url})})
