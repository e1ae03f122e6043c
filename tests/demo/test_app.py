"""`python app.py`: what it says where it cannot start."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from importlib.util import find_spec
from pathlib import Path

import pytest

import app
from bot import AskPolicyError, Bot
from tests.api.running import PATIENCE

ROOT = Path(__file__).resolve().parents[2]


def test_a_taken_port_is_one_clear_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(AskPolicyError, match=f"127.0.0.1:{port}"):
            app._listen("127.0.0.1", port)


def test_a_bad_setting_ends_with_1_and_no_traceback() -> None:
    ran = subprocess.run(
        [sys.executable, "app.py", "--port", "0"],
        cwd=ROOT,
        env={**os.environ, "ASKPOLICY_POLICY": "no-such-policy"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert ran.returncode == 1
    assert ran.stdout == ""
    assert len(ran.stderr.strip().splitlines()) == 1


@pytest.mark.skipif(find_spec("gradio") is None, reason="the demo needs gradio: pip install 'askpolicy[demo]'")
def test_it_serves_and_says_one_line(bot: Bot) -> None:
    """`bot` has built the index."""
    with subprocess.Popen(
        [sys.executable, "app.py", "--port", "0"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        assert server.stdout is not None
        line = server.stdout.readline()
        assert "http://127.0.0.1:" in line, line + server.stdout.read()
        with urllib.request.urlopen(line.split()[2], timeout=PATIENCE) as page:
            assert bot.bundle.policy.title in page.read().decode()
        server.terminate()
        assert server.stdout.read() == ""
