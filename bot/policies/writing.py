"""Writes to disk in one step, so that a reader, or the next start after a power cut, finds the old or the new."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from bot.types import AskPolicyError


def replace_file(path: Path, data: bytes) -> None:
    """Replace or create a file in one step. Raises AskPolicyError, and changes nothing, if it cannot be written."""
    scratch = path.with_name(f".{path.name}.new")
    try:
        with scratch.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, scratch)
        os.replace(scratch, path)
    except OSError as error:
        scratch.unlink(missing_ok=True)
        raise AskPolicyError(
            f"{path} cannot be written ({error.strerror}): free up space, or allow it. Nothing has changed."
        ) from None


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on disk: files that were created, renamed, or removed."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
