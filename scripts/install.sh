#!/bin/sh
# install.sh VENV EXTRAS: puts this checkout with the named extras into VENV, in the versions of constraints.txt. By uv
# (docs/adr/0010), which reads no setting of pip's: the index, the folder of wheels and the certificates that pip is told
# of are handed on to it.
set -eu
venv=$1
extras=$2
[ -x "$venv/bin/uv" ] || "$venv/bin/pip" install --quiet --disable-pip-version-check --no-compile --constraint constraints.txt uv

settings=$("$venv/bin/pip" config list 2>/dev/null || true) # what is in the environment comes first
setting() {
    printf '%s\n' "$settings" | sed -n "s/^[a-z:]*\.$1='\(.*\)'\$/\1/p" | head -n 1
}
index=$(setting index-url)
[ -z "$index" ] || export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$index}"
wheels=$(setting find-links)
[ -z "$wheels" ] || export UV_FIND_LINKS="${UV_FIND_LINKS:-$wheels}"
certificates=$(setting cert)
[ -z "$certificates" ] || export SSL_CERT_FILE="${SSL_CERT_FILE:-$certificates}"

# Files of our own, not links into uv's cache: nltk, which a peer of the evaluation reads with, refuses linked ones.
export UV_LINK_MODE=copy

VIRTUAL_ENV=$venv "$venv/bin/uv" pip install --quiet --constraint constraints.txt --editable ".[$extras]"
