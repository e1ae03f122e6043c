"""What a reload changes, and how it can fail."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import StrEnum

from bot.settings import Settings

# What belongs to the parent, which a reload does not replace.
_FIXED = {
    "serve": ("host", "port", "workers", "questions_per_minute", "rate_store", "address_secret"),
    "feedback": ("per_hour",),
}
_log = logging.getLogger("askpolicy.reload")


class ReloadFailure(StrEnum):
    """Why a reload failed, in words that anybody may read. The log says more."""

    SETTINGS = "The settings cannot be read."
    CONTENT = "The policy, its index or the model cannot be loaded."
    START = "The new worker did not start."


@dataclass(frozen=True, slots=True)
class FailedReload:
    """A reload that failed. at: UTC, ISO 8601. What was served before is served still."""

    at: str
    reason: ReloadFailure


def applied(old: Settings, new: Settings) -> Settings:
    """The new settings, except for those that need a restart; the log names these if they differ."""
    changed, groups = [], {}
    for name, keys in _FIXED.items():
        before, after = getattr(old, name), getattr(new, name)
        changed += [f"{name}.{key}" for key in keys if getattr(after, key) != getattr(before, key)]
        groups[name] = after.model_copy(update={key: getattr(before, key) for key in keys})
    if changed:
        _log.warning("Changed in the settings, and in force only after a restart: %s.", ", ".join(changed))
    return new.model_copy(update=groups)
