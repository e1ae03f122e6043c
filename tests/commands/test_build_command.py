"""`askpolicy build`, as people run it."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from bot.commands.main import main


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKPOLICY_HOME", str(tmp_path / "home"))


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    folder = tmp_path / "policies"
    folder.mkdir()
    for name in ("harbour", "meadow"):
        (folder / f"{name}.txt").write_text(f"{name} privacy\n\nWe keep nothing of {name}.\n", encoding="utf-8")
    return folder


def test_it_reports_what_could_not_be_built_in_one_line_each(
    policies: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (policies / "scan.pdf").write_bytes(b"%PDF-1.7\nnot a PDF")
    assert main(["build", str(policies), "--out", str(tmp_path / "out")]) == 1
    out, err = capsys.readouterr()
    assert out.startswith(f"Built 2 of 3 policies in {tmp_path / 'out'}: 2 statements and 0 visitor questions, in ")
    (line,) = err.splitlines()
    assert line.startswith("askpolicy: ")
    assert "scan.pdf" in line
    assert (tmp_path / "out" / "harbour" / "CURRENT").exists()


def test_a_list_names_the_policies(
    policies: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = f"# two\n{policies / 'harbour.txt'}\n\n{policies / 'meadow.txt'}\n".encode()
    (tmp_path / "list").write_bytes(lines)
    out = ["--out", str(tmp_path / "out")]
    assert main(["build", "--list", str(tmp_path / "list"), *out]) == 0
    assert capsys.readouterr().out.startswith("Built 2 of 2")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines)))
    assert main(["build", "--list", "-", *out]) == 0
    assert capsys.readouterr().out.startswith("Built 2 of 2")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Name what to build"),
        (["nowhere"], "There is no policy 'nowhere'"),
        (["massgov", "--workers", "0"], "--workers must be 1 or more"),
        (["massgov", "--address", "auto", "--engine", "loop"], "leave out --engine loop"),
        (["--list", "/nowhere/list"], "The list /nowhere/list cannot be read (No such file or directory)"),
    ],
)
def test_wrong_arguments_are_refused_in_one_sentence(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", *arguments]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert says in err


def test_a_missing_extra_names_the_command_that_installs_it(policies: Path, tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['ray'] = None; from bot.commands.main import main;"
        f"sys.exit(main(['build', {str(policies)!r}, '--engine', 'ray', '--out', {str(tmp_path / 'out')!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (
        1,
        "askpolicy: Building on Ray needs ray: pip install 'askpolicy[ray]'.\n",
    )
