"""Dates in prose: finds them in the forms that people write, and returns the ones that are certain as ISO 8601.

`03/04/2023` is March in one country and April in another, so it is returned as written. General date parsers guess
here, and see dates in numbers and short words, so this reads only the forms below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from bot.types import Span

# The months in English, Spanish, Portuguese, French, German and Italian, by their first letters, with accents removed.
_MONTHS = (
    "jan|ene|gen",
    "feb|fev",
    "mar|mae",
    "apr|abr|avr",
    "may|mai|mag",
    "jun|juin|giu",
    "jul|juil|lug",
    "aug|ago|aou",
    "sep|set",
    "oct|okt|out|ott",
    "nov",
    "dec|dic|dez",
)
_MONTH_NAMES = (
    "january february march april may june july august september october november december jan feb mar apr jun jul aug "
    "sep sept oct nov dec "
    "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre "
    "janeiro fevereiro março marco maio junho julho setembro outubro novembro dezembro "
    "janvier février fevrier mars avril mai juin juillet août aout septembre octobre décembre decembre "
    "januar jänner februar märz maerz april juni juli oktober dezember "
    "gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre"
)
# The names of the months, as alternatives of a pattern, the longest first.
MONTHS = "|".join(sorted(set(_MONTH_NAMES.split()), key=len, reverse=True))
_YEAR = r"(?:19|20)\d\d"
_A_YEAR = re.compile(_YEAR)
_DAY = r"\d{1,2}"
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_FORMS = re.compile(
    rf"(?<![\w/.-])(?:"
    rf"(?P<iso>(?P<y1>{_YEAR})[-/.](?P<m1>\d{{1,2}})[-/.](?P<d1>\d{{1,2}})(?!\d))"
    rf"|(?P<cjk>(?P<y2>{_YEAR})\s?年\s?(?P<m2>\d{{1,2}})\s?月(?:\s?(?P<d2>\d{{1,2}})\s?日)?)"
    rf"|(?P<dotted>(?P<d3>{_DAY})\.\s?(?P<m3>\d{{1,2}})\.\s?(?P<y3>{_YEAR}))"
    rf"|(?P<slashed>(?P<a4>{_DAY})(?P<sep>[/-])(?P<b4>\d{{1,2}})(?P=sep)(?P<y4>{_YEAR}))"
    rf"|(?P<month_first>(?P<n5>{MONTHS})\b\.?\s{{1,3}}(?P<d5>{_DAY})(?:st|nd|rd|th)?,?\s{{1,3}}(?P<y5>{_YEAR}))"
    rf"|(?P<day_first>(?P<d6>{_DAY})(?:st|nd|rd|th|er|º|\.)?[\s-]{{1,3}}(?:(?:day\s)?of\s|de\s)?(?P<n6>{MONTHS})\b\.?,?"
    rf"[\s-]{{1,3}}(?:de\s|del\s)?(?P<y6>{_YEAR}))"
    rf"|(?P<month_only>(?P<n7>{MONTHS})\b\.?,?\s{{1,3}}(?:of\s|de\s|del\s)?(?P<y7>{_YEAR}))"
    rf")(?:(?=T\d)|(?![\w/-]|\.\d))",
    re.IGNORECASE,
)
_PLAIN = str.maketrans("áàâäãéèêëíìîïóòôöõúùûüç", "aaaaaeeeeiiiiooooouuuuc")


class FoundDate(NamedTuple):
    """A date in a text. value: ISO 8601 if it is certain, otherwise the words as written."""

    span: Span
    value: str


def find_dates(text: str) -> Iterator[FoundDate]:
    """Yield the dates of a text, in order. A month without a day is a date too."""
    if not _A_YEAR.search(text):  # no form is without one, and this is much faster than looking for each
        return
    for match in _FORMS.finditer(text):
        value = _iso(match)
        if value is not None:
            yield FoundDate(Span(match.start(), match.end()), value)


def sort_key(found: FoundDate) -> str:
    """Return what sorts a date among others: as much of it as is certain, such as `2023` of `03/04/2023`."""
    if _ISO.fullmatch(found.value):
        return found.value
    month = re.match(rf"{MONTHS}", found.value, re.IGNORECASE)
    year = _A_YEAR.search(found.value)
    return (year[0] if year else "") + (f"-{_month(month[0]):02}" if month else "")


def read_date(words: str) -> str:
    """Return a date of a file's metadata, ISO 8601 if it is certain; other words are returned unchanged."""
    return next((found.value for found in find_dates(words)), words.strip())


def _iso(match: re.Match[str]) -> str | None:
    """Return the date of a match, as written if it is not certain, or None if there is no such day."""
    part = match.groupdict()
    match next(name for name in _KINDS if part[name]):
        case "iso":
            return _day(part["y1"], part["m1"], part["d1"])
        case "cjk":
            return _day(part["y2"], part["m2"], part["d2"]) if part["d2"] else part["cjk"]
        case "dotted":
            return _day(part["y3"], part["m3"], part["d3"])
        case "slashed":
            first, second = int(part["a4"]), int(part["b4"])
            if first <= 12 and second <= 12 and first != second:
                return part["slashed"]
            month, day = (second, first) if first > 12 else (first, second)
            return _day(part["y4"], month, day)
        case "month_first":
            return _day(part["y5"], _month(part["n5"]), part["d5"])
        case "day_first":
            return _day(part["y6"], _month(part["n6"]), part["d6"])
        case _:
            return part["month_only"]


_KINDS = ("iso", "cjk", "dotted", "slashed", "month_first", "day_first", "month_only")


def _month(name: str) -> int:
    plain = name.lower().translate(_PLAIN)
    return next(number for number, starts in enumerate(_MONTHS, 1) if re.match(starts, plain))


def _day(year: str, month: str | int, day: str | int) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
