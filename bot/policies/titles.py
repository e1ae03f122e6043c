"""The title of a policy, and the lines of a text that may be one."""

from __future__ import annotations

import itertools
import re

from bot.policies.dates import find_dates
from bot.policies.facts import is_fact_line
from bot.policies.readers.reading import Reading
from bot.types import Policy

_MAX_TITLE_CHARS, _MOST_TITLE_LINES = 120, 4
# Words that make a line the title of a policy.
POLICY_TITLE = re.compile(
    r"\b(?:privacy|policy|policies|notice|statement|cookies?|data protection|terms|datenschutz\w*|privacidad"
    r"|privacidade|confidentialité|protezione dei dati|aviso|política|politique|informativa|erklärung)\b|隐私",
    re.IGNORECASE,
)
# Lines at the top of pages and files that name no document.
_STRAY = re.compile(
    r"^\W*(?:skip to\b.*|jump to\b.*|menu|home|search\b.*|log ?in|sign (?:in|up)|navigation|main content"
    r"|table of contents|contents|close|back(?: to\b.*)?|share|print|english|language\b.*|toggle\b.*|accept\b.*"
    r"|cookie settings|subscribe|donate|draft|confidential|page \d.*|untitled.*|document ?\d*|microsoft word\b.*"
    r"|[\w -]*\.(?:docx?|pdf|html?|md|txt|odt))\W*$",
    re.IGNORECASE,
)
TITLE_SEPARATOR = re.compile(r"\s+[|·•»›–—:-]\s+|\s*[|»›]\s*|:\s+")


def find_title(policy: Policy, reading: Reading) -> str:
    """Return the title: of the file, of the first heading that names a policy, or of the page; otherwise the id."""
    headings = [section for section in policy.sections[:8] if section.headings]
    top = [section.headings[-1] for section in headings if not policy.text.startswith("##", section.start)]
    below = [section.headings[-1] for section in headings if policy.text.startswith("##", section.start)]
    page = [part for whole in reading.page_titles for part in (_without_site(whole, reading.site), whole)]
    written = [reading.title or "", *top[:1], *first_lines(policy), *top[1:], *page, *below]
    candidates = [clean for each in written if is_title(clean := " ".join(each.split()))]
    if reading.title and candidates and candidates[0] == " ".join(reading.title.split()):
        return candidates[0]
    named = [each for each in candidates if POLICY_TITLE.search(each)]
    return next(iter([*named, *(each for each in candidates if each in {*top[:1], *page})]), policy.id)


def first_lines(policy: Policy) -> list[str]:
    """Return the first line, and those directly below it, up to the first that ends like a sentence."""
    lines = [line.strip("# *_") for line in policy.text.strip().split("\n")[:_MOST_TITLE_LINES]]
    return [*itertools.takewhile(lambda line: line and not line.endswith((".", ",", ";", ":")), lines)] or lines[:1]


def is_title(words: str) -> bool:
    """Return whether words may be a title: some, not too many, and no link, fact or date."""
    return (
        2 < len(words) <= _MAX_TITLE_CHARS
        and any(c.isalpha() for c in words)
        and not _STRAY.match(words)
        and not is_fact_line(words)
        and not any(found.span.end - found.span.start > len(words) / 2 for found in find_dates(words))
    )


def _without_site(whole: str, site: str | None) -> str:
    """Return the part of a page's title that names the document: "Privacy Policy | Acme" -> "Privacy Policy"."""
    parts = [part.strip() for part in TITLE_SEPARATOR.split(whole) if part.strip()]
    others = [part for part in parts if not site or part.lower() != site.lower()]
    return next((part for part in others if POLICY_TITLE.search(part)), others[0] if others else whole)
