"""Statements that say when a policy was changed or took effect: lines, sentences, and entries of a list of changes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.policies.dates import FoundDate, find_dates, sort_key
from bot.types import Sentence

_UPDATED = re.compile(
    r"\b(?:last|date|latest|most recent(?:ly)?|was|were|been|have|we)\s(?:\w+\s){0,2}(?:updat|revis|modif|amend"
    r"|chang|review|edit|publish|"
    r"post|adopt|issu)\w*\b"
    r"|\b(?:updated|revised|modified|amended|published|posted|issued)\b(?:\s(?:on|in|as of))?"
    r"|\b(?:update|revision|version|modification|issue|publication)\b|^(?:date|stand|as of|v\d)\b"
    r"|\baktualisiert|\bletzte\s(?:änderung|aktualisierung)|\b(?:última|ultima)\s(?:actualizaci|modificaci|revisi|atualiza|altera)"
    r"|\bdernière\s(?:mise à jour|modification)|\bmis(?:e)? à jour|\bultim[oa]\s(?:aggiornamento|modifica)"
    r"|\bactualizad[oa]|\batualizad[oa]"
    r"|最后更新|更新日期|\bcập nhật",
    re.IGNORECASE,
)
_EFFECTIVE = re.compile(
    r"\beffective\b|\b(?:in|into|takes?|took|taking)\s(?:effect|force)\b|\b(?:valid|applies|applied|apply"
    r"|binding|in use)\s"
    r"(?:from|since|as of|as from|starting|on)\b|\bgültig\s(?:ab|seit)|\bin kraft|\bentrada em? vigor"
    r"|\ben vigueur|\bin vigore|\bvigen(?:te|cia)"
    r"|\bentra(?:da)? en vigor|生效",
    re.IGNORECASE,
)
# A sentence about a date must be about the policy, and not about a law.
_POLICY = re.compile(
    r"\b(?:policy|notice|statement|version|document|page|this|it|aviso|política|erklärung|politique)\b|^we\b",
    re.IGNORECASE,
)
_LAW = re.compile(
    r"\b(?:act|regulation|law|directive|code|statute|amendment|CCPA|CPRA|GDPR|COPPA|decision|framework|shield|clauses)\b",
    re.IGNORECASE,
)
_OLD_DATE = re.compile(r"^\W*(?:replaces|supersedes)\b|\b(?:previous|earlier|prior|archived|old)\b", re.IGNORECASE)
_ENDED = re.compile(r"\buntil\b", re.IGNORECASE)
# An entry in a list of changes: its date, perhaps after a version number, then what was done.
_ENTRY_START = re.compile(
    r"\W*(?:(?:version|revision|release|update|v|no)\b\.?\s?)?[\d.]{0,8}[\s(\[:,|–—-]*", re.IGNORECASE
)
_ENTRY = re.compile(
    r"[\s)\]:,.|–—-]*(?:(?:we|minor|major|various|some|several|small|the)\s)*(?:added|adds|addition|removed|removes|removal"
    r"|replaced|replaces|clarified|clarif(?:ies|ication)|updated?|updates|revised|revision|rewr(?:ote|itten)|reworded"
    r"|changed?|changes|corrected|correction|fixed|fixes|renamed|moved|deleted|introduced|expanded|extended|simplified"
    r"|amended|edited|edits|initial|first|original|created|published|adopted|approved|launched)\b",
    re.IGNORECASE,
)
_LOG_HEADING = re.compile(
    r"\b(?:change ?-?log|log of changes|recent changes|what (?:has )?changed|amendments|revisions"
    r"|(?:list|history|record|summary) of (?:the )?(?:changes|updates|revisions|versions)"
    r"|(?:change|revision|version|update|document) history)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")
# Words of a line that has a date, and says nothing else.
_OF_POLICY = frozenset(
    "this the our website privacy policy notice statement page document version text terms was were is are has been "
    "and it on of in by from as at since to date dated last v".split()
)


def is_date_line(words: str) -> bool:
    """Return whether a line says when the policy was made, changed or took effect, and little else."""
    rest = _around_dates(words)
    return rest is not None and len(rest) <= 5


def is_nothing_but_date(words: str) -> bool:
    """Return whether a line says when the policy was made, changed or took effect, and nothing else."""
    rest = _around_dates(words)
    return rest is not None and len(rest) <= 5 and _OF_POLICY.issuperset(map(str.lower, rest))


def _around_dates(words: str) -> list[str] | None:
    """Return the words around the dates in a line about the policy's dates, or None if it is not such a line."""
    if len(words) > 120:
        return None
    dates = list(find_dates(words))
    if not dates or not (_UPDATED.search(words) or _EFFECTIVE.search(words) or len(words.split()) <= 4):
        return None
    rest = "".join(words[: dates[0].span.start] + words[dates[-1].span.end :])
    return _WORD.findall(_UPDATED.sub("", _EFFECTIVE.sub("", rest)))


def dated_updated(text: str, above: Sequence[str]) -> int:
    """Return how clearly a statement says when the policy was changed, 0 to 3. above: what governs it."""
    return _dated(text, _UPDATED) or 2 * _is_entry(text, above)


def dated_effective(text: str) -> int:
    """Return how clearly a statement says when the policy took effect, 0 to 3."""
    return _dated(text, _EFFECTIVE)


def keep_latest_entries(sentences: Sequence[Sentence], found: dict[int, int]) -> None:
    """Leave only the latest of the entries of each section's list of changes, which may be in any order."""
    lists: dict[str, list[int]] = {}
    for index in sorted(found):
        if _leading_date(sentences[index].text):
            lists.setdefault(sentences[index].section_id, []).append(index)
    for entries in lists.values():
        latest = max(entries, key=lambda index: sort_key(next(find_dates(sentences[index].text))))
        for index in entries:
            if index != latest:
                del found[index]


def _dated(text: str, cue: re.Pattern[str]) -> int:
    first = next(find_dates(text), None)
    if first is None or _OLD_DATE.search(text[: first.span.start]) or _ENDED.search(text):
        return 0
    if is_date_line(text):
        return 3 * bool(cue.search(text))
    if not cue.search(text) or not _POLICY.search(text) or _LAW.search(text):
        return 0
    return 2


def _is_entry(text: str, above: Sequence[str]) -> bool:
    """Return whether a statement is an entry of a list of changes, such as `May 3, 2024: Added a section`."""
    first = _leading_date(text)
    if first is None:
        return False
    return any(map(_LOG_HEADING.search, above)) or _ENTRY.match(text, first.span.end) is not None


def _leading_date(text: str) -> FoundDate | None:
    """Return the date with which a statement opens, if it does."""
    start = _ENTRY_START.match(text)
    first = next(find_dates(text), None)
    return first if first and start and first.span.start <= start.end() else None
