"""Sends load without waiting for answers: one connection per request, started by the clock."""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

QUESTIONS = (
    "Do you sell my data?",
    "How long do you keep my IP address?",
    "Do you use cookies?",
    "What happens to what I type into a form?",
    "How do I renew my driver's license?",
    "Hello",
    "Do you use facial recognition?",
    "Who can see what I send you by e-mail?",
)


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply. status: 0 if the connection broke; then `body` says how. started: seconds since the load began."""

    status: int
    started: float
    seconds: float
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


def run(
    url: str,
    rate: float,
    seconds: float,
    source: Callable[[int], str] | None = None,
    *,
    trust: ssl.SSLContext | None = None,
) -> list[Reply]:
    """Send `rate` requests a second; `source` gives the local address of the nth request; `trust` is for https."""
    # In a separate thread: the browser of other tests keeps an event loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(_run(url, rate, seconds, source, trust))).result()


async def _run(
    url: str, rate: float, seconds: float, source: Callable[[int], str] | None, trust: ssl.SSLContext | None
) -> list[Reply]:
    began = time.monotonic()
    async with asyncio.TaskGroup() as group:
        tasks = []
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
            question = QUESTIONS[number % len(QUESTIONS)]
            address = source(number) if source else None
            tasks.append(group.create_task(_ask(url, question, began, address, trust)))
    return [task.result() for task in tasks]


async def _ask(url: str, question: str, began: float, source: str | None, trust: ssl.SSLContext | None) -> Reply:
    place, body = urlsplit(url), json.dumps({"question": question})
    started = time.monotonic()
    try:
        async with asyncio.timeout(240):
            reader, writer = await asyncio.open_connection(
                place.hostname, place.port, ssl=trust, local_addr=(source, 0) if source else None
            )
            try:
                writer.write(
                    f"POST /v1/answers HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: application/json\r\n"
                    f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()
                )
                data = await reader.read()
            finally:
                writer.close()
    except (OSError, TimeoutError) as error:
        return Reply(0, started - began, time.monotonic() - started, body=repr(error))
    head, _, text = data.decode().partition("\r\n\r\n")
    if not head:
        return Reply(0, started - began, time.monotonic() - started, body="closed without a word")
    status, *lines = head.split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Reply(int(status.split()[1]), started - began, time.monotonic() - started, headers, text)


def is_whole(reply: Reply) -> bool:
    """Tell whether the body is as long as its Content-Length."""
    return reply.status != 0 and len(reply.body.encode()) == int(reply.headers["content-length"])


def p95(replies: Sequence[Reply]) -> float:
    """Return the 95th percentile of the latency in milliseconds."""
    return float(np.percentile([reply.seconds for reply in replies], 95)) * 1_000


def counted(replies: Sequence[Reply]) -> dict[int, int]:
    return dict(sorted(Counter(reply.status for reply in replies).items()))


@dataclass(frozen=True, slots=True)
class Use:
    """The resources of processes at one moment: memory in bytes, open files, seconds since the start."""

    at: float
    memory: int
    files: int


def use(processes: Sequence[int], began: float) -> Use:
    pages = sum(int(Path(f"/proc/{process}/statm").read_text().split()[1]) for process in processes)
    files = sum(len(list(Path(f"/proc/{process}/fd").iterdir())) for process in processes)
    return Use(time.monotonic() - began, pages * 4096, files)


def megabytes_an_hour(uses: Sequence[Use]) -> float:
    """Return the slope of the memory by least squares."""
    slope = np.polyfit([one.at for one in uses], [one.memory for one in uses], 1)[0]
    return float(slope) * 3_600 / 1e6
