"""Folders, files and lists -> the policies to build."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from bot.building.sources import find_sources, read_list
from bot.policies.address import address_id
from bot.settings import Settings
from bot.types import AskPolicyError

ROOT = Path(__file__).resolve().parents[2]


def write(path: Path, words: str = "We keep nothing.") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"Harbour Privacy\n\n{words}\n", encoding="utf-8")
    return path


def ids(names: list[str], settings: Settings) -> list[str]:
    sources, failed = find_sources(names, settings)
    assert failed == []
    return [source.id for source in sources]


def test_a_folder_of_folders_leads_to_policy_folders_and_files(tmp_path: Path, settings: Settings) -> None:
    shutil.copytree(ROOT / "corpus" / "training" / "sable-fashion-resale", tmp_path / "group" / "a")
    write(tmp_path / "group" / "deeper" / "b.txt")
    write(tmp_path / "c.md")
    write(tmp_path / "notes.json")
    write(tmp_path / ".hidden" / "d.txt")
    (tmp_path / "group" / "loop").symlink_to(tmp_path)
    assert ids([str(tmp_path)], settings) == ["c", "sable-fashion-resale", "b"]


def test_names_in_the_corpus_paths_and_addresses(tmp_path: Path, settings: Settings) -> None:
    file = write(tmp_path / "harbour.txt")
    sources, _ = find_sources(["massgov", str(file), "https://example.org/privacy"], settings)
    assert [source.id for source in sources] == [
        "massgov",
        "harbour",
        address_id("https://example.org/privacy", settings.fetch),
    ]
    assert Path(sources[0].name).is_absolute()


def test_the_same_policy_twice_is_built_once(tmp_path: Path, settings: Settings) -> None:
    write(tmp_path / "harbour.txt")
    assert ids([str(tmp_path), str(tmp_path / "harbour.txt")], settings) == ["harbour"]


def test_two_policies_with_one_id_are_refused(tmp_path: Path, settings: Settings) -> None:
    write(tmp_path / "a" / "harbour.txt")
    write(tmp_path / "b" / "harbour.md")
    with pytest.raises(AskPolicyError, match="both policies with the id 'harbour'"):
        find_sources([str(tmp_path)], settings)


def test_a_broken_manifest_does_not_stop_the_others(tmp_path: Path, settings: Settings) -> None:
    write(tmp_path / "harbour.txt")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "manifest.toml").write_text("id = ", encoding="utf-8")
    sources, failed = find_sources([str(tmp_path)], settings)
    assert [source.id for source in sources] == ["harbour"]
    assert [Path(each.name).name for each in failed] == ["broken"]


def test_names_that_lead_to_nothing_are_refused(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(AskPolicyError, match="There is no policy 'nowhere'"):
        find_sources(["nowhere"], settings)
    with pytest.raises(AskPolicyError, match="There is no policy in"):
        find_sources([str(tmp_path)], settings)


def test_a_changed_file_gets_another_key(tmp_path: Path, settings: Settings) -> None:
    file = write(tmp_path / "harbour.txt")
    (before,), _ = find_sources([str(file)], settings)
    (same,), _ = find_sources([str(file)], settings)
    assert before == same
    write(file, "We keep everything")  # one character less than a whole sentence
    os.utime(file, ns=(0, 0))
    (after,), _ = find_sources([str(file)], settings)
    assert before.id == after.id
    assert before.key != after.key


def test_a_list_has_comments_and_empty_lines() -> None:
    assert read_list(["# all of them", "", "  massgov ", "a b.txt"]) == ["massgov", "a b.txt"]
