#!/bin/sh
# Makes .venv with the newest Python from 3.11 to 3.13 that is there, or with the one that PYTHON names. Debian and Ubuntu
# package the venv module apart from Python itself, so if it is missing and we may, we install it.
set -eu
venv=${1:-.venv}

python=
candidates=${PYTHON:-python3.13 python3.12 python3.11 python3}
for candidate in $candidates; do
    if command -v "$candidate" >/dev/null 2>&1 &&
        "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "AskPolicy needs Python 3.11, 3.12 or 3.13, and none of these is that: $candidates. Install one." >&2
    exit 1
fi

if ! "$python" -m venv "$venv" >/dev/null 2>&1; then
    rm -rf "$venv"
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    sudo=
    [ "$(id -u)" = 0 ] || sudo="sudo -n"
    if ! { command -v apt-get >/dev/null && $sudo apt-get update -qq &&
        $sudo apt-get install -y -qq "python$version-venv"; } >/dev/null 2>&1 ||
        ! "$python" -m venv "$venv"; then
        echo "Python $version cannot make virtual environments here: install python$version-venv, then run make again." >&2
        exit 1
    fi
fi
