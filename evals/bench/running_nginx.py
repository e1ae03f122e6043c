"""Runs nginx as this user, from a folder that has all its files. Tests use it, too."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
_PATIENCE = 300.0  # seconds, because machines are busy


def nginx_command(folder: Path, http: str, events: str = "") -> list[str]:
    """Write a configuration and return the command that runs nginx with it. http, events: the content of these blocks.

    Raises FileNotFoundError if nginx is not installed.
    """
    if NGINX is None:
        raise FileNotFoundError("nginx is not installed")
    temporary = "".join(
        f"    {kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.geteuid() == 0 else ""
    file = folder / "nginx.conf"
    file.write_text(
        f"daemon off;\npid {folder}/nginx.pid;\nworker_processes 1;\n{user}events {{ {events} }}\n"
        f"http {{\n{temporary}{http}\n}}\n"
    )
    return [NGINX, "-e", f"{folder}/error.log", "-c", str(file)]


@contextmanager
def running(command: Sequence[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run nginx in a `with` block, once its port is open. Raises RuntimeError if it does not open the port."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        _wait_until_open(port, process)
        yield process
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def _wait_until_open(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"nginx did not open port {port}; its exit code is {process.poll()}")
