from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import numpy as np
import pytest

from bot.policies.folder import load_policy_folder
from evals.bench import footprint, growth, indexing, load, many, page
from evals.bench.building import _rates, _stages
from evals.bench.invented import write_invented

SYSTEM = {"cold_start": 0.5, "p50": 0.004, "p95": 0.006, "p99": 0.01, "peak": 2e8, "index": 1.0, "installed": 3e8}
RESULTS = {
    "systems": {
        "systems": {"askpolicy": SYSTEM | {"outside_encoder": 0.2}, "langchain": SYSTEM},
        "ratios": {"langchain": {"p50": 2.0}},
        "repeats": 1,
    },
    "http": {
        "rows": [
            {"system": "askpolicy", "workers": 2, "visitors": 1, "per_second": 300, "p50": 0.003, "p95": 0.004,
             "p99": 0.005, "failed": 0}
        ],
        "ratios": {"1": 4.0}, "peak": 1.5e8, "seconds": 4.0, "repeats": 3,
    },
    "growth": {
        "rows": [
            {"kind": "flat", "passages": 100, "build": 0.1, "bytes": 1e5, "load": 0.1, "memory": 1e5, "p50": 1e-4,
             "p95": 2e-4, "recall": 1.0}
        ],
        "answers": [
            {"kind": "flat", "passages": 100, "index_build": 0.1, "lexical_build": 0.1, "p50": 0.004, "p95": 0.006,
             "lexical_p50": 1e-5, "lexical_p95": 1e-5}
        ],
    },
    "index": {
        "rows": [{"format": "md", "chars": 64_000, "statements": 198, "read_seconds": 0.1, "index_seconds": 2.0}]
    },
    "many": {
        "rows": [{"policies": 1_000, "loaded": 328, "first_p50": 0.1, "first_p95": 0.2, "again_p50": 0.1,
                  "again_p95": 0.2, "warm_p50": 0.005, "start": 1.5e8, "memory": 4e8, "pss": 4e8}],
        "limit": 256_000_000,
    },
    "build": {
        "rows": [{"engine": "ray", "workers": 2, "policies": 100, "statements": 4_600, "wall": 60.0, "cpu": 70.0,
                  "peak": 9e8, "stored": 90_000.0}],
        "rates": [{"engine": "ray", "workers": 2, "wall_per_policy": None, "wall_start": None, "cpu_per_policy": 0.5,
                   "cpu_start": 60.0, "statements_per_policy": 46.0}],
        "stages": {"read": 0.02, "embed": 0.3, "publish": 0.05, "statements": 46.0}, "repeats": 1,
    },
    "day": {
        "rows": [{"setup": "1 worker", "requests": 100, "p50": 0.005, "p95": 0.01, "p99": 0.02, "peak_p95": 0.02,
                  "errors": 0.0, "bots_refused": 0.5, "cpu_each": 0.005, "load_share": 0.1, "held": 125.0,
                  "held_load_share": 0.2}],
        "cost": [{"setup": "1 worker", "held": 125.0, "peak": 347.2, "machines": 4, "a_day": 7.68}],
        "visitors": 1_000_000, "mean": 34.7, "hour": 5.0, "core_hour": 0.04, "load_before": 0.1,
    },
    "batches": {"rows": [{"batch": 8, "texts_per_second": 500.0}], "chosen": 32, "texts": 512},
}  # fmt: skip


def test_the_page_loads_nothing_from_elsewhere(tmp_path):
    about = {"started": "2026-01-01", "machine": page.machine(), "load": [0.5, 2.5]}
    dated = {name: part | about for name, part in RESULTS.items()}
    text = page.write(dated, tmp_path / "bench.html").read_text(encoding="utf-8")
    assert text.count("<svg") == 12
    assert "<script" not in text
    assert "http://" not in text
    assert "https://" not in text
    for words in ("4.00 ms", "200 MB", "2.0 ×", "cold start", "load 0.5 before, 2.5 at the end"):
        assert words in text


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [("p50", 0.0042, "4.20 ms"), ("cold_start", 1.234, "1.23 s"), ("installed", 3.21e8, "321 MB"),
     ("bytes", 1.5e5, "0.1 MB"), ("outside_encoder", 0.256, "26 %"), ("recall", 0.98765, "0.988"), ("p50", None, "–")],
)  # fmt: skip
def test_values_are_formatted_for_people(key, value, expected):
    assert page.shown(key, value) == expected


def test_a_closure_contains_what_is_needed_and_nothing_more(monkeypatch):
    needs = {
        "a": ['b>=1; extra == "more"', "c"],
        "b": [],
        "c": ["a", 'd; python_version < "3"', "absent"],
        "d": [],
    }

    class Installed:
        def __init__(self, name):
            self.requires = needs[name]

    def distribution(name):
        if name not in needs:
            raise PackageNotFoundError(name)
        return Installed(name)

    monkeypatch.setattr(footprint, "distribution", distribution)
    assert set(footprint.closure(["a"])) == {"a", "c"}
    assert set(footprint.closure(["a[more]"])) == {"a", "b", "c"}


def test_generated_pages_are_read_and_indexed():
    (row,) = indexing.measure(1, lengths=(3_000,), formats=("html",))["rows"]
    assert row["statements"] > 5
    assert 0 < row["read_seconds"] < row["index_seconds"]


@pytest.mark.thorough
def test_memory_and_first_answers_of_several_policies():
    alone, both = many.measure((1, 2))["rows"]
    assert (alone["loaded"], both["loaded"]) == (1, 2)
    assert alone["warm_p50"] < both["first_p95"]
    assert 5e7 < both["pss"] <= both["memory"] < 5e8


def test_an_installed_package_has_a_size():
    assert 1e6 < footprint.installed_bytes(["numpy"]) < 1e9


def test_grown_vectors_are_unit_vectors_and_begin_with_the_known_ones():
    known = np.eye(5, 16, dtype=np.float32)
    vectors = growth._vectors(known, 12)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(vectors[:5], known)
    assert not np.allclose(vectors[5:10], known)
    np.testing.assert_array_equal(growth._vectors(known, 3), known[:3])


@pytest.mark.parametrize(
    "kind", [kind if kind == "ivf-refined" else pytest.param(kind, marks=pytest.mark.thorough) for kind in growth.KINDS]
)
def test_an_index_is_searched_in_a_separate_process(tmp_path, kind):
    drawn = np.random.default_rng(0).standard_normal((2_000, 32)).astype(np.float32)
    vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    row = growth._index(kind, vectors, vectors[:20], growth._exact(vectors, vectors[:20]), tmp_path)
    assert row["recall"] == 1 if kind == "flat" else row["recall"] > 0.2
    assert row["bytes"] > 2_000
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def port():
    """A service that answers every third question with 503."""
    asked = 0

    async def answer(reader, writer):
        nonlocal asked
        while head := await reader.readuntil(b"\r\n\r\n"):
            body = await reader.readexactly(int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]))
            assert json.loads(body)["question"]
            asked += 1
            status = b"503 Busy" if asked % 3 == 0 else b"200 OK"
            writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 2\r\n\r\n{}")

    visits = set()

    async def visit(reader, writer):
        visits.add(asyncio.current_task())
        try:
            with contextlib.suppress(asyncio.IncompleteReadError):
                await answer(reader, writer)
        finally:
            writer.close()
            await writer.wait_closed()

    async def close():
        server.close()
        await asyncio.gather(*visits)  # otherwise, the loop would stop before their sockets are closed

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(asyncio.start_server(visit, "127.0.0.1", 0), loop).result()
    yield server.sockets[0].getsockname()[1]
    asyncio.run_coroutine_threadsafe(close(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def test_a_load_counts_answers_and_failures(port):
    # In another thread, because a browser that other tests have open keeps an event loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        row = pool.submit(lambda: load.load(port, ["one?", "two?"], visitors=3, seconds=0.3)).result()
    assert row["per_second"] > 0
    assert row["failed"] > 0
    assert 0 < row["p50"] <= row["p95"] <= row["p99"]


def test_invented_policies_are_all_different_and_always_the_same(tmp_path, monkeypatch):
    corpus = Path(__file__).resolve().parents[3] / "corpus"
    monkeypatch.setenv("ASKPOLICY_CORPUS", str(corpus))
    first, second = write_invented(tmp_path / "some", 2)
    (again,) = write_invented(tmp_path / "others", 1, first=1)
    assert second.read_text() == again.read_text() != first.read_text()
    policy = load_policy_folder(str(first), corpus).policy
    assert 40 <= len(policy.sentences) <= 60


def test_the_rate_of_a_build_leaves_out_its_start():
    rows = [
        {"engine": "ray", "workers": 1, "policies": 20, "statements": 900, "wall": 30.0, "cpu": 40.0},
        {"engine": "ray", "workers": 1, "policies": 100, "statements": 4_500, "wall": 70.0, "cpu": 80.0},
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("evals.bench.building.ENGINES", (("ray", 1),))
        (rate,) = _rates(rows)
    assert (rate["wall_per_policy"], rate["wall_start"]) == (0.5, 20.0)
    assert (rate["cpu_per_policy"], rate["cpu_start"]) == (0.5, 30.0)
    assert rate["statements_per_policy"] == 45.0
    # A machine that was busier with the small build says nothing about a policy.
    rows[0]["wall"] = 90.0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("evals.bench.building.ENGINES", (("ray", 1),))
        assert _rates(rows)[0]["wall_per_policy"] is None


def test_the_steps_of_a_build_are_timed_one_by_one(monkeypatch):
    monkeypatch.setenv("ASKPOLICY_CORPUS", str(Path(__file__).resolve().parents[3] / "corpus"))
    stages = _stages(1)
    assert 40 <= stages["statements"] <= 60
    assert min(stages["read"], stages["embed"], stages["publish"]) > 0
