from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from bot.commands.main import main


def test_without_the_extra_one_sentence_names_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name.startswith(("bot.studio", "uvicorn"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert main(["studio"]) == 1
    assert capsys.readouterr().err == "askpolicy: The studio needs uvicorn: pip install 'askpolicy[serve]'.\n"


def test_a_policy_that_is_no_folder_is_refused(small_policy_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, why in (
        (str(small_policy_file), "is a single file, and the studio needs"),
        ("nope", "There is no policy"),
    ):
        assert main(["studio", name]) == 1
        out, err = capsys.readouterr()
        assert (out, why in err, len(err.splitlines())) == ("", True, 1)


def test_a_port_in_use_is_told_in_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["studio", "--port", str(port)]) == 1
    assert f"The studio cannot use port {port} (Address already in use): choose another" in capsys.readouterr().err
    for port in ("70000", "x", "-1"):
        with pytest.raises(SystemExit) as exit:
            main(["studio", "--port", port])
        assert exit.value.code == 2
