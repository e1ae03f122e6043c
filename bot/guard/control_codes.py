"""Control codes: a policy or a path could hold some that move the cursor or rewrite what a terminal shows."""

from __future__ import annotations

import re

# C0 without tab and line feed, delete, C1, and what turns the direction of letters around.
_CODES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def without_control_codes(text: str) -> str:
    """Return the text with each control code replaced by a replacement character."""
    return _CODES.sub("\ufffd", text)


def escaped_in_json(line: str) -> str:
    """Return the same JSON with the control codes escaped that `json.dumps` leaves as they are."""
    return _CODES.sub(lambda match: f"\\u{ord(match[0]):04x}", line)
