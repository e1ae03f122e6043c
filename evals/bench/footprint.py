"""Measures the size of an installation: some distributions and everything that they require."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bot.settings import PACKAGE
from evals.sets.paths import ROOT


def installed_bytes(requirements: Iterable[str]) -> int:
    """Return the bytes on disk of the requirements and of what they require. Each file counts once.

    Of our own package, only `bot/` and the Mass.gov policy count.
    """
    files = {path for found in closure(requirements).values() for path in _files(found)}
    return sum(path.stat().st_size for path in files if path.is_file())


def closure(requirements: Iterable[str]) -> dict[str, Distribution]:
    """Return name -> distribution for the requirements and everything they require. Skip what is not installed."""
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = [Requirement(text) for text in requirements]
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if (name, frozenset(wanted.extras)) in seen:
            continue
        seen.add((name, frozenset(wanted.extras)))
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue
        for line in found[name].requires or ():
            needed = Requirement(line)
            extras = wanted.extras or {""}
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
                waiting.append(needed)
    return found


def _files(found: Distribution) -> Iterable[Path]:
    if canonicalize_name(found.metadata["Name"]) == "askpolicy":
        # It is installed as a link to this checkout, so its files are here.
        return [*PACKAGE.rglob("*"), *(ROOT / "corpus" / "massgov").rglob("*")]
    return [Path(str(found.locate_file(file))) for file in found.files or ()]
