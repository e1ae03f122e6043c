"""If the model is missing or wrong, the process runs, reports that it is not ready, and names the fix."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.pipeline import Bot
from bot.settings import Settings
from tests.support.running import assert_problem, serving, wait_for


def missing(model: Path) -> str:
    (model / "model.onnx").unlink()
    return "is not complete"


def wrong_hash(model: Path) -> str:
    with (model / "model.onnx").open("r+b") as file:
        file.seek(1_000_000)
        byte = file.read(1)[0]
        file.seek(1_000_000)
        file.write(bytes([byte ^ 1]))
    return "not the one that was shipped"


def cut(model: Path) -> str:
    with (model / "model.onnx").open("r+b") as file:
        file.truncate(1_000)
    return "not the one that was shipped"


@pytest.mark.parametrize(
    "fault", [wrong_hash, *(pytest.param(fault, marks=pytest.mark.thorough) for fault in (missing, cut))]
)
def test_the_service_runs_and_reports_that_it_is_not_ready(
    bot: Bot, settings: Settings, tmp_path: Path, fault: Callable[[Path], str], figure: Callable[[str], None]
) -> None:
    models = shutil.copytree(Path(settings.model).parent, tmp_path / "models")
    words = fault(models / "encoder")
    chosen = {"MODEL": str(models / "encoder"), "HOME": str(settings.home)}
    began = time.monotonic()
    with serving(tmp_path / "log", ready=False, **chosen) as running:
        with running.client() as client:
            assert client.get("/healthz").status_code == 200
            assert_problem(client.get("/readyz"), 503)
            seconds = time.monotonic() - began
            wait_for(lambda: "Not ready" in running.log.read_text())
            assert_problem(client.get("/readyz"), 503)
            assert client.get("/healthz").status_code == 200
        assert words in running.log.read_text()
    variables = {f"ASKPOLICY_{name}": value for name, value in chosen.items()}
    command = [sys.executable, "-m", "bot.commands.main", "check"]
    done = subprocess.run(command, env={**os.environ, **variables}, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == ""
    problem = done.stdout.splitlines()[-1]
    assert problem.startswith("WRONG")
    assert words in problem
    assert "reinstall askpolicy" in problem
    figure(f"Model {fault.__name__.replace('_', ' ')}: /healthz 200 and /readyz 503 {seconds:.1f} s after the start.")
