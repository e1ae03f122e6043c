"""A day of a state's traffic: visitors of several policies, a peak, and bots; sent by the clock, whatever comes back.

Each hour of the day may be compressed to a few seconds; the rate within an hour is real. Questions follow Zipf's law:
the one at rank r is asked in proportion to 1/r. Each request has a connection of its own, and most have an address of
their own.
"""

from __future__ import annotations

import asyncio
import json
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

# The rate of each hour as a multiple of the day's mean, roughly as offices' websites see it.
HOURS = (0.3, 0.2, 0.2, 0.2, 0.2, 0.3, 0.5, 0.9, 1.3, 1.7, 1.8, 1.8,
         1.7, 1.7, 1.8, 1.7, 1.5, 1.2, 1.1, 1.0, 0.9, 0.9, 0.7, 0.4)  # fmt: skip
# In this hour the policy is in the news.
PEAK_HOUR, PEAK = 19, 10.0
# The share of requests that come from bots, and their addresses. Half of them repeat one question, half send junk.
BOTS, BOT_ADDRESSES = 0.2, 16
_JUNK = ("", "?" * 400, "x" * 5_000, "qzx wvk jjq", "\u202e\u200b hidden", "1' OR '1'='1", "<script>x</script>")
_PATIENCE = 15.0  # seconds until a visitor gives up
_ADDRESSES = 50_000  # of visitors


@dataclass(frozen=True, slots=True)
class Request:
    """A request to send. at: seconds after the start. peak: whether it comes in the hour of the peak."""

    at: float
    address: str
    message: bytes
    bot: bool = False
    peak: bool = False


@dataclass(slots=True)
class Sent:
    """What became of a load. seconds: from when each request was due until its answer; statuses: 0 if it broke."""

    seconds: list[float] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    took: float = 0.0
    own_cpu: float = 0.0


def a_day(asked: Sequence[tuple[str, str]], mean: float, hour: float, seed: int = 1) -> list[Request]:
    """Return the requests of a day, in order. asked: (policy, question), the most frequent first. mean: requests per
    second over the day, without the peak and the bots. hour: how many seconds an hour lasts."""
    chance = np.random.default_rng(seed)
    multiples = np.array(HOURS) * 24 / sum(HOURS)
    multiples[PEAK_HOUR] = PEAK
    found: list[Request] = []
    for number, multiple in enumerate(multiples):
        times = number * hour + np.sort(chance.uniform(0, hour, chance.poisson(mean * multiple * hour)))
        found.extend(_visits(asked, times, chance, peak=number == PEAK_HOUR))
    bots = np.sort(chance.uniform(0, 24 * hour, int(len(found) * BOTS / (1 - BOTS))))
    return sorted((*found, *_bots(asked, bots, chance)), key=lambda request: request.at)


def steady(asked: Sequence[tuple[str, str]], rate: float, seconds: float, seed: int = 1) -> list[Request]:
    """Return visitors' requests at a rate per second, with random times between them. asked: as for `a_day`."""
    chance = np.random.default_rng(seed)
    times = np.sort(chance.uniform(0, seconds, chance.poisson(rate * seconds)))
    return list(_visits(asked, times, chance))


def send(port: int, requests: Sequence[Request]) -> Sent:
    """Send the requests to 127.0.0.1:`port`, each when it is due; return what became of them, in the same order."""
    return asyncio.run(_send(port, requests))


def _visits(
    asked: Sequence[tuple[str, str]], times: np.ndarray[Any, Any], chance: np.random.Generator, *, peak: bool = False
) -> list[Request]:
    weights = 1 / np.arange(1, len(asked) + 1)
    chosen = chance.choice(len(asked), len(times), p=weights / weights.sum())
    visitors = chance.integers(_ADDRESSES, size=len(times))
    return [
        Request(float(at), f"127.16.{who // 250}.{1 + who % 250}", _post(*asked[what]), peak=peak)
        for at, what, who in zip(times, chosen, visitors, strict=True)
    ]


def _bots(asked: Sequence[tuple[str, str]], times: np.ndarray[Any, Any], chance: np.random.Generator) -> list[Request]:
    policy, question = asked[0]
    found = []
    for at in times:
        junk = _JUNK[chance.integers(len(_JUNK))] if chance.random() < 0.5 else question
        message = _post(policy, junk) if chance.random() < 0.9 else _message(b"{not JSON")
        found.append(Request(float(at), f"127.15.0.{1 + chance.integers(BOT_ADDRESSES)}", message, bot=True))
    return found


def _post(policy: str, question: str) -> bytes:
    return _message(json.dumps({"question": question, "policy": policy}).encode())


def _message(body: bytes) -> bytes:
    head = (
        "POST /v1/answers HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nConnection: close\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _send(port: int, requests: Sequence[Request]) -> Sent:
    cpu, began = _cpu(), time.monotonic()
    tasks = []
    async with asyncio.TaskGroup() as group:
        for request in requests:
            if (wait := began + request.at - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            tasks.append(group.create_task(_one(port, request, began + request.at)))
    outcomes = [task.result() for task in tasks]
    return Sent(
        [seconds for seconds, _ in outcomes],
        [status for _, status in outcomes],
        time.monotonic() - began,
        _cpu() - cpu,
    )


async def _one(port: int, request: Request, due: float) -> tuple[float, int]:
    status = 0
    try:
        async with asyncio.timeout(_PATIENCE):
            reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(request.address, 0))
            try:
                writer.write(request.message)
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.read()
                status = int(head.split(b" ", 2)[1])
            finally:
                writer.close()
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        pass
    return time.monotonic() - due, status


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
