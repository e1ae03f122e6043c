"""AskPolicy: a privacy policy's answers in its own words.

The way of the data, in one direction:

    corpus      policy text, manifest, visitor questions       bot.corpus
    read        text -> Policy: sections, sentences, offsets   bot.policy
    index       passages and questions -> checksummed bundle   bot.index, bot.versions
    guard       question -> cleaned question, warnings         bot.guard
    understand  cleaned question, history -> what is asked     bot.understand
    retrieve    dense, lexical, visitor questions -> evidence  bot.retrieve
    rank        evidence -> hits with relevance                bot.rerank
    decide      evidence -> outcome                            bot.decide
    compose     hits -> Answer with citations                  bot.compose

`Bot.ask` in `bot.pipeline` puts them together:

    from bot import load_settings, open_bot
    answer = open_bot(load_settings()).ask("do you sell my data?")
"""

# First: it settles what other packages may do and where code may come from.
import bot.startup  # noqa: F401, I001
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.opening import index_policy, open_bot
    from bot.pipeline import Bot
    from bot.settings import Settings, load_settings
    from bot.types import Answer, AskPolicyError, Citation, Hit, Outcome, Passage, Policy

__version__ = "0.1.0"

_HOME = {
    "Bot": "bot.pipeline",
    **dict.fromkeys(("index_policy", "open_bot"), "bot.opening"),
    **dict.fromkeys(("Settings", "load_settings"), "bot.settings"),
    **dict.fromkeys(("Answer", "AskPolicyError", "Citation", "Hit", "Outcome", "Passage", "Policy"), "bot.types"),
}


def __getattr__(name: str) -> Any:
    # Imported when first used, so that `import bot` and the command line stay light.
    if name in _HOME:
        import importlib

        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module 'bot' has no attribute '{name}'")


# Grouped: ask, configure, what comes back.
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
