from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import pickle
import random
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from bot.encoder.files import encoder_bytes
from bot.index.bundle import build_bundle, indexed_policy, load_bundle
from bot.index.passages import make_passages
from bot.index.vectors import FaissIndex
from bot.policies.folder import PolicyFolder, load_policy_folder
from bot.policies.parsing import parse_policy
from bot.policies.places import read_places, with_places
from bot.policies.questions import VisitorQuestion, own_questions
from bot.policies.readers.kinds import read_file
from bot.settings import Settings
from bot.types import AskPolicyError, OwnTopic, ReviewedAnswer

HALF = 3e-4  # the largest rounding error of half precision in a unit vector
TEXT = "Harbour Privacy\n\nCookies\n\nWe set one cookie. It ends with your visit.\n\nSharing\n\nWe sell nothing.\n"


@pytest.fixture(scope="module")
def encoder(settings: Settings) -> dict[str, bytes]:
    return encoder_bytes(settings.model)


def policy_folder(text: str = TEXT, *questions: VisitorQuestion) -> PolicyFolder:
    return PolicyFolder(parse_policy(text, id="harbour"), questions)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, encoder: dict[str, bytes]) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    build_bundle(policy_folder(TEXT, VisitorQuestion("any cookies", "answerable", (0,))), encoder, folder)
    return folder


@pytest.fixture
def built(tmp_path: Path, whole: Path) -> Path:
    """Copy a complete index, for one test to damage."""
    return shutil.copytree(whole, tmp_path / "index")


def current(folder: Path) -> Path:
    return folder / (folder / "CURRENT").read_text().split()[0]


def test_a_bundle_loads_as_it_was_built(built: Path, encoder: dict[str, bytes]) -> None:
    bundle = load_bundle(built)
    assert bundle.policy == policy_folder().policy
    assert bundle.passages == make_passages(bundle.policy)
    assert [q.question for q in bundle.questions] == ["any cookies"]
    vectors = bundle.embedder.encode([p.read_as for p in bundle.passages])
    stored = bundle.vectors.vectors()
    np.testing.assert_allclose(stored, vectors, atol=HALF)
    np.testing.assert_allclose(np.linalg.norm(stored, axis=1), 1, atol=1e-4)


def test_the_owners_own_topics_are_indexed_and_loaded(tmp_path: Path, encoder: dict[str, bytes]) -> None:
    def with_topic(*ways: str) -> PolicyFolder:
        own = OwnTopic("how long parking lasts", ways)
        answer = ReviewedAnswer((own.id,), "stated", {"en": "It ends with your visit."}, (1,), "2026-11-27", own)
        policy = dataclasses.replace(policy_folder().policy, reviewed=(answer,))
        cookies = VisitorQuestion("any cookies", "answerable", (0,))
        return PolicyFolder(policy, (cookies, *own_questions(policy.reviewed)))

    folder = with_topic("how long may I park", "when does parking end")
    build_bundle(folder, encoder, tmp_path)
    bundle = load_bundle(tmp_path)
    assert (bundle.policy.reviewed, bundle.questions) == (folder.policy.reviewed, folder.questions)
    assert bundle.own == {1, 2}
    assert indexed_policy(tmp_path).questions == folder.questions
    assert load_bundle(tmp_path, expect=folder).questions == folder.questions
    with pytest.raises(AskPolicyError, match="was built for other reviewed answers"):
        load_bundle(tmp_path, expect=with_topic("how long may I park", "until when"))


def test_bundles_next_to_each_other_share_the_disk_space_of_the_encoder(
    tmp_path: Path, built: Path, encoder: dict[str, bytes]
) -> None:
    build_bundle(policy_folder(TEXT + "We log nothing.\n"), encoder, tmp_path / "other")
    files = [current(folder) / "model.onnx" for folder in (built, tmp_path / "other")]
    assert files[0].samefile(files[1])
    files[0].unlink()
    files[0].write_bytes(b"damaged")
    build_bundle(policy_folder(TEXT), encoder, tmp_path / "third")
    assert (current(tmp_path / "third") / "model.onnx").read_bytes() == encoder["model.onnx"]


def test_a_follow_up_is_indexed_with_the_question_before_it(tmp_path: Path, encoder: dict[str, bytes]) -> None:
    follow_up = VisitorQuestion("for how long?", "answerable", (1,), history=("any cookies",))
    build_bundle(policy_folder(TEXT, follow_up), encoder, tmp_path)
    bundle = load_bundle(tmp_path)
    expected = bundle.embedder.encode(["any cookies for how long?"])
    np.testing.assert_allclose(bundle.question_vectors.vectors(), expected, atol=HALF)


FILES = [
    "bundle.json", "policy.txt", "places.json", "questions.jsonl", "passages.faiss", "questions.faiss",
    "encoder.json", "model.onnx", "tokenizer.json",
]  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_flipped_bit_a_truncation_and_a_missing_file_are_refused(built: Path, name: str) -> None:
    path = current(built) / name
    data = bytearray(path.read_bytes())
    at = random.Random(name).randrange(len(data))
    data[at] ^= 1
    path.write_bytes(data)
    with pytest.raises(AskPolicyError, match=r"is damaged .*build it again with `askpolicy index`"):
        load_bundle(built)
    data[at] ^= 1
    path.write_bytes(data[:-1])
    with pytest.raises(AskPolicyError, match="is damaged"):
        load_bundle(built)
    path.write_bytes(data)
    load_bundle(built)
    path.unlink()
    with pytest.raises(AskPolicyError, match="is damaged"):
        load_bundle(built)


@pytest.mark.parametrize("content", ["", "one", "../up 00", "a b c", "\u00e9 x"])
def test_a_damaged_pointer_is_refused(built: Path, content: str) -> None:
    (built / "CURRENT").write_text(content, encoding="utf-8")
    with pytest.raises(AskPolicyError, match="is damaged"):
        load_bundle(built)


def test_a_missing_index_error_names_the_command_that_builds_it(tmp_path: Path) -> None:
    with pytest.raises(AskPolicyError, match=r"no index in .*: build it with `askpolicy index`"):
        load_bundle(tmp_path)


def test_inconsistent_counts_are_refused(tmp_path: Path, encoder: dict[str, bytes], built: Path) -> None:
    from bot.index import versions

    manifest = json.loads((current(built) / "bundle.json").read_bytes())
    files = {name: (current(built) / name).read_bytes() for name in FILES if name != "bundle.json"}
    files["questions.faiss"] = FaissIndex.build(np.zeros((0, 384), dtype=np.float32), "flat").save()
    manifest["files"]["questions.faiss"] = hashlib.sha256(files["questions.faiss"]).hexdigest()
    versions._write(tmp_path / "other", files, json.dumps(manifest).encode())
    with pytest.raises(AskPolicyError, match="its counts disagree"):
        load_bundle(tmp_path / "other")


def test_a_bundle_for_something_else_is_refused(built: Path, encoder: dict[str, bytes]) -> None:
    question = VisitorQuestion("any cookies", "answerable", (0,))
    load_bundle(built, expect=policy_folder(TEXT, question))
    with pytest.raises(AskPolicyError, match=r"built for another text of the policy: build it again"):
        load_bundle(built, expect=policy_folder(TEXT + "\nWe log nothing.\n", question))
    with pytest.raises(AskPolicyError, match="built for other visitor questions"):
        load_bundle(built, expect=policy_folder(TEXT))
    with pytest.raises(AskPolicyError, match="built for another model"):
        load_bundle(built, expect=policy_folder(TEXT, question), expect_encoder="0" * 16)


def test_a_bundle_with_another_version_or_format_is_refused(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.index.built_for.__version__", "99.0")
    with pytest.raises(AskPolicyError, match=r"built for askpolicy .*, and this is 99\.0"):
        load_bundle(built, expect=policy_folder(TEXT, VisitorQuestion("any cookies", "answerable", (0,))))
    monkeypatch.setattr("bot.index.bundle_manifest.FORMAT", 99)
    with pytest.raises(AskPolicyError, match=r"has format \d+, but this askpolicy reads format 99"):
        load_bundle(built)


def test_a_new_version_replaces_the_old_one_and_leftovers_are_removed(built: Path, encoder: dict[str, bytes]) -> None:
    (built / ".building-killed").mkdir()
    build_bundle(policy_folder("Harbour Privacy\n\nWe keep logs.\n"), encoder, built)
    assert [p.text for p in load_bundle(built).passages] == ["We keep logs."]
    build_bundle(policy_folder("Harbour Privacy\n\nWe keep no logs.\n"), encoder, built)
    folders = [path.name for path in built.iterdir() if path.is_dir()]
    assert len(folders) == 2  # the current one and the one before
    assert not any(name.startswith(".") for name in folders)


def test_the_old_version_keeps_serving_if_a_build_cannot_write(
    built: Path, encoder: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = load_bundle(built).version

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bot.index.versions._write_synced", full)
    with pytest.raises(AskPolicyError, match=r"cannot be written .*No space left.*still in use"):
        build_bundle(policy_folder("Harbour Privacy\n\nWe keep logs.\n"), encoder, built)
    assert load_bundle(built).version == before
    assert not list(built.glob(".building-*"))


def test_the_error_names_a_file_that_is_in_the_way(tmp_path: Path, encoder: dict[str, bytes]) -> None:
    (tmp_path / "index").write_text("here already")
    with pytest.raises(AskPolicyError, match="The index cannot be written"):
        build_bundle(policy_folder(), encoder, tmp_path / "index")


class Trap:
    """Creates a file when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.mark),)


def test_a_planted_pickle_is_not_read(built: Path, tmp_path: Path) -> None:
    # test_layers.py proves that no module can read a pickle; these are the names that FAISS wrappers read.
    mark = tmp_path / "read"
    for folder in (built, current(built)):
        for name in ("index.pkl", "passages.pkl", "bundle.pkl", "vocab.index.json"):
            (folder / name).write_bytes(pickle.dumps(Trap(mark)))
    assert len(load_bundle(built).passages) == 3
    assert not mark.exists()


def test_other_files_in_the_folder_are_kept(tmp_path: Path, encoder: dict[str, bytes]) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "letters").mkdir()
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    for words in ("one thing", "another thing", "a third thing"):
        build_bundle(policy_folder(f"Title\n\nWe keep {words}.\n"), encoder, tmp_path)
    assert {"photos", "letters", "notes.txt", "CURRENT"} <= {path.name for path in tmp_path.iterdir()}


def test_rebuilding_the_same_index_repairs_damage(built: Path, encoder: dict[str, bytes]) -> None:
    version = current(built).name
    (current(built) / "policy.txt").write_text("Something else.", encoding="utf-8")
    build_bundle(policy_folder(TEXT, VisitorQuestion("any cookies", "answerable", (0,))), encoder, built)
    assert load_bundle(built).version == version
    assert [path.name for path in built.iterdir() if path.is_dir()] == [version]


@pytest.mark.parametrize("name", [".CURRENT", ".lock"])
def test_the_old_version_keeps_serving_if_something_is_in_the_way(
    built: Path, encoder: dict[str, bytes], name: str
) -> None:
    before = load_bundle(built).version
    (built / name).unlink(missing_ok=True)
    (built / name).mkdir()
    with pytest.raises(AskPolicyError, match=r"cannot be written to .*choose another folder with --out.*still in use"):
        build_bundle(policy_folder("Title\n\nWe keep logs.\n"), encoder, built)
    assert load_bundle(built).version == before


def test_concurrent_builds_do_not_interfere(tmp_path: Path, encoder: dict[str, bytes]) -> None:
    policy_folders = [policy_folder(f"Title\n\nWe keep thing number {number}.\n") for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        versions = list(pool.map(lambda s: build_bundle(s, encoder, tmp_path, threads=1), policy_folders))
    assert load_bundle(tmp_path).version in versions
    assert not list(tmp_path.glob(".building-*"))


def test_anyone_who_may_read_the_folder_can_read_the_index(built: Path) -> None:
    umask = os.umask(0)
    os.umask(umask)
    assert current(built).stat().st_mode & 0o777 == 0o777 & ~umask


def test_unchanged_texts_are_not_embedded_again(built: Path, tmp_path: Path, encoder: dict[str, bytes]) -> None:
    changed = policy_folder(TEXT + "\nWe keep no logs.\n", VisitorQuestion("any cookies", "answerable", (0,)))
    embedded: list[int] = []
    build_bundle(changed, encoder, built, on_progress=lambda done, total: embedded.append(total))
    assert embedded == [1]
    build_bundle(changed, encoder, tmp_path / "fresh")
    repaired, fresh = load_bundle(built), load_bundle(tmp_path / "fresh")
    assert repaired.passages == fresh.passages
    for ours, theirs in ((repaired.vectors, fresh.vectors), (repaired.question_vectors, fresh.question_vectors)):
        np.testing.assert_allclose(ours.vectors(), theirs.vectors(), atol=1e-6)


def test_texts_in_another_index_are_not_embedded_again(built: Path, tmp_path: Path, encoder: dict[str, bytes]) -> None:
    question = VisitorQuestion("any cookies", "answerable", (0,))
    embedded: list[int] = []
    for reuse in (built, tmp_path / "none"):
        for text in (TEXT, TEXT + "\nWe keep no logs.\n"):
            out = tmp_path / f"{reuse.name} {len(text)}"
            build_bundle(
                policy_folder(text, question),
                encoder,
                out,
                reuse=reuse,
                on_progress=lambda done, total: embedded.append(total),
            )
    assert list(dict.fromkeys(embedded)) == [1, 4, 5]  # logged more than once
    assert load_bundle(tmp_path / f"index {len(TEXT)}").version == load_bundle(built).version


def test_an_unusable_index_is_rebuilt_from_scratch(built: Path, encoder: dict[str, bytes]) -> None:
    (current(built) / "passages.faiss").write_bytes(b"broken")
    embedded: list[int] = []
    build_bundle(policy_folder(), encoder, built, on_progress=lambda done, total: embedded.append(total))
    assert set(embedded) == {3}


def test_the_manifest_records_the_kind_of_each_index(built: Path) -> None:
    manifest = json.loads((current(built) / "bundle.json").read_bytes())
    assert manifest["kinds"] == {"passages": "flat", "questions": "flat"}


def test_visitor_questions_may_contain_any_line_separator(tmp_path: Path, encoder: dict[str, bytes]) -> None:
    question = VisitorQuestion("one\u2028two\x85three\nfour", "off_topic", distractors=(0,))
    build_bundle(policy_folder(TEXT, question), encoder, tmp_path)
    assert load_bundle(tmp_path, expect=policy_folder(TEXT, question)).questions == (question,)


def test_a_policy_of_stop_words_can_be_indexed(tmp_path: Path, encoder: dict[str, bytes]) -> None:
    build_bundle(policy_folder("It is not.\n"), encoder, tmp_path)
    assert load_bundle(tmp_path).lexical.scores("is it not").tolist() == [0]


def test_an_incomplete_encoder_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "encoder.json").write_text("{}")
    with pytest.raises(AskPolicyError, match=r"encoder .*is not complete|cannot be"):
        encoder_bytes(str(tmp_path))


def test_the_shipped_policy_has_95_passages(settings: Settings) -> None:
    passages = make_passages(load_policy_folder("massgov", settings.corpus).policy)
    assert len(passages) == 95
    assert passages[25].read_as.startswith("Dissemination of your personally identifiable information: We do not sell")


def test_a_bundle_carries_the_page_and_the_links(tmp_path: Path, encoder: dict[str, bytes]) -> None:
    reading = read_file(b"<nav>Menu</nav><main><h1 id=t>T</h1><p>We keep <a href='/x'>it</a>.</main>", Path("p.html"))
    policy = with_places(parse_policy(reading.text, id="p", url="https://example.org/p"), reading)
    build_bundle(PolicyFolder(policy, ()), encoder, tmp_path)
    loaded = load_bundle(tmp_path).policy
    assert loaded == policy
    assert loaded.page is not None
    assert loaded.page.text == "Menu\nT\nWe keep it."
    assert [link.url for link in loaded.links] == ["https://example.org/x"]
    assert indexed_policy(tmp_path).policy == policy


@pytest.mark.parametrize(
    "places",
    [
        b"[]",
        b'{"page": null, "pages": [], "links": [[0, 5, "javascript:alert(1)"]]}',
        b'{"page": null, "pages": [], "links": [[0, 5000, "https://example.org"]]}',
        b'{"page": {"text": "xyz", "runs": [[0, 0, 3]], "ids": []}, "pages": [], "links": []}',
        b'{"page": 7, "pages": [], "links": []}',
    ],
)
def test_places_of_another_text_are_refused(places: bytes) -> None:
    with pytest.raises(ValueError, match="the places are"):
        read_places(parse_policy("T\n\nWe keep it.", id="p"), places)


def test_the_files_of_the_encoder_are_summed_once(
    tmp_path: Path, encoder: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    summed: list[int] = []
    sum_of = hashlib.sha256

    def count(data: bytes = b"", **options: bool) -> object:
        summed.append(len(data))
        return sum_of(data, **options)

    monkeypatch.setattr(hashlib, "sha256", count)
    build_bundle(policy_folder(), encoder, tmp_path)
    assert summed.count(len(encoder["model.onnx"])) == 1
