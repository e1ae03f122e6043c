"""The paths of the question sets, for evals/ and training/.

`SHARED` is the folder of the sets that may not be copied into this repository. The environment variable SHARED_DATA
changes it.
"""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "corpus"
SHARED = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared" / "data"))

# Questions about the Mass.gov policy. Use them to measure, and to fit the decision models by cross-validation. Never
# train the encoder on them or use them as visitor questions.
DEVELOPMENT = {
    "massgov_dev": ROOT / "evals" / "sets" / "massgov_dev.jsonl",
    "massgov_real_dev": SHARED / "massgov_real_dev.jsonl",
    # In visitors' own voices. Half a was read while the answers were improved, half b only at the end.
    "voices_a": ROOT / "evals" / "sets" / "voices_a.jsonl",
    "voices_b": ROOT / "evals" / "sets" / "voices_b.jsonl",
}
# Conversations about the Mass.gov policy, and texts with the number of questions in them. They are for measuring only.
CONVERSATIONS = ROOT / "evals" / "sets" / "conversations.jsonl"
SEVERAL = ROOT / "evals" / "sets" / "several.jsonl"
# Public benchmarks that give the sentences or segments to rank. They are for measuring only.
UNITS = {"privacyqa_dev": SHARED / "privacyqa_dev.jsonl", "policyqa_dev": SHARED / "policyqa_dev.jsonl"}
# The visitor questions that ship with the Mass.gov policy.
VISITOR_QUESTIONS = CORPUS / "massgov" / "questions.jsonl"
# The training split of PrivacyQA. Its labels are in corpus/, by the sha256 of each question.
PRIVACY_QUESTIONS = SHARED / "privacy_questions.jsonl"
# Utterances of CLINC150. `evals.sets.off_topic` splits them into training and test utterances.
OFF_TOPIC = SHARED / "offtopic_questions.jsonl"

# The policies whose written questions the encoder was trained on first.
ENCODER_POLICIES = frozenset(
    "city-of-alder-311 dmv-westfall eastmoor-university harbor-ledger kessler-county-health massgov paperleaf-notes "
    "parkpass-shop riverton-library rootline-dna stridewell-app tri-valley-transit ui-northmark".split()
)

# The policies that the encoder has never seen. It finds the statements of the others too easily, so the decision models
# are fitted on these. On the rest, it was tuned with what they say on each topic: `training.tune`.
UNSEEN_POLICIES = frozenset(
    "aldergate-university brightwell-pharmacy coldwater-energy fernhollow-clinic harbor-lights-shelter "
    "kindling-dating mapleton-housing northgate-academy peppercorn-restaurants quillmark-press "
    "st-brannoc-parish tinyloft-stays verity-isp".split()
)


def corpus_folders() -> list[Path]:
    """Return the policy folders: Mass.gov, then the invented policies by name."""
    return [CORPUS / "massgov", *sorted((CORPUS / "training").iterdir())]
