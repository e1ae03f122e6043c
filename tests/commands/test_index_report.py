"""What `askpolicy index` says about what it read."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import pytest

from bot.commands.main import main


def test_what_was_left_out_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.html"
    page.write_text("<nav>Home \x1b[31m cakes</nav><h1>Privacy</h1><p>We keep your name. We sell nothing.</p>")
    assert main(["index", str(page), "--out", str(tmp_path / "index")]) == 0
    output = capsys.readouterr()
    assert "Left out: a menu (3 words: “Home" in output.out
    assert "\x1b" not in output.out
    assert output.err == ""


def test_a_text_in_pieces_is_warned_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = tmp_path / "policy.txt"
    text.write_text("\n\n".join(["Privacy", *["we keep your name until"] * 12, "End."]))
    assert main(["index", str(text), "--out", str(tmp_path / "index")]) == 0
    assert "12 of 13 sentences have no end, so the text may have been read in pieces" in capsys.readouterr().err


def test_indexing_loads_no_rules_for_questions(tmp_path: Path) -> None:
    """They take as long to compile as a page takes to read. Nor does it load what shows progress if nobody looks."""
    page = tmp_path / "page.html"
    page.write_text("<h1>Privacy</h1><p>We keep your name.</p>")
    code = (
        "import sys; from bot.commands.main import main; "
        f"main(['index', {str(page)!r}, '--out', {str(tmp_path / 'index')!r}]); "
        "print(*sorted(m for m in sys.modules if m.startswith(('bot.understanding', 'bot.answering', 'rich'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == ""


def test_progress_is_shown_on_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.html"
    page.write_text("<h1>Privacy</h1><p>We keep your name.</p>")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main(["index", str(page), "--out", str(tmp_path / "index")]) == 0
    assert "Embedding" in capsys.readouterr().err


def test_indexing_leaves_the_collection_of_garbage_on(tmp_path: Path) -> None:
    assert main(["index", str(tmp_path / "missing.html"), "--out", str(tmp_path / "index")]) == 1
    assert gc.isenabled()
