#!/bin/sh
# widget.sh SCRIPT: runs a script of widget/package.json. If its packages cannot be installed, it prints that it skips it.
set -eu
cd "$(dirname "$0")/.."
sh scripts/widget_tools.sh
if [ -e widget/node_modules/.installed ]; then
    npm run --silent --prefix widget "$1"
else
    echo "Skipped: npm run $1 in widget/." >&2
fi
