"""The Gradio demo of AskPolicy, served by itself; the page is `bot.demo.page`.

python app.py [--host HOST] [--port PORT]
"""

from __future__ import annotations

import argparse
import contextlib
import socket
import sys
from collections.abc import Sequence

import uvicorn
from fastapi import FastAPI

from bot import AskPolicyError, load_settings, open_bot


def main(argv: Sequence[str] | None = None) -> int:
    """Serve the demo until it is stopped; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python app.py", description="The AskPolicy demo, in the browser.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=7860, help="0 takes any free one (default: %(default)s)")
    arguments = parser.parse_args(argv)
    try:
        bot = open_bot(load_settings())
        listener = _listen(arguments.host, arguments.port)
    except AskPolicyError as error:
        print(f"askpolicy: {error}", file=sys.stderr)
        return 1
    # Gradio takes seconds to import: after what can go wrong is said.
    from bot.demo.page import mount_demo

    app = mount_demo(FastAPI(openapi_url=None), bot)
    print(f"AskPolicy demo: http://{arguments.host}:{listener.getsockname()[1]} (stop it with Ctrl+C)", flush=True)
    # No access log: it would keep visitors' addresses.
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    return 0


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except (OSError, OverflowError) as error:
        raise AskPolicyError(
            f"The demo cannot listen on {host}:{port} ({error}): give another place with --host and --port."
        ) from None


if __name__ == "__main__":
    sys.exit(main())
