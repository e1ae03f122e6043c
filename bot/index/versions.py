"""The versions of a bundle on disk: reads one and verifies every checksum; writes one and makes it current.

A bundle's folder holds `CURRENT` and one folder for each version that is kept:

    CURRENT              "<version> <sha256 of its bundle.json>", replaced in one step
    <version>/bundle.json    what the bundle was built for, and every other file's sha256
    <version>/...            policy, visitor questions, vectors, encoder (which bundles share, as hard links)

A version is written next to the others, synced, and only then named in CURRENT, so a reader sees either the old version
or the new one. The bytes of each file are verified before they are parsed, and none of the formats can carry code.
"""

from __future__ import annotations

import fcntl
import filecmp
import hashlib
import itertools
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from bot.encoder.embedding import ENCODER_FILES
from bot.index.bundle_manifest import NAME as BUNDLE_MANIFEST
from bot.index.bundle_manifest import BundleManifest, damaged, parse_bundle_manifest
from bot.policies.writing import sync_folder
from bot.types import AskPolicyError

TEXTS = ("policy.txt", "places.json", "questions.jsonl")
# Everything but the encoder, which many policies can share.
OWN = (*TEXTS, "passages.faiss", "questions.faiss")
FILES = (*OWN, *ENCODER_FILES)
_KEPT_VERSIONS = 2
# How many other bundles are searched for the same encoder. All bundles of a service use the same one.
_LOOKED_AT = 3
_VERSION = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Packed:
    """A version as it is sent elsewhere. manifest: the bytes of bundle.json. files: without the encoder's."""

    name: str
    manifest: bytes
    files: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Version:
    """A version whose checksums are verified. files: the content of each file that was read, by name."""

    name: str
    manifest: BundleManifest
    files: dict[str, bytes]


def read(folder: Path, names: Sequence[str] = FILES, version: str | None = None) -> Version:
    """Read these files of the current version, or of another one that is kept.

    Raises AskPolicyError if it is missing or damaged.
    """
    if version is None:
        name, data = _read_current(folder)
    else:
        name, data = version, _read_verified(folder, folder / version / BUNDLE_MANIFEST, version)
    manifest = parse_bundle_manifest(data, folder)
    files = {file: _read_verified(folder, folder / name / file, str(manifest.files.get(file))) for file in names}
    return Version(name, manifest, files)


def pack(folder: Path, version: str | None = None) -> Packed:
    """Return the current version, or another one that is kept, for `unpack`. Raises AskPolicyError like `read`."""
    read_version = read(folder, OWN, version)
    manifest = _read_verified(folder, folder / read_version.name / BUNDLE_MANIFEST, read_version.name)
    return Packed(read_version.name, manifest, read_version.files)


def unpack(out: Path, packed: Packed) -> None:
    """Write a version under `out` and make it current. Its checksums must have been verified.

    Raises AskPolicyError if it cannot be written; the previous version then stays current.
    """
    _write(out, packed.files, packed.manifest)


def current(folder: Path) -> str | None:
    """Return the name of the current version; None if there is none, or a damaged one."""
    try:
        return _read_current(folder)[0]
    except AskPolicyError:
        return None


def others(folder: Path) -> list[str]:
    """Return the names of the versions that are kept besides the current one, the newest first."""
    name, _ = _read_current(folder)
    return [version.name for version in _others(folder, name)]


def write(
    out: Path, files: dict[str, bytes], manifest: BundleManifest, known: Mapping[str, str] = MappingProxyType({})
) -> str:
    """Write a version under `out`, make it current, and return its name. Adds the files' checksums to the manifest.

    known: the checksums of files, by name, that were computed before.
    Raises AskPolicyError if it cannot be written; the previous version then stays current.
    """
    sums = {name: known.get(name) or _sha256(data) for name, data in files.items()}
    manifest = manifest.model_copy(update={"files": sums})
    return _write(out, files, manifest.model_dump_json(indent=1).encode("utf-8"))


def _write(out: Path, files: dict[str, bytes], manifest: bytes) -> str:
    digest = _sha256(manifest)
    name = digest[:16]
    try:
        out.mkdir(parents=True, exist_ok=True)
        with (out / ".lock").open("wb") as lock:
            # Only one build runs at a time, so an existing scratch folder is left over from a killed build.
            fcntl.flock(lock, fcntl.LOCK_EX)
            scratch = out / f".building-{os.getpid()}"
            shutil.rmtree(scratch, ignore_errors=True)
            scratch.mkdir()
            try:
                for file, data in {**files, BUNDLE_MANIFEST: manifest}.items():
                    if file not in ENCODER_FILES or not _link_same(out, scratch / file, data):
                        _write_synced(scratch / file, data)
                sync_folder(scratch)
                # The same version may already exist and be in use: replace it only if it is damaged.
                if not _is_copy(out / name, scratch):
                    if (out / name).exists():
                        os.replace(out / name, scratch.with_name(scratch.name + "-old"))
                    os.replace(scratch, out / name)
                    sync_folder(out)
                os.utime(out / name)  # an old version that is current again is the newest
                _write_synced(out / ".CURRENT", f"{name} {digest}\n".encode())
                os.replace(out / ".CURRENT", out / "CURRENT")
                sync_folder(out)
            finally:
                shutil.rmtree(scratch, ignore_errors=True)
            _remove_old(out, keep=name)
    except OSError as error:
        raise AskPolicyError(
            f"The index cannot be written to {out} ({error.strerror}): free up space, or choose another folder with "
            "--out. The previous index is still in use."
        ) from None
    return name


def _link_same(out: Path, path: Path, data: bytes) -> bool:
    """Make `path` a hard link to a file of the same name and content in a bundle next to `out`, or in `out` itself.

    A thousand policies then need the disk space of one encoder. Returns False if there is no such file.
    """
    for current in itertools.chain(out.glob("CURRENT"), itertools.islice(out.parent.glob("*/CURRENT"), _LOOKED_AT)):
        try:
            same = current.parent / _read_current(current.parent)[0] / path.name
            if same.read_bytes() == data:
                os.link(same, path)
                return True
        except (AskPolicyError, OSError):
            continue
    return False


def _is_copy(folder: Path, other: Path) -> bool:
    """Return whether `folder` holds each file of `other`, byte for byte."""
    names = [path.name for path in other.iterdir()]
    return filecmp.cmpfiles(folder, other, names, shallow=False)[0] == names


def _write_synced(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _remove_old(out: Path, keep: str) -> None:
    """Remove old versions and what killed builds left. Keep the newest few, for readers that have just opened one."""
    for folder in [*_others(out, keep)[_KEPT_VERSIONS - 1 :], *out.glob(".building-*")]:
        shutil.rmtree(folder, ignore_errors=True)


def _others(out: Path, current: str) -> list[Path]:
    """Return the folders of the other versions, the most recently current one first."""
    # Only our own folders: --out may name a folder that holds other things too.
    return sorted(
        (p for p in out.iterdir() if _VERSION.fullmatch(p.name) and p.is_dir() and p.name != current),
        key=lambda p: p.stat().st_mtime,
        reverse=True,
    )


def _read_current(folder: Path) -> tuple[str, bytes]:
    try:
        name, digest = (folder / "CURRENT").read_text(encoding="ascii").split()
    except FileNotFoundError:
        raise AskPolicyError(f"There is no index in {folder}: build it with `askpolicy index`.") from None
    except (OSError, ValueError):
        raise damaged(folder, "CURRENT cannot be read") from None
    if not name.isalnum():
        raise damaged(folder, "CURRENT cannot be read")
    return name, _read_verified(folder, folder / name / BUNDLE_MANIFEST, digest)


def _read_verified(folder: Path, path: Path, sha256: str) -> bytes:
    """Read a file. sha256: the checksum of its content, or its first digits, as in the name of a version."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise damaged(folder, f"{path.name}: {error.strerror}") from None
    if not sha256 or not _sha256(data).startswith(sha256):
        raise damaged(folder, f"the checksum of {path.name} does not match")
    return data


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
