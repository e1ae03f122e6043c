"""Reads what a client accepts (RFC 9110, sections 12 and 13), and whether its request comes from our own page."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.addresses import is_same_host

_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def weights(header: str) -> Mapping[str, float]:
    """Return the weight (0 to 1) of each item in an Accept or Accept-Encoding header, by its name in lowercase.

    `gzip;q=0.5, *` gives 0.5 and 1. A weight that is not a number from 0 to 1 counts as 0. Other parameters are
    ignored.
    """
    found: dict[str, float] = {}
    for item in header.lower().split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        if name:
            weight = next(
                (value for key, _, value in (p.partition("=") for p in parameters) if key.strip() == "q"), "1"
            )
            found[name] = _weight(weight.strip())
    return found


def takes_gzip(accept_encoding: str) -> bool:
    """Return whether the client accepts gzip and weights it at least as high as the plain file."""
    accepted = weights(accept_encoding)
    gzip = max((accepted[name] for name in ("gzip", "x-gzip") if name in accepted), default=accepted.get("*", 0))
    return gzip > 0 and gzip >= accepted.get("identity", 0)


def prefers(accept: str, wanted: str, other: str) -> bool:
    """Return whether the client names the media type `wanted` and weights it at least as high as `other`.

    A wildcard (`*/*`, which curl sends) counts for `other` only.
    """
    accepted = weights(accept)
    fallbacks = (other, other.partition("/")[0] + "/*", "*/*")
    likes_other = next((accepted[name] for name in fallbacks if name in accepted), 0)
    return accepted.get(wanted, 0) > 0 and accepted[wanted] >= likes_other


def has_current(if_none_match: str, tag: str) -> bool:
    """Return whether an If-None-Match header contains the entity tag. `W/"a"` equals `"a"`; `*` matches every tag."""
    return if_none_match.strip() == "*" or tag in _TAG.findall(if_none_match)


def _weight(value: str) -> float:
    try:
        weight = float(value)
    except ValueError:
        return 0
    return weight if 0 <= weight <= 1 else 0


def is_own_page(origin: str, headers: Mapping[str, str]) -> bool:
    """Return whether a request comes from this service's own page, by Sec-Fetch-Site or by the Host header."""
    return headers.get("sec-fetch-site") == "same-origin" or is_same_host(origin, headers.get("host", ""))
