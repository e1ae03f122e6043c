#!/bin/sh
# make_venv.sh VENV: creates a virtual environment with the Python that scripts/find_python.sh finds.
set -eu
venv=${1:-.venv}
python=$(sh scripts/find_python.sh)
# On Debian and Ubuntu, a part of the venv module is a separate package.
sh scripts/system_tools.sh venv || true
if ! "$python" -m venv "$venv"; then
    rm -rf "$venv"
    echo "$python cannot create virtual environments: install its venv package, then run make again." >&2
    exit 1
fi
