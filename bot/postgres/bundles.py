"""Published bundles: one transaction writes a version, and one row of a policy names the version in use."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pgvector import HalfVector
from pgvector.psycopg import register_vector

from bot import __version__
from bot.encoder.embedding import FloatArray
from bot.index.bundle import Bundle
from bot.index.bundle_manifest import FORMAT, BundleManifest, parse_bundle_manifest
from bot.index.versions import OWN, Packed
from bot.postgres.connection import Connection
from bot.types import AskPolicyError

# Services listen on this channel; the trigger of migration 1 sends the id of a policy.
CHANNEL = "askpolicy_published"
_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")
Part = Literal["passages", "questions"]
Vectors = dict[Part, FloatArray]


@dataclass(frozen=True, slots=True)
class Published:
    """The version in use of a policy. origins: other sites whose pages may ask about it."""

    policy: str
    version: str
    origins: tuple[str, ...]


def vectors_of(bundle: Bundle) -> Vectors:
    """Return the vectors of a bundle, as it stores them: rounded."""
    return {"passages": bundle.vectors.vectors(), "questions": bundle.question_vectors.vectors()}


def put(connection: Connection, policy: str, packed: Packed, vectors: Vectors) -> str | None:
    """Write a bundle and make it the one in use; return the version that was in use before, if any.

    connection: in a transaction. If the database has this version already, whole, only the row of the policy changes.
    Publishers of the same policy take turns.
    """
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"askpolicy {policy}",))
    if not _is_stored(connection, policy, packed, vectors):
        _store(connection, policy, packed, vectors)
    before = in_use(connection, [policy])
    connection.execute(
        "INSERT INTO askpolicy.published (policy, version) VALUES (%s, %s) ON CONFLICT (policy) DO UPDATE "
        "SET version = excluded.version, published = now()",
        (policy, packed.name),
    )
    return before[0].version if before else None


def in_use(connection: Connection, policies: Sequence[str] | None = None) -> list[Published]:
    """Return the versions in use, of these policies or of all, by their ids."""
    rows = connection.execute(
        "SELECT policy, version, origins FROM askpolicy.published JOIN askpolicy.bundles USING (policy, version) "
        "WHERE %(policies)s::text[] IS NULL OR policy = ANY(%(policies)s) ORDER BY policy",
        {"policies": None if policies is None else list(policies)},
    )
    # An id becomes the name of a folder.
    return [Published(policy, version, tuple(origins)) for policy, version, origins in rows if _ID.fullmatch(policy)]


def get(connection: Connection, published: Published, encoder: str) -> Packed:
    """Read a version, and verify every checksum. encoder: the id of the reader's encoder.

    Raises AskPolicyError if it is damaged, or made for another askpolicy or encoder.
    """
    policy, version = published.policy, published.version
    row = connection.execute(
        "SELECT manifest FROM askpolicy.bundles WHERE policy = %s AND version = %s", (policy, version)
    ).fetchone()
    files = connection.execute(
        "SELECT name, content FROM askpolicy.files WHERE policy = %s AND version = %s AND name = ANY(%s)",
        (policy, version, list(OWN)),
    ).fetchall()
    packed = Packed(version, bytes(row[0]) if row else b"", {name: bytes(content) for name, content in files})
    if problem := next(_problems(policy, packed, encoder), None):
        raise AskPolicyError(
            f"Version {version} of the policy '{policy}' in the database {problem}. The version that was loaded before "
            "stays in use."
        )
    return packed


def _problems(policy: str, packed: Packed, encoder: str) -> Iterator[str]:
    """Yield what is wrong with a bundle, the most basic first, as the end of a sentence."""
    again = f"publish it again with `askpolicy publish {policy}`"
    if hashlib.sha256(packed.manifest).hexdigest()[: len(packed.name)] != packed.name or not packed.name:
        yield f"is damaged (the checksum of bundle.json does not match): {again}"
    manifest = _manifest(packed)
    if manifest is None:
        yield f"has a form that askpolicy {__version__} does not read: {again} of this release"
        return
    if manifest.policy.id != policy:
        yield f"is of the policy '{manifest.policy.id}': {again}"
    for name in OWN:
        if hashlib.sha256(packed.files.get(name, b"")).hexdigest() != manifest.files.get(name):
            yield f"is damaged (the checksum of {name} does not match): {again}"
    if manifest.askpolicy != __version__:
        yield f"was made by askpolicy {manifest.askpolicy}, and this is {__version__}: {again} of this release"
    if manifest.encoder != encoder:
        yield f"was made with another model: give the publisher and the services the same setting model, then {again}"


def _manifest(packed: Packed) -> BundleManifest | None:
    try:
        if json.loads(packed.manifest)["format"] == FORMAT:
            return parse_bundle_manifest(packed.manifest, Path())
    except (ValueError, TypeError, LookupError, AskPolicyError):
        pass
    return None


def _is_stored(connection: Connection, policy: str, packed: Packed, vectors: Vectors) -> bool:
    """Return whether the database has this version, undamaged."""
    key = (policy, packed.name)
    manifest = connection.execute(
        "SELECT encode(sha256(manifest), 'hex') FROM askpolicy.bundles WHERE policy = %s AND version = %s", key
    ).fetchone()
    files = connection.execute(
        "SELECT name, encode(sha256(content), 'hex') FROM askpolicy.files WHERE policy = %s AND version = %s", key
    ).fetchall()
    counts = connection.execute(
        "SELECT part, count(*) FROM askpolicy.vectors WHERE policy = %s AND version = %s GROUP BY part", key
    ).fetchall()
    return (
        manifest == (hashlib.sha256(packed.manifest).hexdigest(),)
        and dict(files) == {name: hashlib.sha256(data).hexdigest() for name, data in packed.files.items()}
        and dict(counts) == {part: len(rows) for part, rows in vectors.items() if len(rows)}
    )


def _store(connection: Connection, policy: str, packed: Packed, vectors: Vectors) -> None:
    """Write a version, in place of a damaged one if there is one."""
    key = (policy, packed.name)
    manifest = parse_bundle_manifest(packed.manifest, Path())
    connection.execute(
        "INSERT INTO askpolicy.bundles (policy, version, text, origins, manifest) VALUES (%s, %s, %s, %s, %s) "
        "ON CONFLICT (policy, version) DO UPDATE SET manifest = excluded.manifest",
        (*key, manifest.policy.sha256[:12], list(manifest.origins), packed.manifest),
    )
    connection.execute("DELETE FROM askpolicy.files WHERE policy = %s AND version = %s", key)
    connection.execute("DELETE FROM askpolicy.vectors WHERE policy = %s AND version = %s", key)
    for name, data in packed.files.items():
        connection.execute("INSERT INTO askpolicy.files VALUES (%s, %s, %s, %s)", (*key, name, data))
    copy_vectors(connection, policy, packed.name, vectors)


def copy_vectors(connection: Connection, policy: str, version: str, vectors: Vectors) -> None:
    """Add the vectors of a version, which must have none yet."""
    register_vector(connection)
    with connection.cursor().copy("COPY askpolicy.vectors FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(["text", "text", "text", "int4", "halfvec"])
        for part, rows in vectors.items():
            for number, vector in enumerate(rows):
                copy.write_row((policy, version, part, number, HalfVector(vector)))
