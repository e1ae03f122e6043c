"""The order in which modules may import each other, as DESIGN.md gives it, read from the source."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# The way of the data. A module imports only what stands before it.
ORDER = (
    "types",
    "wording",
    "addresses",
    "settings",
    "manifest",
    "policy",
    "corpus",
    "bundle_manifest",
    "embedding",
    "export",
    "vectors",
    "lexical",
    "encoder_files",
    "passages",
    "versions",
    "index",
    "language",
    "personal_data",
    "guard",
    "understand",
    "fitted",
    "retrieve",
    "rerank",
    "decide",
    "polarity",
    "compose",
    "cache",
    "pipeline",
    "opening",
    "templates",
    "feedback",
    "insights",
)
# Where the pipeline is served. Nothing of the pipeline may import these.
BORDER = {p.stem for p in (ROOT / "bot").glob("*.py")} - {*ORDER, "__init__"}


def source(module: str) -> ast.Module:
    return ast.parse((ROOT / "bot" / f"{module}.py").read_text(encoding="utf-8"))


def imported(tree: ast.AST) -> set[str]:
    """The full names of all that is imported, wherever in the file."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            names.update({f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)})
    return names


@cache
def ours(module: str) -> set[str]:
    """The modules of `bot` that a module imports."""
    known = {*ORDER, *BORDER}
    parts = [name.split(".") for name in imported(source(module))]
    return {part[1] for part in parts if part[0] == "bot" and len(part) > 1 and part[1] in known}


def files() -> list[Path]:
    return sorted((ROOT / "bot").rglob("*.py"))


def test_all_of_the_order_is_there() -> None:
    assert {p.stem for p in files()} >= set(ORDER)


def test_types_import_nothing_of_ours() -> None:
    assert {name.split(".")[0] for name in imported(source("types"))} == {
        "__future__",
        "collections",
        "dataclasses",
        "enum",
        "typing",
    }


@pytest.mark.parametrize("module", ORDER)
def test_a_module_imports_only_what_stands_before_it(module: str) -> None:
    assert ours(module) <= set(ORDER[: ORDER.index(module)])


def test_there_are_no_cycles() -> None:
    graph = {module: ours(module) for module in {*ORDER, *BORDER}}
    while graph:
        leaves = {module for module, needed in graph.items() if not needed & graph.keys()}
        assert leaves, f"these import each other: {sorted(graph)}"
        graph = {module: needed for module, needed in graph.items() if module not in leaves}


@pytest.mark.parametrize("path", files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_bot_imports_nothing_from_outside_the_package(path: Path) -> None:
    tops = {name.split(".")[0] for name in imported(ast.parse(path.read_text(encoding="utf-8")))}
    assert not tops & {"evals", "training", "tests", "app", "scripts"}


@pytest.mark.parametrize("path", files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_nothing_that_can_carry_code_is_read(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tops = {name.split(".")[0] for name in imported(tree)}
    assert not tops & {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal", "cloudpickle"}
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not called & {"eval", "exec", "compile", "__import__"}
    keywords = {k.arg: k.value for node in ast.walk(tree) if isinstance(node, ast.Call) for k in node.keywords if k.arg}
    assert not {"allow_pickle", "allow_dangerous_deserialization"} & keywords.keys()


def test_torch_is_imported_by_building_alone() -> None:
    heavy = {"torch", "sentence_transformers", "onnx", "onnxscript", "transformers"}
    users = {p.stem for p in files() if {n.split(".")[0] for n in imported(ast.parse(p.read_text("utf-8")))} & heavy}
    assert users <= {"embedding", "export"}


def test_only_one_module_knows_faiss() -> None:
    users = {p.stem for p in files() if "faiss" in imported(ast.parse(p.read_text("utf-8")))}
    assert users == {"vectors"}


@pytest.mark.parametrize("path", [p for p in files() if p.stem != "vectors"], ids=lambda p: str(p.relative_to(ROOT)))
def test_nothing_else_calls_faiss(path: Path) -> None:
    calls = {"reconstruct", "reconstruct_n", "reconstruct_batch", "ntotal", "nprobe", "omp_set_num_threads"}
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    assert not calls & {node.attr for node in nodes if isinstance(node, ast.Attribute)}
