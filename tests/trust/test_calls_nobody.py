"""With every way out taken away, everything works, and nothing so much as tries to leave."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

NAMESPACE = ("unshare", "--user", "--map-root-user", "--net")


@pytest.mark.usefixtures("bot")  # its index is there
@pytest.mark.thorough
def test_full_function_and_no_attempt_where_nobody_can_be_reached(
    tmp_path: Path, figure: Callable[[str], None]
) -> None:
    if subprocess.run([*NAMESPACE, "true"], check=False).returncode:
        pytest.skip("this machine lets nobody make a network namespace")
    # What would switch telemetry off is taken out: the product has to do that by itself.
    quiet = ("GRADIO_ANALYTICS_ENABLED", "HF_HUB_OFFLINE", "HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK", "NO_PROXY")
    variables = {name: value for name, value in os.environ.items() if name not in quiet and "proxy" not in name.lower()}
    command = [*NAMESPACE, sys.executable, "-m", "tests.trust.offline", str(tmp_path)]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["commands"] == [0] * 5
    assert said["serve"] == ["answered", "streamed", "201", *["200"] * 8]
    assert said["demo"] == ["True", "True"]
    assert said["attempts"] == 0
    assert said["seen when one is made"] > 0
    figure("Without a network: 5 commands, the service and the demo did all they do, 0 attempts to leave.")
