"""The sites and products of a policy's owner that have names of their own: "Wikipedia" of Wikimedia, the MyFern portal.

Policies name the products of others in the same words: "the Facebook app", "our services, such as Google Analytics".
So a name counts only if a part of the owner's name is in it, or if it is a site that the policy calls the owner's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_KINDS = (
    r"(?:web ?)?sites?|(?:mobile |web )?apps?|applications?|portals?|platforms?|products?|services?|projects?|tools?"
    r"|browsers?|games?|assistants?|accounts?|profiles?"
)
_NAME = r"(?:[Mm]y)?[A-Z][\w-]*(?:\s[A-Z][\w-]*){0,2}"
# "the MyFern patient portal", "our Delmar Connect app"
_BEFORE_KIND = re.compile(rf"\b(?:[Oo]ur|[Tt]he|[Yy]our|[Aa])\s(?P<name>{_NAME})\s(?:[a-z]+\s)?(?:{_KINDS})\b")
# "the Wikimedia Sites, like Wikipedia"
_AFTER_KIND = re.compile(
    rf"\b(?:{_KINDS}|Sites|Services|Products|Apps),?\s(?:such as|like|including|called|named)\s(?P<name>{_NAME})"
)
_OWN_SITE = re.compile(
    r"\b(?:our|this)\s(?:web ?)?site,?\s(?:(?:is |which is )?(?:located )?(?:at|is)\s)?\(?"
    r"(?:https?://)?(?:www\.)?(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+){0,2}\.[a-z]{2,24})\b",
    re.IGNORECASE,
)
_LEAST_SHARED = 4


def own_sites(texts: Sequence[str]) -> Iterator[str]:
    """Yield the hosts that a policy calls its owner's site. texts: of its statements."""
    for text in texts:
        if "site" in text:
            yield from (match["host"].lower() for match in _OWN_SITE.finditer(text))


def product_names(names: Sequence[str], texts: Sequence[str]) -> Iterator[str]:
    """Yield the names of products that share a part of the owner's names. texts: of the policy's statements."""
    firsts = {name.split()[0].split(".")[0].lower() for name in names}
    for text in texts:
        for match in _BEFORE_KIND.finditer(text):
            if any(_begins_with(match["name"], first) for first in firsts):
                yield match["name"]
        for match in _AFTER_KIND.finditer(text):
            if any(_shares_beginning(match["name"], first) for first in firsts):
                yield match["name"]


def _begins_with(name: str, first: str) -> bool:
    """Return whether a product's name begins with the first word of an owner's, or with "my" and a part of it."""
    word = name.split()[0].lower()
    mine = word.removeprefix("my")
    return word == first or (
        mine != word and (mine == first or (len(mine) >= _LEAST_SHARED and first.startswith(mine)))
    )


def _shares_beginning(name: str, first: str) -> bool:
    return len(name) >= _LEAST_SHARED <= len(first) and name[:_LEAST_SHARED].lower() == first[:_LEAST_SHARED]
