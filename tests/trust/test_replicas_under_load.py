"""Three replicas behind nginx for minutes: killed, stopped and started again under load, with two policies."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bot.settings import Settings
from tests.support.behind_nginx import needs_nginx
from tests.support.policies import index_all, write_policy
from tests.support.replicas import replicas, visiting

NAMES = ["alder", "birch"]
ROUNDS = 10


@needs_nginx
@pytest.mark.security
def test_replicas_are_killed_stopped_and_added_under_load(
    settings: Settings, tmp_path: Path, figure: Callable[[str], None]
) -> None:
    corpus, home = tmp_path / "corpus", tmp_path / "home"
    for name in NAMES:
        write_policy(corpus, name)
    index_all(settings.model_copy(update={"corpus": corpus, "home": home}), NAMES)
    given = {"HOME": str(home), "CORPUS": str(corpus), "POLICY": NAMES[0], "SERVE__POLICIES": "*"}
    chance = random.Random(18)
    with replicas(tmp_path, **given) as (proxy, running), visiting(proxy, NAMES, visitors=8) as visits:
        for _ in range(ROUNDS):
            killed, stopped = chance.sample(running, 2)
            killed.kill()
            killed.start()
            stopped.stop()
            stopped.start()
    figure(
        f"Three replicas, {ROUNDS} killed, {ROUNDS} stopped, all started again: {visits.asked} questions, "
        f"{len(visits.failed)} failed once, {len(visits.lost)} also the second time, {len(visits.wrong)} wrong or of "
        f"another policy; p95 {np.percentile(visits.seconds, 95):.3f} s."
    )
    assert visits.wrong == []
    assert len(visits.lost) < visits.asked / 1_000
    assert visits.asked > 100 * ROUNDS
