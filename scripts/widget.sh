#!/bin/sh
# widget.sh SCRIPT: runs a script of widget/package.json, or says that it skips it if Node's tools cannot be installed.
set -eu
cd "$(dirname "$0")/.."
sh scripts/widget_tools.sh
if [ -e widget/node_modules/.installed ]; then
    npm run --silent --prefix widget "$1"
else
    echo "Skipped: npm run $1 in widget/." >&2
fi
