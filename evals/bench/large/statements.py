"""Every distinct English statement at hand, and vectors that fill a store of any size.

The statements are those of corpus/, of the set `reading`, and of the public policies next to the shared data: real
policies as files, the policies of PolicyQA in segments, and those of PrivacyQA in sentences.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bot.encoder.embedding import FloatArray
from bot.index.passages import make_passages
from bot.policies.folder import load_policy_folder
from bot.policies.parsing import parse_policy
from bot.settings import Settings
from bot.types import Policy
from evals.bench.growth import with_moved
from evals.files import read_lines
from evals.sets.paths import ROOT, SHARED, UNITS, corpus_folders

# Policies of one store have about this many statements each.
PER_POLICY = 100
_FORMATS = frozenset({".txt", ".md", ".html", ".pdf", ".docx"})


def distinct_statements(settings: Settings) -> list[str]:
    """Return what the models read for each statement, without repetitions, in the same order every time."""
    policies = (policy for policy in _policies(settings) if policy.language == "en")
    return list(dict.fromkeys(passage.read_as for policy in policies for passage in make_passages(policy)))


def _policies(settings: Settings) -> Iterator[Policy]:
    files = [
        path
        for folder in (ROOT / "evals" / "sets" / "reading" / "policies", SHARED.parent / "policies")
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if path.suffix in _FORMATS
    ]
    for path in (*corpus_folders(), *files):
        yield load_policy_folder(str(path), settings.corpus).policy
    for name, units in zip(UNITS, ("sentences", "segments"), strict=True):
        for record in read_lines(UNITS[name]):
            yield _policy_of(record[units])


def _policy_of(units: list[str]) -> Policy:
    text = "\n\n".join(units)
    return parse_policy(text, id="unit", title="", site="", url=None, effective=None, updated=None, contacts=())


def filled(known: FloatArray, count: int) -> FloatArray:
    """Return unit vectors, shape (count, dimension): the known ones, then moved copies of them.

    A copy moves along the difference of two other known vectors, so that it stays among real statements. Random
    directions would spread the copies over dimensions that no text uses, and no index could follow them.
    """
    random = np.random.default_rng(count)

    def differences(size: int) -> FloatArray:
        one, other = random.integers(len(known), size=(2, size))
        other = np.where(one == other, (other + 1) % len(known), other)
        found: FloatArray = known[one] - known[other]
        return found

    return with_moved(known, count, differences)


def policy_count(count: int) -> int:
    """Return how many policies a store of `count` statements has."""
    return max(1, count // PER_POLICY)


def policy_of(row: int, count: int) -> int:
    """Return the policy of a row, in a store of `count` statements. The last one has what is left."""
    return min(row // PER_POLICY, policy_count(count) - 1)


def policy_rows(policy: int, count: int) -> tuple[int, int]:
    """Return the first row of a policy and the one after its last, in a store of `count` statements."""
    last = policy_count(count) - 1
    return policy * PER_POLICY, count if policy == last else (policy + 1) * PER_POLICY
