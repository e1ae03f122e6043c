"""A policy's index on this machine, and the texts of all of its versions -> the database."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from pydantic import SecretStr

from bot.encoder.embedding import encoder_id
from bot.encoder.files import encoder_bytes
from bot.index import versions
from bot.index.bundle import copy_bundle, load_bundle
from bot.policies.folder import PolicyFolder
from bot.policies.versions import kept_texts
from bot.postgres import bundles
from bot.postgres.connection import Connection, Database
from bot.postgres.migrations import check_version
from bot.postgres.texts import put_texts
from bot.settings import Settings


def check_shared(url: SecretStr) -> str:
    """Return the name of the database. Raises AskPolicyError unless it takes writes and has our tables."""
    with _writing(url) as (_, name):
        return name


def share(policy_folder: PolicyFolder, home: Path, folder: Path, settings: Settings, url: SecretStr) -> bool:
    """Write a policy to the database in one transaction: its index, as the version in use there, and all texts.

    home: the policy folder. folder: of the index. Returns whether that changed the version in use. Raises
    AskPolicyError if the index is damaged or was built for something else, or if the database cannot be used; it is
    then as it was.
    """
    encoder = encoder_id(encoder_bytes(settings.model))
    bundle = load_bundle(folder, expect=policy_folder, expect_encoder=encoder, threads=settings.threads)
    with tempfile.TemporaryDirectory(prefix="askpolicy-") as scratch:
        # The index may be older than what the folder says without a new text, such as its starters.
        copy_bundle(policy_folder, bundle, Path(scratch) / "bundle")
        packed = versions.pack(Path(scratch) / "bundle")
    policy = policy_folder.policy
    with _writing(url) as (connection, _):
        before = bundles.put(connection, policy.id, packed, bundles.vectors_of(bundle))
        put_texts(connection, policy.id, kept_texts(home, policy))
    return before != packed.name


@contextmanager
def _writing(url: SecretStr) -> Iterator[tuple[Connection, str]]:
    with closing(Database(url, writes=True)) as database, database.writing() as connection:
        check_version(connection)
        yield connection, database.name
