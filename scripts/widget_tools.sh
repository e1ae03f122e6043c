#!/bin/sh
# Installs the packages that build, check and test the widget into widget/node_modules, again if package-lock.json changes.
# Without Node or a registry, it prints that these steps are skipped.
cd "$(dirname "$0")/../widget" || exit 1
stamp=node_modules/.installed
cmp -s package-lock.json "$stamp" && exit 0
if ! command -v npm >/dev/null 2>&1; then
    echo "npm is not installed, so the widget's checks are skipped: run make system-tools." >&2
    exit 0
fi
echo "Installing the packages that the widget's tests need into widget/node_modules …"
if npm ci --ignore-scripts --no-audit --no-fund --silent; then
    cp package-lock.json "$stamp"
else
    echo "The widget's checks are skipped, because \`npm ci\` failed in widget/." >&2
fi
