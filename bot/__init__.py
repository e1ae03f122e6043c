"""AskPolicy: a privacy policy's answers in its own words.

    startup       switches telemetry off and guards the import path, before any other import
    types/        the core values; they import no other module of this project
    addresses     checks the sites and paths in the settings
    settings      one frozen tree; unknown keys are refused
    tracing       spans for OpenTelemetry; none unless a setting names a collector
    topics/       what people ask of every policy; question vector -> topics
    wording       every text that visitors see, in six languages, from messages/
    templates     the Jinja environment of every page
    language      detects the language of a question or a policy

    policies/     policy folder or file -> Policy: sections, sentences, exact offsets
    encoder/      text -> vectors
    index/        policy and visitor questions -> vectors and BM25, in one checksummed bundle on disk
    postgres/     a database that many machines share
    guard/        question -> cleaned question, warnings
    understanding/ cleaned question and history -> what is asked
    elsewhere/    questions whose words say that they are not for the policy
    answering/    what is asked -> candidates -> outcome -> Answer with citations
    pipeline      `Bot.ask`: the steps in order
    opening       policy name -> Bot
    drafting/     a page or file -> a policy folder with drafts to review
    live/         a policy against its live page, if the owner asks for that
    comparing     two versions of a policy -> which questions get another answer
    publishing    puts a draft in use, or an earlier version back, with its index
    building/     many policies at once, on one machine or a Ray cluster -> their indexes
    usage/        counts, feedback, pauses and the audit; insights from them
    reports/      settings, policy, and models -> documents for procurement

    demo/         the Gradio demo
    service/      the HTTP service
    studio/       the owner's workbench, a web page on this machine
    commands/     the command line
    integrations/ LangChain

Each folder has a map like this one. A module imports only what is listed above it; tests/test_layers.py checks this.

    from bot import load_settings, open_bot
    answer = open_bot(load_settings()).ask("do you sell my data?")
"""

# Must be the first import: it switches telemetry off and decides where code may be loaded from.
import bot.startup  # noqa: F401, I001
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.integrations.langchain import PolicyRetriever as PolicyRetriever
    from bot.opening import index_policy, open_bot
    from bot.pipeline import Bot
    from bot.settings import Settings, load_settings
    from bot.types import Answer, AskPolicyError, Citation, Hit, Outcome, Passage, Policy

__version__ = "0.2.0"

_MODULES = {
    "Bot": "bot.pipeline",
    **dict.fromkeys(("index_policy", "open_bot"), "bot.opening"),
    "PolicyRetriever": "bot.integrations.langchain",
    **dict.fromkeys(("Settings", "load_settings"), "bot.settings"),
    **dict.fromkeys(("Answer", "AskPolicyError", "Citation", "Hit", "Outcome", "Passage", "Policy"), "bot.types"),
}


def __getattr__(name: str) -> Any:
    # Import on first use, so that `import bot` and the command line start fast.
    if name in _MODULES:
        import importlib

        return getattr(importlib.import_module(_MODULES[name]), name)
    raise AttributeError(f"module 'bot' has no attribute '{name}'")


# Grouped by use: asking, settings, results. PolicyRetriever is left out: `from bot import *` must not need langchain.
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
