"""Where the index of a policy is published."""

from __future__ import annotations

from typing import Protocol

from bot.encoder.embedding import FloatArray, encoder_id
from bot.encoder.files import encoder_bytes
from bot.index.bundle import write_bundle
from bot.opening import bundle_folder
from bot.policies.folder import PolicyFolder
from bot.settings import Settings


class Publisher(Protocol):
    """Publishes indexes. Publishing the same policy again changes nothing."""

    def publish(self, policy_folder: PolicyFolder, vectors: FloatArray) -> str:
        """Publish a policy with its vectors, as `embed_policy` returns them, and return the name of the version.

        Raises AskPolicyError if it cannot be published; what was published before then stays in use.
        """
        ...


class FolderPublisher:
    """Writes each index to its folder under `home`, where servers find it, as `askpolicy index` does."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._files = encoder_bytes(settings.model)
        self._encoder = encoder_id(self._files)

    def publish(self, policy_folder: PolicyFolder, vectors: FloatArray) -> str:
        """Write a version, make it the current one, and return its name."""
        out = bundle_folder(policy_folder, self._settings)
        return write_bundle(policy_folder, vectors, self._encoder, self._files, out)


def publisher_of(settings: Settings) -> Publisher:
    """Return the publisher that the settings describe."""
    return FolderPublisher(settings)
