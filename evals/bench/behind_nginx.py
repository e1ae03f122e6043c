"""Runs nginx in front of several replicas, as docs/running.md describes it, but without TLS and without limits."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.types import AskPolicyError

_CONFIGURATION = """
daemon off;
pid {folder}/pid;
worker_processes 1;
{user}
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    upstream askpolicy {{
        zone askpolicy 64k;
        least_conn;
        {servers}
        keepalive 16;
        keepalive_timeout 4s;
    }}
    server {{
        listen 127.0.0.1:{port} backlog=2048;
        location / {{
            proxy_pass http://askpolicy;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_next_upstream error timeout non_idempotent;
            proxy_buffering off;
        }}
    }}
}}
"""


@contextmanager
def nginx(places: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Run nginx in a `with` block; yield its port and its process id. places: `address:port` of each replica.

    Raises AskPolicyError if nginx is not installed.
    """
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        raise AskPolicyError("Three replicas need nginx: run `make system-tools`.")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with tempfile.TemporaryDirectory() as folder:
        servers = "\n        ".join(f"server {place} max_fails=1 fail_timeout=2s;" for place in places)
        user = "user root;" if os.geteuid() == 0 else ""
        file = Path(folder) / "nginx.conf"
        file.write_text(_CONFIGURATION.format(folder=folder, user=user, servers=servers, port=port))
        process = subprocess.Popen([program, "-e", f"{folder}/error.log", "-c", str(file)])  # noqa: S603
        try:
            _wait_until_open(port, process)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait(60)


def _wait_until_open(port: int, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"nginx ended with {process.returncode} before its port was open")
