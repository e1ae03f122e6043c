"""What production installs: requirements-serve.txt and requirements-build.txt, written by scripts/lock.sh."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
FILES = ("requirements-serve.txt", "requirements-build.txt")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def entries(file: str) -> dict[str, tuple[Requirement, int]]:
    """What is locked, with the number of its hashes."""
    text = re.sub(r"#.*", "", (ROOT / file).read_text())
    locked = {}
    for entry in re.sub(r"\\\n", " ", text).splitlines():
        if entry.strip():
            words, *hashes = entry.split("--hash=sha256:")
            requirement = Requirement(words.strip())
            assert all(re.fullmatch(r"[0-9a-f]{64}", digest.strip()) for digest in hashes), entry
            locked[canonicalize_name(requirement.name)] = requirement, len(hashes)
    return locked


def constraints() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = (line.partition("==") for line in lines if not line.startswith("#"))
    return {canonicalize_name(name): version for name, _, version in pinned}


@pytest.mark.parametrize("file", FILES)
def test_everything_has_one_version_and_hashes(file: str) -> None:
    for requirement, hashes in entries(file).values():
        assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), requirement
        assert hashes, requirement
        assert requirement.url is None


@pytest.mark.parametrize("file", FILES)
def test_it_does_not_say_where_it_was_made(file: str) -> None:
    words = re.sub(r"sha256:\S+", "", (ROOT / file).read_text())
    assert not re.search(r"://|file:|--find-links|--index|--extra-index|(?<!\w)/\w+/", words)


def test_what_is_served_with_is_what_was_tested_with() -> None:
    tested = constraints()
    for name, (requirement, _) in entries("requirements-serve.txt").items():
        # What only other systems need was never installed here.
        if requirement.marker is None or requirement.marker.evaluate():
            assert str(requirement.specifier) == f"=={tested[name]}"


@pytest.mark.parametrize(
    ("file", "asked"),
    [
        (
            "requirements-serve.txt",
            [*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["serve"]],
        ),
        ("requirements-build.txt", PROJECT["build-system"]["requires"]),
    ],
)
def test_what_the_project_asks_for_is_locked(file: str, asked: list[str]) -> None:
    locked = entries(file)
    for requirement in map(Requirement, asked):
        (specifier,) = locked[canonicalize_name(requirement.name)][0].specifier
        assert requirement.specifier.contains(specifier.version), f"{requirement}: run `make lock`"


def test_what_those_need_in_turn_is_locked_too() -> None:
    """pip installs the lock with --no-deps: what is forgotten here is missing there."""
    locked = entries("requirements-serve.txt")
    missing = {name for name in _needed(locked) if name not in locked}
    assert missing == set()


def _needed(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        try:
            needs = requires(name) or []
        except PackageNotFoundError:
            continue  # of another system
        for requirement in map(Requirement, needs):
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                yield canonicalize_name(requirement.name)


def test_serving_needs_neither_training_nor_the_demo() -> None:
    heavy = {"torch", "sentence-transformers", "transformers", "scikit-learn", "onnx", "gradio", "pandas"}
    assert heavy.isdisjoint(entries("requirements-serve.txt"))


@pytest.mark.parametrize(
    ("name", "mended_in"),
    [
        ("langchain-core", "1.2.5"),  # CVE-2025-68664: objects made from untrusted serialised data
        ("starlette", "0.49.1"),  # CVE-2025-62727: a Range header that takes quadratic time
        ("h11", "0.16.0"),  # CVE-2025-43859: request smuggling through chunked bodies
    ],
)
def test_known_holes_are_mended(name: str, mended_in: str) -> None:
    (specifier,) = entries("requirements-serve.txt")[name][0].specifier
    assert Version(specifier.version) >= Version(mended_in)
