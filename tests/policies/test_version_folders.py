"""The versions of a policy folder: one is put in place of another as a whole, whenever a run is killed."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from bot.policies import switching, versions
from bot.policies.folder import PolicyFolder, load_policy_folder
from bot.policies.switching import changing, put_draft, switch
from bot.policies.versions import after, before, home_of, in_use, place_of, read_earlier, read_history, version_of
from bot.types import AskPolicyError

OLD = "Harbor\n\nUpdated: May 1, 2024\n\nWe keep logs for 30 days. We sell nothing.\n"
NEW = "Harbor\n\nUpdated: June 2, 2025\n\nWe keep logs for 90 days. We sell nothing. We use cookies.\n"


def write(folder: Path, text: str, word: str, extra: dict[str, str] | None = None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    files = {"policy.txt": text, "wording.toml": f'[en]\noff_topic = "{word}"\n', **(extra or {})}
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()
    manifest = f'id = "harbor"\ntext = "policy.txt"\nsha256 = "{digest}"\n'
    (folder / "manifest.toml").write_text(manifest, encoding="utf-8")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A policy folder with a draft. Only the old version has notes, only the new one has questions."""
    home = tmp_path / "harbor"
    write(home, OLD, "old", {"notes.md": "Ours."})
    question = json.dumps({"question": "q", "kind": "answerable", "evidence": ["We use cookies."]})
    write(home / "draft", NEW, "new", {"questions.jsonl": question + "\n", "unplaced.toml": ""})
    return home


def load(folder: Path) -> PolicyFolder:
    return load_policy_folder(str(folder), folder.parent)


def publish(home: Path, today: str = "2026-01-02") -> None:
    with changing(home):
        if (home / "draft").exists():
            switch(home, home / "draft", load(home).policy, load(home / "draft").policy, today)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_a_draft_takes_the_place_of_the_version_in_use_which_is_kept_whole(home: Path) -> None:
    before_switch = {path.name: path.read_bytes() for path in home.iterdir() if path.is_file()}
    old, new = load(home).policy, load(home / "draft").policy
    publish(home)
    assert load(home).policy.text == new.text
    assert names(home) == ["manifest.toml", "policy.txt", "questions.jsonl", "wording.toml"]
    kept = home / "versions" / version_of(old)
    assert {name: (kept / name).read_bytes() for name in before_switch} == before_switch
    assert not (home / "draft").exists()
    assert not (home / ".switch").exists()
    history = read_history(home)
    assert [(each.version, each.since) for each in history] == [
        (version_of(old), None),
        (version_of(new), "2026-01-02"),
    ]
    assert read_earlier(home, history[0], "harbor").text == old.text
    assert load(kept).policy.text == old.text  # it is a policy folder of its own


def test_what_a_version_changed_is_known_from_the_one_before(home: Path) -> None:
    assert load(home).policy.changes is None
    publish(home)
    read = load(home).policy
    assert read.changes is not None
    assert [read.sentences[index].text for index in read.changes.statements] == [
        "We keep logs for 90 days.",
        "We use cookies.",
    ]
    assert (read.changes.date, read.changes.removed) == ("2025-06-02", 0)
    (home / "versions" / read.changes.before / "as-read.txt").write_text("Other words. They are here.")
    assert load(home).policy.changes is None


def test_versions_go_back_and_forward_again(home: Path) -> None:
    old, new = load(home).policy, load(home / "draft").policy
    publish(home)
    with changing(home):
        switch(home, home / "versions" / version_of(old), load(home).policy, old, "2026-01-03")
    assert load(home).policy.text == old.text
    assert names(home) == ["manifest.toml", "notes.md", "policy.txt", "wording.toml"]
    history = read_history(home)
    assert [each.version for each in history] == [version_of(old), version_of(new)]
    assert after(history, version_of(old)) == history[1]
    assert before(history, version_of(old)) is None
    with changing(home):
        switch(home, home / "versions" / version_of(new), old, new, "2026-01-04")
    assert load(home).policy.text == new.text


def test_after_a_rollback_the_next_version_follows_the_one_in_use(home: Path) -> None:
    old, new = load(home).policy, load(home / "draft").policy
    publish(home)
    with changing(home):
        switch(home, home / "versions" / version_of(old), new, old, "2026-01-03")
    write(home / "draft", NEW + "A third one.\n", "third")
    third = load(home / "draft").policy
    publish(home)
    history = read_history(home)
    assert [each.version for each in history] == [version_of(new), version_of(old), version_of(third)]


class Killed(BaseException):
    """Ends a run at once, as a signal does."""


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Count what changes the disk, and end the run at the step that `kill` names."""
    count = {"done": 0, "kill": -1}

    def counted(call: Any) -> Any:
        def step(*arguments: Any, **options: Any) -> Any:
            if count["done"] == count["kill"]:
                raise Killed
            count["done"] += 1
            return call(*arguments, **options)

        return step

    monkeypatch.setattr(os, "replace", counted(os.replace))
    monkeypatch.setattr(shutil, "copy2", counted(shutil.copy2))
    monkeypatch.setattr(shutil, "rmtree", counted(shutil.rmtree))
    monkeypatch.setattr(Path, "unlink", counted(Path.unlink))
    monkeypatch.setattr(Path, "write_bytes", counted(Path.write_bytes))
    return count


def test_a_run_that_is_killed_leaves_the_old_version_or_the_new_one(tmp_path: Path, steps: dict[str, int]) -> None:
    seen = set()
    for number in range(60):
        home = tmp_path / str(number) / "harbor"
        write(home, OLD, "old", {"notes.md": "Ours."})
        write(home / "draft", NEW, "new")
        steps.update(done=0, kill=number)
        try:
            publish(home)
            finished = True
        except Killed:
            finished = False
        steps.update(kill=-1)
        read = load(home)
        word = read.policy.wording["en"]["answers"]["off_topic"]
        assert (read.policy.text, word) in ((OLD, "old"), (NEW, "new"))
        files = names(in_use(home)) if word == "new" else names(home)
        assert ("notes.md" in files) == (word == "old") or not finished
        seen.add((word, finished))
        publish(home)  # the next command completes it
        assert load(home).policy.text == NEW
        assert names(home) == ["manifest.toml", "policy.txt", "wording.toml"]
        assert [each.version for each in read_history(home)] == [
            hashlib.sha256(t.encode()).hexdigest()[:12] for t in (OLD, NEW)
        ]
        if finished:
            break
    assert seen == {("old", False), ("new", False), ("new", True)}


def test_a_draft_replaces_the_draft_before_it(home: Path) -> None:
    write(home / ".draft-new", NEW + "More words here.\n", "newer")
    with changing(home):
        put_draft(home, home / ".draft-new")
    assert load(home / "draft").policy.text.endswith("More words here.\n")


def test_places(home: Path, tmp_path: Path) -> None:
    assert [place_of(home / each) for each in ("", "draft", ".switch")] == ["", "draft", ""]
    assert place_of(home / "versions" / "0123456789ab") == "versions/0123456789ab"
    assert home_of(home / "draft") == home
    lone = tmp_path / "draft"  # a policy that is called so
    write(lone, OLD, "old")
    assert (home_of(lone), place_of(lone)) == (lone, "")
    assert home_of(Path("draft")) == Path("draft")


def test_a_history_that_cannot_be_read_is_named_and_does_not_stop_the_policy(home: Path) -> None:
    publish(home)
    (home / "versions" / "history.json").write_text("[{}]")
    with pytest.raises(AskPolicyError, match=r"history\.json is not a history of versions"):
        read_history(home)
    assert load(home).policy.changes is None


def test_a_name_that_is_no_version_leads_nowhere(home: Path) -> None:
    entry = versions.Recorded("../../../etc", "t", None, None, None)
    with pytest.raises(AskPolicyError, match="is not the name of a version"):
        read_earlier(home, entry, "harbor")


def test_a_folder_that_cannot_be_written_is_left_as_it_is(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(switching.shutil, "copy2", full)
    with pytest.raises(AskPolicyError, match="No space left on device"):
        publish(home)
    assert load(home).policy.text == OLD
