"""A page or file -> a policy folder with drafts, written as a whole or not at all."""

from __future__ import annotations

import dataclasses
import datetime
import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.drafting.answers import Draft, draft_answers
from bot.drafting.manifest import manifest_text, missing
from bot.drafting.reviews import answers_text
from bot.drafting.starters import choose_starters
from bot.encoder.embedding import OnnxEmbedder
from bot.encoder.files import encoder_bytes
from bot.index.bundle import bundle_in_memory
from bot.pipeline import Bot
from bot.policies.folder import load_policy_folder
from bot.policies.hosts import is_web_address
from bot.policies.manifest import NAME as MANIFEST
from bot.policies.reviewed import NAME as ANSWERS
from bot.policies.source import Source, read_source
from bot.settings import Settings
from bot.types import AskPolicyError
from bot.wording import READ

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class NewFolder:
    """A policy folder before it is written.

    path: where it goes. source: the policy, with the id of the folder. files: name -> content. missing: what was not
    found, each as words.
    """

    path: Path
    source: Source
    drafts: tuple[Draft, ...]
    starters: tuple[str, ...]
    missing: tuple[str, ...]
    files: Mapping[str, bytes]


def draft_folder(
    name: str,
    settings: Settings,
    corpus: Path,
    id: str | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> NewFolder:
    """Read a policy and work out its folder. Nothing is written.

    name: the address of a page, or a file. corpus: the folder of policies. id: of the new one, by default after the
    site. on_progress: see `draft_answers`. Raises AskPolicyError if the policy cannot be read or the folder exists.
    """
    if id is not None:
        _check_free(corpus, id)  # before anything is fetched
    source = read_source(name, settings.fetch)
    id = id or source.id
    path = _check_free(corpus, id)
    source = _with_id(source, id)
    policy = source.read.policy
    embedder = OnnxEmbedder.from_bytes(encoder_bytes(settings.model), settings.threads)
    bot = Bot(bundle_in_memory(source.read, embedder), settings)
    drafts = draft_answers(bot, on_progress=on_progress)
    starters = choose_starters(bot, drafts)
    made_from = name if is_web_address(name) else Path(name).name  # where the owner keeps files is private
    today = datetime.date.today().isoformat()
    files = {source.name: source.data}
    if policy.language == READ:
        files[ANSWERS] = answers_text(policy, drafts).encode("utf-8")
    else:
        drafts = ()  # only contacts and dates are answered, which need no review
    # Last, because a folder without a manifest is not a policy folder.
    files[MANIFEST] = manifest_text(source, policy, starters, made_from, today).encode("utf-8")
    return NewFolder(path, source, drafts, starters, missing(policy, starters), files)


def _with_id(source: Source, id: str) -> Source:
    """Return a source whose policy has an id. A policy without a title or a site is called by it."""
    old = source.read.policy
    title, site = (id if name == old.id else name for name in (old.title, old.site))
    policy = dataclasses.replace(old, id=id, title=title, site=site)
    return dataclasses.replace(source, read=dataclasses.replace(source.read, policy=policy))


def write_folder(new: NewFolder) -> None:
    """Write the folder in one step: if this is interrupted, there is no folder, and running again works.

    Raises AskPolicyError if it exists or cannot be written.
    """
    scratch = new.path.with_name(f".{new.path.name}.new")
    try:
        shutil.rmtree(scratch, ignore_errors=True)  # what an interrupted run left
        scratch.mkdir(parents=True)
        for name, data in new.files.items():
            with (scratch / name).open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        if load_policy_folder(str(scratch), new.path.parent).policy.text != new.source.read.policy.text:
            raise AskPolicyError("The policy reads differently once it is saved: save it as UTF-8, and give that file.")
        _check_free(new.path.parent, new.path.name)
        scratch.rename(new.path)
    except OSError as error:
        raise AskPolicyError(
            f"{new.path} cannot be written ({error.strerror}): allow it, or choose another folder with --corpus."
        ) from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _check_free(corpus: Path, id: str) -> Path:
    if not _ID.fullmatch(id):
        raise AskPolicyError(
            f"'{id[:80]}' cannot be the name of a policy folder: use lowercase letters, digits, hyphens and "
            "underscores, 64 at most."
        )
    path = corpus / id
    if path.exists() or path.is_symlink():
        raise AskPolicyError(f"{path} exists already and is not overwritten: choose another name with --name.")
    return path
