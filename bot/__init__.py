"""AskPolicy: a privacy policy's answers in its own words.

    startup       what holds before anything else is imported
    types         core values; they import nothing of ours
    addresses     sites and paths, as settings hold them
    settings      one frozen tree, unknown keys refused
    wording       all that is said, in six languages, from messages/
    templates     Jinja as all pages here use it

    policies/     policy folder or file -> Policy: sections, sentences, exact offsets
    encoder/      text -> vectors
    index/        policy and visitor questions -> vectors and BM25, one checksummed bundle on disk
    guard/        question -> cleaned question, warnings
    answering/    cleaned question -> candidates -> outcome -> Answer with citations
    pipeline      `Bot.ask`: the steps in order
    opening       a policy's name -> Bot
    usage/        counts and feedback -> insights

    demo/         Gradio
    service/      HTTP
    commands/     the command line
    integrations/ LangChain

A folder has a map like this one. Each name imports only names above it: tests/test_layers.py.

    from bot import load_settings, open_bot
    answer = open_bot(load_settings()).ask("do you sell my data?")
"""

# First: it decides what other packages may do and where code may come from.
import bot.startup  # noqa: F401, I001
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.integrations.langchain import PolicyRetriever as PolicyRetriever
    from bot.opening import index_policy, open_bot
    from bot.pipeline import Bot
    from bot.settings import Settings, load_settings
    from bot.types import Answer, AskPolicyError, Citation, Hit, Outcome, Passage, Policy

__version__ = "0.1.0"

_HOME = {
    "Bot": "bot.pipeline",
    **dict.fromkeys(("index_policy", "open_bot"), "bot.opening"),
    "PolicyRetriever": "bot.integrations.langchain",
    **dict.fromkeys(("Settings", "load_settings"), "bot.settings"),
    **dict.fromkeys(("Answer", "AskPolicyError", "Citation", "Hit", "Outcome", "Passage", "Policy"), "bot.types"),
}


def __getattr__(name: str) -> Any:
    # Imported when first used, so that `import bot` and the command line stay light.
    if name in _HOME:
        import importlib

        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module 'bot' has no attribute '{name}'")


# Grouped: ask, configure, what comes back. Without PolicyRetriever, since `from bot import *` must not need langchain.
__all__ = [  # noqa: RUF022
    "Bot",
    "index_policy",
    "open_bot",
    "Settings",
    "load_settings",
    "Answer",
    "AskPolicyError",
    "Citation",
    "Hit",
    "Outcome",
    "Passage",
    "Policy",
]
