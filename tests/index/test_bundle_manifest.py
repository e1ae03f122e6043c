from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.encoder.files import encoder_bytes
from bot.index.bundle import build_bundle, load_bundle
from bot.index.bundle_manifest import BundleManifest, parse_bundle_manifest
from bot.policies.folder import PolicyFolder
from bot.policies.parsing import parse_policy
from bot.policies.questions import VisitorQuestion
from bot.settings import Settings
from bot.types import AskPolicyError, Caveat, Contact, ReviewedAnswer

FOLDER = Path("index")
TEXT = "Harbour Privacy\n\nWe set one cookie. It ends with your visit.\n"
QUESTIONS = (VisitorQuestion("any cookies", "answerable", (0,)),)
REVIEWED = (
    ReviewedAnswer(("cookies-used",), "yes", {"en": "Harbour sets one cookie."}, (0, 1), "2026-11-27"),
    ReviewedAnswer(("gdpr",), "silent", {}, (), "2026-11-27"),
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Path:
    folder = tmp_path_factory.mktemp("built")
    contacts = (Contact("search", "search", "https://search.example"),)
    policy = dataclasses.replace(
        parse_policy(TEXT, id="harbour", contacts=contacts), caveats=(Caveat(0, (1,)),), reviewed=REVIEWED
    )
    build_bundle(PolicyFolder(policy, QUESTIONS), encoder_bytes(settings.model), folder)
    return folder


def current(folder: Path) -> Path:
    return folder / (folder / "CURRENT").read_text().split()[0]


def rewrite(folder: Path, data: bytes) -> None:
    """Put other bytes into bundle.json, with a matching checksum."""
    (current(folder) / "bundle.json").write_bytes(data)
    name = (folder / "CURRENT").read_text().split()[0]
    (folder / "CURRENT").write_text(f"{name} {hashlib.sha256(data).hexdigest()}\n")


def set_at(*path: str | int, to: object) -> Callable[[Any], object]:
    def change(record: Any) -> object:
        inner = record
        for key in path[:-1]:
            inner = inner[key]
        if to is KeyError:
            del inner[path[-1]]
        else:
            inner[path[-1]] = to
        return record

    return change


@pytest.mark.parametrize(
    "change",
    [
        lambda _: [],
        lambda _: None,
        lambda _: 3,
        lambda _: {},
        set_at("format", to="4"),
        set_at("format", to=KeyError),
        set_at("policy", to=None),
        set_at("policy", to=KeyError),
        set_at("policy", "sha256", to=KeyError),
        set_at("policy", "title", to=3),
        set_at("policy", "contacts", to={}),
        set_at("policy", "contacts", 0, "role", to="hacker"),
        set_at("policy", "contacts", 0, "url", to="javascript:alert(1)"),
        set_at("policy", "caveats", to=[3]),
        set_at("policy", "caveats", 0, "of", to=0),
        set_at("policy", "caveats", 0, "of", to="We set two cookies."),
        set_at("policy", "caveats", 0, "cite", to=[{"words": 3}]),
        set_at("policy", "reviewed", to=KeyError),
        set_at("policy", "reviewed", 0, "verdict", to="perhaps"),
        set_at("policy", "reviewed", 0, "cite", to=["We set two cookies."]),
        set_at("statements", to="0" * 64),
        set_at("counts", to=KeyError),
        set_at("counts", "passages", to="many"),
        set_at("counts", "passages", to=-1),
        set_at("kinds", to=[]),
        set_at("kinds", "passages", to="pickle"),
        set_at("files", to=None),
        set_at("files", "policy.txt", to=KeyError),
        set_at("files", "policy.txt", to=7),
        set_at("files", "policy.txt", to="abc"),
        set_at("encoder", to=None),
        set_at("askpolicy", to=[]),
        set_at("more", to=1),
    ],
)
def test_an_invalid_manifest_gives_a_one_sentence_error(
    change: Callable[[Any], object], built: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(built, tmp_path / "index")
    record = json.loads((current(folder) / "bundle.json").read_bytes())
    rewrite(folder, json.dumps(change(record)).encode())
    with pytest.raises(AskPolicyError, match=r"^The index in .* is damaged \(.*\): build it again with `askpolicy ind"):
        load_bundle(folder)


def test_an_index_of_other_statements_is_refused(built: Path, tmp_path: Path) -> None:
    """Other rules may divide the same text into as many statements; the vectors are of the old ones."""
    folder = shutil.copytree(built, tmp_path / "index")
    policy_folder = PolicyFolder(parse_policy(TEXT, id="harbour"), ())
    record = json.loads((current(folder) / "bundle.json").read_bytes())
    rewrite(folder, json.dumps({**record, "statements": "0" * 64}).encode())
    with pytest.raises(AskPolicyError, match="was built for another division of the policy into statements"):
        load_bundle(folder, expect=policy_folder)


def test_reviewed_answers_are_kept_and_others_are_refused(built: Path) -> None:
    kept = load_bundle(built).policy
    assert kept.reviewed == REVIEWED
    load_bundle(built, expect=PolicyFolder(kept, QUESTIONS))
    edited = dataclasses.replace(REVIEWED[0], text={"en": "Harbour sets two cookies."})
    with pytest.raises(AskPolicyError, match=r"was built for other reviewed answers: build it again with `askpolicy"):
        load_bundle(built, expect=PolicyFolder(dataclasses.replace(kept, reviewed=(edited,)), QUESTIONS))


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"[" * 100_000, b"nonsense"])
def test_a_manifest_that_is_not_json_gives_a_one_sentence_error(data: bytes, built: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(built, tmp_path / "index")
    rewrite(folder, data)
    with pytest.raises(AskPolicyError, match=r"bundle\.json is not JSON\): build it again"):
        load_bundle(folder)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(key=st.sampled_from(sorted(BundleManifest.model_fields)), value=JSON)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_field_value_gives_a_manifest_or_a_one_sentence_error(built: Path, key: str, value: object) -> None:
    record = json.loads((current(built) / "bundle.json").read_bytes())
    with suppress(AskPolicyError):  # any other exception fails the test
        parse_bundle_manifest(json.dumps({**record, key: value}).encode(), FOLDER)
