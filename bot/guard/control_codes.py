"""Neutralizes control codes: those in a policy or a path could move the cursor or change what a terminal shows."""

from __future__ import annotations

import re

# C0 except tab and line feed, delete, C1, and the characters that change the direction of text.
_CODES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def without_control_codes(text: str) -> str:
    """Return the text with each control code replaced by U+FFFD."""
    return _CODES.sub("\ufffd", text)


def escaped_in_json(line: str) -> str:
    """Return a line of JSON with the control codes escaped that `json.dumps` does not escape."""
    return _CODES.sub(lambda match: f"\\u{ord(match[0]):04x}", line)
