"""`python app.py`: where it listens, and what it prints if it cannot start."""

from __future__ import annotations

import contextlib
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
from tests.support.running import PATIENCE

ROOT = Path(__file__).resolve().parents[2]


def test_a_port_in_use_gives_one_clear_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(AskPolicyError, match=f"127.0.0.1:{port} .*make demo PORT="):
            app._listen("127.0.0.1", port)


@pytest.mark.parametrize("port", ["99999", "-1", "http", "", "1e3", "²"])
def test_an_invalid_port_is_wrong_usage(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        app.main(["--port", port])
    assert ended.value.code == 2
    assert "use a number from 0 to 65535" in capsys.readouterr().err


def test_without_a_port_the_next_free_one_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        usual = taken.getsockname()[1]
        monkeypatch.setattr(app, "USUAL_PORT", usual)
        with app._listen("127.0.0.1", None) as listener:
            assert usual < listener.getsockname()[1] < usual + 20


def test_a_bad_setting_exits_with_1_and_no_traceback() -> None:
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


needs_gradio = pytest.mark.skipif(find_spec("gradio") is None, reason="needs gradio: pip install 'askpolicy[demo]'")


@needs_gradio
def test_it_serves_and_prints_one_line(bot: Bot) -> None:
    """The `bot` fixture has built the index. The setting is for the service; the demo does not depend on it."""
    with subprocess.Popen(
        [sys.executable, "app.py", "--port", "0"],
        cwd=ROOT,
        env={**os.environ, "ASKPOLICY_SERVE__DEMO": "false"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as server:
        assert server.stdout is not None
        line = server.stdout.readline()
        assert "http://127.0.0.1:" in line, line + server.stdout.read()
        with urllib.request.urlopen(line.split()[2], timeout=PATIENCE) as page:
            assert bot.bundle.policy.title in page.read().decode()
        server.terminate()
        assert server.stdout.read() == ""


@needs_gradio
def test_it_prints_which_port_it_uses_if_the_usual_one_is_in_use(bot: Bot) -> None:
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):  # if another program has port 7860, the test still works
            stack.enter_context(socket.create_server(("127.0.0.1", app.USUAL_PORT)))
        with subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            first, second = server.stdout.readline(), server.stdout.readline()
            server.terminate()
    port = second.split()[2].rpartition(":")[2]
    assert first == f"Port {app.USUAL_PORT} is in use, so the demo uses {port}.\n"
