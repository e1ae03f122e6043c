"""`--no-skips`, in a separate pytest run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SKIPPED = {
    "in a test": "def test_one():\n    pytest.skip('needs nginx: make system-tools')\n",
    "by a mark": "@pytest.mark.skipif(True, reason='needs nginx: make system-tools')\ndef test_one():\n    pass\n",
    "a whole module": "pytest.importorskip('no_such_module', reason='needs nginx: make system-tools')\n",
}


def run(folder: Path, test: str, *options: str) -> str:
    (folder / "test_it.py").write_text(f"import pytest\n{test}")
    options = (
        "-c",
        "/dev/null",
        "--rootdir",
        str(folder),
        "-p",
        "tests.support.skips",
        "-p",
        "no:cacheprovider",
        *options,
    )
    command = [sys.executable, "-m", "pytest", "-rsfE", *options, folder]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # it is slow
    environment.pop("PYTEST_ADDOPTS", None)  # .ci/run sets --no-skips there
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize("test", SKIPPED.values(), ids=SKIPPED)
def test_a_missing_program_fails_only_with_the_option(tmp_path: Path, test: str) -> None:
    assert " 1 skipped" in f" {run(tmp_path, test)}"
    strict = run(tmp_path, test, "--no-skips")
    assert "1 failed" in strict or "1 error" in strict
    assert "needs nginx: make system-tools" in strict


def test_some_skips_are_allowed(tmp_path: Path) -> None:
    assert "1 skipped" in run(tmp_path, "def test_one():\n    pytest.skip('it may not be committed')\n", "--no-skips")


def test_an_expected_failure_does_not_count_as_a_skip(tmp_path: Path) -> None:
    assert "1 xfailed" in run(tmp_path, "@pytest.mark.xfail\ndef test_one():\n    assert False\n", "--no-skips")
