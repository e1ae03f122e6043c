"""A whole check of one policy against its live page and the places that it names."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from bot.live.findings import Finding, LiveCheck
from bot.live.page import Stored, check_page
from bot.live.places import check_places
from bot.opening import read_policy
from bot.policies.folder import find_policy
from bot.policies.hosts import Resolver, is_web_address, system_resolver
from bot.policies.manifest import read_manifest
from bot.settings import Settings


def check_live(name: str, settings: Settings, resolve: Resolver = system_resolver) -> LiveCheck:
    """Fetch the page of a policy and the places that it names, and compare.

    name: a folder, a file, or the address of a page that is indexed. Raises AskPolicyError if there is no such policy.
    """
    policy = read_policy(name, settings, may_fetch=False).policy
    stored = Stored(policy, name, _page_sha256(name, settings))
    counts: dict[str, int] = {}
    findings: list[Finding] = [*_all(stored, settings, resolve, counts)]
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    return LiveCheck(policy.id, policy.url, now, tuple(findings), counts)


def _all(stored: Stored, settings: Settings, resolve: Resolver, counts: dict[str, int]) -> Iterator[Finding]:
    yield from check_page(stored, settings.fetch, resolve, counts)
    yield from check_places(stored.policy, settings.fetch, resolve, counts)


def _page_sha256(name: str, settings: Settings) -> str | None:
    """Return what the manifest says about the page, if there is one."""
    if is_web_address(name):
        return None
    path = find_policy(name, settings.corpus)
    return None if path.is_file() else read_manifest(path).page_sha256
