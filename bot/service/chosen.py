"""Takes the part of a path that chooses a policy, `/p/{id}/…`, from a request. What is left means the same for each."""

from __future__ import annotations

import re

from starlette.types import Scope

# The key of a request's scope that has the policy's id.
CHOSEN = "askpolicy.policy"
ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_PATH = re.compile(rf"/p/({ID.pattern})(/.*)", re.DOTALL)
# About the whole service; proxies keep it internal by its path.
_NOT_HERE = frozenset({"/metrics"})


def choose_by_path(scope: Scope) -> Scope:
    """Return the request without the part of its path that chooses a policy, and with the policy's id."""
    match = _PATH.fullmatch(scope["path"])
    if match is None or match[2] in _NOT_HERE:
        return scope
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    rest = b"/" + raw.split(b"/", 3)[3] if raw.count(b"/") >= 3 else match[2].encode()
    return {**scope, "path": match[2], "raw_path": rest, CHOSEN: match[1]}
