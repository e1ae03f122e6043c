"""What the list of policies says of each, also of those that are not loaded."""

from __future__ import annotations

from typing import Any

from bot.index import versions
from bot.index.bundle_manifest import PolicyEntry
from bot.service.content import Content
from bot.service.loading import ServedPolicy
from bot.settings import Settings
from bot.types import AskPolicyError, Policy


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
    }


class Summaries:
    """Reads the summaries of policies that are not loaded from their indexes, once for each."""

    def __init__(self, settings: Settings, content: Content | None) -> None:
        self._settings = settings
        self._content = content
        self._found: dict[str, dict[str, Any]] = {}

    def of(self, id: str, served: ServedPolicy | None) -> dict[str, Any] | None:
        """Return the summary of a policy; None if its index is missing or damaged. served: the policy, if loaded."""
        if served is not None:
            self._found[id] = summary(served.policy)
        elif id not in self._found:
            copy = self._content.copy_of(id) if self._content else None
            folder = copy if copy and copy.exists() else self._settings.home / id
            try:
                self._found[id] = summary(versions.read(folder, ()).manifest.policy)
            except AskPolicyError:
                return None
        return self._found.get(id)
