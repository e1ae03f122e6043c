"""Runs the studio on this machine until it is stopped."""

from __future__ import annotations

import logging
import os
import secrets
import socket
from collections.abc import Callable

import uvicorn

from bot.settings import Settings
from bot.studio.app import create_app
from bot.studio.desk import Desk
from bot.studio.files import Files
from bot.studio.live import Live
from bot.studio.publish import Check, Publisher
from bot.types import AskPolicyError

HOST = "127.0.0.1"


def serve_studio(settings: Settings, name: str, port: int, check: Check, tell: Callable[[str], None]) -> None:
    """Serve the studio of a policy folder until SIGTERM or SIGINT.

    name: of the policy. port: 0 for any free one. check: see `Publisher`. tell: called with the address once it is
    open. Raises AskPolicyError if there is no such folder, its files cannot be read, or the port cannot be opened.
    """
    files = Files(name, settings)
    title = files.read().policy.title
    live = Live(files, settings)
    desk = Desk(files, live, Publisher(files, settings, check), settings)
    try:
        listener = socket.create_server((HOST, port))
    except OSError as error:
        raise AskPolicyError(
            f"The studio cannot use port {port} ({os.strerror(error.errno or 0)}): choose another --port."
        ) from None
    with listener:
        port = listener.getsockname()[1]
        token = secrets.token_urlsafe(24)
        app = create_app(desk, token, [f"{HOST}:{port}", f"localhost:{port}"])
        logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
        # Lines about requests would have the token in them.
        server = uvicorn.Server(
            uvicorn.Config(app, access_log=False, log_config=None, server_header=False, timeout_graceful_shutdown=2)
        )
        tell(f"The studio for “{title}” is at http://{HOST}:{port}/{token}/ (stop it with Ctrl+C)")
        server.run(sockets=[listener])
