"""The published files: the wheel and the sdist, built as in a release."""

from __future__ import annotations

import email
import json
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from email.message import Message
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

import bot

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
# Only tests, training and evaluation need these.
DEVELOPERS_ONLY = {"pytest", "ruff", "mypy", "ir-measures", "llama-index-core", "haystack-ai", "scikit-learn", "uv"}


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a freshly built wheel and sdist."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", folder], cwd=ROOT, check=True, capture_output=True
    )
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    (path,) = dist.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def in_wheel(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def in_sdist(dist: Path) -> set[str]:
    """Return the files of the sdist, without its top folder."""
    (path,) = dist.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        return {member.name.split("/", 1)[1] for member in archive.getmembers() if member.isfile()}


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return email.message_from_bytes(archive.read(name))


def test_the_version_is_that_of_the_package(wheel: Path, metadata: Message) -> None:
    assert metadata["Version"] == bot.__version__
    assert wheel.name.split("-")[1] == bot.__version__


def test_the_widget_has_the_same_version() -> None:
    for name in ("package.json", "package-lock.json"):
        assert json.loads((ROOT / "widget" / name).read_text())["version"] == bot.__version__


def test_the_wheel_contains_the_package_types_model_and_policy(in_wheel: set[str]) -> None:
    assert {
        "bot/py.typed",
        "bot/models/encoder/model.onnx",
        "bot/models/fitted.json",
        "bot/messages/en.toml",
        "bot/service/static/policy-chat.js",
        "bot/_corpus/massgov/policy.txt",
        "bot/_corpus/massgov/manifest.toml",
    } <= in_wheel
    assert {name.split("/")[0] for name in in_wheel} == {"bot", f"askpolicy-{bot.__version__}.dist-info"}


def test_the_sdist_contains_only_what_the_wheel_needs(in_sdist: set[str], in_wheel: set[str]) -> None:
    packed = {name.replace("bot/_corpus/", "corpus/") for name in in_wheel if name.startswith("bot/")}
    extra = {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "PKG-INFO", ".gitignore"}
    assert in_sdist == packed | extra


def test_training_texts_are_not_published(in_sdist: set[str], in_wheel: set[str]) -> None:
    for names in (in_sdist, in_wheel):
        assert not [name for name in names if name.startswith(("tests/", "evals/", "training/", "corpus/training/"))]


def test_every_extra_is_for_users(metadata: Message) -> None:
    extras = set(metadata.get_all("Provides-Extra", []))
    assert not extras & PROJECT["dependency-groups"].keys()
    published = {Requirement(line).name for line in metadata.get_all("Requires-Dist", [])}
    assert not published & DEVELOPERS_ONLY


def test_the_classifiers_match_the_supported_python_versions(metadata: Message) -> None:
    named = {line.rsplit(" ", 1)[1] for line in metadata.get_all("Classifier", []) if " Python :: 3." in line}
    allowed = SpecifierSet(metadata["Requires-Python"])
    assert named == {f"3.{minor}" for minor in range(30) if allowed.contains(f"3.{minor}")}
    assert "Typing :: Typed" in metadata.get_all("Classifier", [])


@pytest.mark.thorough
def test_the_wheel_works_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    """pip installs it with dependencies from a registry, it answers from another folder, and mypy sees its types."""
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    pip = [python, "-m", "pip", "install", "--quiet", "--no-compile", "--constraint", ROOT / "constraints.txt"]
    if subprocess.run([*pip, "--dry-run", "--no-deps", "numpy"], capture_output=True, check=False).returncode:
        pytest.skip("no package registry can be reached, so the wheel's dependencies cannot be installed")
    subprocess.run([*pip, wheel], check=True, capture_output=True)

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    clean = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    command = tmp_path / "venv" / "bin" / "askpolicy"

    def run(*arguments: str | Path) -> str:
        done = subprocess.run(arguments, cwd=elsewhere, env=clean, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert run(command, "--version") == f"askpolicy {bot.__version__}\n"
    run(command, "index")
    answer = json.loads(run(command, "ask", "--json", "do you sell my data"))
    assert answer["outcome"] == "answered"
    assert "do not sell" in answer["citations"][0]["quote"]

    script = elsewhere / "caller.py"
    script.write_text(
        "from bot import load_settings, open_bot\n"
        "answer = open_bot(load_settings()).ask('do you sell my data?')\n"
        "reveal_type(answer)\n"
        "answer.no_such_field\n"
    )
    mypy = [sys.executable, "-m", "mypy", "--python-executable", python, "--no-incremental", "--config-file=", script]
    checked = subprocess.run(mypy, cwd=elsewhere, env=clean, capture_output=True, text=True, check=False).stdout
    assert 'Revealed type is "bot.types.answer.Answer"' in checked
    assert 'has no attribute "no_such_field"' in checked
