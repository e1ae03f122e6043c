"""Checks the written questions: `python -m training.check_corpus`.

No labeled question may occur twice in a policy, and neither it nor a way to ask about an own topic may be equal or
nearly equal to a development question. Every label must name statements of the policy by their words
(`bot.policies.folder` refuses others), so the evidence is always verbatim.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator

from bot.policies.folder import load_policy_folder
from evals.sets.paths import CORPUS, corpus_folders
from training.data import NearDuplicates, development_questions, fold


def problems() -> Iterator[str]:
    """Yield one line for each problem in the written questions."""
    development = NearDuplicates(development_questions())
    for folder in corpus_folders():
        questions = load_policy_folder(str(folder), CORPUS).questions
        labeled = [question for question in questions if question.topic is None]
        counts = Counter((*map(fold, q.history), fold(q.question)) for q in labeled)
        yield from (f"{folder.name}: occurs {n} times: {words[-1]}" for words, n in counts.items() if n > 1)
        yield from (f"{folder.name}: is for evaluation: {q.question}" for q in questions if q.question in development)


def main() -> int:
    """Print the problems. Return 1 if there are any, 0 otherwise."""
    found = list(problems())
    print("\n".join(found) or "No question occurs twice or is a development question.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
