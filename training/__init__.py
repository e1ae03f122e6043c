"""Builds the models that AskPolicy ships from the written corpus. Not part of the installed package.

    base_models    unpacks the published model that the teacher is tuned from
    data           the training examples: the written corpus, and real questions with their labels
    train          tunes an encoder: first the teacher, then the student that is distilled from it
    tune           tunes the student on what policies say on each topic
    export         the student -> int8 ONNX, `bot/models/encoder`
    topics         fits question vector -> topics, `bot/models/topics.npz`
    statements     fits statement vector -> what it says on each topic, `bot/models/statements.npz`
    calibrate      fits the small models of relevance, outcome and coverage, `bot/models/fitted.json`
    ablation       measures what each channel and model contributes
    check_corpus   checks the written questions

`make models` (scripts/models.sh) runs them in this order, from `base_models` to `calibrate`. bot/models/README.md
describes the results.
"""

import bot  # noqa: F401  must come first: it switches off the telemetry of other packages
