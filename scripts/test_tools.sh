#!/bin/sh
# Tests of pages drive a real Chromium, those of the deployment a real nginx and strace, and the widget's run in Node.
# What is missing is installed from Debian if we may; otherwise those tests are skipped and say so.
absent() {
    ! PATH="$PATH:/usr/sbin" command -v "$1" >/dev/null 2>&1
}
missing=
absent chromium-headless-shell && absent chromium && missing=chromium-headless-shell
for pair in nginx:nginx-light strace:strace openssl:openssl node:nodejs npm:npm; do
    absent "${pair%%:*}" && missing="$missing ${pair##*:}"
done
if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    # One word a package.
    # shellcheck disable=SC2086
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing; } >/dev/null 2>&1 && missing=
fi
[ -z "$missing" ] ||
    echo "Not here: $missing. The tests that need them will be skipped; install these packages to run them." >&2

sh scripts/widget_tools.sh
