"""Records the environment of a run, so that it can be repeated."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from bot import __version__
from bot.encoder.embedding import PACKAGED_MODELS
from bot.pipeline import Bot
from evals.peers import MODEL
from evals.sets.paths import ROOT

_PACKAGES = (
    "anchorcite",
    "bm25s",
    "faiss-cpu",
    "haystack-ai",
    "ir_measures",
    "langchain-community",
    "langchain-core",
    "langchain-text-splitters",
    "llama-index-core",
    "numpy",
    "onnxruntime",
    "sentence-transformers",
    "tokenizers",
    "torch",
)


def environment(bot: Bot) -> dict[str, Any]:
    """Return settings, versions and checksums, without names of people or machines."""
    return {
        "settings": bot.settings.model_dump(mode="json"),
        "policy": {"id": bot.bundle.policy.id, "sha256": bot.bundle.policy.sha256},
        "visitor_questions": len(bot.bundle.questions),
        "models": {"encoder": bot.bundle.embedder.id, MODEL: PACKAGED_MODELS[MODEL][2]},
        "bundle": bot.bundle.version,
        "revision": _revision(),
        "python": platform.python_version(),
        "machine": {"system": platform.system(), "architecture": platform.machine(), "processors": os.cpu_count()},
        "packages": {"askpolicy": __version__} | {name: installed_version(name) for name in _PACKAGES},
    }


def installed_version(package: str) -> str | None:
    """Return the version of a distribution, or None if it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _revision() -> str | None:
    """Return the commit, with "-dirty" if tracked files differ from it; None outside a git checkout."""
    commit = _git("rev-parse", "HEAD")
    return f"{commit}-dirty" if commit and _git("status", "--porcelain", "--untracked-files=no") else commit


def _git(*arguments: str) -> str | None:
    git = shutil.which("git")
    if git is None:
        return None
    # Without locks, so that git writes nothing into the checkout.
    command = [git, "--no-optional-locks", "-C", str(ROOT), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 fixed arguments
    return done.stdout.strip() or None
