"""Local copies of published bundles, so that a service answers while the database is down."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.index import versions
from bot.policies.versions import AS_READ, HISTORY, VERSIONS, Recorded, history_bytes, version_of_text
from bot.policies.writing import replace_file
from bot.settings import Settings
from bot.types import AskPolicyError

# In the setting `home`. No policy has this id.
_FOLDER = ".shared"


def copies_of(settings: Settings) -> Copies | None:
    """Return the copies of a service with these settings; None if it has no shared database."""
    return Copies(settings.home / _FOLDER) if settings.database.url else None


@dataclass(frozen=True, slots=True)
class Copies:
    """folder: holds one bundle's folder for each policy, without its encoder. The workers of a service share it.

    Next to the bundle are the texts of all versions, as in a policy folder: see `bot.policies.versions`.
    """

    folder: Path

    def of(self, policy: str) -> Path:
        """Return the folder of a policy's copy, which need not exist."""
        return self.folder / policy

    def version(self, policy: str) -> str | None:
        """Return the name of the version that is copied, or None."""
        return versions.current(self.of(policy))

    def policies(self) -> list[str]:
        """Return the ids of the policies that have a copy."""
        return sorted(path.parent.name for path in self.folder.glob("*/CURRENT"))

    def put(self, policy: str, packed: versions.Packed) -> None:
        """Write a version whose checksums were verified, and make it the copy. Raises AskPolicyError if it cannot."""
        versions.unpack(self.of(policy), packed)

    def texts(self, policy: str) -> set[str]:
        """Return the versions of a policy whose text is copied, undamaged."""
        found = (self.of(policy) / VERSIONS).glob(f"*/{AS_READ}")
        return {path.parent.name for path in found if version_of_text(path.read_bytes()) == path.parent.name}

    def put_texts(self, policy: str, history: Sequence[Recorded], texts: Mapping[str, bytes]) -> None:
        """Write the versions of a policy and the texts of new ones, and forget others. See `put`."""
        folder = self.of(policy) / VERSIONS
        folder.mkdir(exist_ok=True)
        for version, text in texts.items():
            (folder / version).mkdir(exist_ok=True)
            replace_file(folder / version / AS_READ, text)
        replace_file(folder / HISTORY, history_bytes(history))
        for version in self.texts(policy) - {entry.version for entry in history}:
            shutil.rmtree(folder / version)

    def remove(self, policy: str) -> None:
        """Remove a policy's copy."""
        shutil.rmtree(self.of(policy), ignore_errors=True)

    @contextmanager
    def locked(self, policy: str) -> Iterator[None]:
        """Keep other workers from reading or writing a copy. Raises AskPolicyError if the folder cannot be written."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / f"{policy}.lock").open("w")
        except OSError as error:
            raise AskPolicyError(
                f"The copies of published policies cannot be written to {self.folder} ({error.strerror}): let this "
                "user write there, or choose another folder with the setting home."
            ) from None
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # the system releases it even if the worker is killed
            yield
