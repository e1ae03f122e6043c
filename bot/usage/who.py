"""The system user who runs a command, for the audit."""

from __future__ import annotations

import os
import pwd


def system_user() -> str:
    """Return the name of the system user, or its number if it has no name; with sudo, also who became it.

    Reads the real user, not $USER, which anybody can set.
    """
    number = os.getuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:
        name = f"user {number}"
    before = os.environ.get("SUDO_USER") if number == 0 else None
    return f"{before} as {name}" if before else name
