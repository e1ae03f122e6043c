#!/bin/sh
# Prints the command of the newest installed Python from 3.11 to 3.13, or of the one that PYTHON names.
candidates=${PYTHON:-python3.13 python3.12 python3.11 python3}
for candidate in $candidates; do
    if command -v "$candidate" >/dev/null 2>&1 &&
        "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'; then
        echo "$candidate"
        exit 0
    fi
done
echo "AskPolicy needs Python 3.11, 3.12 or 3.13, but found none of them as: $candidates. Install one." >&2
exit 1
