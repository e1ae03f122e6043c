#!/bin/sh
# Rebuilds bot/models from the packaged all-MiniLM-L6-v2 and the written corpus.
set -eu
work=${1:-build/models}
python=.venv/bin/python
mkdir -p "$work"
$python -m training.train all-MiniLM-L6-v2 "$work/student" --epochs 4 --learning-rate 5e-5
$python -m training.export "$work/student" bot/models/encoder
$python -m training.calibrate --model bot/models/encoder
(cd bot/models && sha256sum encoder/encoder.json encoder/model.onnx encoder/tokenizer.json fitted.json >SHA256SUMS)
