"""`askpolicy statements` and `askpolicy upgrade`, and what `index` and `check` say of labels."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import pytest

from bot.commands.main import main
from bot.policies.anchors import Anchor, Anchors
from bot.policies.folder import load_text
from bot.settings import load_settings

PAGE = (
    "<nav>Home \x1b[31m cakes</nav><h1>Privacy</h1><h2>App</h2><p>We set one.</p><h2>Site</h2><p>We set one.</p>"
    "<p>We will not:</p><ul><li>sell your name</li><li>rent it</li></ul>"
)
TEXT = "Harbor\n\nWe keep logs for 30 days. We sell nothing.\n"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_text(PAGE, encoding="utf-8")
    return path


def older_folder(home: Path, text: str = TEXT, evidence: object = 1) -> Path:
    home.mkdir()
    (home / "policy.txt").write_text(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    (home / "manifest.toml").write_text(f'id = "harbor"\ntext = "policy.txt"\nsha256 = "{digest}"\n')
    record = {"question": "q", "kind": "answerable", "evidence": [evidence]}
    (home / "questions.jsonl").write_text(json.dumps(record) + "\n")
    return home


def test_statements_prints_what_a_label_copies(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["statements", str(page)]) == 0
    out, err = capsys.readouterr()
    assert '  page-0000  19-30\n  We set one.\n  label: {"words": "We set one.", "section": "App"}\n' in out
    assert "\n  We will not: sell your name\n" in out
    assert "Left out: a menu" in err
    assert "\x1b" not in out + err


def test_statements_prints_json_lines(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["statements", str(page), "--json"]) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    policy = load_text(str(page), page).policy
    anchors = Anchors(policy)
    for index, record in enumerate(records):
        assert policy.text[record["start"] : record["end"]] == record["quote"]
        assert all(policy.text[c["start"] : c["end"]] == c["quote"] for c in record["context"])
        assert anchors.find(Anchor.parse(record["anchor"])) == index
    last = records[-1]
    assert (last["id"], last["section"], last["quote"]) == ("page-0003", "Site", "rent it")
    assert (last["words"], last["context"][0]["quote"]) == ("We will not: rent it", "We will not:")


@pytest.mark.parametrize("evidence", [0, "gone"])
def test_statements_reads_a_folder_whose_labels_do_not_fit(
    evidence: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = older_folder(tmp_path / "harbor", evidence=evidence)
    assert main(["statements", str(home)]) == 0
    assert "We sell nothing." in capsys.readouterr().out


@pytest.mark.parametrize("command", ["index", "check", "ask"])
def test_an_older_folder_is_refused_with_the_command_that_upgrades_it(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = older_folder(tmp_path / "old harbor")
    arguments = {"index": ["index", str(home)], "check": ["check", "--policy", str(home)]}
    assert main(arguments.get(command, ["ask", "q", "--policy", str(home)])) == 1
    output = "".join(capsys.readouterr())
    assert f"by number, as older versions did: rewrite the labels as words with `askpolicy upgrade '{home}'`." in output
    assert "Traceback" not in output
    assert not (load_settings().home / "harbor").exists()


def test_index_and_check_name_what_they_cannot_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = older_folder(tmp_path / "harbor", evidence="We sell something.")
    for arguments in (["index", str(home)], ["check", "--policy", str(home)]):
        assert main(arguments) == 1
        output = "".join(capsys.readouterr())
        assert "1 label does not name one statement" in output
        assert "line 1, evidence: “We sell something.” is not in the policy; did you mean “We sell nothing.”?" in output


def test_upgrade_rewrites_numbers_once_and_a_dry_run_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = older_folder(tmp_path / "harbor")
    before = (home / "questions.jsonl").read_bytes()
    assert main(["upgrade", str(home), "--dry-run"]) == 0
    assert "Labels of 'harbor': 1; numbers: 1; changed: 0; not placed: 0. Would write" in capsys.readouterr().out
    assert (home / "questions.jsonl").read_bytes() == before
    assert main(["upgrade", str(home)]) == 0
    assert "Wrote" in capsys.readouterr().out
    assert json.loads((home / "questions.jsonl").read_text())["evidence"] == ["We sell nothing."]
    assert main(["upgrade", str(home)]) == 0
    assert "Wrote nothing." in capsys.readouterr().out


def test_upgrade_lists_each_change_and_fails_if_a_label_is_not_placed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = older_folder(tmp_path / "harbor", evidence="We sell something.")
    with (home / "questions.jsonl").open("a") as file:
        file.write('{"question": "q", "kind": "answerable", "evidence": ["We keep the logs for 30 days"]}\n')
    (home / "policy.txt").write_text(TEXT + "We bake.\n")
    assert main(["upgrade", str(home)]) == 1
    out, err = capsys.readouterr()
    assert "  was: We keep the logs for 30 days\n  now: We keep logs for 30 days.\n" in out
    assert "  was: We sell something.\n  why: “We sell something.” is not in the policy" in out
    assert f'sha256 = "{hashlib.sha256((home / "policy.txt").read_bytes()).hexdigest()}"' in out
    assert err.startswith("askpolicy: Labels of")


def test_upgrade_of_a_single_file_is_refused(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["upgrade", str(page)]) == 1
    assert "is a single file and has no labels" in capsys.readouterr().err


def test_without_tomlkit_only_upgrade_fails_and_says_what_to_install(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for module in ("bot.policies.upgrade", "bot.policies.label_files"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setitem(sys.modules, "tomlkit", None)
    assert main(["statements", str(page)]) == 0
    assert main(["upgrade", str(older_folder(tmp_path / "harbor"))]) == 1
    assert capsys.readouterr().err.endswith("askpolicy: Upgrading labels needs tomlkit: pip install tomlkit.\n")
