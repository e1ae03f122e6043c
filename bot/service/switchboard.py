"""What the owner has switched: pauses and notices, read from the store twice a second, so that no request waits for it.

If the store cannot be read, what was read last stays in force.
"""

from __future__ import annotations

import logging
import threading
from typing import Any

from bot.service.problems import Problem
from bot.types import AskPolicyError, Policy
from bot.usage.store import Store
from bot.usage.values import Switch, SwitchKind, now
from bot.wording import interface

POLL_SECONDS = 0.5
PAUSED_TYPE = "urn:askpolicy:paused"
# The Retry-After of a pause: the longest, and that of one without an end.
_MOST_RETRY, _USUAL_RETRY = 3_600, 300
_log = logging.getLogger("askpolicy.switchboard")


class Paused(Problem):
    """Ends a question about a paused policy. `detail` is the owner's sentence, or ours in the visitor's language."""

    type = PAUSED_TYPE

    def __init__(self, switch: Switch, policy: Policy, language: str) -> None:
        wait = int((switch.until - now()).total_seconds()) if switch.until else _USUAL_RETRY
        words = switch.message or interface(language, policy)["paused"]
        super().__init__(503, words, retry_after=max(1, min(wait, _MOST_RETRY)))
        self.switch = switch
        self.link = policy.url

    def body(self) -> dict[str, Any]:
        """Return the problem object, with when the pause ends and where the policy is."""
        return super().body() | {"title": "Paused", "link": self.link, "until": _until(self.switch)}


class Switchboard:
    """One worker's view of the switches. store: used only by this object."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._switches: dict[tuple[SwitchKind, str], Switch] = {}
        self._stopped = threading.Event()
        self._failing = False
        # A daemon thread must not keep the process from ending.
        self._thread = threading.Thread(target=self._run, name="switchboard", daemon=True)

    def start(self) -> None:
        """Read the switches, so that the first question finds them, and start the thread that keeps reading them."""
        self._read()
        self._thread.start()

    def stop(self) -> None:
        """Stop reading."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(1.0)

    @property
    def pauses(self) -> int:
        """Return how many pauses are in force, of one policy or of all."""
        return sum(kind is SwitchKind.PAUSE and one.is_on(now()) for (kind, _), one in self._switches.items())

    def check(self, policy: Policy, language: str) -> None:
        """Raise Paused if the owner has paused the policy. language: the code of the visitor's language."""
        if switch := self.pause(policy):
            raise Paused(switch, policy, language)

    def pause(self, policy: Policy) -> Switch | None:
        """Return the pause that is in force for a policy."""
        return self._in_force(SwitchKind.PAUSE, policy.id)

    def notice(self, policy: Policy) -> Switch | None:
        """Return the notice to show above the chat of a policy."""
        return self._in_force(SwitchKind.NOTICE, policy.id)

    def _in_force(self, kind: SwitchKind, policy: str) -> Switch | None:
        """Return the policy's own switch before one for all policies."""
        found = (self._switches.get((kind, name)) for name in (policy, ""))
        return next((switch for switch in found if switch and switch.is_on(now())), None)

    def _run(self) -> None:
        while not self._stopped.wait(POLL_SECONDS):
            self._read()
        self._store.close()

    def _read(self) -> None:
        try:
            read = {(switch.kind, switch.policy): switch for switch in self._store.switches()}
        except AskPolicyError as error:
            if not self._failing:
                _log.error("Pauses and notices cannot be read, so they stay as they are: %s", error)
            self._failing = True
            return
        self._failing = False
        if read != self._switches:
            _log.info("Switched.", extra={"fields": {"switches": [f"{kind} {of or 'all'}" for kind, of in read]}})
        self._switches = read


def to_json(switch: Switch | None) -> dict[str, Any] | None:
    """Return a switch in the form of `bot.service.schemas.SwitchOut`."""
    if switch is None:
        return None
    return {"message": switch.message or None, "until": _until(switch)}


def _until(switch: Switch) -> str | None:
    return switch.until.isoformat() if switch.until else None
