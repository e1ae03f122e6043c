"""The error for failures that a user can fix."""

from __future__ import annotations


class AskPolicyError(Exception):
    """A failure that a user can fix. The message says in one clear sentence what is wrong and how to fix it."""
