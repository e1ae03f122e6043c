"""What the list of policies says about each, including those that are not loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.index import versions
from bot.index.bundle_manifest import PolicyEntry
from bot.postgres.copies import copies_of
from bot.service.content import Content
from bot.service.loading import ServedPolicy
from bot.settings import Settings
from bot.types import AskPolicyError, Policy
from bot.wording import LANGUAGES


def summary(policy: Policy | PolicyEntry) -> dict[str, Any]:
    """Return a policy in the form of `bot.service.schemas.PolicySummary`."""
    return {
        "id": policy.id,
        "title": policy.title,
        "site": policy.site,
        "url": policy.url,
        "version": policy.sha256[:12],
        "effective": policy.effective,
        "updated": policy.updated,
        "language": policy.language,
        "languages": list(policy.languages or LANGUAGES),
    }


class Summaries:
    """Reads the summaries of policies that are not loaded from their indexes, once for each."""

    def __init__(self, settings: Settings, content: Content | None) -> None:
        self._settings = settings
        self._copies = copies_of(settings)
        self._content = content
        self._found: dict[str, dict[str, Any]] = {}

    def of(self, id: str, served: ServedPolicy | None) -> dict[str, Any] | None:
        """Return the summary of a policy; None if its index is missing or damaged. served: the policy, if loaded."""
        if served is not None:
            self._found[id] = summary(served.policy)
        elif id not in self._found:
            try:
                self._found[id] = summary(versions.read(self._folder(id), ()).manifest.policy)
            except AskPolicyError:
                return None
        return self._found.get(id)

    def forget(self, id: str) -> None:
        """Read the summary of a policy again when it is needed."""
        self._found.pop(id, None)

    def _folder(self, id: str) -> Path:
        if self._copies is not None:
            return self._copies.of(id)
        copy = self._content.copy_of(id) if self._content else None
        return copy if copy and copy.exists() else self._settings.home / id
