"""The versions of a policy that are not in use, so that old citations still lead to the text that they quoted."""

from __future__ import annotations

import functools
import logging
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.policies.folder import find_policy
from bot.policies.hosts import is_web_address
from bot.policies.versions import AS_READ, VERSIONS, Recorded, home_of, read_earlier, read_history
from bot.postgres.copies import copies_of
from bot.service.offers import Offer
from bot.service.problems import Problem
from bot.settings import Settings
from bot.types import AskPolicyError, Policy

_log = logging.getLogger("askpolicy.earlier")


def recorded(offer: Offer, settings: Settings, version: str) -> list[dict[str, Any]]:
    """Return the versions of a policy whose text can be shown, oldest first. version: the one in memory."""
    found = [each for each in _history(offer, settings) if each.version == version or _is_kept(offer, settings, each)]
    return [asdict(each) for each in found]


def earlier_version(offer: Offer, settings: Settings, version: str) -> Policy:
    """Return a version that is kept. Raises Problem: 404 if it is not known, 503 if it cannot be read."""
    for entry in _history(offer, settings):
        if entry.version == version and _is_kept(offer, settings, entry):
            try:
                return _read(_home(offer, settings), entry, offer.id)
            except AskPolicyError as error:
                _log.error("A version of the policy '%s' cannot be shown: %s", offer.id, error)
                raise Problem(503, "This version of the policy cannot be shown at the moment.") from None
    raise Problem(404, "There is no such version of this policy: GET /v1/policies/{id} lists its `versions`.")


def _history(offer: Offer, settings: Settings) -> tuple[Recorded, ...]:
    try:
        return () if is_web_address(offer.name) else read_history(_home(offer, settings))
    except AskPolicyError as error:
        _log.error("The versions of the policy '%s' are not known: %s", offer.id, error)
        return ()


def _home(offer: Offer, settings: Settings) -> Path:
    copies = copies_of(settings) if offer.shared else None
    return copies.of(offer.id) if copies else home_of(find_policy(offer.name, settings.corpus))


def _is_kept(offer: Offer, settings: Settings, entry: Recorded) -> bool:
    return (_home(offer, settings) / VERSIONS / entry.version / AS_READ).is_file()


@functools.lru_cache(maxsize=8)
def _read(home: Path, entry: Recorded, id: str) -> Policy:
    """Read a version. Its name is a checksum of its text, so it is the same each time."""
    return read_earlier(home, entry, id)
