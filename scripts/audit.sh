#!/bin/sh
# Asks public advisory databases whether a package that serving or the container image needs has a known vulnerability.
# If no database answers, that is a failure, too.
set -u
for service in pypi osv; do
    answer=$(.venv/bin/pip-audit --strict --disable-pip --require-hashes --progress-spinner off \
        --vulnerability-service "$service" -r requirements-image.txt 2>&1) && { echo "$answer"; exit 0; }
    case $answer in *"known vulnerabilit"*) echo "$answer" >&2; exit 1 ;; esac
done
echo "No advisory database answered from here, so nothing is known about the packages in requirements-image.txt:" \
    "run \`make audit\` on a machine that reaches PyPI's JSON interface or OSV. The last answer was:" >&2
echo "$answer" | tail -n 1 >&2
exit 1
