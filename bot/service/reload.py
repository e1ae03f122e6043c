"""Determines what a reload changes, and names the ways in which it can fail."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import StrEnum

from bot.settings import Settings

# Settings of the parent process, which a reload does not replace.
_FIXED = {
    "serve": ("host", "port", "workers", "questions_per_minute", "rate_store", "address_secret"),
    "feedback": ("per_hour",),
}
_log = logging.getLogger("askpolicy.reload")


class ReloadFailure(StrEnum):
    """Why a reload failed, in words that are safe to show to anybody. The log says more."""

    SETTINGS = "The settings cannot be read."
    CONTENT = "The policy, its index, or the model cannot be loaded."
    START = "The new worker did not start."
    POLICIES = "Some policies cannot be loaded, and keep their old content."


@dataclass(frozen=True, slots=True)
class FailedReload:
    """A reload that failed, so that the service still answers from the old content. at: UTC, ISO 8601."""

    at: str
    reason: ReloadFailure


def applied(old: Settings, new: Settings) -> Settings:
    """Return the new settings, with the old value of each that needs a restart. Logs the names of those that differ."""
    changed, groups = [], {}
    for name, keys in _FIXED.items():
        before, after = getattr(old, name), getattr(new, name)
        changed += [f"{name}.{key}" for key in keys if getattr(after, key) != getattr(before, key)]
        groups[name] = after.model_copy(update={key: getattr(before, key) for key in keys})
    if changed:
        _log.warning("These settings changed, but take effect only after a restart: %s.", ", ".join(changed))
    return new.model_copy(update=groups)
