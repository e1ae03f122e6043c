"""A build on Ray whose workers and driver are killed makes no duplicates and leaves no gaps."""

from __future__ import annotations

import random
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.building import loop
from bot.building.sources import find_sources
from bot.settings import Settings
from tests.support.ray_build import building, descendants, kill, published, title

pytestmark = pytest.mark.security
pytest.importorskip("ray")

KILLS = 10
POLICIES = 48
_PATIENCE = 900


def write_policies(folder: Path) -> None:
    folder.mkdir()
    for number in range(POLICIES):
        sentences = " ".join(f"Office {number} keeps record {n} for {n + number} days." for n in range(40))
        (folder / f"office-{number}.txt").write_text(f"Office {number} privacy\n\n{sentences}\n", encoding="utf-8")


def stages(driver: int) -> list[int]:
    """Return the processes that read, embed or publish at the moment."""
    return [each for each in descendants(driver) if title(each).startswith(("ray::Map", "ray::Read", "ray::Flat"))]


def wait_until(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)
    return True


def strike(driver: subprocess.Popen[str], what: str, out: Path, moment: int, chance: random.Random) -> bool:
    """Kill a worker or the driver when so many policies are published. Return False if it had ended before."""

    def reached() -> bool:
        at_work = bool(stages(driver.pid)) and len(list(out.glob("*/CURRENT"))) >= moment
        return at_work or driver.poll() is not None

    if what == "start":
        time.sleep(chance.uniform(0, 4))
    else:
        wait_until(reached)
        time.sleep(chance.uniform(0, 1))
    targets = stages(driver.pid) if what == "worker" else [driver.pid]
    if driver.poll() is not None or not targets:
        return False
    rest = descendants(driver.pid)
    kill(chance.choice(targets))
    if what != "worker":
        driver.wait()
        # Nothing of Ray outlives its driver.
        wait_until(lambda: not any(map(title, rest)))
    return True


def test_killed_workers_and_drivers_leave_no_duplicates_and_no_gaps(
    tmp_path: Path, settings: Settings, figure: Callable[[str], None]
) -> None:
    policies, chance = tmp_path / "policies", random.Random(18)
    write_policies(policies)
    undisturbed = settings.model_copy(update={"home": tmp_path / "loop"})
    sources, _ = find_sources([str(policies)], undisturbed)
    loop.build(sources, undisturbed, workers=2)
    expected = published(undisturbed.home)
    assert len(expected) == POLICIES
    # When so many policies are published, and up to a second later. Two kills meet a driver that has just started.
    moments = sorted(chance.randrange(POLICIES - 4) for _ in range(KILLS))
    plan = ["worker", "driver", "worker", "start", "worker", "driver", "worker", "worker", "start", "worker"]
    killed: list[str] = []
    builds = went_on = 0
    while len(killed) < KILLS:
        out = tmp_path / f"ray-{builds}"
        done = False
        while not done:
            with building(policies, out, "--workers", "2") as driver:
                while driver.poll() is None and len(killed) < KILLS:
                    what = plan[len(killed)]
                    if strike(driver, what, out, moments[len(killed)], chance):
                        killed.append(what)
                said, errors = driver.communicate()
            done = driver.returncode == 0
            # A machine that is too busy to start Ray is no loss: the next try goes on.
            assert done or "Ray did not start" in errors or killed[-1:] in (["driver"], ["start"]), errors
            went_on += "before a restart" in said
        assert f"Built {POLICIES} of {POLICIES} policies" in said
        assert published(out) == expected
        assert [path.name for path in (out / ".build").iterdir()] == ["lock"]
        builds += 1
    assert went_on
    figure(
        f"Build on Ray killed at {len(killed)} random moments ({killed.count('worker')} workers), in {builds} builds "
        f"of {POLICIES} policies, {went_on} of which went on after a restart: 0 duplicates, 0 gaps."
    )
