"""The drafts of policies, under `/draft/{token}/`: what visitors would see, for anyone who knows the token.

Drafts have a service of their own. It keeps no feedback and counts nothing, and none of it can reach a visitor.
"""

from __future__ import annotations

import glob
import os
import secrets

from starlette.types import Scope

from bot.policies.manifest import NAME as MANIFEST
from bot.policies.versions import DRAFT
from bot.settings import DatabaseSettings, Settings

# The key of a request's scope that says that it is for the drafts.
FOR_DRAFTS = "askpolicy.draft"
_PREFIX = "/draft/"
# About the whole service, or made for the policies in use.
_NOT_HERE = ("/metrics", "/demo")


def draft_settings(settings: Settings) -> Settings | None:
    """Return the settings of the service for drafts; None without a token, or if no policy has a draft."""
    patterns = (os.path.join(name, DRAFT, MANIFEST) for name in (settings.policy, *settings.serve.policies))
    found = (sorted(glob.glob(pattern, root_dir=settings.corpus)) for pattern in patterns)
    drafts = list(dict.fromkeys(os.path.dirname(path) for paths in found for path in paths))
    if settings.serve.draft_token is None or not drafts:
        return None
    serve = settings.serve.model_copy(update={"policies": tuple(drafts[1:]), "hosts": {}})
    feedback = settings.feedback.model_copy(update={"enabled": False})
    # Drafts are in folders, also if the policies in use are in the shared database.
    groups = {"serve": serve, "feedback": feedback, "database": DatabaseSettings()}
    return settings.model_copy(update={"policy": drafts[0], **groups})


def choose_drafts(scope: Scope, token: str | None) -> Scope:
    """Return a request for a draft without the part of its path that says so. token: this service's, or None."""
    if token is None or not scope["path"].startswith(_PREFIX):
        return scope
    given, _, rest = scope["path"].removeprefix(_PREFIX).partition("/")
    path = f"/{rest}"
    if not secrets.compare_digest(given.encode(), token.encode()) or path.startswith(_NOT_HERE):
        return scope  # no route has this path, so it is not found
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    parts = raw.split(b"/", 3)
    return {**scope, "path": path, "raw_path": b"/" + (parts[3] if len(parts) > 3 else b""), FOR_DRAFTS: True}
