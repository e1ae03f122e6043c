#!/bin/sh
# The tests of pages drive a real Chromium. Where none is there and we may, Debian's is installed; otherwise those
# tests are skipped and say so.
command -v chromium >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1 && exit 0
fi
echo "No chromium here: the tests of pages will be skipped. Install the package chromium to run them." >&2
