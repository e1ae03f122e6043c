"""`askpolicy diff`, `migrate`, `publish`, and `rollback`, as an owner runs them."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from bot.commands.diff import compare, show
from bot.commands.main import main
from bot.policies.anchors import Anchor
from bot.policies.reviewed import read_reviewed
from bot.settings import load_settings

OLD = "# Harbor privacy policy\n\nUpdated: May 1, 2024\n\nWe keep logs for 30 days. We sell nothing.\n"
NEW = OLD.replace("30 days", "90 days").replace("May 1, 2024", "June 2, 2025") + "\n<b>We use</b> cookies.\n"


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A corpus with one folder, and a new text next to it."""
    home = tmp_path / "corpus" / "harbor"
    home.mkdir(parents=True)
    (home / "policy.md").write_text(OLD, encoding="utf-8")
    digest = hashlib.sha256(OLD.encode()).hexdigest()
    (home / "manifest.toml").write_text(f'id = "harbor"\ntext = "policy.md"\nsha256 = "{digest}"\n', encoding="utf-8")
    question = {"question": "how long are logs kept", "kind": "answerable", "evidence": ["We keep logs for 30 days."]}
    (home / "questions.jsonl").write_text(json.dumps(question) + "\n", encoding="utf-8")
    (tmp_path / "new.txt").write_text(NEW, encoding="utf-8")
    monkeypatch.setenv("ASKPOLICY_CORPUS", str(tmp_path / "corpus"))
    monkeypatch.setenv("ASKPOLICY_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "corpus"


def test_diff_shows_changed_words_without_color_if_there_is_no_terminal(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", "harbor", "new.txt", "--no-answers"]) == 0
    shown = capsys.readouterr().out
    assert "We keep logs for [-30-] {+90+} days." in shown
    assert "Added: Harbor privacy policy\n  + <b>We use</b> cookies." in shown
    assert "\033" not in shown
    assert "Statements: 1 added, 0 removed, 2 changed, 0 moved." in shown


def test_color_only_adds_to_the_marks(corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "scratch").mkdir()
    compared = compare("harbor", "new.txt", load_settings(), tmp_path / "scratch", answers=False)
    show(compared, color=True)
    colored = capsys.readouterr().out
    show(compared, color=False)
    assert re.sub(r"\033\[\d+m", "", colored) == capsys.readouterr().out
    assert "\033[31m[-30-]\033[0m" in colored


def test_a_section_that_moved_is_named_once(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = OLD + "".join(f"\n# {name}\n\nWe tell {name}. We ask {name}. We write to {name}.\n" for name in "ABCD")
    section = old[old.index("\n# A\n") : old.index("\n# B\n")]
    Path("old.md").write_text(old, encoding="utf-8")
    Path("new.md").write_text(old.replace(section, "") + section, encoding="utf-8")
    assert main(["diff", "old.md", "new.md", "--no-answers"]) == 0
    shown = capsys.readouterr().out
    assert shown.count("Moved: ") == 1
    assert "Moved: A\n    We tell A.\n    We ask A.\n    We write to A.\n" in shown
    assert main(["diff", "old.md", "new.md", "--no-answers", "--html", "changes.html"]) == 0
    page = Path("changes.html").read_text(encoding="utf-8")
    assert page.count(">Moved<") == 1
    assert "We ask A." in page


def test_diff_as_json_tells_which_answers_change(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "harbor", "new.txt", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [each["kind"] for each in found["statements"]].count("changed") == 2  # one of them is the date
    assert found["old"]["updated"] == "2024-05-01"
    assert found["new"]["updated"] == "2025-06-02"
    asked = {each["question"]: each for each in found["questions"]}
    change = asked["how long are logs kept"]
    assert change["was"]["cited"] == ["We keep logs for 30 days."]
    assert change["now"]["cited"] == ["We keep logs for 90 days."]
    assert "policy-updated" in {each["topic"] for each in found["topics"]}
    assert not list((corpus.parent / "home").glob("*/CURRENT"))  # nothing in use was built or replaced


def test_diff_marks_what_is_cited_no_longer_and_what_is_cited_now(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = OLD + "\nBut we sell email addresses.\n"
    (tmp_path / "new.txt").write_text(new.replace("30 days", "90 days"), encoding="utf-8")
    assert main(["diff", "harbor", "new.txt"]) == 0
    shown = capsys.readouterr().out
    assert (
        "  how long are logs kept\n    answered\n    - “We keep logs for 30 days.”\n    + “We keep logs for 90" in shown
    )
    sale = shown.split("[data-sale]\n")[1].split("\n\n")[0]
    assert "      “We sell nothing.”" in sale.splitlines()
    assert "    + “But we sell email addresses.”" in sale.splitlines()
    assert "    not covered → answered\n" in shown
    assert main(["diff", "harbor", "new.txt", "--html", "changes.html"]) == 0
    page = (tmp_path / "changes.html").read_text(encoding="utf-8")
    assert '<li class="removed">“We keep logs for 30 days.”</li>' in page
    assert '<li class="same">“We sell nothing.”</li>' in page


def test_diff_as_a_page_shows_hostile_words_as_words(corpus: Path, tmp_path: Path) -> None:
    assert main(["diff", "harbor", "new.txt", "--no-answers", "--html", "changes.html"]) == 0
    page = (tmp_path / "changes.html").read_text(encoding="utf-8")
    assert "<del>30</del>" in page
    assert "<ins>90</ins>" in page
    assert "<b>" not in page
    assert "<script" not in page


def test_a_text_is_the_same_as_itself(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "harbor", str(corpus / "harbor" / "policy.md"), "--no-answers"]) == 0
    assert "0 added, 0 removed, 0 changed, 0 moved" in capsys.readouterr().out
    assert main(["migrate", "harbor", str(corpus / "harbor" / "policy.md")]) == 1
    assert "there is nothing to do" in capsys.readouterr().err


@pytest.mark.parametrize("new", ["none.txt", "harbor-2"])
def test_a_new_text_that_is_not_there_is_named(corpus: Path, new: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "harbor", new]) == 1
    assert f"'{new}'" in capsys.readouterr().err
    assert main(["migrate", "harbor", new]) == 1
    assert f"{new} cannot be read" in capsys.readouterr().err


def test_migrate_publish_and_rollback(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = corpus / "harbor"
    files = {path.name: path.read_bytes() for path in home.iterdir()}
    assert main(["migrate", "harbor", "new.txt", "--dry-run"]) == 0
    assert "Nothing was written." in capsys.readouterr().out
    assert not (home / "draft").exists()
    assert main(["migrate", "harbor", "new.txt"]) == 0
    shown = capsys.readouterr().out
    assert "probably became: We keep logs for 90 days." in shown
    assert "Review the draft with `askpolicy studio harbor/draft`" in shown
    assert "Labels: 1; carried over: 0; not placed: 1. Questions and caveats left out: 1." in shown
    assert {path.name: path.read_bytes() for path in home.iterdir() if path.is_file()} == files
    assert main(["migrate", "harbor", "new.txt"]) == 1
    assert "has a draft already" in capsys.readouterr().err
    listed = home / "draft" / "unplaced.toml"
    accepted = listed.read_text(encoding="utf-8").replace("same = false", "same = true")
    Path("accepted.toml").write_text(accepted, encoding="utf-8")
    assert main(["migrate", "harbor", "new.txt", "--replace", "--accept", "accepted.toml"]) == 0
    assert "not placed: 0. Questions and caveats left out: 0" in capsys.readouterr().out
    assert main(["publish", "harbor"]) == 0
    assert "send" not in capsys.readouterr().err
    assert main(["ask", "how long are logs kept", "--json"]) == 1  # the setting policy is another one
    assert main(["ask", "how long are logs kept", "--json", "--policy", "harbor"]) == 0
    assert "90 days" in capsys.readouterr().out
    assert main(["rollback", "harbor"]) == 0
    shown = capsys.readouterr().out
    assert "which is kept" in shown
    assert "`askpolicy rollback harbor --forward` undoes this." in shown
    assert {path.name: path.read_bytes() for path in home.iterdir() if path.is_file()} == files
    assert main(["rollback", "harbor"]) == 1
    assert "has no earlier version" in capsys.readouterr().err


def test_a_single_file_has_no_versions(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["migrate", "new.txt", "new.txt"], ["publish", "new.txt"], ["rollback", "new.txt"]):
        assert main(command) == 1
        assert "only a policy folder has versions" in capsys.readouterr().err


def test_migrate_names_first_what_new_words_may_speak_to(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (corpus / "harbor" / "answers.toml").write_text(
        '[[answers]]\ntopics = ["rights-appeal", "cookies-used"]\nverdict = "silent"\nreviewed = 2026-11-27\n\n'
        '[[answers]]\ntopics = ["retention-logs"]\nverdict = "partly"\nreviewed = 2026-11-27\n'
        'cite = ["We keep logs for 30 days."]\n[answers.text]\nen = "We keep logs for 30 days."\n\n'
        '[[answers]]\ntopics = ["data-sale"]\nverdict = "no"\nreviewed = 2026-11-27\n'
        'cite = ["We sell nothing."]\n[answers.text]\nen = "We sell nothing."\n',
        encoding="utf-8",
    )
    assert main(["migrate", "harbor", "new.txt"]) == 0
    shown = capsys.readouterr().out
    first, rest = shown.split("begin with them:\n")[1].split("New words do not come near 1 topic that was ")
    lines = [line.strip() for line in first.strip().splitlines()]
    assert sorted(lines) == [
        "cookies-used: <b>We use</b> cookies.",
        "retention-logs: We keep logs for 90 days.",
    ]
    assert rest.startswith("reviewed as not mentioned, or in part; this review stays: rights-appeal.\n")
    draft = {entry.ids: entry.reviewed for entry in read_reviewed(corpus / "harbor" / "draft")}
    assert draft[("rights-appeal",)] == "2026-11-27"
    assert draft[("cookies-used",)] is None
    assert "data-sale" not in shown
    assert main(["migrate", "harbor", "new.txt", "--replace", "--dry-run"]) == 0
    assert "begin with them" in capsys.readouterr().out


def test_migrate_names_kept_reviews_that_new_words_speak_to(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (corpus / "harbor" / "answers.toml").write_text(
        '[[answers]]\ntopics = ["cookies-used", "data-sale"]\nverdict = "stated"\nreviewed = 2026-11-27\n'
        'cite = ["We sell nothing."]\n[answers.text]\nen = "We sell nothing."\n',
        encoding="utf-8",
    )
    assert main(["migrate", "harbor", "new.txt"]) == 0
    shown = capsys.readouterr().out
    assert "begin with them" not in shown
    lines = shown.split("look for a new exception:\n")[1].splitlines()
    assert lines[0] == "  cookies-used: <b>We use</b> cookies."
    assert not any(line.startswith("  data-sale") for line in lines)


def test_migrate_does_not_say_that_new_words_say_nothing_on_own_topics(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (corpus / "harbor" / "answers.toml").write_text(
        '[[answers]]\nname = "the harbor cameras"\nquestions = ["are there cameras", "am i filmed at the harbor"]\n'
        'verdict = "silent"\nreviewed = 2026-11-27\n',
        encoding="utf-8",
    )
    assert main(["migrate", "harbor", "new.txt"]) == 0
    shown = capsys.readouterr().out
    assert "New words seem to say nothing" not in shown
    assert "Nobody has compared new words with these topics of your own: own:the-harbor-cameras.\n" in shown


def test_migrate_makes_a_draft_of_each_no_that_new_words_may_contradict(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = (
        '[[answers]]\ntopics = ["data-sale"]  # Ask Kim.\nverdict = "no"\nreviewed = 2026-11-27\n'
        'cite = ["We sell nothing."]\n[answers.text]\nen = "We sell nothing."\n\n'
        '[[answers]]\ntopics = ["cookies-used"]\nverdict = "no"\nreviewed = 2026-11-27\n'
        'cite = ["We sell nothing."]\n[answers.text]\nen = "We sell nothing."\n'
    )
    (corpus / "harbor" / "answers.toml").write_text(answers, encoding="utf-8")
    (tmp_path / "new.txt").write_text(OLD + "\nWe sell email addresses to advertisers.\n", encoding="utf-8")
    assert main(["migrate", "harbor", "new.txt"]) == 0
    shown = capsys.readouterr().out
    assert "data-sale: it says no, and new words may say otherwise: “We sell email addresses to advertisers.”" in shown
    assert "Reviewed answers to read again: 1." in shown
    draft = (corpus / "harbor" / "draft" / "answers.toml").read_text(encoding="utf-8")
    assert draft == answers.replace("reviewed = 2026-11-27\n", "", 1)
    assert main(["publish", "harbor"]) == 1
    assert "Topics that had a reviewed answer and have none now: 1. Review data-sale in" in capsys.readouterr().err


def test_drafts_lose_statements_that_changed_and_keep_nobody_from_publishing(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = corpus / "harbor"
    (home / "questions.jsonl").unlink()
    (home / "answers.toml").write_text(
        '[[answers]]\ntopics = ["retention-logs"]\nverdict = "stated"\n'
        'cite = ["We keep logs for 30 days.", "We sell nothing."]\n\n'
        '[[answers]]\ntopics = ["data-sale"]\nverdict = "no"\ncite = ["We sell nothing."]\n',
        encoding="utf-8",
    )
    assert main(["migrate", "harbor", "new.txt"]) == 0
    shown = capsys.readouterr().out
    assert (
        "Drafts of answers from which statements were removed, because they changed or are gone: retention-logs.\n"
        in shown
    )
    assert "unplaced.toml" not in shown
    kept = [entry.cite for entry in read_reviewed(home / "draft")]
    assert kept == [(Anchor("We sell nothing."),)] * 2
    assert main(["publish", "harbor"]) == 0


def test_upgrade_names_what_nobody_has_read_the_new_text_for(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = corpus / "harbor"
    (home / "answers.toml").write_text(
        '[[answers]]\ntopics = ["biometrics"]\nverdict = "silent"\nreviewed = 2026-11-27\n\n'
        '[[answers]]\ntopics = ["children-data"]\nverdict = "silent"\n',
        encoding="utf-8",
    )
    assert main(["upgrade", "harbor"]) == 0
    assert "nobody has read" not in capsys.readouterr().out
    (home / "policy.md").write_text(OLD + "\nWe scan your face.\n", encoding="utf-8")
    assert main(["upgrade", "harbor"]) == 0
    shown = capsys.readouterr().out
    assert "nobody has read the new one for them: biometrics. Read them again." in shown
