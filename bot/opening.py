"""A policy's name -> a `Bot`: reads the policy, builds its index if there is none, and loads it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bot.encoder.embedding import encoder_id
from bot.encoder.files import encoder_bytes
from bot.index.bundle import build_bundle, load_bundle
from bot.pipeline import Bot
from bot.policies.folder import Shelf, load_shelf
from bot.settings import Settings


def bundle_folder(shelf: Shelf, settings: Settings) -> Path:
    """Return the folder of a policy's bundle, unless the user names another."""
    return settings.home / shelf.policy.id


def index_policy(
    name: str,
    settings: Settings,
    out: Path | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    reuse: Path | None = None,
) -> tuple[Path, Shelf]:
    """Build the bundle of a policy and switch it in. on_progress, reuse: as of `build_bundle`.

    Returns the bundle's folder and the policy. Raises AskPolicyError.
    """
    shelf = load_shelf(name, settings.corpus)
    folder = out or bundle_folder(shelf, settings)
    build_bundle(
        shelf,
        encoder_bytes(settings.model),
        folder,
        threads=settings.threads,
        on_progress=on_progress,
        reuse=reuse,
    )
    return folder, shelf


def open_bot(settings: Settings, policy: str | None = None) -> Bot:
    """Open a policy. Its bundle is built if there is none yet; one that was built for something else is refused.

    policy: a name or path; the setting `policy` if None. Raises AskPolicyError.
    """
    return open_shelf(load_shelf(policy or settings.policy, settings.corpus), settings)


def open_shelf(shelf: Shelf, settings: Settings) -> Bot:
    """Do the same as `open_bot` for a policy that was read already."""
    folder = bundle_folder(shelf, settings)
    encoder = encoder_bytes(settings.model)
    if not (folder / "CURRENT").exists():
        build_bundle(shelf, encoder, folder, threads=settings.threads)
    expected = encoder_id(encoder)
    del encoder  # otherwise its bytes are in memory next to those of the bundle's own
    bundle = load_bundle(folder, expect=shelf, expect_encoder=expected, threads=settings.threads)
    return Bot(bundle, settings)
