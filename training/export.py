"""Exports a tuned encoder as int8 for ONNX Runtime: `python -m training.export MODEL OUT`."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.encoder.embedding import load_sentence_transformer
from bot.encoder.export import export_encoder
from bot.index.passages import make_passages
from training.data import encoder_policies

MAX_TOKENS = 256


def main() -> None:
    """Export the model, and print the lowest cosine to the float model over all passages and every tenth question."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    model = load_sentence_transformer(arguments.model)
    model.max_seq_length = MAX_TOKENS
    policies = encoder_policies()
    proof = [p.read_as for policy in policies for p in make_passages(policy.folder.policy)]
    proof += [q.question for policy in policies for q in policy.questions[::10]]
    least = export_encoder(model, arguments.out, proof, quantize=True, name="askpolicy-minilm")
    print(f"{len(proof):,} texts, lowest cosine to the float model: {least:.4f}")


if __name__ == "__main__":
    main()
