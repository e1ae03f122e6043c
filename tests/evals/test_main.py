import subprocess
import sys

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


def test_a_missing_folder_is_one_clear_sentence(tmp_path, capsys):
    assert main(["report", str(tmp_path / "none")]) == 1
    error = capsys.readouterr().err
    assert error.startswith("evals: ")
    assert "python -m evals run" in error
