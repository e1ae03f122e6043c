"""The policies of one worker: which are offered, which one a request is about, and how they come into memory."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers
from starlette.types import Scope

from bot.opening import is_indexed
from bot.policies.versions import Recorded, version_of
from bot.postgres.copies import copies_of
from bot.service.chosen import CHOSEN
from bot.service.content import Content
from bot.service.earlier import earlier_version, recorded
from bot.service.loading import Loader, ServedPolicy, reason_of
from bot.service.metrics import Metrics
from bot.service.negotiation import is_own_page
from bot.service.offers import Offer, Offers
from bot.service.problems import Problem
from bot.service.shelf import RETRY_SECONDS, Shelf
from bot.service.summaries import Summaries
from bot.settings import Settings
from bot.tracing import span
from bot.types import AskPolicyError, Policy

if TYPE_CHECKING:
    from bot.service.following import Following

# How long a request waits for its policy to be loaded, which takes about 0.1 s, or minutes if its index is missing.
_LOAD_SECONDS = 10
# How long a new worker reloads what was loaded before a reload: half of the time that its parent waits for it.
_LOAD_AGAIN_SECONDS = 300
_OTHER_POLICY = "This address answers from another policy: leave the policy out, or use the policy's own address."
_log = logging.getLogger("askpolicy.service")


class Policies:
    """The policies of one worker. The default one loads in the background, and the others when somebody asks."""

    def __init__(
        self, settings: Settings, metrics: Metrics, content: Content | None, on_stale: Callable[[str, str], None]
    ) -> None:
        """Load nothing yet. content, on_stale: see `Loader`."""
        self._settings = settings
        self._metrics = metrics
        self._content = content
        self._offers: Offers | None = None
        loader = Loader(settings, content, on_stale)
        self._shelf = Shelf(loader, settings.serve.memory_megabytes * 10**6, metrics)
        self._summaries = Summaries(settings, content)
        self._following = self._follow(loader)
        self._tried = threading.Event()
        self._stopped = threading.Event()

    def start(self, when_ready: Callable[[ServedPolicy], None], when_not: Callable[[str], None]) -> None:
        """Start loading the default policy, and following the shared database if there is one.

        when_ready: called once, with the default policy. when_not: called with each new reason why loading fails.
        """
        # A daemon thread must not keep the process from ending.
        threading.Thread(target=self._load, args=(when_ready, when_not), name="load", daemon=True).start()
        if self._following:
            self._following.start()

    def stop(self) -> None:
        """Load nothing more."""
        self._stopped.set()
        if self._following:
            self._following.stop()

    @property
    def count(self) -> int:
        """Return how many policies are offered; 0 if they are not known yet."""
        return len(self._offers) if self._offers else 0

    @property
    def versions_in_memory(self) -> dict[str, str]:
        """Return the version of each policy in memory, by id."""
        return self._shelf.versions

    @property
    def ready(self) -> bool:
        """Return whether the default policy's index is verified and loaded."""
        return self._offers is not None and self._shelf.get(self._offers.default.id) is not None

    @property
    def database_problem(self) -> str | None:
        """Return why the shared database cannot be followed; empty if it can, None if there is none."""
        return self._following.problem if self._following else None

    async def wait_for_first_try(self, seconds: float) -> None:
        """Wait until loading has succeeded or failed once, but no longer than `seconds`."""
        await asyncio.to_thread(self._tried.wait, seconds)

    @property
    def offers(self) -> Offers:
        """Return the policies that it offers. Raises Problem (503) if they are not known yet."""
        if self._offers is None:
            raise _not_ready()
        return self._offers

    def check_ready(self) -> None:
        """Raise Problem (503) if the default policy is not loaded."""
        if not self.ready:
            raise _not_ready()

    def chosen(self, scope: Scope) -> str | None:
        """Return the id of the policy that a request's path or host name chooses; None if they choose none.

        Raises Problem: 404 if they choose two, and 503 if it is not known yet which policy a host name chooses.
        """
        by_path: str | None = scope.get(CHOSEN)
        by_host = self.offers.of_host(Headers(scope=scope).get("host", "")) if self._settings.serve.hosts else None
        if by_path and by_host and by_path != by_host:
            raise Problem(404, _OTHER_POLICY)
        return by_path or by_host

    def origins(self, scope: Scope) -> frozenset[str]:
        """Return the other sites whose pages may send a request, as far as its path and host name tell."""
        chosen = self.chosen(scope)
        if self._offers is None:
            return frozenset(self._settings.serve.origins)
        offer = self._offers.get(chosen) if chosen else None
        own = self._offers.origins if chosen is None else offer.origins if offer else ()
        return frozenset((*self._settings.serve.origins, *own))

    def offer(self, scope: Scope, named: str | None = None) -> Offer:
        """Return the policy that a request is about. named: the id in its body, or in the rest of its path.

        Without any choice, it is the default policy. Raises Problem: 404 if there is no such policy, or if the address
        of the request is another policy's; 403 if the request comes from a page that may not ask about this policy.
        """
        chosen = self.chosen(scope)
        if chosen and named and named != chosen:
            raise Problem(404, _OTHER_POLICY)
        id = chosen or named
        offer = self.offers.get(id) if id else self.offers.default
        if offer is None:
            raise Problem(404, "There is no policy with this id: GET /v1/policies lists them.")
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        allowed = (*self._settings.serve.origins, *offer.origins)
        if origin is not None and origin not in allowed and not is_own_page(origin, headers):
            raise Problem(
                403,
                "Pages on this site may not ask about this policy: add the site to `origins` in the policy's manifest, "
                "or to the service's setting serve.origins.",
            )
        return offer

    def frames(self, scope: Scope) -> list[str]:
        """Return the other sites that may show a page in a frame."""
        served = self.in_memory(scope)
        return list(dict.fromkeys((*self._settings.serve.origins, *(served.origins if served else ()))))

    def in_memory(self, scope: Scope) -> ServedPolicy | None:
        """Return the policy that the path or the host name of a request chooses, if it is already loaded."""
        try:
            chosen = self.chosen(scope)
            return self._shelf.get(chosen or self.offers.default.id)
        except Problem:
            return None

    def summaries(self, scope: Scope) -> list[dict[str, Any]]:
        """Return what GET /v1/policies says about the policies, without loading any. Raises Problem (503) if not ready.

        A policy that cannot be loaded, or has no index yet, is not among them.
        """
        self.check_ready()
        offers = [self.offer(scope)] if self.chosen(scope) else self.offers
        found = (self._summaries.of(offer.id, self._shelf.get(offer.id)) for offer in offers)
        return [summary for summary in found if summary]

    async def served(self, offer: Offer) -> ServedPolicy:
        """Return a policy, loaded. Raises Problem (503) if it cannot be loaded now. The log says why."""
        served = self._shelf.get(offer.id)
        if served is not None:
            return served
        if offer.id == self.offers.default.id:
            raise _not_ready()  # another thread loads it, again and again
        unusable = Problem(
            503,
            "This policy cannot be loaded at the moment: the service's log says why.",
            retry_after=RETRY_SECONDS,
        )
        if self._shelf.failed_lately(offer.id):
            raise unusable
        if self._following:
            await self._following.wait_for_copy(offer.id)
        loading = asyncio.wrap_future(self._shelf.load(offer))
        loading.add_done_callback(lambda done: done.cancelled() or done.exception())  # codespell:ignore cancelled
        try:
            with span("wait_for_policy"):
                return await asyncio.wait_for(asyncio.shield(loading), _LOAD_SECONDS)
        except TimeoutError:
            detail = "This policy is still being loaded: try again in a moment."
            raise Problem(503, detail, retry_after=RETRY_SECONDS) from None
        except Exception:
            raise unusable from None

    def versions(self, offer: Offer, served: ServedPolicy) -> list[dict[str, Any]]:
        """Return the versions of a policy, oldest first; the one in memory is always among them."""
        own = version_of(served.policy)
        found = recorded(offer, self._settings, own)
        return found if any(each["version"] == own for each in found) else [asdict(Recorded.of(served.policy, None))]

    def version(self, offer: Offer, served: ServedPolicy, version: str | None) -> Policy:
        """Return a version of a policy; None for the one in memory.

        Raises Problem: 404 if it is not known, 503 if it cannot be read.
        """
        if version in (None, version_of(served.policy)):
            return served.policy
        earlier = earlier_version(offer, self._settings, version)
        return replace(earlier, site=served.policy.site, url=served.policy.url, language=served.policy.language)

    def _load(self, when_ready: Callable[[ServedPolicy], None], when_not: Callable[[str], None]) -> None:
        """Try until the default policy is loaded, so that a fix takes effect without a restart."""
        last_reason = ""
        while not self._stopped.is_set():
            try:
                offers = self._following.offers() if self._following else Offers(self._settings)
                self._offers = offers
                self._metrics.begin((offer.id for offer in offers), self._settings.serve.max_in_work)
                served = self._shelf.load(offers.default, default=True).result()
            except Exception as error:
                reason = reason_of(error)
                if reason != last_reason:
                    when_not(reason)
                last_reason = reason
            else:
                self._load_again(offers)
                _log.info("Ready.", extra={"fields": {"policy": served.policy.id, "policies": len(offers)}})
                self._tried.set()
                when_ready(served)
                self._build_missing(offers)
                return
            self._tried.set()
            self._stopped.wait(RETRY_SECONDS)

    def _load_again(self, offers: Offers) -> None:
        """After a reload, load what was loaded before it, so that the operator learns of every problem at once.

        Policies that are left when the time is up are loaded when somebody asks.
        """
        give_up_at = time.monotonic() + _LOAD_AGAIN_SECONDS
        for id in self._content.copied_before() if self._content else ():
            offer = offers.get(id)
            if time.monotonic() > give_up_at:
                return
            if offer is not None and self._content and not self._content.copy_of(id).exists():
                self._shelf.load(offer).exception()

    def _follow(self, loader: Loader) -> Following | None:
        """Return what follows the shared database, if there is one: what it publishes is served at once."""
        copies, url = copies_of(self._settings), self._settings.database.url
        if copies is None or url is None:
            return None
        # psycopg is needed only here.
        from bot.service.following import Following

        return Following(self._settings, url, copies, loader.encoder_id, self._offer_others, self._replace)

    def _offer_others(self, offers: Offers) -> None:
        for offer in self._offers or ():
            now = offers.get(offer.id)
            if (now is None or now.problem) and offer.id != offers.default.id:
                self._shelf.drop(offer.id)
                self._summaries.forget(offer.id)
        self._offers = offers

    def _replace(self, policy: str, version: str) -> None:
        self._summaries.forget(policy)
        offer = self._offers.get(policy) if self._offers else None
        if offer is not None:
            self._shelf.refresh(offer, version)

    def _build_missing(self, offers: Offers) -> None:
        """Load the policies without an index, which builds it, so that no visitor has to wait for that."""
        for offer in () if self._following else offers:
            try:
                missing = not is_indexed(self._settings.home / offer.id)
            except AskPolicyError:
                continue  # whoever asks for it gets a 503
            if missing:
                self._shelf.load(offer).exception()


def _not_ready() -> Problem:
    return Problem(
        503,
        "The service is not ready: it is starting, or its index cannot be loaded. Try again in a moment.",
        retry_after=RETRY_SECONDS,
    )
