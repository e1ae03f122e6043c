"""Finds the version of a bundle that was built for a policy, its visitor questions, and an encoder."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from bot import __version__
from bot.index import versions
from bot.index.bundle_files import passages_sha256, questions_sha256
from bot.index.bundle_manifest import BundleManifest, PolicyEntry
from bot.policies.anchors import Anchors
from bot.policies.folder import PolicyFolder
from bot.types import AskPolicyError, Passage


def version_built_for(
    folder: Path,
    current: versions.Version,
    expect: PolicyFolder,
    passages: Sequence[Passage],
    encoder: str | None,
    files: Sequence[str],
) -> versions.Version:
    """Return the version that was built for a policy: the current one, or else the newest other one that is kept.

    folder: the bundle's. expect: the policy and its visitor questions. passages: the policy's. encoder: the id of the
    encoder, None for any. files: the names of the files to read. Raises AskPolicyError if no version fits. It says what
    the current version was built for instead.
    """
    try:
        _check_built_for(folder, current.manifest, expect, passages, encoder)
        return current
    except AskPolicyError as error:
        for name in versions.others(folder):
            with suppress(AskPolicyError):
                other = versions.read(folder, files, name)
                _check_built_for(folder, other.manifest, expect, passages, encoder)
                return other
        raise error from None


def _check_built_for(
    folder: Path,
    manifest: BundleManifest,
    policy_folder: PolicyFolder,
    passages: Sequence[Passage],
    encoder: str | None,
) -> None:
    anchors = Anchors(policy_folder.policy)
    entry = PolicyEntry.of(policy_folder.policy, anchors)
    if (manifest.policy.sha256, manifest.policy.id) != (entry.sha256, entry.id):
        wrong = "another text of the policy"
    elif manifest.statements != passages_sha256(passages):
        wrong = "another division of the policy into statements"
    elif manifest.files.get("questions.jsonl") != questions_sha256(policy_folder.questions, anchors):
        wrong = "other visitor questions"
    elif manifest.policy.caveats != entry.caveats:
        wrong = "other caveats"
    elif manifest.policy.reviewed != entry.reviewed:
        wrong = "other reviewed answers"
    elif encoder is not None and manifest.encoder != encoder:
        wrong = "another model"
    elif manifest.askpolicy != __version__:
        wrong = f"askpolicy {manifest.askpolicy}, and this is {__version__}"
    else:
        return
    raise AskPolicyError(
        f"The index in {folder} was built for {wrong}: build it again with `askpolicy index {policy_folder.policy.id}`."
    )
