"""What the Ray engine does before and after the pipeline: settings, limits, the ledger. No cluster is started here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from bot.building.cluster import _explained, _room, _with_absolute_paths
from bot.building.ledger import KEY, Ledger
from bot.building.results import Built, Failed
from bot.building.sources import Source
from bot.settings import Settings
from bot.types import AskPolicyError

SOURCES = [Source(f"/x/{name}.txt", name, "0") for name in ("harbour", "meadow", "quarry")]


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = Ledger(tmp_path, "0123456789abcdef")
    for folder in (ledger.checkpoint, ledger.built):
        folder.mkdir(parents=True)
    return ledger


def enter(ledger: Ledger, name: str, *keys: str, pending: bool = False) -> None:
    """Write what Ray writes for a block of policies."""
    ids = [key.partition(":")[0] for key in keys]
    rows = [{KEY: key, "id": id, "version": "v", "statements": 2, "questions": 1} for key, id in zip(keys, ids)]  # noqa: B905
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), ledger.built / f"{name}.parquet")
    path = ledger.checkpoint / f"{name}{'.pending' if pending else ''}.parquet"
    pyarrow.parquet.write_table(pyarrow.table({KEY: list(keys)}), path)


def test_the_ledger_counts_what_is_committed_and_what_failed(ledger: Ledger) -> None:
    with ledger.held():
        enter(ledger, "a", "harbour:0")
        enter(ledger, "b", "meadow:0", pending=True)
        ledger.fail("quarry:0", Failed("/x/quarry.txt", "It is empty."))
        ledger.fail("quarry:0", Failed("/x/quarry.txt", "It is empty."))
        assert ledger.finished() == {"harbour:0"}
        assert ledger.count() == 2


def test_the_result_has_each_policy_once_in_order(ledger: Ledger) -> None:
    with ledger.held():
        enter(ledger, "b", "meadow:0", "harbour:before-it-changed")
        enter(ledger, "a", "harbour:0")
        enter(ledger, "again", "harbour:0")
        ledger.fail("quarry:0", Failed("/x/quarry.txt", "It is empty."))
        result = ledger.result(SOURCES, before=1)
    assert result.built == (Built("harbour", "v", 2, 1), Built("meadow", "v", 2, 1))
    assert result.failed == (Failed("/x/quarry.txt", "It is empty."),)
    assert (result.statements, result.questions, result.before) == (4, 2, 1)


def test_a_gap_is_an_error(ledger: Ledger) -> None:
    with ledger.held():
        enter(ledger, "a", "harbour:0", "meadow:0")
        with pytest.raises(AskPolicyError, match=r"1 of 3 policies were not built, such as /x/quarry\.txt"):
            ledger.result(SOURCES, before=0)


def test_failures_are_forgotten_by_the_next_build_and_the_rest_is_kept(ledger: Ledger) -> None:
    with ledger.held():
        enter(ledger, "a", "harbour:0")
        ledger.fail("quarry:0", Failed("/x/quarry.txt", "It is empty."))
    with ledger.held():
        assert ledger.count() == 1
        ledger.remove()
    assert ledger.finished() == set()


def test_only_one_build_writes_to_a_folder(ledger: Ledger, tmp_path: Path) -> None:
    with ledger.held(), pytest.raises(AskPolicyError, match="Another build is writing"), Ledger(tmp_path, "0").held():
        pass


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file in the way", encoding="utf-8")
    with (
        pytest.raises(AskPolicyError, match="progress of the build cannot be written"),
        Ledger(tmp_path / "home", "0").held(),
    ):
        pass


def test_ray_is_told_to_report_to_nobody() -> None:
    code = "import bot; from ray._common.usage import usage_lib as u; print(u.usage_stats_enabled())"
    environment = os.environ | {"RAY_USAGE_STATS_ENABLED": "1"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout == "False\n"


def test_the_plain_loop_imports_no_ray(tmp_path: Path) -> None:
    (tmp_path / "harbour.txt").write_text("Harbour privacy\n\nWe keep nothing.\n", encoding="utf-8")
    arguments = ["build", str(tmp_path), "--out", str(tmp_path / "out")]
    code = (
        f"import sys; from bot.commands.main import main; main({arguments!r});"
        "print(sorted({'ray', 'pyarrow', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[1] == "[]"


class Cluster:
    def __init__(self, processors: float) -> None:
        self._processors = processors

    def cluster_resources(self) -> dict[str, float]:
        return {"CPU": self._processors}


def test_workers_fit_into_the_cluster() -> None:
    assert _room(Cluster(16), None) == 13
    assert _room(Cluster(16), 4) == 4
    with pytest.raises(AskPolicyError, match="has 4 processors, and --workers 2 needs 5"):
        _room(Cluster(4), 2)
    with pytest.raises(AskPolicyError, match="has 2 processors, and --workers 1 needs 4"):
        _room(Cluster(2), None)


def test_relative_paths_mean_the_same_in_ray_s_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "encoder").mkdir()
    settings = _with_absolute_paths(Settings(home=Path("home"), corpus=Path("corpus"), model="encoder"))
    assert settings.home == tmp_path / "home"
    assert settings.corpus == tmp_path / "corpus"
    assert settings.model == str(tmp_path / "encoder")
    assert _with_absolute_paths(Settings(model="all-MiniLM-L6-v2")).model == "all-MiniLM-L6-v2"


def test_our_own_error_is_told_and_ray_s_is_explained() -> None:
    outer = RuntimeError("a traceback\nof a worker")
    outer.__cause__ = AskPolicyError("The index cannot be written to /x: free up space.")
    assert str(_explained(outer)) == "The index cannot be written to /x: free up space."
    assert str(_explained(RuntimeError("lost\nmore"))).startswith("The build on Ray stopped (RuntimeError: lost): run")
