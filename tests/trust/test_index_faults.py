"""The old or the new index serves, never a mix; damaged files are refused before they are parsed."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.encoder.files import encoder_bytes
from bot.index import versions
from bot.index.bundle import build_bundle, load_bundle
from bot.index.vectors import FaissIndex
from bot.policies.folder import PolicyFolder
from bot.policies.parsing import parse_policy
from bot.policies.questions import VisitorQuestion
from bot.settings import Settings
from bot.types import AskPolicyError

FILES = (
    "bundle.json", "policy.txt", "places.json", "questions.jsonl", "passages.faiss", "questions.faiss",
    "encoder.json", "model.onnx", "tokenizer.json",
)  # fmt: skip
NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount")


def faults(*arguments: object, inside: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    command = [*inside, sys.executable, "-m", "tests.trust.faults", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.usefixtures("environment")
class TestKills:
    @pytest.mark.thorough
    @pytest.mark.parametrize("what", ["new", "same"])
    def test_a_kill_before_any_sync_or_rename_leaves_a_whole_index(
        self, tmp_path: Path, figure: Callable[[str], None], what: str
    ) -> None:
        """`same`: the build writes the serving version again."""
        builds = faults("steps", tmp_path, what)
        assert [build["end"] for build in builds] == ["killed"] * (len(builds) - 1) + ["exit 0"]
        assert len(builds) > (12 if what == "new" else 3)
        mixes = [build for build in builds if build["read"] not in (build["old"], build["new"])]
        assert mixes == []
        assert builds[-1]["read"] == builds[-1]["new"]
        if what == "new":
            # The last renames are one step each: before them the old version serves, after them the new one.
            assert sum(build["read"] == build["new"] for build in builds) < len(builds) / 2
        figure(f"Index build ({what}) killed before each of {len(builds) - 1} syncs and renames: {len(mixes)} mixes.")

    @pytest.mark.parametrize(
        "count", [pytest.param(4, marks=pytest.mark.thorough), pytest.param(50, marks=pytest.mark.security)]
    )
    def test_kills_at_random_moments_leave_a_whole_index(
        self, tmp_path: Path, figure: Callable[[str], None], count: int
    ) -> None:
        *builds, after = faults("times", tmp_path, count)
        killed = sum(build["end"] == "killed" for build in builds)
        assert killed == count
        assert [build for build in builds if build["read"] not in (build["old"], build["new"])] == []
        assert after["left"] == []
        figure(f"Index build killed at {killed} random moments: 0 mixes, leftovers swept by the next build.")


@pytest.mark.thorough
@pytest.mark.usefixtures("environment")
def test_a_full_disk_and_a_read_only_one(tmp_path: Path) -> None:
    if subprocess.run([*NAMESPACE, "mount", "-t", "tmpfs", "tmpfs", tmp_path], check=False).returncode:
        pytest.skip("the test needs permission to mount a small file system")
    size = sum(len(data) for data in encoder_bytes(index_settings().model).values()) * 3 // 2
    script = f"mount -t tmpfs -o size={size} tmpfs '{tmp_path}' && exec \"$@\""
    for build in faults("full", tmp_path, inside=(*NAMESPACE, "sh", "-c", script, "sh")):
        assert build["code"] == 1
        assert build["out"] == ""
        assert build["error"].count("\n") == 1
        assert "No space left" in build["error"] or "Read-only file system" in build["error"]
        assert "The previous index is still in use" in build["error"]
        assert build["read"] == build["old"]


def index_settings() -> Settings:
    from bot.settings import load_settings

    return load_settings()


@pytest.fixture(scope="module")
def encoder(settings: Settings) -> dict[str, bytes]:
    return encoder_bytes(settings.model)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, encoder: dict[str, bytes]) -> Path:
    """Build a complete index; tests repair what they damage."""
    folder = tmp_path_factory.mktemp("index")
    text = "Harbour Privacy\n\nCookies\n\nWe set one cookie. It ends with your visit.\n"
    questions = (VisitorQuestion("any cookies", "answerable", (0,)),)
    build_bundle(PolicyFolder(parse_policy(text, id="harbour"), questions), encoder, folder, threads=1)
    return folder


@pytest.fixture
def no_parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail the test if anything parses a file of the bundle."""

    def parsing(*_: object, **__: object) -> None:
        raise AssertionError("a damaged file was parsed")

    for place in ("bundle_files.parse_policy", "bundle_files.FaissIndex.load", "bundle_files.parse_questions",
                  "bundle.OnnxEmbedder.from_bytes", "bundle.Lexical"):  # fmt: skip
        monkeypatch.setattr(f"bot.index.{place}", parsing)


def current(folder: Path) -> Path:
    return folder / (folder / "CURRENT").read_text().split()[0]


def assert_refused(folder: Path) -> None:
    with pytest.raises(AskPolicyError, match=r"is damaged .*: build it again with `askpolicy index`\.$"):
        load_bundle(folder)


@pytest.mark.usefixtures("no_parsing")
class TestDamage:
    @pytest.mark.parametrize("flips", [3, pytest.param(200, marks=pytest.mark.security)])
    @pytest.mark.parametrize("name", FILES)
    def test_one_flipped_bit_is_refused(
        self, built: Path, name: str, flips: int, figure: Callable[[str], None]
    ) -> None:
        path, chance = current(built) / name, random.Random(name)
        with path.open("r+b", buffering=0) as file:
            size = path.stat().st_size
            for _ in range(flips):
                place, bit = chance.randrange(size), 1 << chance.randrange(8)
                (byte,) = os.pread(file.fileno(), 1, place)
                os.pwrite(file.fileno(), bytes([byte ^ bit]), place)
                assert_refused(built)
                os.pwrite(file.fileno(), bytes([byte]), place)
        figure(f"{flips} flipped bits in {name}: {flips} refused before parsing.")

    def test_no_flipped_bit_of_the_pointer_changes_what_is_served(self, built: Path) -> None:
        """A flipped bit is refused or, in white space, still names the same version and digest."""
        pointer = built / "CURRENT"
        whole = pointer.read_bytes()
        try:
            for place in range(len(whole)):
                for bit in range(8):
                    data = bytearray(whole)
                    data[place] ^= 1 << bit
                    if data.split() == whole.split():
                        continue
                    pointer.write_bytes(data)
                    assert_refused(built)
        finally:
            pointer.write_bytes(whole)

    @pytest.mark.parametrize("name", FILES)
    def test_truncated_and_extended_files_are_refused(self, built: Path, name: str) -> None:
        path = current(built) / name
        whole = path.read_bytes()
        try:
            for length in (0, 1, random.Random(name).randrange(len(whole)), len(whole) - 1):
                path.write_bytes(whole[:length])
                assert_refused(built)
            path.write_bytes(whole + b"\0")
            assert_refused(built)
        finally:
            path.write_bytes(whole)

    @pytest.mark.parametrize("name", FILES)
    def test_a_pickle_in_place_of_a_file_is_refused(self, built: Path, name: str, tmp_path: Path) -> None:
        path, mark = current(built) / name, tmp_path / "read"
        whole = path.read_bytes()
        try:
            path.write_bytes(pickle.dumps(Trap(mark)))
            assert_refused(built)
        finally:
            path.write_bytes(whole)
        assert not mark.exists()


class Trap:
    """Creates a file when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.mark),)


def rewritten(built: Path, place: Path, change: Callable[[dict[str, Any], dict[str, bytes]], None]) -> Path:
    """Change a bundle and correct its checksums, as an attacker would."""
    files = {name: (current(built) / name).read_bytes() for name in FILES if name != "bundle.json"}
    manifest = json.loads((current(built) / "bundle.json").read_bytes())
    change(manifest, files)
    manifest["files"] = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    versions._write(place, files, json.dumps(manifest).encode())
    return place


def fewer_vectors(_: dict[str, Any], files: dict[str, bytes]) -> None:
    files["passages.faiss"] = FaissIndex.build(np.zeros((1, 384), dtype=np.float32), "flat").save()


def longer_vectors(_: dict[str, Any], files: dict[str, bytes]) -> None:
    files["passages.faiss"] = FaissIndex.build(np.zeros((2, 385), dtype=np.float32), "flat").save()


def more_passages(manifest: dict[str, Any], _: dict[str, bytes]) -> None:
    manifest["counts"]["passages"] += 1


def more_questions(_: dict[str, Any], files: dict[str, bytes]) -> None:
    files["questions.jsonl"] += files["questions.jsonl"]


def another_encoder(manifest: dict[str, Any], _: dict[str, bytes]) -> None:
    manifest["encoder"] = "0" * 16


@pytest.mark.parametrize("change", [fewer_vectors, longer_vectors, more_passages, more_questions, another_encoder])
def test_inconsistent_counts_are_refused(
    built: Path, tmp_path: Path, change: Callable[[dict[str, Any], dict[str, bytes]], None]
) -> None:
    with pytest.raises(AskPolicyError, match=r"its counts disagree"):
        load_bundle(rewritten(built, tmp_path / "other", change))


@pytest.mark.parametrize("name", ["passages.faiss", "questions.faiss", "questions.jsonl", "model.onnx"])
def test_a_pickle_with_valid_checksums_is_refused_and_not_run(built: Path, tmp_path: Path, name: str) -> None:
    mark = tmp_path / "read"

    def plant(_: dict[str, Any], files: dict[str, bytes]) -> None:
        files[name] = pickle.dumps(Trap(mark))

    with pytest.raises(AskPolicyError, match=r"index in .* is damaged|encoder's files cannot be used"):
        load_bundle(rewritten(built, tmp_path / "other", plant))
    assert not mark.exists()


def test_rebuilding_the_serving_version_repairs_a_damaged_file(
    built: Path, encoder: dict[str, bytes], tmp_path: Path
) -> None:
    copy = shutil.copytree(built, tmp_path / "copy")
    (current(copy) / "policy.txt").write_bytes(b"We sell everything.\n")
    assert_refused(copy)
    text = "Harbour Privacy\n\nCookies\n\nWe set one cookie. It ends with your visit.\n"
    questions = (VisitorQuestion("any cookies", "answerable", (0,)),)
    build_bundle(PolicyFolder(parse_policy(text, id="harbour"), questions), encoder, copy, threads=1)
    assert load_bundle(copy).policy.text == text
