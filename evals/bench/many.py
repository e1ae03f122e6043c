"""Measures one worker with 1 to 1,000 policies: its memory, and how long the first answer of each policy takes.

The policies are those of corpus/training in turn, each under an id of its own: 60 statements and 150 visitor questions.
Every policy is asked once, then once more. Beyond the setting serve.memory_megabytes, policies are unloaded, so with
many of them the second answer waits for a policy that is loaded again.
"""

from __future__ import annotations

import dataclasses
import http.client
import json
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.encoder.embedding import OnnxEmbedder
from bot.encoder.files import encoder_bytes
from bot.index.bundle import Bundle, build_bundle, copy_bundle, load_bundle
from bot.policies.folder import PolicyFolder, load_policy_folder
from bot.policies.manifest import NAME as MANIFEST
from bot.settings import load_settings
from evals import OURS
from evals.bench import median
from evals.bench.serving import children, service
from evals.sets.paths import CORPUS

SIZES = (1, 10, 100, 1_000)
QUESTION = "Do you sell my data?"


def measure(sizes: Sequence[int] = SIZES) -> dict[str, Any]:
    """Return {"rows": [{"policies", "loaded", "first_p50", …}], "limit": bytes}, in seconds and bytes.

    loaded: how many policies are in memory at the end. start: how much memory the worker takes with its first policy.
    """
    settings = load_settings()
    limit = settings.serve.memory_megabytes
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        names = _write_policies(folder, max(sizes))
        for size in sizes:
            shutil.rmtree(folder / "served", ignore_errors=True)
            for name in names[:size]:
                (folder / "served").mkdir(exist_ok=True)
                (folder / "served" / name).symlink_to(folder / "corpus" / name)
            rows.append({"policies": size, **_measure(folder, names[:size], limit)})
    return {"rows": rows, "limit": limit * 10**6}


def _write_policies(folder: Path, count: int) -> list[str]:
    """Write policy folders and their indexes; return their names."""
    settings = load_settings()
    files = encoder_bytes(settings.model)
    embedder = OnnxEmbedder.from_bytes(files, settings.threads)
    bases: list[tuple[Path, PolicyFolder, Bundle]] = []
    for number, source in enumerate(sorted((CORPUS / "training").iterdir())[:count]):
        base = load_policy_folder(str(source), CORPUS)
        build_bundle(base, files, folder / f"base-{number}", threads=settings.threads)
        bases.append((source, base, load_bundle(folder / f"base-{number}", embedder=embedder)))
    names = []
    for number in range(count):
        source, base, bundle = bases[number % len(bases)]
        name = f"policy-{number:04}"
        shutil.copytree(source, folder / "corpus" / name)
        manifest = folder / "corpus" / name / MANIFEST
        words = manifest.read_text(encoding="utf-8")
        manifest.write_text(words.replace(f'id = "{base.policy.id}"', f'id = "{name}"', 1), encoding="utf-8")
        own = dataclasses.replace(base, policy=dataclasses.replace(base.policy, id=name))
        copy_bundle(own, bundle, folder / "home" / name)
        names.append(name)
    return names


def _measure(folder: Path, names: Sequence[str], limit: int) -> dict[str, float]:
    settings = {
        "CORPUS": str(folder / "served"),
        "POLICY": names[0],
        "SERVE__POLICIES": "*",
        "SERVE__MEMORY_MEGABYTES": str(limit),
        "FEEDBACK__ENABLED": "false",
    }
    with service(OURS, 1, folder / "home", settings) as (port, parent):
        worker = max(children(parent), key=lambda child: _memory(child)["Rss"])  # the others are small helpers
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        _ask(connection, names[0])
        start = _memory(worker)["Rss"]
        first = [_ask(connection, name) for name in names]
        again = [_ask(connection, name) for name in names]
        last = [_ask(connection, names[-1]) for _ in range(20)]
        loads = _loads(connection)
        memory = _memory(worker)
        connection.close()
    return {
        "loaded": loads["loaded"] - loads["unloaded"],
        "first_p50": median(first),
        "first_p95": float(np.percentile(first, 95)),
        "again_p50": median(again),
        "again_p95": float(np.percentile(again, 95)),
        "warm_p50": median(last),
        "start": start,
        "memory": memory["Rss"],
        "pss": memory["Pss"],
    }


def _ask(connection: http.client.HTTPConnection, policy: str) -> float:
    """Ask a question about a policy and return the seconds until its answer. Raises RuntimeError without one."""
    body = json.dumps({"question": QUESTION, "policy": policy})
    started = time.perf_counter()
    connection.request("POST", "/v1/answers", body, {"Content-Type": "application/json"})
    response = connection.getresponse()
    answer = json.loads(response.read())
    seconds = time.perf_counter() - started
    if response.status != 200 or answer["policy"]["id"] != policy:
        raise RuntimeError(f"the service gave {response.status} instead of an answer about {policy}")
    return seconds


def _loads(connection: http.client.HTTPConnection) -> dict[str, float]:
    connection.request("GET", "/metrics")
    counts = {"loaded": 0.0, "unloaded": 0.0}
    for line in connection.getresponse().read().decode().splitlines():
        for result in counts:
            if line.startswith(f'askpolicy_policy_loads_total{{result="{result}"}}'):
                counts[result] = float(line.rpartition(" ")[2])
    return counts


def _memory(process: int) -> dict[str, float]:
    """Return the resident set size of a process and its proportional share of what processes share, in bytes."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    sizes = {line.partition(":")[0]: 1024.0 * int(line.split()[1]) for line in lines}
    return {"Rss": sizes["Rss"], "Pss": sizes["Pss"]}
