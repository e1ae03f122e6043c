#!/bin/sh
# system_tools.sh [venv]: installs the Debian or Ubuntu packages that the tests need, or with `venv` only those that a
# virtual environment needs. It lists what is missing and why, then installs it as root or through sudo.
# Exit code: 0 if nothing is missing afterward, otherwise 1.
set -u
PATH="$PATH:/usr/sbin"

found() {
    for program in "$@"; do
        command -v "$program" >/dev/null 2>&1 && return 0
    done
    return 1
}
packages=
need() {
    packages="$packages $1"
    reasons="${reasons:-}  $1: $2
"
}

python=$(sh scripts/find_python.sh 2>/dev/null) || python=
if [ -n "$python" ] && ! "$python" -c 'import ensurepip' 2>/dev/null; then
    need "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')" "creates .venv, which contains all Python packages"
fi
if [ "${1:-}" != venv ]; then
    found chromium-headless-shell chromium || need chromium-headless-shell "opens the pages, the widget and the demo"
    found nginx || need nginx-light "runs the proxy configuration in deploy/"
    found openssl || need openssl "creates the certificate for that proxy"
    found strace || need strace "shows that no command connects to another machine"
    found systemd-analyze || need systemd "checks the systemd unit in deploy/"
    found promtool || need prometheus "checks the rules for alerts in deploy/monitoring"
    found redis-server || need redis-server "tests a rate limit that machines share"
    found node || need nodejs "runs the tests of the chat widget"
    found npm || need npm "installs what those tests need"
fi
[ -n "$packages" ] || exit 0

if [ "${1:-}" = venv ]; then
    echo "Python needs a system package that is not installed:"
    otherwise="run make again."
else
    echo "Some tests need programs from system packages that are not installed:"
    otherwise="run the tests again. Until then, tests whose program is missing are skipped."
fi
printf '%s' "$reasons"

sudo=
if [ "$(id -u)" != 0 ]; then
    # Only a terminal can ask for a password.
    if [ -t 0 ]; then sudo="sudo"; else sudo="sudo -n"; fi
fi
install="apt-get install -y --no-install-recommends$packages"
if ! found apt-get; then
    echo "This system has no apt-get: install the equivalents of these packages, then $otherwise" >&2
    exit 1
fi
echo "Installing them: ${sudo:+sudo }$install"
# These variables are split into words on purpose.
# shellcheck disable=SC2086
if ! { $sudo apt-get update -qq && $sudo env DEBIAN_FRONTEND=noninteractive $install -qq; } >/dev/null; then
    echo "The installation failed: run the command above as root, then $otherwise" >&2
    exit 1
fi
# Debian starts these as services. Stop them: the tests start their own, and need only promtool of Prometheus.
for service in nginx redis-server prometheus; do
    case $packages in
        *" $service"*) [ ! -d /run/systemd/system ] || $sudo systemctl disable --now --quiet "$service" ;;
    esac
done
