"""The rules for personal data, as `personal_data.json` holds them. The fields of a rule:

    kind          the kind of personal data, shown in the warning
    cue           words that come before the secret, separated by `|`; the first two characters of each are literal
    link          what may be between cue and secret
    many          more secrets may follow, separated by commas or "and"
    at            for a rule without a cue, what the secret starts with, separated by `|`: word, mixed (a word with a
                  digit in it), number, house (a number before a word), code (a number with a letter in it), digits
                  (seven or more), sign, or the literal first characters
    secret        what is masked, in regular-expression syntax that means the same in Python (ASCII) and in JavaScript
                  (flag u); `%name%` stands for one of `parts`
    cased         the secret is case-sensitive
    check         a check that the digits must pass: luhn, iban, ssn
    after         the rule applies only if this matches the 24 characters before
    unless_after  the rule does not apply if this matches them

The rules are for the plain message that `bot.guard.personal_data_text` makes.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

RULES_FILE = Path(__file__).with_name("personal_data.json")
DATA: dict[str, Any] = json.loads(RULES_FILE.read_text(encoding="utf-8"))
KINDS = tuple(dict.fromkeys(str(rule["kind"]) for rule in DATA["rules"]))


def shown(kind: str) -> str:
    """Return a kind as visitors see it: "phone_number" -> "phone number"."""
    return kind.replace("_", " ")


def expanded(pattern: str) -> str:
    """Return a pattern with each `%name%` replaced by that part."""
    before = None
    while pattern != before:
        before = pattern
        pattern = re.sub(r"%(\w+)%", lambda part: DATA["parts"][part[1]], pattern)
    return pattern


def compiled(pattern: str, as_written: bool = False) -> re.Pattern[str]:
    """Compile a pattern for the plain message: as written, or by default in lowercase."""
    pattern = expanded(pattern)
    if not as_written:
        pattern = re.sub(r"\\.|\(\?P|[A-Z]", lambda part: part[0].lower() if len(part[0]) == 1 else part[0], pattern)
    return re.compile(pattern, re.ASCII)


# What replaces personal data in a message.
MASK = re.compile(rf"\[(?:{'|'.join(map(shown, KINDS))})\]")
# Zero-width, bidirectional-control, variation and tag characters. They can hide text from a human reader.
HIDDEN = re.compile(DATA["hidden"])
