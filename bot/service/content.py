"""Private copies of what the service answers from, so that later changes to the owner's files cannot stop it.

The first worker that loads a policy or the encoder writes a copy. Whoever loads it later reads the copy: the other
workers, a worker that replaces a dead one, and one that has unloaded the policy. A reload begins with an empty folder.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.encoder.embedding import OnnxEmbedder, encoder_id, folder_id
from bot.types import AskPolicyError

_ENCODER = ".encoder"
_ID = "id"


@dataclass(frozen=True, slots=True)
class Content:
    """The copies of one load. folder: has a bundle for each policy, by id. before: the copies of the previous load."""

    folder: Path
    before: Path | None = None

    def copy_of(self, policy: str) -> Path:
        """Return the folder of a policy's copy, which need not exist."""
        return self.folder / policy

    def copy_before(self, policy: str) -> Path | None:
        """Return the folder of a policy's copy from the previous load, or None if there is none."""
        return self.before / policy if self.before and (self.before / policy / "CURRENT").exists() else None

    def copied_before(self) -> list[str]:
        """Return the ids of the policies that have a copy from the previous load."""
        return sorted(path.parent.name for path in self.before.glob("*/CURRENT")) if self.before else []

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """Keep other workers from loading the same thing. name: a policy's id, or `encoder` with a dot before it."""
        self.folder.mkdir(parents=True, exist_ok=True)  # somebody may have emptied the temporary folder
        with (self.folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # the system releases it even if the worker is killed
            yield

    def encoder(self, threads: int) -> OnnxEmbedder | None:
        """Return the encoder from the copy of its files, or None if there is no copy, or a damaged one.

        threads: see OnnxEmbedder. Raises AskPolicyError if the files are as they were copied and cannot be used.
        """
        folder = self.folder / _ENCODER
        try:
            id = folder_id(folder)
            if (folder / _ID).read_text(encoding="ascii") != id:
                return None
        except (OSError, AskPolicyError):
            return None
        try:
            return OnnxEmbedder(folder, threads, id=id)
        except AskPolicyError:
            shutil.rmtree(folder)  # so that the owner's files are read again when they are fixed
            raise

    def write_encoder(self, files: dict[str, bytes]) -> None:
        """Copy the encoder's files. Raises OSError if there is no room."""
        folder = self.folder / _ENCODER
        folder.mkdir(exist_ok=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
        (folder / _ID).write_text(encoder_id(files), encoding="ascii")

    def next(self, folder: Path) -> Content:
        """Return the content of the next load, with its copies in `folder`."""
        folder.mkdir()
        return Content(folder, self.folder)

    def settle(self) -> None:
        """Keep the copies of the previous load only if this load has none of the same policy, and remove the others.
        After this, nothing needs the previous load.
        """
        if self.before is None:
            return
        for policy in self.copied_before():
            if not self.copy_of(policy).exists():
                with contextlib.suppress(OSError):
                    os.replace(self.before / policy, self.copy_of(policy))
        shutil.rmtree(self.before, ignore_errors=True)

    def remove(self) -> None:
        """Remove the copies of this load."""
        shutil.rmtree(self.folder, ignore_errors=True)
