"""Measures the encoder's throughput by batch size, over visitor questions and passages."""

from __future__ import annotations

import random
import time
from typing import Any

from bot.encoder import embedding
from bot.encoder.embedding import OnnxEmbedder
from bot.encoder.files import encoder_bytes
from bot.index.passages import make_passages
from bot.policies.folder import load_policy_folder
from bot.settings import load_settings
from evals.bench import median

_SIZES = (1, 2, 4, 8, 16, 32, 64, 128)
_TEXTS = 512


def measure(repeats: int, sizes: tuple[int, ...] = _SIZES, count: int = _TEXTS) -> dict[str, Any]:
    """Return {"rows": [{"batch", "texts_per_second"}], "chosen": batch size in use, "texts": number of texts encoded}.

    Each value is the median of the repeats. Each repeat tries all sizes.
    """
    settings = load_settings()
    policy_folder = load_policy_folder("massgov", settings.corpus)
    texts = [*(p.read_as for p in make_passages(policy_folder.policy)), *(q.read_as for q in policy_folder.questions)]
    texts = random.Random(0).sample(texts, min(count, len(texts)))
    embedder = OnnxEmbedder.from_bytes(encoder_bytes(settings.model), settings.threads)
    speeds: dict[int, list[float]] = {size: [] for size in sizes}
    for _ in range(repeats):
        for size in sizes:
            started = time.perf_counter()
            embedder.encode(texts, batch_size=size)
            speeds[size].append(len(texts) / (time.perf_counter() - started))
    rows = [{"batch": size, "texts_per_second": median(speeds[size])} for size in sizes]
    return {"rows": rows, "chosen": embedding.BATCH_SIZE, "texts": len(texts)}
