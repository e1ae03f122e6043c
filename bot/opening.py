"""Policy name -> `Bot`: reads the policy, builds its index if there is none, and loads the index."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bot.encoder.embedding import encoder_id
from bot.encoder.files import encoder_bytes
from bot.index.bundle import build_bundle, indexed_policy, load_bundle
from bot.policies.address import address_id
from bot.policies.folder import PolicyFolder, load_policy_folder
from bot.policies.hosts import is_web_address
from bot.policies.versions import place_of
from bot.settings import Settings
from bot.types import AskPolicyError

if TYPE_CHECKING:
    from bot.pipeline import Bot


def bundle_folder(policy_folder: PolicyFolder, settings: Settings) -> Path:
    """Return the default folder of a policy's bundle. A draft, or a version that is not in use, has one of its own."""
    place = place_of(policy_folder.path) if policy_folder.path else ""
    return settings.home / policy_folder.policy.id / place


def index_policy(
    name: str,
    settings: Settings,
    out: Path | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    reuse: Path | None = None,
) -> tuple[Path, PolicyFolder]:
    """Build the bundle of a policy and make it the current one. Return the bundle's folder and the policy.

    out: the bundle's folder; `bundle_folder` by default. on_progress, reuse: see `build_bundle`.
    Raises AskPolicyError if the policy cannot be read or the bundle cannot be written.
    """
    policy_folder = load_policy_folder(name, settings.corpus, settings.fetch)
    folder = out or bundle_folder(policy_folder, settings)
    build_bundle(
        policy_folder,
        encoder_bytes(settings.model),
        folder,
        threads=settings.threads,
        on_progress=on_progress,
        reuse=reuse,
    )
    return folder, policy_folder


def read_policy(name: str, settings: Settings, *, may_fetch: bool = True) -> PolicyFolder:
    """Read a policy to answer from. A page that is indexed is read from its index, and not fetched again.

    Raises AskPolicyError if it cannot be read, or is a page that is not indexed and must not be fetched.
    """
    if is_web_address(name):
        folder = settings.home / address_id(name, settings.fetch)
        if is_indexed(folder):
            return indexed_policy(folder)
        if not may_fetch:
            raise AskPolicyError(
                f"{name} is not indexed, and nothing is fetched while serving: run `askpolicy index {name}` first."
            )
    return load_policy_folder(name, settings.corpus, settings.fetch)


def open_bot(settings: Settings, policy: str | None = None) -> Bot:
    """Return a bot for a policy. Builds the policy's bundle if there is none yet.

    policy: a name or path; the setting `policy` if None. Raises AskPolicyError if the policy cannot be read, or if its
    bundle is damaged or was built for another text, other questions or another model.
    """
    return open_policy_folder(read_policy(policy or settings.policy, settings), settings)


def open_policy_folder(policy_folder: PolicyFolder, settings: Settings) -> Bot:
    """Return a bot for a policy that was already read. See `open_bot`."""
    # The rules for questions take a third of a second to compile, and a command that only indexes needs none of them.
    from bot.pipeline import Bot

    folder = bundle_folder(policy_folder, settings)
    encoder = encoder_bytes(settings.model)
    if not is_indexed(folder):
        build_bundle(policy_folder, encoder, folder, threads=settings.threads)
    expected = encoder_id(encoder)
    del encoder  # otherwise its bytes stay in memory next to the bundle's copy
    bundle = load_bundle(folder, expect=policy_folder, expect_encoder=expected, threads=settings.threads)
    return Bot(bundle, settings)


def is_indexed(folder: Path) -> bool:
    """Return whether there is a bundle in this folder, whole or damaged. Raises AskPolicyError if nobody may look."""
    try:
        return (folder / "CURRENT").exists()
    except OSError as error:
        raise AskPolicyError(
            f"The index in {folder} cannot be read ({error.strerror}): give this user the right to read it."
        ) from None
