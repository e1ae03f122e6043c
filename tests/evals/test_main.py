import subprocess
import sys

import pytest
from rich.console import Console

from evals.__main__ import _PARTS, _PEERS, main
from evals.bench import PARTS
from evals.peers import PEERS


def test_the_names_on_the_command_line_are_those_of_the_code():
    assert set(_PEERS) == set(PEERS)
    assert _PARTS == PARTS


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from evals.__main__ import _parser; _parser();"
        "print([m for m in ('numpy', 'torch', 'rich', 'pydantic', 'onnxruntime') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("check", "runs", "given"),
    [
        (["injections"], "injections.try_injections", ()),
        (["garak", "/x", "dan"], "garak.try_garak", ("/x", ["dan"])),
        (["languages"], "languages.check_languages", ()),
        (["personal-data", "--show"], "personal_data.check_personal_data", (True,)),
    ],
)
def test_safety_runs_each_check_and_returns_its_exit_code(check, runs, given, monkeypatch):
    seen = []
    monkeypatch.setattr(f"evals.safety.{runs}", lambda *arguments: seen.append(arguments) or 1)
    assert main(["safety", *check]) == 1
    (arguments,) = seen
    assert tuple(a for a in arguments if not isinstance(a, Console)) == given


@pytest.mark.parametrize("check", [[], ["garak"], ["gerak"]])
def test_a_missing_or_unknown_check_is_wrong_usage(check):
    with pytest.raises(SystemExit) as ended:
        main(["safety", *check])
    assert ended.value.code == 2


def test_a_missing_folder_is_one_clear_sentence(tmp_path, capsys):
    assert main(["report", str(tmp_path / "none")]) == 1
    error = capsys.readouterr().err
    assert error.startswith("evals: ")
    assert "python -m evals run" in error
