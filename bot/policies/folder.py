"""A policy folder, `corpus/<id>/` (manifest, text, reviewed answers, visitor questions), or a single policy file."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import re
import shlex
from dataclasses import dataclass
from pathlib import Path, PurePath

from bot.policies.about import describe
from bot.policies.address import ReadPage, address_id, read_address
from bot.policies.anchors import Labels
from bot.policies.differences import Alignment
from bot.policies.hosts import Resolver, is_web_address, system_resolver
from bot.policies.manifest import NAME as MANIFEST
from bot.policies.manifest import Manifest, place_caveats, read_manifest, read_own_file
from bot.policies.parsing import parse_policy
from bot.policies.places import with_places
from bot.policies.questions import NAME as QUESTIONS
from bot.policies.questions import VisitorQuestion, own_questions, parse_questions
from bot.policies.readers.kinds import read_file
from bot.policies.readers.reading import Reading
from bot.policies.reviewed import NAME as ANSWERS
from bot.policies.reviewed import place_reviewed, read_reviewed
from bot.policies.routes import route_questions
from bot.policies.versions import DRAFT, changes_of, home_of, in_use
from bot.policies.wording import read_wording
from bot.settings import FetchSettings
from bot.topics.catalog import policy_topic_ids
from bot.types import AskPolicyError, Policy, Sentence

MAX_POLICY_BYTES = 20_000_000
_ENDED = re.compile(r"[.!?:;…。！？][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class PolicyFolder:
    """A policy and what its owner wrote about it. A single file is a folder without questions.

    starters: questions that a visitor may begin with. left_out: what the file has that was not read, one line for each
    kind. origins: sites whose pages may ask about this policy, such as https://www.example.org. path: of the folder,
    None for a single file.
    """

    policy: Policy
    questions: tuple[VisitorQuestion, ...]
    starters: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    path: Path | None = None


def load_policy_folder(name: str, corpus: Path, fetching: FetchSettings | None = None) -> PolicyFolder:
    """Read a policy by its folder's name under `corpus`, by a path to a folder or file, or by a page's address.

    fetching: limits on what an address may lead to, the default ones if None. Raises AskPolicyError if there is
    nothing, or if it cannot be read, or if a label names no statement.
    """
    if is_web_address(name):
        return read_single_address(name, fetching or FetchSettings())
    path = find_policy(name, corpus)
    if path.is_file():
        return _read_path(path)
    manifest = read_manifest(path)
    read, actual = read_text(path, manifest)
    if actual != manifest.sha256:
        raise AskPolicyError(
            f"The text of '{manifest.id}' is not the one its manifest was written for (sha256 {actual}, not "
            f"{manifest.sha256[:12]}…): restore the file, or check the new text and put its sha256 into "
            f"{path / MANIFEST}."
        )
    labels = Labels(read.policy, shlex.quote(name))
    caveats = place_caveats(manifest.caveats, labels, str(path / MANIFEST))
    reviewed = place_reviewed(read_reviewed(path, policy_topic_ids()), labels, str(path / ANSWERS))
    questions_path = path / QUESTIONS
    questions: tuple[VisitorQuestion, ...] = ()
    if questions_path.exists():
        routes = [route.id for route in manifest.routes]
        questions = parse_questions(read_own_file(questions_path), labels, questions_path, routes)
    labels.check()
    questions += (*route_questions(manifest.routes, questions, path), *own_questions(reviewed))
    policy = dataclasses.replace(
        read.policy, caveats=caveats, reviewed=reviewed, changes=changes_of(read.policy, home_of(path))
    )
    return dataclasses.replace(read, policy=policy, questions=questions, path=path)


def policy_id(name: str, corpus: Path, fetching: FetchSettings) -> str:
    """Return the id that `load_policy_folder` would give a policy, without reading its text. See there."""
    if is_web_address(name):
        return address_id(name, fetching)
    path = find_policy(name, corpus)
    return _file_id(path) if path.is_file() else read_manifest(path).id


def load_text(name: str, corpus: Path, fetching: FetchSettings | None = None) -> PolicyFolder:
    """Read a policy without the files that have labels, which need not fit. See `load_policy_folder`."""
    if is_web_address(name):
        return read_single_address(name, fetching or FetchSettings())
    path = find_policy(name, corpus)
    return _read_path(path) if path.is_file() else read_text(path, read_manifest(path))[0]


def find_policy(name: str, corpus: Path) -> Path:
    """Return the policy folder of a name, or the path of a single file. Raises AskPolicyError if there is nothing."""
    path = Path(name)
    try:
        for folder in (corpus / name, path):
            if (folder / MANIFEST).is_file():
                return in_use(folder)
        if path.is_file():
            path.open("rb").close()
            return path
    except OSError as error:
        raise AskPolicyError(
            f"The policy '{name[:80]}' cannot be read ({error.strerror}): give a policy's name or the path of its file."
        ) from None
    if path.is_dir():
        raise AskPolicyError(f"The folder {path} has no manifest.toml: add one, or name the policy file itself.")
    available = ", ".join(list_policies(corpus)) or "none"
    raise AskPolicyError(
        f"There is no policy '{name}': give one of the policies under {corpus} ({available}), or the path of a "
        "text, Markdown, HTML, PDF or Word file, or the address of a page."
    )


def count_fragments(policy: Policy) -> int:
    """Count the sentences without an end. Items of lists and rows of tables need none."""
    return sum(is_fragment(policy.text, sentence) for sentence in policy.sentences)


def is_fragment(text: str, sentence: Sentence) -> bool:
    """Return whether a statement begins like a sentence and has no end, as a heading does that is read as text."""
    line = text.rfind("\n", 0, sentence.start) + 1
    begun = text[line : sentence.start].strip() or sentence.text.startswith("|")
    return not begun and _ENDED.search(sentence.text) is None


def list_policies(corpus: Path) -> list[str]:
    """Return the names of the policies under `corpus`."""
    return sorted(manifest.parent.name for manifest in corpus.glob(f"[!.]*/{MANIFEST}"))


def read_text(folder: Path, manifest: Manifest) -> tuple[PolicyFolder, str]:
    """Read the text of a policy folder. Return it without labels, and the sha256 of the file.

    Raises AskPolicyError if it cannot be read.
    """
    if not os.path.lexists(folder / manifest.text):
        raise AskPolicyError(
            f"{folder / MANIFEST}: 'text' names {manifest.text[:80]}, and there is no such file: correct it, or put "
            "the file there."
        )
    data = read_own_file(folder / manifest.text)
    reading = read_file(data, folder / manifest.text)
    policy = _complete(parse_policy(reading.text, id=manifest.id, url=manifest.url), reading, manifest)
    policy = dataclasses.replace(policy, wording=read_wording(folder))
    read = PolicyFolder(policy, (), manifest.starters, reading.left_out, manifest.origins)
    return read, hashlib.sha256(data).hexdigest()


def new_in_draft(policy: Policy, folder: Path) -> tuple[int, ...]:
    """Return the indexes of a draft's statements that are new or differ from the version in use.

    folder: with the policy. None if it is not the draft of a policy folder. Raises AskPolicyError if the version in use
    cannot be read.
    """
    home = home_of(folder)
    if folder != home / DRAFT:
        return ()
    used = in_use(home)
    return Alignment(read_text(used, read_manifest(used))[0].policy, policy).new_or_changed


def _read_path(path: Path) -> PolicyFolder:
    with path.open("rb") as file:
        return read_single_file(file.read(MAX_POLICY_BYTES + 1), path)


def read_single_file(data: bytes, path: PurePath) -> PolicyFolder:
    """Read the bytes of a policy file. path: its name, which may tell its kind, and which errors mention.

    Raises AskPolicyError if it cannot be read.
    """
    if len(data) > MAX_POLICY_BYTES:
        raise AskPolicyError(f"{path} is larger than {MAX_POLICY_BYTES // 1_000_000} MB: give the policy alone.")
    reading = read_file(data, path)
    policy = _complete(parse_policy(reading.text, id=_file_id(path)), reading)
    return PolicyFolder(policy, (), left_out=reading.left_out)


def _file_id(path: PurePath) -> str:
    return re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "policy"


def read_single_address(
    address: str, fetching: FetchSettings, max_bytes: int = MAX_POLICY_BYTES, resolve: Resolver = system_resolver
) -> PolicyFolder:
    """Fetch and read the policy at an address. See `read_address`, which raises AskPolicyError if there is none."""
    identity = address_id(address, fetching)
    return policy_of_page(read_address(address, fetching, max_bytes, resolve), identity)


def policy_of_page(page: ReadPage, id: str) -> PolicyFolder:
    """Return the policy that a page holds."""
    policy = _complete(parse_policy(page.reading.text, id=id, url=page.url), page.reading)
    return PolicyFolder(policy, (), left_out=page.reading.left_out)


def _complete(policy: Policy, reading: Reading, manifest: Manifest | None = None) -> Policy:
    """Add what the policy says about itself. The manifest takes precedence."""
    about = describe(policy, reading, site=manifest.site if manifest else None, url=policy.url)
    policy = dataclasses.replace(
        with_places(policy, reading),
        title=about.title,
        site=about.site,
        names=about.names,
        effective=about.effective,
        updated=about.updated,
        contacts=about.contacts,
        language=about.language,
    )
    if manifest is None:
        return policy
    owner = manifest.contacts
    return dataclasses.replace(
        policy,
        title=manifest.title or policy.title,
        names=policy.names if manifest.names is None else manifest.names,
        effective=manifest.effective or policy.effective,
        updated=manifest.updated or policy.updated,
        contacts=policy.contacts if owner is None else tuple(contact.value() for contact in owner),
        language=manifest.language or policy.language,
        languages=manifest.languages or (),
        public_records=manifest.public_records,
        routes=tuple(route.value() for route in manifest.routes),
    )
