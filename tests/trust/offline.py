"""Runs one command without a network, and reports what it tried to reach and what it wrote.

    unshare --user --map-root-user --net python -m tests.trust.offline SECONDS FOLDER NAME

Runs the command of this name (tests.trust.commands) under strace, keeps it open for SECONDS after its work is done, and
prints as JSON: `attempts`, each connection, datagram or name lookup that was not for this machine; `written`, each
file or folder that was opened for writing, created or renamed; `code` and `output`. Native code is covered too.
FOLDER contains `home`, `tmp`, `state`, `named` and `cwd`. `written` omits `state`, `named` and `tmp`; `left` is the
content of `home`, `tmp` and `cwd` after the end. The NAME `control` makes a lookup, two connections and a file, all of
which must be reported, or the run proves nothing.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

import httpx

from tests.support.running import PATIENCE
from tests.trust.commands import ASKED, COMMANDS, Command

ROOT = Path(__file__).resolve().parents[2]
CALLS = (
    "connect", "sendto", "sendmsg", "sendmmsg",
    "open", "openat", "openat2", "creat", "mkdir", "mkdirat", "mknod", "mknodat", "rename", "renameat", "renameat2",
    "link", "linkat", "symlink", "symlinkat", "truncate",
)  # fmt: skip
CONTROL = """
import socket
for try_it in (lambda: socket.getaddrinfo("control.example", 443),
               lambda: socket.create_connection(("192.0.2.1", 443), 1),
               lambda: socket.create_connection(("2001:db8::1", 443), 1)):
    try: try_it()
    except OSError: pass
import pathlib
(pathlib.Path.home() / "control").write_text("")
"""
PAGES = (
    "/", "/ask?question=cookies", "/privacy", "/docs", "/metrics", "/openapi.json", "/widget.js", "/v1/policies",
)  # fmt: skip
_ADDRESS = re.compile(
    r"sa_family=AF_INET6?, sin6?_port=htons\((?P<port>\d+)\)"
    r".*?(?:inet_addr\(|inet_pton\(AF_INET6, )\"(?P<host>[^\"]+)\""
)
_WRITES = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC")
_PATH = re.compile(r'(?:(?:AT_FDCWD|\d+)<(?P<folder>[^>]*)>, )?"(?P<name>[^"]*)"')


def bring_loopback_up() -> None:
    up, running, set_flags = 0x1, 0x40, 0x8914  # IFF_UP, IFF_RUNNING, SIOCSIFFLAGS
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, set_flags, struct.pack("16sh14x", b"lo", up | running))


def attempts(record: list[str]) -> list[str]:
    """Return what was sent: each line that names a name server or an address of another machine."""
    found = []
    for line in record:
        for address in _ADDRESS.finditer(line):
            host = address["host"].removeprefix("::ffff:")  # an IPv4 address in an IPv6 socket
            here = host.startswith("127.") or host in ("::1", "0.0.0.0", "::")  # noqa: S104
            if not here or address["port"] == "53":
                found.append(f"{host} port {address['port']}")
    return found


def written(record: list[str], folder: Path) -> list[str]:
    """Return what was or might have been created or opened for writing, except devices and what the user names."""
    found = set()
    for line in record:
        call = re.match(r"\d+ +(\w+)\((.*)", line)
        if call is None or call[1] in ("connect", "sendto", "sendmsg", "sendmmsg"):
            continue
        if " = -1 " in call[2] or (call[1].startswith("open") and not _WRITES.search(call[2])):
            continue
        paths = [os.path.normpath(os.path.join(match["folder"] or "", match["name"])) for match in _PATH.finditer(line)]
        found.update(paths)
    ours = tuple(f"{folder / place}/" for place in ("state", "named", "tmp"))
    return sorted(
        path
        for path in found
        if not path.startswith((*ours, "/dev/null", "/dev/tty", "/dev/shm/sem.", "/proc/"))  # noqa: S108
        # Bytecode that an installation compiles once, and the random number that gradio stores next to itself once.
        and "__pycache__" not in path
        and not path.endswith("/gradio/hash_seed.txt")
        # Ray's sockets, whose paths must be short, and its memory. It removes both.
        and not path.startswith(("/tmp/askpolicy-ray-", "/dev/shm/plasma"))  # noqa: S108
    )


def ask_service(client: httpx.Client) -> str:
    def ready() -> bool:
        with contextlib.suppress(httpx.TransportError):
            return client.get("/readyz").status_code == 200
        return False

    end = time.monotonic() + PATIENCE
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.2)
    answer = client.post("/v1/answers", json={"question": ASKED, "language": "es"}).json()
    stream = client.post("/v1/answers", json={"question": "Hi"}, headers={"Accept": "text/event-stream"})
    assert "event: answer" in stream.text
    verdict = {"answer_id": answer["id"], "policy": "massgov", "outcome": "answered", "helpful": True}
    assert client.post("/v1/feedback", json={**verdict, "comment": "good"}).status_code == 201
    assert {client.get(path).status_code for path in PAGES} == {200}
    return json.dumps(answer)


def ask_demo(client: httpx.Client) -> str:
    assert "gradio" in client.get("/").text
    # The body that the page sends when its button is pressed.
    pressed = {"data": [ASKED, []], "fn_index": 0, "session_hash": "offline"}
    return client.post("/gradio_api/run/predict", json=pressed).text


def ask_studio(client: httpx.Client) -> str:
    end = time.monotonic() + PATIENCE
    while not (state := client.get("api/state").json())["current"]:
        assert time.monotonic() < end
        time.sleep(0.2)
    assert not state["failed"], state
    pages = ("", "?topic=data-sale&ways=1", "questions", "words", "try", "publish", "preview/page")
    assert {client.get(page).status_code for page in pages} == {200}
    return client.post("api/ask", json={"question": ASKED}).text


ASKERS = {"serve": ask_service, "demo": ask_demo, "studio": ask_studio}


def run(command: Command, seconds: float, folder: Path) -> dict[str, object]:
    named = str(folder / "named")
    words = [part.replace("{named}", named) for part in command.run]
    record = folder / "record"
    traced = ["strace", "-f", "-qq", "-y", "--seccomp-bpf", "-s", "256", "-o", str(record),
              "-e", "trace=" + ",".join(f"?{call}" for call in CALLS)]  # fmt: skip
    if command.name == "control":
        python = [sys.executable, "-c", CONTROL]
    else:
        python = [sys.executable, "-m", "tests.trust.hold", "0" if command.server else str(seconds), *words]
    with (
        (folder / "errors").open("w") as errors,
        subprocess.Popen(
            traced + python, cwd=folder / "cwd", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        answer = ""
        if command.server:
            found = re.search(r"http://\S+", process.stdout.readline())
            assert found, (folder / "errors").read_text()
            with httpx.Client(base_url=found[0], trust_env=False, timeout=PATIENCE) as client:
                answer = ASKERS[command.name](client)
            time.sleep(seconds)
            for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
                os.kill(int(child), signal.SIGTERM)
        output, _ = process.communicate(command.typed)
    lines = record.read_text(errors="replace").splitlines()
    return {
        "code": process.returncode,
        "output": answer + output,
        "errors": (folder / "errors").read_text(),
        "attempts": attempts(lines),
        "written": written(lines, folder),
        "left": sorted(str(path) for place in ("home", "tmp", "cwd") for path in (folder / place).rglob("*")),
    }


if __name__ == "__main__":
    for_seconds, place, name = float(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    bring_loopback_up()
    by_name = {command.name: command for command in COMMANDS}
    print(json.dumps(run(by_name.get(name) or Command(name, (), ""), for_seconds, place)))
