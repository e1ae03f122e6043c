"""Where the words of a policy are on its page, and where they lead: what links need, and how a bundle stores it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator
from urllib.parse import urljoin

from bot.policies.readers.reading import Reading
from bot.types import Link, PageText, Policy, Run

# Where a link may lead. Anything else, such as a script, is not a place to send a visitor.
_TARGETS = ("http://", "https://", "mailto:", "tel:")


def with_places(policy: Policy, reading: Reading) -> Policy:
    """Return a policy with the places that its reader found. Its address makes the targets of links absolute."""
    links = tuple(_absolute(reading.links, policy.url))
    return dataclasses.replace(policy, page=reading.page, pages=reading.pages, links=links)


def _absolute(links: Iterable[Link], url: str | None) -> Iterator[Link]:
    for link in links:
        try:
            target = urljoin(url or "", link.url)
        except ValueError:
            continue
        if target.lower().startswith(_TARGETS) and target.isprintable() and " " not in target:
            yield dataclasses.replace(link, url=target)


def places_text(policy: Policy) -> bytes:
    """Return the places of a policy as JSON."""
    page = policy.page and {"text": policy.page.text, "runs": policy.page.runs, "ids": policy.page.ids}
    links = [(link.start, link.end, link.url) for link in policy.links]
    return json.dumps({"page": page, "pages": policy.pages, "links": links}, ensure_ascii=False).encode("utf-8")


def read_places(policy: Policy, data: bytes) -> Policy:
    """Return a policy with the places that `places_text` wrote. Raises ValueError if they do not fit its text."""
    try:
        record = json.loads(data)
        page = record["page"] and PageText(
            record["page"]["text"],
            tuple(Run(*run) for run in record["page"]["runs"]),
            tuple((int(at), str(name)) for at, name in record["page"]["ids"]),
        )
        links = tuple(Link(*link) for link in record["links"])
        runs = page.runs if page else ()
        fits = all(policy.text[s : s + n] == page.text[at : at + n] for s, at, n in runs) and all(
            0 <= link.start < link.end <= len(policy.text) and link.url.lower().startswith(_TARGETS) for link in links
        )
        pages = tuple(int(start) for start in record["pages"])
    except (KeyError, TypeError, AttributeError):
        raise ValueError("the places are not as they are written") from None
    if not fits:
        raise ValueError("the places are those of another text")
    return dataclasses.replace(policy, page=page, pages=pages, links=links)
