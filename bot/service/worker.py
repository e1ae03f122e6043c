"""One worker: the application, its server, and how both end."""

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
from bot.service.limits import Shared
from bot.service.logs import CONFIG
from bot.settings import Settings

# How long a worker that is told to stop goes on with the connections it has, asking each to close with its next answer.
# A request that is on its way when a connection is closed would be lost.
DRAIN_SECONDS = 1.0
# After its parent has gone, a worker gets this much longer than answers in flight may take, then it ends anyway.
_ORPHAN_SECONDS = 5
_log = logging.getLogger("askpolicy.worker")


def run_worker(settings: Settings, shared: Shared, listener: socket.socket, connection: Connection) -> None:
    """Serve until SIGTERM or SIGINT, or until the parent has gone."""
    logging.config.dictConfig(CONFIG)
    threading.Thread(target=_end_with_parent, args=(settings.serve.stop_seconds,), name="parent", daemon=True).start()
    channel = Channel(connection)
    try:
        from bot.service.app import create_app

        config = Config(
            create_app(settings, shared, channel),
            log_config=None,
            http=partial(connections.Connection, serve=settings.serve),  # type: ignore[arg-type]  # called like a class
            lifespan="on",
            access_log=False,
            proxy_headers=False,  # the application does it itself, by the settings
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
    """uvicorn's server, which tells its parent how it is, and loses no request when it stops."""

    def __init__(self, config: Config, channel: Channel) -> None:
        super().__init__(config)
        self._channel = channel

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer the parent, then to take requests."""
        self._channel.attach()
        await super().startup(sockets)
        self._channel.say(ToParent.LISTENING)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections; answer what the open ones still bring, for a moment, and close them."""
        for server in self.servers:
            server.close()
        self.server_state.default_headers = [*self.server_state.default_headers, (b"connection", b"close")]
        end = time.monotonic() + DRAIN_SECONDS
        while True:
            await asyncio.sleep(0.05)  # also for connections that were accepted and are not counted yet
            if not self.server_state.connections or self.force_exit or time.monotonic() > end:
                break
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop; at once if no request was taken yet, since there is nothing to finish."""
        if not self.started:
            os._exit(0)
        super().handle_exit(sig, frame)


def _end_with_parent(stop_seconds: int) -> None:
    """End this worker when its parent has gone: it would hold the port for nobody."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    wait([parent.sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(stop_seconds + _ORPHAN_SECONDS)
    os._exit(1)  # its event loop is stuck
