"""Everything that the product does, where nobody can be reached: run by test_calls_nobody.py in a network namespace.

    python -m tests.trust.offline FOLDER

Brings the loopback up, serves, shows the demo, runs each command, and prints as JSON how often anything tried to leave:
by the kernel's own counters, which native code does not get around either.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import re
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

import httpx

from bot.cli import main
from tests.api.running import PATIENCE, serving

ROOT = Path(__file__).resolve().parents[2]
# With something in it that nobody may be told.
ASKED = "I am jane.doe@example.org, SSN 219-09-4713: do you sell my data?"
ABROAD = ("192.0.2.1", 443)
PAGES = (
    "/", "/ask?question=cookies", "/privacy", "/docs", "/metrics", "/openapi.json", "/widget.js", "/v1/policies",
)  # fmt: skip


def bring_loopback_up() -> None:
    up, running, set_flags = 0x1, 0x40, 0x8914  # IFF_UP, IFF_RUNNING, SIOCSIFFLAGS
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, set_flags, struct.pack("16sh14x", b"lo", up | running))


def attempts() -> int:
    """Packets that had no way out, and questions to a name server, since the namespace was made."""
    lines = Path("/proc/net/snmp").read_text().splitlines()
    counts: dict[str, int] = {}
    for names, values in zip(lines[::2], lines[1::2], strict=True):
        (kind, *fields), (_, *numbers) = names.split(), values.split()
        counts.update({f"{kind}{field}": int(number) for field, number in zip(fields, numbers, strict=True)})
    six = dict(line.split() for line in Path("/proc/net/snmp6").read_text().splitlines())
    return (
        counts["Ip:OutNoRoutes"]
        + counts["Udp:OutDatagrams"]
        + int(six["Ip6OutNoRoutes"])
        + int(six["Udp6OutDatagrams"])
    )


def serve(folder: Path) -> list[str]:
    done = []
    with (
        serving(folder / "log", FEEDBACK__PATH=str(folder / "feedback.sqlite")) as running,
        running.client() as client,
    ):
        answer = client.post("/v1/answers", json={"question": ASKED, "language": "es"}).json()
        done.append(answer["outcome"])
        stream = client.post("/v1/answers", json={"question": "Hi"}, headers={"Accept": "text/event-stream"})
        done.append("streamed" if "event: answer" in stream.text else stream.text)
        verdict = {"answer_id": answer["id"], "policy": "massgov", "outcome": "answered", "helpful": True}
        done.append(str(client.post("/v1/feedback", json={**verdict, "comment": "good"}).status_code))
        done += [str(client.get(path).status_code) for path in PAGES]
    return done


def demo() -> list[str]:
    command = [sys.executable, "app.py", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = re.search(r"http://\S+", process.stdout.readline())
            assert said
            with httpx.Client(base_url=said[0], trust_env=False, timeout=PATIENCE) as client:
                page = client.get("/").text
                # What the page sends when its button is pressed.
                pressed = {"data": [ASKED, []], "fn_index": 0, "session_hash": "offline"}
                shown = client.post("/gradio_api/run/predict", json=pressed).text
            time.sleep(1)  # whatever starts a moment later
        finally:
            process.terminate()
    return [str("gradio" in page), str("We do not sell" in shown)]


def commands(folder: Path) -> list[int]:
    questions = folder / "questions.jsonl"
    questions.write_text('{"id": 1, "question": "Do you sell my data?"}\n', encoding="utf-8")
    units = folder / "units.jsonl"
    units.write_text('{"policy": "p", "sentences": ["We sell.", "We keep."], "questions": [{"question": "sell?"}]}\n')
    small = folder / "small.txt"
    small.write_text("Harbour Privacy\n\nWe keep nothing.\n", encoding="utf-8")
    lines = (
        ["index", str(small), "--out", str(folder / "index")],
        ["ask", ASKED],
        ["batch", str(questions), "--output", str(folder / "answers.jsonl")],
        ["rank", str(units), "--output", str(folder / "ranking.jsonl")],
        ["check"],
    )
    with contextlib.redirect_stdout(io.StringIO()):
        return [main(line) for line in lines]


if __name__ == "__main__":
    place = Path(sys.argv[1])
    bring_loopback_up()
    before = attempts()
    results = {"commands": commands(place), "serve": serve(place), "demo": demo()}
    after = attempts()
    with contextlib.suppress(OSError):
        socket.create_connection(ABROAD, timeout=1)
    print(json.dumps({**results, "attempts": after - before, "seen when one is made": attempts() - after}))
