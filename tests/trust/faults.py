"""Builds an index in child processes that die, and reads what remains: test_index_faults.py runs it.

    python -m tests.trust.faults steps FOLDER SAME      dies before each sync and rename, one build after another
    python -m tests.trust.faults times FOLDER COUNT     is killed at random moments
    python -m tests.trust.faults full FOLDER            on a full disk, then on a read-only one

Prints a line of JSON for each build. It imports the models' packages once and forks, which makes many builds fast.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from bot.encoder.files import encoder_bytes
from bot.index.bundle import build_bundle, load_bundle
from bot.policies.folder import PolicyFolder
from bot.policies.parsing import parse_policy
from bot.policies.questions import VisitorQuestion
from bot.settings import load_settings
from bot.types import AskPolicyError

QUESTION = VisitorQuestion("any cookies", "answerable", (0,))
ENCODER = encoder_bytes(load_settings().model)


def build(number: int, folder: Path) -> str:
    text = f"Harbour Privacy\n\nCookies\n\nWe set {number} cookies. They end with your visit.\n"
    return build_bundle(PolicyFolder(parse_policy(text, id="harbour"), (QUESTION,)), ENCODER, folder, threads=1)


def serving(folder: Path) -> str:
    """Return the sentence that identifies the served version. Check that each vector matches its words."""
    bundle = load_bundle(folder, threads=1)
    fresh = bundle.embedder.encode([passage.read_as for passage in bundle.passages])
    # Not to the last digit: the other texts in a batch change the rounded weights slightly.
    cosines = fresh @ bundle.vectors.vectors().T
    assert (cosines.argmax(axis=0) == np.arange(len(bundle.passages))).all(), cosines
    return bundle.passages[0].text


def in_child(act: Callable[[], object]) -> int:
    """Run in a fork; return its process number."""
    child = os.fork()
    if child == 0:
        try:
            act()
        except BaseException as error:
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
            os._exit(3)
        os._exit(0)
    return child


def read(folder: Path) -> str:
    """Run `serving` in a fork, so that this process has no encoder threads when it forks again."""
    receiving, sending = os.pipe()

    def tell() -> None:
        try:
            result = serving(folder)
        except AskPolicyError as error:
            result = str(error)
        os.write(sending, result.encode())

    child = in_child(tell)
    os.close(sending)
    with os.fdopen(receiving, "rb") as pipe:
        result = pipe.read().decode()
    assert os.waitpid(child, 0)[1] == 0
    return result


def die_before_step(number: int) -> None:
    """Kill this process before its `number`th sync or rename from now on."""
    left = number

    def counted(call: Callable[..., object]) -> Callable[..., object]:
        def stepping(*arguments: object, **named: object) -> object:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*arguments, **named)

        return stepping

    os.fsync, os.replace = counted(os.fsync), counted(os.replace)  # type: ignore[assignment]


def ended(child: int) -> str:
    status = os.waitpid(child, 0)[1]
    return "killed" if os.WIFSIGNALED(status) else f"exit {os.waitstatus_to_exitcode(status)}"


def steps(folder: Path, same: bool) -> None:
    """same: rebuild the serving version instead of a new one."""
    os.waitpid(in_child(lambda: build(0, folder)), 0)
    number, old = 0, read(folder)
    while True:
        number += 1
        wanted = 0 if same else number

        def act(step: int = number, cookies: int = wanted) -> None:
            die_before_step(step)
            build(cookies, folder)

        how = ended(in_child(act))
        found = read(folder)
        print(json.dumps({"step": number, "end": how, "old": old, "new": f"We set {wanted} cookies.", "read": found}))
        old = found
        if how != "killed":
            return


def times(folder: Path, count: int) -> None:
    """Kill at random moments of a build, most of them while it writes."""
    started = time.monotonic()
    os.waitpid(in_child(lambda: build(0, folder)), 0)
    seconds, chance, old = time.monotonic() - started, random.Random(50), read(folder)
    killed = number = 0
    while killed < count:
        number += 1
        child = in_child(lambda cookies=number: build(cookies, folder))  # type: ignore[misc]
        until = time.monotonic() + chance.uniform(0, seconds)
        # Half of the kills wait until the build writes.
        while number % 2 and time.monotonic() < until + seconds and not list(folder.glob(".building-*")):
            time.sleep(0.0005)
        time.sleep(chance.uniform(0, 0.05) if number % 2 else max(0.0, until - time.monotonic()))
        os.kill(child, signal.SIGKILL)
        how = ended(child)
        killed += how == "killed"  # otherwise the build finished first
        found = read(folder)
        print(json.dumps({"step": number, "end": how, "old": old, "new": f"We set {number} cookies.", "read": found}))
        old = found
    os.waitpid(in_child(lambda: build(number + 1, folder)), 0)
    print(json.dumps({"left": sorted(path.name for path in folder.glob(".building-*"))}))


def _fill(folder: Path) -> None:
    """Write until the disk is full. A second version needs little space, since it shares the encoder of the first."""
    with (folder / "filler").open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"0" * 4096):
            pass


def full(folder: Path) -> None:
    """Build on a full disk and on a read-only one; `folder` is the root of a small file system."""
    index = folder / "index"
    build(0, index)
    old = serving(index)
    command = [sys.executable, "-m", "bot.commands.main", "index", str(folder / "new.txt"), "--out", str(index)]
    (folder / "new.txt").write_text("Harbour Privacy\n\nWe set 1 cookie.\n", encoding="utf-8")
    _fill(folder)
    for place in ("full", "read-only"):
        if place == "read-only":
            subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        record = {"place": place, "code": done.returncode, "out": done.stdout, "error": done.stderr}
        print(json.dumps({**record, "old": old, "read": serving(index)}))


if __name__ == "__main__":
    what, place, *more = sys.argv[1:]
    if what == "steps":
        steps(Path(place), more == ["same"])
    elif what == "times":
        times(Path(place), int(more[0]))
    else:
        full(Path(place))
