"""Serves only the Gradio demo of AskPolicy, with the evaluation as an extra tab.

python app.py [--host HOST] [--port PORT]
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import socket
import sys
from collections.abc import Sequence

import uvicorn
from fastapi import FastAPI

from bot import AskPolicyError, load_settings, open_bot
from bot.commands.command import port_number
from bot.startup import keep_files_in

USUAL_PORT = 7860
_PORTS_TRIED = 20


def main(argv: Sequence[str] | None = None) -> int:
    """Serve the demo until it is stopped, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python app.py", description="Serve the AskPolicy demo for a browser.")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    parser.add_argument(
        "--port", type=port_number, help=f"the port, or 0 for any free one (default: {USUAL_PORT} or the next free one)"
    )
    arguments = parser.parse_args(argv)
    try:
        bot = open_bot(load_settings())
        keep_files_in(bot.settings.home)
        listener = _listen(arguments.host, arguments.port)
    except AskPolicyError as error:
        print(f"askpolicy: {error}", file=sys.stderr)
        return 1
    # Gradio takes seconds to import, so report any problem with the settings first.
    from bot.demo.page import mount_demo
    from evals.report.tab.build import EVALUATION

    app = mount_demo(FastAPI(openapi_url=None), bot, extra_tabs=[EVALUATION], own_policy=True)
    host, port = listener.getsockname()[:2]
    if arguments.port is None and port != USUAL_PORT:
        print(f"Port {USUAL_PORT} is in use, so the demo uses {port}.")
    print(f"AskPolicy demo: http://{f'[{host}]' if ':' in host else host}:{port} (stop it with Ctrl+C)", flush=True)
    # An access log would record visitors' addresses.
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    return 0


def _listen(host: str, port: int | None) -> socket.socket:
    """Listen on the port, or by default on USUAL_PORT or the next free one. Raises AskPolicyError if that fails."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    ports = range(USUAL_PORT, USUAL_PORT + _PORTS_TRIED) if port is None else (port,)
    for tried in ports:
        try:
            return socket.create_server((host, tried), family=family)
        except OSError as error:
            reason = error.strerror
            if error.errno != errno.EADDRINUSE:
                break
    raise AskPolicyError(
        f"The demo cannot listen on {host}:{tried} ({reason}): choose another port with `make demo PORT=…`, or use "
        "--host and --port."
    )


if __name__ == "__main__":
    sys.exit(main())
