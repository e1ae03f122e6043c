"""Puts a load on a service: several visitors, each of whom asks a new question when the last one is answered.

It uses plain asyncio connections that stay open, because a full HTTP client would take processor time from the service.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence

import numpy as np

_APART = 0.005  # seconds between the arrivals of two visitors


def load(port: int, questions: Sequence[str], visitors: int, seconds: float) -> dict[str, float]:
    """Load the service on 127.0.0.1:`port` and return what was measured.

    "per_second": throughput; "p50", "p95", "p99": latencies in seconds, NaN without an answer; "failed": how many
    answers had another status than 200.
    """
    return asyncio.run(_load(port, questions, visitors, seconds))


async def _load(port: int, questions: Sequence[str], visitors: int, seconds: float) -> dict[str, float]:
    requests = [_request(question) for question in questions]
    latencies: list[float] = []
    failed = 0
    started = time.perf_counter()
    end = started + seconds

    async def visit(number: int) -> None:
        nonlocal failed
        # Visitors arrive one after another. If all came at once, the first worker to wake would get all of them.
        await asyncio.sleep(number * _APART)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        asked = number * 7  # so that visitors do not ask the same question at the same time
        while (begun := time.perf_counter()) < end:
            writer.write(requests[asked % len(requests)])
            asked += 1
            if await _status(reader) == 200:
                latencies.append(time.perf_counter() - begun)
            else:
                failed += 1
        writer.close()

    await asyncio.gather(*(visit(number) for number in range(visitors)))
    took = time.perf_counter() - started
    p50, p95, p99 = np.percentile(latencies, (50, 95, 99)).tolist() if latencies else (float("nan"),) * 3
    return {"per_second": len(latencies) / took, "p50": p50, "p95": p95, "p99": p99, "failed": float(failed)}


def _request(question: str) -> bytes:
    body = json.dumps({"question": question}).encode()
    head = (
        "POST /v1/answers HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _status(reader: asyncio.StreamReader) -> int:
    """Read one response to its end and return its status."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = head.split("content-length:", 1)[1].split("\r\n", 1)[0]
    await reader.readexactly(int(length))
    return int(head.split(" ", 2)[1])
