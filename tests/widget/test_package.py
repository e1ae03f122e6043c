"""The widget as a package: its own tests and checks in Node, and the built file that is served."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from bot import __version__
from bot.service.assets import widget_script
from tests.support.running import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
WIDGET = ROOT / "widget"
LIMIT = 20_000  # the size limit of the widget, in bytes after gzip


def npm(*words: str) -> subprocess.CompletedProcess[str]:
    """Return a function that runs npm in the widget's folder; skip the test without Node or the widget's tools."""
    program = shutil.which("npm")
    if program is None or not (WIDGET / "node_modules" / ".installed").exists():
        pytest.skip("the widget's own tests need Node: make system-tools")
    command = [program, "--silent", *words]
    return subprocess.run(command, cwd=WIDGET, capture_output=True, text=True, timeout=PATIENCE)


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pack the npm package once: that takes seconds."""
    folder = tmp_path_factory.mktemp("packed")
    ran = npm("pack", "--pack-destination", str(folder))
    assert ran.returncode == 0, ran.stderr
    (archive,) = folder.glob("*.tgz")
    return archive


def test_npm_test_passes() -> None:
    ran = npm("test")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "# fail 0" in ran.stdout, ran.stdout


def test_the_built_file_is_current() -> None:
    ran = npm("run", "check")
    assert ran.returncode == 0, ran.stderr


def test_an_outdated_built_file_is_refused(tmp_path: Path) -> None:
    npm("--version")
    shutil.copytree(WIDGET, tmp_path / "widget", ignore=shutil.ignore_patterns("node_modules", "dist", "test"))
    (tmp_path / "widget" / "node_modules").symlink_to(WIDGET / "node_modules")
    for name in ("bot/messages", "bot/service/static"):
        shutil.copytree(ROOT / name, tmp_path / name)
    english = tmp_path / "bot" / "messages" / "en.toml"
    english.write_text(english.read_text("utf-8").replace("Start over", "Begin anew"), "utf-8")
    check = ["node", "scripts/build.js", "--check"]
    ran = subprocess.run(check, cwd=tmp_path / "widget", capture_output=True, text=True, timeout=PATIENCE)
    assert ran.returncode == 1
    assert ran.stderr == (
        "Out of date: bot/service/static/policy-chat.js. Run `npm run build` in widget/ and commit the result.\n"
    )


def test_the_built_file_is_small() -> None:
    size = len(gzip.compress(widget_script(), 9))
    print(f"\nThe widget is {size:,} bytes gzipped, of {LIMIT:,}.")
    assert size < LIMIT


def test_the_npm_package_contains_the_module_types_and_license(packed: Path) -> None:
    with tarfile.open(packed) as archive:
        names = {name.removeprefix("package/") for name in archive.getnames()}
        shipped = archive.extractfile("package/dist/policy-chat.js")
        assert shipped is not None
        assert shipped.read() == widget_script()
    assert {name for name in names if not name.startswith("dist/types/")} == {
        "LICENSE",
        "README.md",
        "custom-elements.json",
        "dist/policy-chat.js",
        "package.json",
    }
    assert {"dist/types/index.d.ts", "dist/types/element.d.ts", "dist/types/global.d.ts"} <= names


CONSUMER = """
import { PolicyChat, type PolicyChatEventMap } from "@askpolicy/policy-chat";

const chat = document.querySelector("policy-chat")!;
chat.remember = "tab";
chat.addEventListener("policy-chat-answer", ({ detail }) => detail.citations.toFixed());
chat.addEventListener("policy-chat-refused", ({ detail }) => detail.reason === "personal_data");
document.addEventListener("policy-chat-feedback", ({ detail }) => detail.helpful === true);
window.addEventListener("policy-chat-error", ({ detail }) => detail.reason.trim());
const made: PolicyChat = chat;
const name: keyof PolicyChatEventMap = "policy-chat-open";
chat.addEventListener(name, () => made.open());
// @ts-expect-error: there is no such detail
chat.addEventListener("policy-chat-answer", ({ detail }) => detail.question);
// @ts-expect-error: nor such a reason
chat.addEventListener("policy-chat-refused", ({ detail }) => detail.reason === "answered");
"""


def test_typescript_knows_the_element_and_its_events(packed: Path, tmp_path: Path) -> None:
    with tarfile.open(packed) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    installed = tmp_path / "node_modules" / "@askpolicy"
    installed.mkdir(parents=True)
    (tmp_path / "unpacked" / "package").rename(installed / "policy-chat")
    (tmp_path / "consumer.ts").write_text(CONSUMER, "utf-8")
    options = ["--strict", "--noEmit", "--target", "es2022", "--moduleResolution", "bundler"]
    command = [str(WIDGET / "node_modules" / ".bin" / "tsc"), *options, "--module", "es2022", "consumer.ts"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE)
    assert ran.returncode == 0, ran.stdout


def test_the_npm_package_has_the_project_version() -> None:
    package = json.loads((WIDGET / "package.json").read_text(encoding="utf-8"))
    assert package["version"] == __version__


def test_the_lock_file_names_no_registry() -> None:
    assert "://" not in "".join(
        f"{package.get('resolved', '')}"
        for package in json.loads((WIDGET / "package-lock.json").read_text("utf-8"))["packages"].values()
    )
