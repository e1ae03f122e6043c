"""The live page of a policy -> which statements it still has, word for word, and whether it has changed or moved."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from bot.answering.links import page_url
from bot.live.findings import Finding, reason
from bot.live.wording import Comparison, compare, digest, shown
from bot.policies.address import read_page
from bot.policies.fetch import Fetched, fetch
from bot.policies.folder import MAX_POLICY_BYTES
from bot.policies.hosts import Resolver, is_web_address, parse_address
from bot.policies.parsing import parse_policy
from bot.policies.places import with_places
from bot.policies.readers.reading import Reading
from bot.settings import FetchSettings
from bot.types import AskPolicyError, Policy

# No policy is nearly this long; comparing more would take minutes.
_MAX_STATEMENTS = 10_000
# If it has fewer of the statements, the page shows something else, and listing them all would not help.
_SAME_POLICY = 0.1


@dataclass(frozen=True, slots=True)
class Stored:
    """A policy as the chat has it. name: what commands call it. page_sha256: see `bot.policies.manifest.Manifest`."""

    policy: Policy
    name: str
    page_sha256: str | None = None

    @property
    def take_over(self) -> str:
        """Return how to read the page again and use what it says."""
        url, name = shlex.quote(self.policy.url or ""), shlex.quote(self.name)
        if is_web_address(self.name):
            return f"read it again with `askpolicy index {name}`"
        return f"compare with `askpolicy diff {name} {url}`, then take it over with `askpolicy migrate {name} {url}`"

    @property
    def accept(self) -> str:
        """Return how to say that the difference is known, as the end of a sentence; "" if there is no manifest."""
        if is_web_address(self.name):
            return ""
        return '; if both may stay as they are, write `page_sha256 = "{}"` into the manifest'


def check_page(stored: Stored, settings: FetchSettings, resolve: Resolver, counts: dict[str, int]) -> Iterator[Finding]:
    """Fetch the page of a policy, and yield what is found. counts: gets the numbers of statements."""
    policy = stored.policy
    if policy.url is None:
        yield Finding(
            "wrong",
            "no_url",
            f"The policy '{policy.id}' has no address: add `url` to its manifest.toml, or index the page.",
        )
        return
    try:
        asked = parse_address(policy.url, settings.ports).url
        fetched = fetch(asked, settings, MAX_POLICY_BYTES, resolve)
        reading = read_page(fetched)
        live = with_places(parse_policy(reading.text, id=policy.id, url=policy.url), reading)
    except AskPolicyError as error:
        yield Finding(
            "wrong",
            "page_unreadable",
            f"The policy's page cannot be read ({reason(error)}): open {policy.url} in a browser, and correct `url` in "
            "the manifest if the policy is elsewhere.",
            {"url": policy.url},
        )
        return
    yield from _address(asked, fetched)
    if len(live.sentences) > _MAX_STATEMENTS:
        yield Finding(
            "wrong",
            "page_too_large",
            f"The page has {len(live.sentences)} statements, too many for a policy: give the address of the policy "
            "alone as `url` in the manifest.",
        )
        return
    yield from _statements(stored, reading, live, counts)
    yield from _sections(stored, live)


def _address(url: str, fetched: Fetched) -> Iterator[Finding]:
    if fetched.moved:
        yield Finding(
            "wrong",
            "page_moved",
            f"The policy's page has moved permanently, from {url} to {fetched.url}: put the new address into the "
            "manifest as `url`, then run `askpolicy index`.",
            {"url": url, "to": fetched.url},
        )
    elif fetched.url != url:
        yield Finding(
            "note",
            "page_redirected",
            f"{url} redirects to {fetched.url} for now: nothing has to change unless that lasts.",
            {"url": url, "to": fetched.url},
        )


def _statements(stored: Stored, reading: Reading, live: Policy, counts: dict[str, int]) -> Iterator[Finding]:
    policy = stored.policy
    comparison = compare(policy, live)
    total = len(policy.sentences)
    found = total - comparison.missing
    counts |= {
        "statements": total,
        "found": found,
        "changed": len(comparison.changed),
        "gone": len(comparison.gone),
        "new": len(comparison.added),
    }
    now = digest(reading.text)
    details = {"sha256": now}
    if now == stored.page_sha256:
        differences = comparison.missing + len(comparison.added)
        kept = f" Statements that differ from the chat's text, as they did then: {differences}." if differences else ""
        yield Finding("ok", "page_same", f"The page is as it was when `page_sha256` was written.{kept}", details)
    elif now == digest(policy.text):
        yield Finding("ok", "page_same", f"The page says what was read: all {total} statements are on it.", details)
    elif not comparison.missing and not comparison.added:
        yield Finding(
            "note",
            "page_layout_changed",
            f"The page has changed only around its statements, such as in headings or order: all {total} are on it.",
            details,
        )
    elif found < total * _SAME_POLICY:
        yield Finding(
            "wrong",
            "page_replaced",
            f"Only {found} of {total} statements are on the page, so it may be another page: open {policy.url} in a "
            f"browser. If it is the policy, {stored.take_over}. If not, correct `url` in manifest.toml.",
            details,
        )
    else:
        # The last of these findings says once what to do.
        yield from _differences(policy, live, comparison)
        yield Finding(
            "wrong",
            "page_changed",
            f"The page has changed since its text was read: {stored.take_over}{stored.accept.format(now)}.",
            details,
        )


def _differences(policy: Policy, live: Policy, comparison: Comparison) -> Iterator[Finding]:
    topics = _cited_for(policy)
    for changed in comparison.changed:
        about = topics.get(changed.index, ())
        yield Finding(
            "wrong",
            "statement_changed",
            f"The page now has other words: {shown(changed.marked, 400)}{_used(about)}",
            {
                "was": policy.sentences[changed.index].text,
                "words": [piece._asdict() for piece in changed.pieces],
                "topics": list(about),
            },
        )
    for index in comparison.gone:
        about = topics.get(index, ())
        words = policy.sentences[index].text
        yield Finding(
            "wrong",
            "statement_gone",
            f"The page no longer says {shown(words)}{_used(about)}",
            {"was": words, "topics": list(about)},
        )
    for index in comparison.added:
        words = live.sentences[index].text
        yield Finding(
            "wrong",
            "statement_new",
            f"The page says something that the chat does not know: {shown(words)}",
            {"now": words},
        )


def _cited_for(policy: Policy) -> Mapping[int, tuple[str, ...]]:
    """Return the topics of the reviewed answers that cite each statement."""
    topics: dict[int, tuple[str, ...]] = {}
    for answer in policy.reviewed:
        for index in answer.cite:
            topics[index] = (*topics.get(index, ()), *answer.topics[:1])
    return topics


def _used(topics: Sequence[str]) -> str:
    return f" (cited by the reviewed answer on {', '.join(topics)})." if topics else ""


def _sections(stored: Stored, live: Policy) -> Iterator[Finding]:
    """Find the places that links to statements name and that the page no longer has."""
    named: Counter[str] = Counter()
    policy = stored.policy
    for sentence in policy.sentences:
        url = page_url(policy, sentence.start, sentence.end) or ""
        if place := urlsplit(url).fragment.partition(":~:")[0]:
            named[unquote(place)] += 1
    there = {name for _, name in live.page.ids} if live.page else set()
    there |= {f"page={number}" for number in range(1, len(live.pages) + 1)}
    for place, links in named.items():
        if place not in there:
            count = "1 statement" if links == 1 else f"{links} statements"
            yield Finding(
                "wrong",
                "place_gone",
                f"The page no longer has the place “{place}” that links to {count} name: {stored.take_over}.",
                {"place": place, "links": links},
            )
