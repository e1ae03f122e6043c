"""What `askpolicy index` says about what it read."""

from __future__ import annotations

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
