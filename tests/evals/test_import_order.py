"""Checks in the source which parts of evals/ import which."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# In the order in which data flows. A part imports only itself and those before it.
ORDER = (
    "files",
    "sets",
    "measures",
    "peers",
    "asking",
    "reading",
    "training_policies",
    "learning",
    "store",
    "gate",
    "report",
    "bench",
    "boundaries",
    "links",
    "safety",
    "run",
    "rubric",
    "__main__",
)
PATHS = sorted((ROOT / "evals").rglob("*.py"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def part_of(path: Path) -> str:
    return path.relative_to(ROOT / "evals").parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """The parts of evals that a file imports, on its top level or anywhere else."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return {parts[1] for parts in (n.split(".") for n in names) if parts[0] == "evals" and len(parts) > 1} - {"OURS"}


@pytest.mark.parametrize("path", [path for path in PATHS if part_of(path) != "__init__"], ids=name)
def test_a_part_imports_only_those_before_it(path: Path) -> None:
    assert imported(path) <= set(ORDER[: ORDER.index(part_of(path)) + 1])


@pytest.mark.parametrize("path", [*PATHS, *sorted((ROOT / "training").rglob("*.py"))], ids=name)
def test_no_module_shadows_the_standard_library(path: Path) -> None:
    assert path.stem == "__init__" or path.stem == "__main__" or path.stem not in sys.stdlib_module_names


@pytest.mark.parametrize("folder", sorted({path.parent for path in PATHS}), ids=name)
def test_every_folder_has_a_map(folder: Path) -> None:
    """The folder's docstring names each module."""
    text = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__", "__main__"}
    assert {module for module in modules if module not in text} == set()
