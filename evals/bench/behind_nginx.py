"""Runs nginx in front of several replicas, as docs/running.md describes it, but without TLS and without limits."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.types import AskPolicyError
from evals.bench import free_ports
from evals.bench.running_nginx import NGINX, nginx_command, running

_HTTP = """
    access_log off;
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
"""


@contextmanager
def nginx(places: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Run nginx in a `with` block; yield its port and its process id. places: `address:port` of each replica.

    Raises AskPolicyError if nginx is not installed.
    """
    if NGINX is None:
        raise AskPolicyError("Three replicas need nginx: run `make system-tools`.")
    (port,) = free_ports(1)
    servers = "\n        ".join(f"server {place} max_fails=1 fail_timeout=2s;" for place in places)
    with tempfile.TemporaryDirectory() as folder:
        command = nginx_command(
            Path(folder), _HTTP.format(servers=servers, port=port), events="worker_connections 4096;"
        )
        with running(command, port) as process:
            yield port, process.pid
