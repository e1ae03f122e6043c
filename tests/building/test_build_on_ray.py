"""The Ray engine builds what the plain loop builds, and listens to this machine alone. Ray takes long to start."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.building import loop
from bot.building.sources import find_sources
from bot.settings import Settings
from tests.support.ray_build import building, descendants, listening, published

pytestmark = pytest.mark.thorough
pytest.importorskip("ray")

# 127.0.0.1, and the same as an IPv6 address.
_LOOPBACK = {"0100007F", "0000000000000000FFFF00000100007F"}


def test_ray_builds_what_the_loop_builds_and_listens_only_here(tmp_path: Path, settings: Settings) -> None:
    policies = tmp_path / "policies"
    policies.mkdir()
    for name in ("harbour", "meadow", "quarry"):
        words = " ".join(f"We keep file {number} of {name}." for number in range(20))
        (policies / f"{name}.txt").write_text(f"{name} privacy\n\n{words}\n", encoding="utf-8")
    (policies / "scan.pdf").write_bytes(b"%PDF-1.7\nnot a PDF")
    heard: set[str] = set()
    with building(policies, tmp_path / "ray", "--workers", "2") as process:
        while process.poll() is None:
            heard |= listening([process.pid, *descendants(process.pid)])
            time.sleep(0.5)
        out, err = process.communicate()
    assert process.returncode == 1, err
    assert heard
    assert heard <= _LOOPBACK
    assert out.startswith("Built 3 of 4 policies")
    (line,) = err.splitlines()
    assert "scan.pdf" in line
    there = settings.model_copy(update={"home": tmp_path / "loop"})
    sources, _ = find_sources([str(policies)], there)
    loop.build(sources, there, workers=1)
    assert published(tmp_path / "ray") == published(tmp_path / "loop")
    # Nothing is left of the ledger of a build that ended.
    assert [path.name for path in (tmp_path / "ray" / ".build").iterdir()] == ["lock"]
