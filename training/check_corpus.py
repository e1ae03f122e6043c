"""Checks the written questions: python -m training.check_corpus.

No question stands twice in a policy, none is equal or nearly equal to one that is for measuring only, and every label
names sentences that are there (`bot.policies.folder` refuses others). Sentences are numbers, so evidence is verbatim.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator

from bot.policies.folder import load_policy_folder
from evals.sets.paths import CORPUS, corpus_folders
from training.data import NearDuplicates, development_questions, fold


def problems() -> Iterator[str]:
    """One line for each thing that is wrong with the written questions of a policy."""
    measured = NearDuplicates(development_questions())
    for folder in corpus_folders():
        questions = load_policy_folder(str(folder), CORPUS).questions
        counts = Counter((*map(fold, q.history), fold(q.question)) for q in questions)
        yield from (f"{folder.name}: written {n} times: {words[-1]}" for words, n in counts.items() if n > 1)
        yield from (f"{folder.name}: is for measuring: {q.question}" for q in questions if q.question in measured)


def main() -> int:
    """Print what is wrong; 1 where anything is."""
    found = list(problems())
    print("\n".join(found) or "No question is written twice or is one for measuring.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
