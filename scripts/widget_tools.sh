#!/bin/sh
# Installs what building, checking and testing the widget needs into widget/node_modules, once for each package-lock.json.
# Without Node or a registry, what needs it is skipped and says so.
cd "$(dirname "$0")/../widget" || exit 1
stamp=node_modules/.installed
cmp -s package-lock.json "$stamp" && exit 0
if ! command -v npm >/dev/null 2>&1; then
    echo "Not here: npm. The widget's checks will be skipped; install Node 18 or later to run them." >&2
    exit 0
fi
echo "Installing what the widget's tests need into widget/node_modules …"
if npm ci --ignore-scripts --no-audit --no-fund --silent; then
    cp package-lock.json "$stamp"
else
    echo "The widget's checks will be skipped: \`npm ci\` in widget/ failed." >&2
fi
