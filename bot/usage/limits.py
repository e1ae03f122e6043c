"""The limits that every store has, in addition to those in the settings."""

from __future__ import annotations

# The share of the size limit that words may use. The rest is for verdicts without words, about 200 bytes each.
WORDS_SHARE = 0.75
COUNTS = 1_000_000  # rows; at this number, counts that need a new row are dropped
AUDIT = 10_000  # rows; the oldest are dropped, so that a script that pauses every hour cannot fill the disk
MORE_ROOM = "raise feedback.max_rows or feedback.max_megabytes, or lower feedback.retention_days"
