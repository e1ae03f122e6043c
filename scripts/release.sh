#!/bin/sh
# release.sh TAG: checks that TAG can be released (docs/release-checklist.md), then builds the wheel and the sdist in dist/.
set -eu
tag=$1
version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' bot/__init__.py)
fail() {
    echo "release: $1" >&2
    exit 1
}
[ "$tag" = "v$version" ] || fail "the tag is $tag, but bot/__init__.py says $version: use the tag v$version, or change __version__."
grep -Eqx "## \[?$version\]? - [0-9]{4}-[0-9]{2}-[0-9]{2}" CHANGELOG.md ||
    fail "CHANGELOG.md has no section '## $version - YYYY-MM-DD': rename \"Unreleased\" and date it."
open=$(grep -l "not named yet" CODE_OF_CONDUCT.md SECURITY.md || true)
[ -z "$open" ] || fail "$open: a contact is not named yet. See docs/release-checklist.md."

rm -rf dist build/release
"${PYTHON:-python3}" -m venv build/release
build/release/bin/pip install --quiet --require-hashes --no-deps -r requirements-build.txt
build/release/bin/python -m hatchling build -d dist
