"""The policies of the shared database: which there are, and their local copies.

A service that starts while the database is down answers from the copies.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing

from pydantic import SecretStr

from bot.index import versions
from bot.postgres.bundles import Published, in_use
from bot.postgres.connection import Database
from bot.postgres.copies import Copies
from bot.postgres.follower import Follower
from bot.postgres.migrations import check_version
from bot.service.offers import Offer, Offers
from bot.service.problems import Problem
from bot.settings import Settings
from bot.types import AskPolicyError

# How long a request waits for the copy of a policy, which takes about 0.05 s.
_COPY_SECONDS = 0.8
# How long a worker waits at its start for the first reply from the database, and for the default policy's copy.
_START_SECONDS = 10.0


class Following:
    """Offers what the database publishes, or what was copied before if the database is down at the start."""

    def __init__(
        self,
        settings: Settings,
        url: SecretStr,
        copies: Copies,
        encoder: Callable[[], str],
        on_offers: Callable[[Offers], None],
        on_copy: Callable[[str, str], None],
    ) -> None:
        """Copy nothing yet.

        encoder: returns the id of the service's encoder. on_offers: called in another thread with the offers whenever
        they change. on_copy: called there with a policy and its version whenever that has been copied.
        """
        self._settings = settings
        self._on_offers = on_offers
        self.copies = copies
        self._published: list[Published] | None = None
        self._follower = Follower(url, self.copies, encoder, self._list, on_copy)

    @property
    def problem(self) -> str:
        """Return why the database cannot be followed; empty if it can."""
        return self._follower.problem

    def start(self) -> None:
        """Start following."""
        self._follower.start()

    def stop(self) -> None:
        """Stop following."""
        self._follower.stop()

    def offers(self) -> Offers:
        """Return what there is to offer, and wait for the default policy's copy if it may arrive soon.

        Raises AskPolicyError if neither the database nor a copy says what there is.
        """
        self._follower.wait_for_first_try(_START_SECONDS)
        if self._published is None:
            if not self.copies.policies():
                raise AskPolicyError(f"{self.problem} There are no copies of its policies in {self.copies.folder} yet.")
            offers = Offers(self._settings, _copied(self.copies))
            if offers.default.problem:
                raise AskPolicyError(self.problem)
            return offers
        offers = Offers(self._settings, [_offer(each) for each in self._published])
        if not offers.default.problem and self.copies.version(offers.default.id) is None:
            self._follower.want(offers.default.id).result(_START_SECONDS)
        return offers

    async def wait_for_copy(self, policy: str) -> None:
        """Wait until a policy has a copy. Raises Problem (503) if it has none soon."""
        if self.copies.version(policy) is not None:
            return
        copying = asyncio.wrap_future(self._follower.want(policy))
        copying.add_done_callback(lambda done: done.cancelled() or done.exception())  # codespell:ignore cancelled
        try:
            await asyncio.wait_for(asyncio.shield(copying), _COPY_SECONDS)
        except (TimeoutError, AskPolicyError):
            raise Problem(
                503,
                "This policy has not arrived from the shared database yet: try again in a moment.",
                retry_after=2,
            ) from None

    def _list(self, published: list[Published]) -> None:
        if published != self._published:
            self._published = published
            self._on_offers(Offers(self._settings, [_offer(each) for each in published]))


def published_offers(url: SecretStr) -> list[Offer]:
    """Ask the database once what it publishes. Raises AskPolicyError if it cannot be used."""
    with closing(Database(url)) as database, database.connected() as connection:
        check_version(connection)
        return [_offer(published) for published in in_use(connection)]


def _offer(published: Published) -> Offer:
    return Offer(published.policy, published.policy, published.origins, shared=True)


def _copied(copies: Copies) -> list[Offer]:
    """Return the policies that have a copy."""
    found = []
    for policy in copies.policies():
        try:
            manifest = versions.read(copies.of(policy), ()).manifest
        except AskPolicyError as error:
            found.append(Offer(policy, policy, problem=str(error), shared=True))
        else:
            found.append(Offer(policy, policy, manifest.origins, shared=True))
    return found
