"""The Gradio demo of each policy, created when somebody opens it."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import OrderedDict

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.service.loading import ServedPolicy
from bot.service.problems import Problem
from bot.service.service import Service
from bot.service.switchboard import Paused
from bot.wording import READ

# The Retry-After of /demo until Gradio is loaded, which takes a few seconds.
_RETRY_SECONDS = 2
# How many demos are kept, each with its policy; making one again takes about a second.
_KEPT = 4
_log = logging.getLogger("askpolicy.demos")


class Demos:
    """An ASGI application: the demo of the policy that the request chooses."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._made: OrderedDict[str, tuple[ServedPolicy, ASGIApp]] = OrderedDict()
        self._lock = threading.Lock()
        self._prepared = threading.Event()
        self._broken = False

    def prepare(self, served: ServedPolicy) -> None:
        """Load Gradio, and make the demo of a policy."""
        try:
            self._demo(served)
        except Exception:
            self._broken = True
            _log.exception("The demo cannot start. Everything else works.")
        else:
            _log.info("The demo is ready.")
        self._prepared.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to a demo. Raises Problem: 503 until Gradio is loaded, 404 if it cannot be."""
        if not self._prepared.is_set():
            raise Problem(503, "The demo is starting: try again in a moment.", retry_after=_RETRY_SECONDS)
        if self._broken:
            raise Problem(404, "There is no demo here: the log of the service says why.")
        policies = self._service.policies
        served = await policies.served(policies.offer(scope))
        pause = self._service.switchboard.pause(served.policy)
        if pause and scope["method"] == "POST":
            # The demo's page shows errors of this form: see bot.demo.request_filter.
            paused = Paused(pause, served.policy, READ)
            await JSONResponse({"error": paused.detail}, paused.status, paused.headers)(scope, receive, send)
            return
        demo = await asyncio.to_thread(self._demo, served)
        await demo(scope, receive, send)

    def _demo(self, served: ServedPolicy) -> ASGIApp:
        from bot.demo.page import demo_app

        with self._lock:
            kept, demo = self._made.get(served.policy.id, (None, None))
            if demo is None or kept is not served:
                demo = demo_app(served.bot, frames=served.origins, in_service=True)
            self._made[served.policy.id] = served, demo
            self._made.move_to_end(served.policy.id)
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
            return demo
