"""Sentences inserted into a policy move no label: by the documented steps, the answer quotes what it quoted before."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest

from bot.commands.main import main
from bot.pipeline import Bot
from bot.settings import Settings


@pytest.fixture
def massgov(bot: Bot, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy the folder, with every tenth question, and its index, whose vectors are used again. bot: needs it first."""
    shutil.copytree(settings.home / "massgov", tmp_path / "home" / "massgov")
    home = Path(shutil.copytree(settings.corpus / "massgov", tmp_path / "corpus" / "massgov"))
    lines = (home / "questions.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (home / "questions.jsonl").write_text("".join(lines[::10]), encoding="utf-8")
    monkeypatch.setenv("ASKPOLICY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ASKPOLICY_CORPUS", str(tmp_path / "corpus"))
    return home


def quotes(capsys: pytest.CaptureFixture[str]) -> list[str]:
    assert main(["ask", "--json", "how long do you keep my ip address"]) == 0
    return [citation["quote"] for citation in json.loads(capsys.readouterr().out)["citations"]]


def test_after_two_inserted_sentences_the_answer_quotes_the_same_words(
    massgov: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["index"]) == 0
    capsys.readouterr()
    before = quotes(capsys)
    assert "indefinitely" in before[0]

    text = (massgov / "policy.txt").read_text(encoding="utf-8")
    changed = text.replace("Your privacy is", "We like cats. They like us. Your privacy is", 1)
    assert changed != text
    (massgov / "policy.txt").write_text(changed, encoding="utf-8")
    assert main(["index"]) == 1  # nobody has checked the new text
    assert "is not the one its manifest was written for" in capsys.readouterr().err
    assert main(["upgrade"]) == 0
    printed = capsys.readouterr().out
    assert "changed: 0; not placed: 0." in printed
    found = re.search(r'sha256 = "([0-9a-f]{64})"', printed)
    assert found
    assert found[1] == hashlib.sha256(changed.encode()).hexdigest()
    manifest = (massgov / "manifest.toml").read_text(encoding="utf-8")
    manifest = re.sub(r'sha256 = "[0-9a-f]{64}"', f'sha256 = "{found[1]}"', manifest)
    (massgov / "manifest.toml").write_text(manifest, encoding="utf-8")

    assert main(["index"]) == 0
    assert main(["check"]) == 0
    assert "of 50 cite their statements." in capsys.readouterr().out
    assert quotes(capsys) == before
