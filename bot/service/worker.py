"""One worker process: runs the application under uvicorn, and stops both."""

from __future__ import annotations

import asyncio
import logging.config
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from functools import partial
from multiprocessing.connection import Connection, wait
from types import FrameType

from uvicorn import Config, Server

from bot.service import connections
from bot.service.channel import Channel, ToParent
from bot.service.content import Content
from bot.service.limits import Shared
from bot.service.logs import CONFIG
from bot.service.memory import keep_no_large_pieces
from bot.settings import Settings

# After it is told to stop, a worker keeps its open connections this long, and tells each to close with its next
# response. Otherwise a request already on its way would be lost.
DRAIN_SECONDS = 1.0
# If its parent has died, a worker gets this much longer than its answers in progress may take, then exits anyway.
_ORPHAN_SECONDS = 5
_log = logging.getLogger("askpolicy.worker")


def run_worker(
    settings: Settings, shared: Shared, content: Content, listener: socket.socket, connection: Connection
) -> None:
    """Serve until SIGTERM or SIGINT, or until the parent process has died."""
    keep_no_large_pieces()
    logging.config.dictConfig(CONFIG)
    threading.Thread(target=_end_with_parent, args=(settings.serve.stop_seconds,), name="parent", daemon=True).start()
    channel = Channel(connection)
    try:
        from bot.service.app import create_app

        config = Config(
            create_app(settings, shared, channel, content),
            log_config=None,
            http=partial(connections.Connection, serve=settings.serve),  # type: ignore[arg-type]  # called like a class
            lifespan="on",
            access_log=False,
            proxy_headers=False,  # the application reads them itself, by its settings
            server_header=False,
            ws="none",
            timeout_graceful_shutdown=settings.serve.stop_seconds,
        )
        _WorkerServer(config, channel).run([listener])
    except KeyboardInterrupt:
        pass
    except Exception:
        _log.exception("The worker cannot run.")
        sys.exit(1)


class _WorkerServer(Server):
    """A uvicorn server that reports its state to its parent and loses no request when it stops."""

    def __init__(self, config: Config, channel: Channel) -> None:
        super().__init__(config)
        self._channel = channel

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start answering the parent, then start taking requests."""
        self._channel.attach()
        await super().startup(sockets)
        self._channel.say(ToParent.LISTENING)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept no more connections. Answer requests on the open ones for DRAIN_SECONDS, then close them."""
        for server in self.servers:
            server.close()
        self.server_state.default_headers = [*self.server_state.default_headers, (b"connection", b"close")]
        end = time.monotonic() + DRAIN_SECONDS
        while True:
            await asyncio.sleep(0.05)  # also for connections that are accepted but not counted yet
            if not self.server_state.connections or self.force_exit or time.monotonic() > end:
                break
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop gracefully, or immediately if the server has not started and there is nothing to finish."""
        if not self.started:
            os._exit(0)
        super().handle_exit(sig, frame)


def _end_with_parent(stop_seconds: int) -> None:
    """End this worker when its parent has died. Otherwise it would keep the port in use."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    wait([parent.sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(stop_seconds + _ORPHAN_SECONDS)
    os._exit(1)  # the event loop is stuck
