"""The one module that is served and shipped."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path

import pytest

from bot.widget import assemble
from bot.widget.assemble import interface_labels, widget_script
from tests.api.running import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
WIDGET = ROOT / "bot" / "widget"
LIMIT = 20_000  # bytes, gzipped: what the widget may cost a visitor


def test_it_is_small() -> None:
    size = len(gzip.compress(widget_script().encode("utf-8"), 9))
    print(f"\nThe widget is {size:,} bytes gzipped, of {LIMIT:,}.")
    assert size < LIMIT


def test_it_is_one_module_that_exports_the_element_alone() -> None:
    script = widget_script()
    assert "import{" not in script
    assert "import {" not in script
    assert re.findall(r"\bexport\b \w+ \w+", script) == ["export class PolicyChat"]


def test_a_server_may_import_it() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not here")
    names = "import(process.argv[1]).then(module => console.log(Object.keys(module)))"
    ran = subprocess.run(
        [node, "--input-type=module", "--eval", names, "data:text/javascript," + _percent(widget_script())],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert ran.stdout.strip() == "[ 'PolicyChat' ]", ran.stderr


def test_nothing_is_parsed_as_markup_evaluated_or_kept() -> None:
    forbidden = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function")
    kept = ("localStorage", "sessionStorage", "indexedDB", "document.cookie")
    source = "".join(path.read_text(encoding="utf-8") for path in WIDGET.glob("*.js"))
    assert [word for word in (*forbidden, *kept) if word in source] == []


def test_every_language_has_every_label_with_the_same_places() -> None:
    labels = interface_labels()
    assert set(labels) == {"en", "es", "pt", "zh", "ht", "vi"}
    for code, table in labels.items():
        assert table.keys() == labels["en"].keys(), code
        for name, words in table.items():
            assert words.strip() == words != "", (code, name)
            assert _places(words) == _places(labels["en"][name]), (code, name)


def test_every_label_is_used_and_every_used_label_is_there() -> None:
    source = (WIDGET / "policy-chat.js").read_text(encoding="utf-8")
    labels = set(interface_labels()["en"])
    families = ("kind_", "reason_", "warning_")
    named = set(re.findall(r"(?:say|this\.#labels)\.(\w+)", source)) | set(re.findall(r'"(\w+)"', source))
    assert {name for name in labels if not name.startswith(families)} - named == set()
    assert set(re.findall(r"(?:say|this\.#labels)\.(\w+)", source)) - labels == set()


def test_every_kind_of_personal_data_has_a_name() -> None:
    rules = json.loads((ROOT / "bot" / "personal_data.json").read_text(encoding="utf-8"))["rules"]
    assert {f"kind_{rule['kind']}" for rule in rules} <= set(interface_labels()["en"])


def test_an_import_that_is_not_put_in_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assemble, "_MODULES", ("dom.js",))
    with pytest.raises(ValueError, match=r"personal_data\.js"):
        widget_script.__wrapped__()


def test_the_npm_package_holds_the_module_its_types_and_the_licence(tmp_path: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not here")
    # A copy of what the packing reads, so that it leaves nothing in the checkout.
    shutil.copytree(WIDGET, tmp_path / "bot" / "widget", ignore=shutil.ignore_patterns("dist", "__pycache__"))
    shutil.copytree(ROOT / "bot" / "messages", tmp_path / "bot" / "messages")
    for name in ("LICENSE", "bot/personal_data.json"):
        shutil.copy(ROOT / name, tmp_path / name)
    ran = subprocess.run(
        [npm, "pack", "--offline", "--silent"],
        cwd=tmp_path / "bot" / "widget",
        env={"PATH": f"{Path(npm).parent}:/usr/bin:/bin", "PYTHON": sys.executable, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert ran.returncode == 0, ran.stderr
    with tarfile.open(tmp_path / "bot" / "widget" / ran.stdout.split()[-1]) as archive:
        names = {name.removeprefix("package/") for name in archive.getnames()}
        shipped = archive.extractfile("package/dist/policy-chat.js")
        assert shipped is not None
        assert shipped.read().decode("utf-8") == widget_script()
    assert names == {"package.json", "README.md", "policy-chat.d.ts", "dist/policy-chat.js", "dist/LICENSE"}


def test_the_npm_package_has_the_version_of_the_project() -> None:
    package = json.loads((WIDGET / "package.json").read_text(encoding="utf-8"))
    assert package["version"] == tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]


def _places(words: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", words))


def _percent(text: str) -> str:
    from urllib.parse import quote

    return quote(text)
