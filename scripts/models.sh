#!/bin/sh
# Rebuilds bot/models from the packaged models and the written corpus: the teacher (a fine-tuned all-mpnet-base-v2, which
# does not ship), the student that is distilled from it and then tuned on topics, its int8 export, and the fitted models.
set -eu
work=${1:-build/models}
python=.venv/bin/python
mkdir -p "$work"
sh scripts/install.sh .venv build training teacher
$python -m training.train "$($python -m training.base_models "$work")" "$work/teacher" --epochs 2 --batch 48 --learning-rate 2e-5
$python -m training.train all-MiniLM-L6-v2 "$work/student" --teacher "$work/teacher" --epochs 8 --batch 48 --learning-rate 6e-5
$python -m training.tune "$work/student" "$work/tuned"
# The checksums are written at the end. Until then, the old ones would not match.
rm -f bot/models/SHA256SUMS
$python -m training.export "$work/tuned" bot/models/encoder
$python -m training.topics --model bot/models/encoder
$python -m training.statements --model bot/models/encoder
$python -m training.calibrate --model bot/models/encoder
(cd bot/models && sha256sum encoder/encoder.json encoder/model.onnx encoder/tokenizer.json fitted.json topics.npz statements.npz >SHA256SUMS)
