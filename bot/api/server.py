"""Runs the service: a parent that starts workers, starts them again when they die, and stops them gracefully."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import secrets
import signal
import socket
import tempfile
import threading
from functools import partial
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING

from uvicorn import Config
from uvicorn.supervisors import Multiprocess

from bot.api.connections import Connection
from bot.api.embed import greeting
from bot.api.limits import MEMORY, LimitServer, RateLimit, Shared, own_limit
from bot.api.logs import CONFIG
from bot.api.metrics import FOLDER_VARIABLE
from bot.settings import Settings
from bot.types import AskPolicyError

if TYPE_CHECKING:
    from fastapi import FastAPI

# Seconds in which a worker has to answer its parent's ping. One that died is noticed at once; this is for one that
# hangs, and longer than a busy machine takes to start Python.
_PING_SECONDS = 30


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; SIGHUP replaces the workers one by one, with what is indexed by then.

    Raises AskPolicyError where it cannot listen, or where a setting cannot be used.
    """
    # Made here even if the workers make their own, so that a wrong setting is reported at once.
    limit = own_limit(settings)
    with tempfile.TemporaryDirectory(prefix="askpolicy-") as folder, _listen(settings) as listener:
        shared = Shared(Path(folder), secrets.token_bytes(32), secrets.token_bytes(32))
        os.environ[FOLDER_VARIABLE] = folder
        # Or glibc keeps what workers need only while they load: 40 MB each.
        os.environ.setdefault("MALLOC_MMAP_THRESHOLD_", str(1 << 20))
        config = Config(
            partial(_worker_app, settings, shared),
            factory=True,
            workers=settings.serve.workers,
            log_config=CONFIG,
            http=partial(Connection, serve=settings.serve),  # type: ignore[arg-type]  # called like a class
            access_log=False,
            proxy_headers=False,  # the application does it itself, by the settings
            server_header=False,
            ws="none",
            timeout_worker_healthcheck=_PING_SECONDS,
            timeout_graceful_shutdown=settings.serve.stop_seconds,
        )
        host, port = listener.getsockname()[:2]
        print(greeting(host, port, settings.serve), flush=True)
        with _limit_server(limit, settings, shared):
            Multiprocess(config, [listener]).run()


def _limit_server(
    limit: RateLimit, settings: Settings, shared: Shared
) -> contextlib.AbstractContextManager[LimitServer | None]:
    if settings.serve.rate_store != MEMORY:
        return contextlib.nullcontext()
    return contextlib.closing(LimitServer(limit, shared.limit_address, shared.authkey))


def _listen(settings: Settings) -> socket.socket:
    host, port = settings.serve.host, settings.serve.port
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise AskPolicyError(
            f"The service cannot listen on {host}:{port} ({error.strerror}): give another place with --host and --port."
        ) from None
    # Connections inherit it: the end of an answer would otherwise wait 40 ms for the start to be confirmed.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.set_inheritable(True)
    return listener


def _end_with(parent: int) -> None:
    wait([parent])
    os.kill(os.getpid(), signal.SIGTERM)


def _worker_app(settings: Settings, shared: Shared) -> FastAPI:
    """The application in a worker, which ends when its parent has gone: it would hold the port for nobody."""
    from bot.api.app import create_app

    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), name="parent", daemon=True).start()
    return create_app(settings, shared)
