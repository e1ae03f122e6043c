"""Runs the service: listens, then lets a supervisor and its workers answer."""

from __future__ import annotations

import contextlib
import logging.config
import os
import secrets
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

from bot.service.embed import greeting
from bot.service.limits import MEMORY, LimitServer, RateLimit, Shared, own_limit
from bot.service.logs import CONFIG
from bot.service.metrics import FOLDER_VARIABLE
from bot.service.supervisor import Supervisor
from bot.settings import FILE, Settings, settings_file
from bot.startup import keep_files_in
from bot.types import AskPolicyError

_log = logging.getLogger("askpolicy.server")


def serve(load_settings: Callable[[], Settings]) -> None:
    """Serve until SIGTERM or SIGINT. SIGHUP replaces the workers one by one, with the settings and content of then.

    load_settings is called now and at each SIGHUP. Raises AskPolicyError if it cannot listen, or if a setting cannot
    be used.
    """

    def reload_settings() -> Settings:
        _say_which_file()
        return load_settings()

    settings = load_settings()
    # Made here even if the workers make their own, so that a wrong setting is reported at once.
    limit = own_limit(settings)
    with tempfile.TemporaryDirectory(prefix="askpolicy-") as folder, _listen(settings) as listener:
        shared = Shared(Path(folder), secrets.token_bytes(32), secrets.token_bytes(32))
        _prepare_workers(Path(folder))
        logging.config.dictConfig(CONFIG)
        _say_which_file()
        host, port = listener.getsockname()[:2]
        print(greeting(host, port, settings.serve), flush=True)
        with _limit_server(limit, settings, shared):
            Supervisor(settings, reload_settings, shared, listener).run()


def _say_which_file() -> None:
    file = settings_file()
    if file is None:
        _log.info("No settings file: there is no %s in the working folder, %s.", FILE, Path.cwd())
    else:
        _log.info("Settings file: %s.", file)


def _prepare_workers(folder: Path) -> None:
    """Set what workers read in their environment when they start."""
    # Or Python would look for modules in the working folder first, and run a `pickle.py` that lies there.
    os.environ["PYTHONSAFEPATH"] = "1"
    os.environ[FOLDER_VARIABLE] = str(folder)
    keep_files_in(folder)
    # Or glibc keeps what workers need only while they load: 40 MB each.
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
            f"The service cannot listen on {host}:{port} ({error.strerror}): give another place with --host and --port."
        ) from None
    # Connections inherit it: the end of an answer would otherwise wait 40 ms for the start to be confirmed.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener
