"""What importing `bot` does before any other import."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.startup import SILENT

ROOT = Path(__file__).resolve().parents[1]


def run(*arguments: str, cwd: Path | None = None, **variables: str) -> str:
    kept = {name: value for name, value in os.environ.items() if name not in SILENT and name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=kept | variables, capture_output=True, text=True, check=True
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("module", ["bot", "bot.integrations.langchain", "evals", "training"])
def test_importing_any_module_of_bot_disables_telemetry(module: str) -> None:
    code = f"import {module}, os; print([os.environ.get(n) == v for n, v in {SILENT!r}.items()])"
    loud = {"ORT_DISABLE_TELEMETRY": "0", "GRADIO_ANALYTICS_ENABLED": "True"}
    assert run("-c", code, PYTHONPATH=str(ROOT), **loud) == f"{[True] * len(SILENT)}\n"


def test_telemetry_is_disabled_before_onnxruntime_could_load() -> None:
    """`import bot` loads only the standard library at first."""
    code = "import bot, sys; print(sorted(n for n in ('onnxruntime', 'numpy', 'pydantic') if n in sys.modules))"
    assert run("-c", code, PYTHONPATH=str(ROOT)) == "[]\n"


def test_a_program_that_imports_onnxruntime_first_is_warned() -> None:
    output = run("-c", "import onnxruntime, bot", PYTHONPATH=str(ROOT))
    assert "import bot first, or set ORT_DISABLE_TELEMETRY=1" in output
    assert run("-c", "import onnxruntime, bot", PYTHONPATH=str(ROOT), ORT_DISABLE_TELEMETRY="1") == ""
    assert run("-c", "import bot, onnxruntime", PYTHONPATH=str(ROOT)) == ""


@pytest.mark.parametrize("module", ["bot.commands.main", "evals"])
def test_a_module_in_the_working_folder_is_not_run(tmp_path: Path, module: str) -> None:
    for name in ("typing", "argparse", "json", "pydantic"):
        (tmp_path / f"{name}.py").write_text("open('RAN', 'a').write('x')\n")
    assert "usage" in run("-m", module, "--help", cwd=tmp_path, PYTHONPATH=str(ROOT))
    assert not (tmp_path / "RAN").exists()


def test_another_program_keeps_its_path(tmp_path: Path) -> None:
    (tmp_path / "neighbor.py").write_text("print('found')\n")
    (tmp_path / "program.py").write_text("import bot\nimport neighbor\n")
    assert run("program.py", cwd=tmp_path, PYTHONPATH=str(ROOT)) == "found\n"
    assert run("-m", "program", cwd=tmp_path, PYTHONPATH=str(ROOT)) == "found\n"
