"""Runs the service: opens the port, then starts a supervisor, whose workers answer."""

from __future__ import annotations

import contextlib
import fcntl
import logging.config
import os
import secrets
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.service.embed import greeting
from bot.service.limits import MEMORY, LimitServer, RateLimit, Shared, own_limit
from bot.service.logs import CONFIG
from bot.service.metrics import FOLDER_VARIABLE
from bot.service.supervisor import Supervisor
from bot.settings import FILE, Settings, settings_file
from bot.startup import keep_files_in
from bot.tracing import check
from bot.types import AskPolicyError

_log = logging.getLogger("askpolicy.server")


def serve(load_settings: Callable[[], Settings]) -> None:
    """Serve until SIGTERM or SIGINT. SIGHUP replaces the workers one by one, with the current settings and content.

    load_settings: called now and at each SIGHUP. Raises AskPolicyError if the port cannot be opened, or if a setting
    cannot be used.
    """

    def reload_settings() -> Settings:
        _log_settings_file()
        settings = load_settings()
        check(settings.tracing)
        return settings

    settings = load_settings()
    check(settings.tracing)
    # Create it here even if the workers create their own, so that a wrong setting is reported immediately.
    limit = own_limit(settings)
    with (
        tempfile.TemporaryDirectory(prefix="askpolicy-") as folder,
        _kept(Path(folder)),
        _listen(settings) as listener,
    ):
        shared = Shared(Path(folder), secrets.token_bytes(32), secrets.token_bytes(32))
        _prepare_workers(Path(folder))
        logging.config.dictConfig(CONFIG)
        _log_settings_file()
        host, port = listener.getsockname()[:2]
        print(greeting(host, port, settings.serve), flush=True)
        with _limit_server(limit, settings, shared):
            Supervisor(settings, reload_settings, shared, listener).run()


@contextlib.contextmanager
def _kept(folder: Path) -> Iterator[None]:
    """Lock the service's folder: systemd-tmpfiles leaves a locked folder alone, and removes old files from others."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


def _log_settings_file() -> None:
    file = settings_file()
    if file is None:
        _log.info("No settings file: there is no %s in the current folder, %s.", FILE, Path.cwd())
    else:
        _log.info("Settings file: %s.", file)


def _prepare_workers(folder: Path) -> None:
    """Set the environment variables that workers read when they start."""
    # Otherwise Python looks for modules in the current folder first, and would run a file named `pickle.py` there.
    os.environ["PYTHONSAFEPATH"] = "1"
    os.environ[FOLDER_VARIABLE] = str(folder)
    keep_files_in(folder)
    # Otherwise glibc keeps memory that workers need only while they load: 40 MB each.
    os.environ.setdefault("MALLOC_MMAP_THRESHOLD_", str(1 << 20))


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
            f"The service cannot listen on {host}:{port} ({error.strerror}): choose another with --host and --port."
        ) from None
    # Connections inherit this. Otherwise the end of a response waits 40 ms for the client to acknowledge its start.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener
