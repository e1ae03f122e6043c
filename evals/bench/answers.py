"""Writes the answers to the development sets as JSON Lines: `python -m evals.bench.answers FILE`.

A change that only makes answers faster writes the same file as the commit before it, byte for byte.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from bot.opening import open_bot
from bot.settings import load_settings
from evals.sets.cases import available, load_set
from evals.sets.paths import CORPUS

# The second policy has no visitor questions, so other models decide about it.
_POLICIES = ("massgov", str(CORPUS / "training" / "granite-county-sheriff" / "policy.txt"))


def answers() -> Iterator[str]:
    """Yield one line for each answer, without the time that it took."""
    for policy in _POLICIES:
        bot = open_bot(load_settings(policy=policy, cached_answers=0))
        for name in available():
            for case in load_set(name):
                answer = bot.ask(case.question, case.history).to_json()
                del answer["seconds"]
                yield json.dumps({"set": name, "case": case.id} | answer, ensure_ascii=False)


if __name__ == "__main__":
    with Path(sys.argv[1]).open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in answers())
