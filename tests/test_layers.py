"""The order in which packages and modules may import each other, read from the source."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BOT = ROOT / "bot"

# A package is a folder of bot/ or a module next to the folders. It imports only those listed before it.
ORDER = (
    "startup",
    "types",
    "addresses",
    "settings",
    "tracing",
    "topics",
    "wording",
    "templates",
    "language",
    "policies",
    "encoder",
    "index",
    "postgres",
    "guard",
    "understanding",
    "elsewhere",
    "answering",
    "pipeline",
    "opening",
    "drafting",
    "live",
    "comparing",
    "publishing",
    "building",
    "usage",
    "reports",
    "demo",
    "service",
    "studio",
    "commands",
    "integrations",
)
FOLDERS = sorted(path.parent.name for path in BOT.glob("*/__init__.py"))
MAPPED = [BOT, *(BOT / folder for folder in FOLDERS)]


def files() -> list[Path]:
    return sorted(BOT.rglob("*.py"))


def name_of(path: Path) -> str:
    """bot/index/vectors.py -> bot.index.vectors; bot/index/__init__.py -> bot.index."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in files()}
every_file = pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imported(path: Path) -> frozenset[str]:
    """Return the full names of all imports, anywhere in the file."""
    names: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "use absolute imports"
            names.update({f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)})
    return frozenset(names)


@cache
def ours(module: str) -> frozenset[str]:
    """Return the modules of `bot` that a module imports; a name exported by a package counts as the package."""
    names = imported(MODULES[module]) & MODULES.keys()
    # `from bot.index import vectors` also names the package, but means the module.
    return frozenset(name for name in names if not any(other.startswith(f"{name}.") for other in names)) - {module}


def package_of(module: str) -> str:
    """Return the package of a module; "" is `bot` itself."""
    return module.partition(".")[2].partition(".")[0]


def cycle(graph: dict[str, set[str]]) -> list[str]:
    """Return the rest of the graph after repeatedly removing nodes without outgoing edges."""
    while leaves := [name for name, needed in graph.items() if not needed & graph.keys()]:
        for name in leaves:
            del graph[name]
    return sorted(graph)


def test_every_package_is_in_the_order() -> None:
    assert {package_of(module) for module in MODULES} - {"", "__main__"} <= set(ORDER)
    assert set(FOLDERS) <= set(ORDER)


@pytest.mark.parametrize("module", sorted(MODULES.keys() - {"bot", "bot.__main__"}))
def test_no_package_imports_a_later_package(module: str) -> None:
    allowed = {"", *ORDER[: ORDER.index(package_of(module)) + 1]}
    assert sorted(name for name in ours(module) if package_of(name) not in allowed) == []
    # `from bot import Bot` would hide an import of a later package.
    public = {name for name in imported(MODULES[module]) if re.fullmatch(r"bot\.\w+", name)} - MODULES.keys()
    assert public <= {"bot.__version__"}


@pytest.mark.parametrize("package", [package for package in ORDER if package in FOLDERS])
def test_modules_in_a_package_do_not_import_each_other_in_a_cycle(package: str) -> None:
    inside = [module for module in MODULES if module.startswith(f"bot.{package}.")]
    assert cycle({module: ours(module) & set(inside) for module in inside}) == []


def test_the_check_finds_a_cycle() -> None:
    assert cycle({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}) == ["a", "b", "c"]


@pytest.mark.parametrize("folder", MAPPED, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_map_of_a_package_names_all_its_modules(folder: Path) -> None:
    text = ast.get_docstring(tree_of(folder / "__init__.py")) or ""
    there = {path.stem for path in folder.glob("*.py")} - {"__init__", "__main__"}
    if folder == BOT:
        there |= set(FOLDERS)
    assert sorted(name for name in there if not re.search(rf"(?:^|  ){name}/? ", text, re.MULTILINE)) == []


@pytest.mark.parametrize("folder", MAPPED, ids=lambda path: str(path.relative_to(ROOT)))
def test_importing_a_package_does_not_import_its_modules(folder: Path) -> None:
    """Otherwise importing one module would import all. Exported names are imported when first used.

    `bot.types` is imported as a whole: everything uses it, and it imports only the standard library.
    """
    code = f"import sys, {name_of(folder / '__init__.py')}; print(*sorted(m for m in sys.modules if m[:4] == 'bot.'))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    others = {module for module in done.stdout.split() if package_of(module) != "types"}
    assert others <= {"bot.startup", name_of(folder / "__init__.py")}


@pytest.mark.parametrize("module", sorted(module for module in MODULES if package_of(module) == "types"))
def test_types_import_only_the_standard_library(module: str) -> None:
    standard = {"__future__", "collections", "dataclasses", "enum", "re", "typing", "urllib"}
    assert {name.split(".")[0] for name in imported(MODULES[module]) if not name.startswith("bot.types.")} <= standard


@every_file
def test_bot_does_not_import_evals_or_training(path: Path) -> None:
    tops = {name.split(".")[0] for name in imported(path)}
    assert not tops & {"evals", "training", "tests", "app", "scripts"}


@every_file
def test_no_module_reads_formats_that_can_contain_code(path: Path) -> None:
    tree = tree_of(path)
    tops = {name.split(".")[0] for name in imported(path)}
    assert not tops & {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal", "cloudpickle"}
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not called & {"eval", "exec", "compile", "__import__"}
    keywords = {k.arg: k.value for node in ast.walk(tree) if isinstance(node, ast.Call) for k in node.keywords if k.arg}
    assert not {"allow_pickle", "allow_dangerous_deserialization"} & keywords.keys()


def users_of(*packages: str) -> set[str]:
    return {name for name, path in MODULES.items() if {n.split(".")[0] for n in imported(path)} & set(packages)}


def test_only_building_imports_torch() -> None:
    heavy = users_of("torch", "sentence_transformers", "onnx", "onnxscript", "transformers")
    assert heavy <= {"bot.encoder.embedding", "bot.encoder.export", "bot.encoder.fusing"}


def test_only_one_module_imports_faiss() -> None:
    assert users_of("faiss") == {"bot.index.vectors"}


@every_file
def test_nothing_else_calls_faiss(path: Path) -> None:
    if name_of(path) == "bot.index.vectors":
        return
    calls = {"reconstruct", "reconstruct_n", "reconstruct_batch", "ntotal", "nprobe", "omp_set_num_threads"}
    assert not calls & {node.attr for node in ast.walk(tree_of(path)) if isinstance(node, ast.Attribute)}
