"""The places that the chat sends visitors to (contacts, routes, and the search) -> whether they reply."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from bot.live.findings import Finding, reason
from bot.policies.fetch import ClosedToProgramsError, Links, Reply
from bot.policies.hosts import Resolver, is_web_address
from bot.settings import FetchSettings
from bot.types import AskPolicyError, Policy, search_link

# What is searched for, to see whether the search answers.
_SEARCHED = "privacy"


class Place(NamedTuple):
    """A link that the chat may offer. name: what it is, and the owner's name for it."""

    name: str
    url: str


def places_of(policy: Policy) -> list[Place]:
    """Return the web pages among the contacts and routes, each address once."""
    found = [(f"the contact '{contact.name}'", contact.url) for contact in policy.contacts]
    found += [(f"the route '{route.id}'", route.contact.url) for route in policy.routes]
    found += [
        (f"the search of '{contact.name}'", search_link(contact, _SEARCHED).url)
        for contact in policy.contacts
        if contact.search_url
    ]
    places: dict[str, Place] = {}
    for name, url in found:
        if url and url.lower().startswith(("http://", "https://")):
            places.setdefault(url.partition("#")[0], Place(name, url))
    return list(places.values())


def check_places(
    policy: Policy, settings: FetchSettings, resolve: Resolver, counts: dict[str, int]
) -> Iterator[Finding]:
    """Ask one place after the other, and yield what is found. counts: gets how many there are, and how many answer."""
    links = Links(settings, resolve)
    places = [place for place in places_of(policy) if place.url.partition("#")[0] != policy.url]
    counts |= {"places": len(places), "answering": 0}
    for place in places:
        finding = _ask(place, links)
        counts["answering"] += finding.level == "ok"
        yield finding
    silent = sum(bool(c.url) and not is_web_address(str(c.url)) for c in policy.contacts)
    if silent:
        yield Finding("ok", "not_asked", f"Not asked: email addresses and phone numbers of contacts ({silent}).")


def _ask(place: Place, links: Links) -> Finding:
    details = {"place": place.name, "url": place.url}
    try:
        reply = links.ask(place.url)
    except ClosedToProgramsError as error:
        return _note("place_closed", place, f"cannot be checked by a program ({reason(error)})", details)
    except AskPolicyError as error:
        return _wrong(place, f"does not answer ({reason(error)})", details)
    details |= {"status": str(reply.status)}
    if reply.status in {401, 403, 407, 429}:
        return _note("place_closed", place, f"does not answer programs (status {reply.status})", details)
    if reply.status >= 400:
        return _wrong(place, f"does not answer (status {reply.status})", details)
    if _is_lost(place, reply):
        return _wrong(place, f"leads to the start page {reply.url}", details)
    if reply.moved:
        return Finding(
            "note",
            "place_moved",
            f"{_upper(place.name)} has moved from {place.url} to {reply.url}: put the new address into the manifest.",
            {**details, "to": reply.url},
        )
    return Finding("ok", "place_answers", f"{_upper(place.name)} answers at {place.url}.", details)


def _wrong(place: Place, what: str, details: dict[str, str]) -> Finding:
    return Finding(
        "wrong",
        "place_silent",
        f"{_upper(place.name)} at {place.url} {what}: correct the address in manifest.toml, or remove it there.",
        details,
    )


def _note(code: str, place: Place, what: str, details: dict[str, str]) -> Finding:
    return Finding(
        "note",
        code,
        f"{_upper(place.name)} at {place.url} {what}: open it in a browser, and update `checked`.",
        details,
    )


def _is_lost(place: Place, reply: Reply) -> bool:
    """Return whether a page is answered with the site's start page, as many sites do if it is gone."""
    asked, got = urlsplit(place.url), urlsplit(reply.url)
    return asked.path not in {"", "/"} and not got.query and got.path in {"", "/"}


def _upper(text: str) -> str:
    return text[0].upper() + text[1:]
