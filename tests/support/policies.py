"""Small policies for services with many of them: each says things that no other says."""

from __future__ import annotations

import hashlib
from pathlib import Path

from bot.encoder.embedding import OnnxEmbedder
from bot.encoder.files import encoder_bytes
from bot.index.bundle import bundle_in_memory, copy_bundle
from bot.policies.folder import load_policy_folder
from bot.settings import Settings

# Questions that each of the policies answers, and the words that each answer of `name` must have.
QUESTIONS = {
    "Do you sell my data?": "sells personal data to {name} Partners",
    "How long do you keep my orders?": "orders for {days} days",
    "Do you use cookies?": "cookie named {name}-session",
}


def days(name: str) -> int:
    """Return a number that only this policy mentions."""
    return 1_000 + int(hashlib.sha256(name.encode()).hexdigest(), 16) % 9_000


def expected(name: str, question: str) -> str:
    """Return words that the policy's answer to one of QUESTIONS must have."""
    return QUESTIONS[question].format(name=name.capitalize(), days=days(name))


def policy_text(name: str) -> str:
    own = name.capitalize()
    return (
        f"{own} Privacy Policy\n\nSharing\n\n{own} sells personal data to {own} Partners.\n\n"
        f"Retention\n\nWe keep your orders for {days(name)} days.\n\n"
        f"Cookies\n\nWe set a cookie named {own}-session. It ends with your visit to {own}.\n"
    )


def write_policy(corpus: Path, name: str, manifest: str = "", wording: str = "") -> Path:
    """Write a policy folder. manifest: more lines of it."""
    folder = corpus / name
    folder.mkdir(parents=True, exist_ok=True)
    text = policy_text(name)
    (folder / "policy.txt").write_text(text, encoding="utf-8")
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    (folder / "manifest.toml").write_text(
        f'id = "{name}"\ntext = "policy.txt"\nsha256 = "{sha256}"\nsite = "{name}.example"\n'
        f'starters = ["What is the {name} cookie?"]\n{manifest}',
        encoding="utf-8",
    )
    if wording:
        (folder / "wording.toml").write_text(wording, encoding="utf-8")
    return folder


def index_all(settings: Settings, names: list[str]) -> None:
    """Index policies with one encoder between them. The services of the tests bring their own."""
    files = encoder_bytes(settings.model)
    embedder = OnnxEmbedder.from_bytes(files)
    for name in names:
        folder = load_policy_folder(name, settings.corpus)
        copy_bundle(folder, bundle_in_memory(folder, embedder), settings.home / folder.policy.id)
