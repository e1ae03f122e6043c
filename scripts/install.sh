#!/bin/sh
# install.sh VENV EXTRAS [GROUP...]: installs this checkout into VENV with extras (comma-separated, '' for none) and
# dependency groups, in the versions of constraints.txt. RESOLUTION=lowest-direct or highest ignores constraints.txt and
# installs the oldest or newest versions that pyproject.toml allows, to test its bounds.
# uv does the work (docs/adr/0010-uv-installs.md). It does not read pip's settings, so this script passes on pip's index,
# folder of wheels, and certificates.
set -eu
venv=$1
extras=$2
shift 2
[ -x "$venv/bin/uv" ] || "$venv/bin/pip" install --quiet --disable-pip-version-check --no-compile --constraint constraints.txt uv

settings=$("$venv/bin/pip" config list 2>/dev/null || true)
setting() {
    printf '%s\n' "$settings" | sed -n "s/^[a-z:]*\.$1='\(.*\)'\$/\1/p" | head -n 1
}
index=$(setting index-url)
[ -z "$index" ] || export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$index}"
wheels=$(setting find-links)
[ -z "$wheels" ] || export UV_FIND_LINKS="${UV_FIND_LINKS:-$wheels}"
certificates=$(setting cert)
[ -z "$certificates" ] || export SSL_CERT_FILE="${SSL_CERT_FILE:-$certificates}"

# Copy files instead of linking to uv's cache: nltk, which one of the evaluation's peers uses, rejects linked files.
export UV_LINK_MODE=copy

groups=$(printf -- ' --group %s' "$@")
[ $# -gt 0 ] || groups=
if [ -n "${RESOLUTION:-}" ]; then
    versions="--resolution $RESOLUTION --upgrade"
else
    versions="--constraint constraints.txt"
fi
# These variables are split into words on purpose.
# shellcheck disable=SC2086
VIRTUAL_ENV=$venv "$venv/bin/uv" pip install --quiet $versions $groups --editable ".[$extras]"
