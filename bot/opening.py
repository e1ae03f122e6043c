"""A policy's name -> a `Bot`: reads the policy, builds its index if there is none, and loads it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bot.encoder.embedding import encoder_id
from bot.encoder.files import encoder_bytes
from bot.index.bundle import build_bundle, load_bundle
from bot.pipeline import Bot
from bot.policies.folder import PolicyFolder, load_policy_folder
from bot.settings import Settings


def bundle_folder(policy_folder: PolicyFolder, settings: Settings) -> Path:
    """Return the folder of a policy's bundle, unless the user names another."""
    return settings.home / policy_folder.policy.id


def index_policy(
    name: str,
    settings: Settings,
    out: Path | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    reuse: Path | None = None,
) -> tuple[Path, PolicyFolder]:
    """Build the bundle of a policy and switch it in. on_progress, reuse: as of `build_bundle`.

    Returns the bundle's folder and the policy. Raises AskPolicyError.
    """
    policy_folder = load_policy_folder(name, settings.corpus)
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


def open_bot(settings: Settings, policy: str | None = None) -> Bot:
    """Open a policy. Its bundle is built if there is none yet; one that was built for something else is refused.

    policy: a name or path; the setting `policy` if None. Raises AskPolicyError.
    """
    return open_policy_folder(load_policy_folder(policy or settings.policy, settings.corpus), settings)


def open_policy_folder(policy_folder: PolicyFolder, settings: Settings) -> Bot:
    """Do the same as `open_bot` for a policy that was read already."""
    folder = bundle_folder(policy_folder, settings)
    encoder = encoder_bytes(settings.model)
    if not (folder / "CURRENT").exists():
        build_bundle(policy_folder, encoder, folder, threads=settings.threads)
    expected = encoder_id(encoder)
    del encoder  # otherwise its bytes are in memory next to those of the bundle's own
    bundle = load_bundle(folder, expect=policy_folder, expect_encoder=expected, threads=settings.threads)
    return Bot(bundle, settings)
