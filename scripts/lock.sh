#!/bin/sh
# Writes constraints.txt from what .venv holds: the versions that the tests were run with.
set -eu
echo "# The versions that the tests run with. Written by scripts/lock.sh." >constraints.txt
# torch: the pin also keeps pip from a CUDA build of a newer release where the machine offers this one for the CPU.
.venv/bin/pip freeze --exclude-editable --exclude pip --exclude setuptools | sed 's/+cpu$//' >>constraints.txt
