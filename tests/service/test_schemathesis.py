"""Checks the service against its own OpenAPI document: generated requests, with all checks of schemathesis.

SCHEMATHESIS_EXAMPLES sets how many examples an operation gets in each phase (`make schemathesis`: 400, which makes more
than 2,000 cases in all).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.running import Running

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "5"))
HERE = Path(__file__).resolve().parent


@pytest.mark.thorough
def test_the_service_follows_its_openapi_document(running: Running, tmp_path: Path) -> None:
    pytest.importorskip("schemathesis")
    command = [
        Path(sys.executable).with_name("schemathesis"),
        f"--config-file={HERE / 'schemathesis.toml'}",
        "run",
        f"{running.url}/openapi.json",
        f"--max-examples={EXAMPLES}",
        "--generation-deterministic",
        "--no-color",
    ]
    # In a separate folder, where it also writes its findings.
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    output = "\n".join(line[:300] for line in done.stdout.splitlines())
    assert done.returncode == 0, output
    (cases,) = re.findall(r"(\d[\d,]*) generated", output)
    print(f"schemathesis: {cases} cases, 0 failures")
    assert int(cases.replace(",", "")) >= 200
