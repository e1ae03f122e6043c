"""Reads the files of an encoder: the one that ships, another folder, or a model that is exported first."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from bot.encoder.embedding import ENCODER_FILES
from bot.types import AskPolicyError


def encoder_bytes(model: str) -> dict[str, bytes]:
    """Return the content of ENCODER_FILES by name.

    model: an encoder folder, or a sentence-transformers model, which is exported first.
    Raises AskPolicyError if a file is missing or is not the one that was shipped, or if the model cannot be exported.
    """
    folder = Path(model)
    if not (folder / "encoder.json").is_file():
        return _exported(model)
    try:
        files = {name: (folder / name).read_bytes() for name in ENCODER_FILES}
    except OSError as error:
        raise AskPolicyError(
            f"The encoder folder {folder} is not complete ({error.strerror}: {error.filename}): reinstall askpolicy, "
            "or name another model."
        ) from None
    _check_shipped(folder, files)
    return files


def _check_shipped(folder: Path, files: dict[str, bytes]) -> None:
    """Raise AskPolicyError if a file does not match the SHA256SUMS next to the folder. Not every folder has one."""
    sums = folder.parent / "SHA256SUMS"
    if not sums.is_file():
        return
    lines = sums.read_text(encoding="utf-8").splitlines()
    shipped = {name: digest for digest, name in (line.split(maxsplit=1) for line in lines)}
    for name, data in files.items():
        expected = shipped.get(f"{folder.name}/{name}")
        if expected is not None and hashlib.sha256(data).hexdigest() != expected:
            raise AskPolicyError(
                f"The encoder file {folder / name} is not the one that was shipped: reinstall askpolicy, or name "
                f"another model. If you changed it yourself, update {sums}."
            )


def _exported(model: str) -> dict[str, bytes]:
    from bot.encoder.embedding import load_sentence_transformer
    from bot.encoder.export import export_encoder

    loaded = load_sentence_transformer(model)
    with tempfile.TemporaryDirectory() as scratch:
        proof = ["How long do you keep my data?", "We keep server logs for thirty days.", "Cookies: none."]
        export_encoder(loaded, Path(scratch), proof, name=model)
        return {name: (Path(scratch) / name).read_bytes() for name in ENCODER_FILES}
