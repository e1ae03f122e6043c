"""Where question sets are stored, for evals/ and training/ alike.

`SHARED` is the folder of the sets that this repository may not copy; the environment variable SHARED_DATA names another
one.
"""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "corpus"
SHARED = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared" / "data"))

# Question sets about the Mass.gov policy: for measuring and for fitting the decision models by cross-validation, never
# for training the encoder or as visitor questions.
DEVELOPMENT = {
    "massgov_dev": ROOT / "evals" / "sets" / "massgov_dev.jsonl",
    "massgov_real_dev": SHARED / "massgov_real_dev.jsonl",
}
# Public benchmarks over given sentences or segments; for measuring only.
UNITS = {"privacyqa_dev": SHARED / "privacyqa_dev.jsonl", "policyqa_dev": SHARED / "policyqa_dev.jsonl"}
# The visitor questions that ship with the Mass.gov policy.
VISITOR_QUESTIONS = CORPUS / "massgov" / "questions.jsonl"
# The train split of PrivacyQA. Its labels are in corpus/, under the sha256 of each question.
PRIVACY_QUESTIONS = SHARED / "privacy_questions.jsonl"
# Utterances of CLINC150. `evals.sets.off_topic` splits them into training and test.
OFF_TOPIC = SHARED / "offtopic_questions.jsonl"


def corpus_folders() -> list[Path]:
    """List the policy folders: Mass.gov first, then the invented policies."""
    return [CORPUS / "massgov", *sorted((CORPUS / "training").iterdir())]
