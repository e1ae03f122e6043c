"""The packages that production installs: requirements-*.txt, from scripts/lock.sh."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, requires
from importlib.metadata import distribution as distribution_of
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
SERVE, IMAGE, BUILD = (f"requirements-{name}.txt" for name in ("serve", "image", "build"))
FILES = (SERVE, IMAGE, BUILD)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
EXTRAS = PROJECT["project"]["optional-dependencies"]


def entries(file: str) -> dict[str, tuple[Requirement, int]]:
    """Return each locked requirement with the number of its hashes."""
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
def test_every_package_has_one_version_and_hashes(file: str) -> None:
    for requirement, hashes in entries(file).values():
        assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), requirement
        assert hashes, requirement
        assert requirement.url is None


@pytest.mark.parametrize("file", FILES)
def test_the_lock_does_not_reveal_where_it_was_made(file: str) -> None:
    words = re.sub(r"sha256:\S+", "", (ROOT / file).read_text())
    assert not re.search(r"://|file:|--find-links|--index|--extra-index|(?<!\w)/\w+/", words)


def test_locked_versions_are_the_tested_versions() -> None:
    tested = constraints()
    # All that serving needs is also in the image.
    assert entries(SERVE).items() <= entries(IMAGE).items()
    for name, (requirement, _) in entries(IMAGE).items():
        # Packages that only other systems need are not installed here.
        if requirement.marker is None or requirement.marker.evaluate():
            assert str(requirement.specifier) == f"=={tested[name]}"


@pytest.mark.parametrize(
    ("file", "asked"),
    [
        (SERVE, [*PROJECT["project"]["dependencies"], *EXTRAS["serve"]]),
        (IMAGE, [*EXTRAS["postgres"], *EXTRAS["tracing"], *EXTRAS["replicas"][1:], "redis"]),
        (BUILD, PROJECT["build-system"]["requires"]),
    ],
)
def test_every_requirement_is_locked(file: str, asked: list[str]) -> None:
    locked = entries(file)
    for requirement in map(Requirement, asked):
        if canonicalize_name(requirement.name) in left_out():
            continue
        (specifier,) = locked[canonicalize_name(requirement.name)][0].specifier
        assert requirement.specifier.contains(specifier.version), f"{requirement}: run `make lock`"


def left_out() -> set[str]:
    """Return the packages that our dependencies require but serving never loads."""
    lines = (ROOT / "deploy" / "lock-overrides.txt").read_text().splitlines()
    return {canonicalize_name(Requirement(line).name) for line in lines if line and not line.startswith("#")}


def modules_of(distribution: str) -> set[str]:
    """Return the names under which a distribution is imported."""
    files = [str(file) for file in distribution_of(distribution).files or ()]
    return {re.split(r"[/.]", file)[0] for file in files if file.endswith((".py", ".so"))}


def test_serving_loads_exactly_the_locked_packages(tmp_path: Path) -> None:
    """In a process that cannot import the omitted packages: index, ask, answer over HTTP, show every page."""
    page = tmp_path / "policy.md"  # Markdown passes through the reader of HTML
    page.write_text("# Privacy\n\nWe keep server logs for ten days. We never sell personal data.\n")
    blocked = sorted(name for package in left_out() for name in modules_of(package))
    done = subprocess.run(
        [sys.executable, "-c", _SERVE, str(page), *blocked],
        env={**os.environ, "ASKPOLICY_HOME": str(tmp_path), "ASKPOLICY_SERVE__DEMO": "false"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.splitlines()[-1].split())
    locked = [
        name
        for name, (requirement, _) in entries(SERVE).items()
        if requirement.marker is None or requirement.marker.evaluate()
    ]
    # anyio loads it for a name lookup, and serving makes none.
    assert [name for name in locked if not modules_of(name) & loaded] == ["idna"]


# Arguments: a policy, then the modules that must not be imported. Its last line names the modules that were imported.
_SERVE = """
import sys
sys.modules.update(dict.fromkeys(sys.argv[2:]))
from bot.commands.main import main
assert main(["index", sys.argv[1]]) == 0
assert main(["ask", "do you sell my data", "--policy", sys.argv[1]]) == 0
import asyncio, threading, time, urllib.error, urllib.request, uvicorn
import bot.service.server, bot.usage.insights, pypdfium2
from bot import load_settings
from bot.service.app import create_app
app = create_app(load_settings(policy=sys.argv[1]))
server = uvicorn.Server(uvicorn.Config(app, port=0, http="h11", log_level="error"))
threading.Thread(target=server.run, daemon=True).start()
while not server.started:
    time.sleep(0.1)
address = "http://127.0.0.1:%d" % server.servers[0].sockets[0].getsockname()[1]
ask = lambda path, data=None, **headers: urllib.request.urlopen(
    urllib.request.Request(address + path, data, {"Content-Type": "application/json", **headers})).status
question = b'{"question": "do you sell my data"}'
for _ in range(600):
    try:
        assert ask("/v1/answers", question) == 200
        break
    except urllib.error.HTTPError:
        time.sleep(0.1)
assert ask("/v1/answers", question, Accept="text/event-stream") == 200
for path in ("/", "/ask", "/privacy", "/docs", "/openapi.json", "/widget.js", "/metrics", "/healthz", "/readyz"):
    assert ask(path) == 200, path
print(*sorted({name.split(".")[0] for name, module in sys.modules.items() if module is not None}))
"""


@pytest.mark.parametrize(("file", "also"), [(SERVE, set()), (IMAGE, {"protobuf"})])
def test_dependencies_of_locked_packages_are_locked_too(file: str, also: set[str]) -> None:
    """pip installs the lock with --no-deps, so a package that is not in the lock is missing in production."""
    locked = entries(file)
    ours = {canonicalize_name(Requirement(line).name) for line in PROJECT["project"]["dependencies"]}
    missing = {name for name in (*ours, *_needed(locked)) if name not in locked}
    assert missing == left_out() - also, "run `make lock`, or leave out less"


def _needed(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        try:
            needs = requires(name) or []
        except PackageNotFoundError:
            continue  # for another system
        for requirement in map(Requirement, needs):
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                yield canonicalize_name(requirement.name)


def test_serving_needs_neither_training_nor_the_demo() -> None:
    heavy = {"torch", "sentence-transformers", "transformers", "scikit-learn", "onnx", "gradio", "pandas"} | {
        "langchain-core"
    }
    assert heavy.isdisjoint(entries(IMAGE))


@pytest.mark.parametrize(
    ("name", "mended_in"),
    [
        ("starlette", "0.49.1"),  # CVE-2025-62727: a Range header that takes quadratic time
        ("h11", "0.16.0"),  # CVE-2025-43859: request smuggling through chunked bodies
        ("urllib3", "2.6.0"),  # CVE-2025-66471: a compressed answer that fills the memory
    ],
)
def test_known_vulnerabilities_are_fixed(name: str, mended_in: str) -> None:
    (specifier,) = entries(IMAGE)[name][0].specifier
    assert Version(specifier.version) >= Version(mended_in)
