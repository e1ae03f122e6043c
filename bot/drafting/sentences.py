"""Statements that answer -> a first plain sentence: their own words, with plain ones for the hard ones.

It is proposed only if the checker has no objection, so it says no more than the statements. The owner decides whether
it answers the question.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from bot.policies.plain_words import in_plain_words
from bot.policies.review_check import MAX_SENTENCES, check_answer
from bot.policies.reviewed import MAX_TEXT_CHARS
from bot.policies.sentences import split_sentences
from bot.types import Policy, ReviewedAnswer
from bot.wording import READ

# How a statement continues the one before it. It says nothing on its own.
_LEAD_IN = re.compile(
    r"^(?:please (?:note|be aware|be advised) that|in addition|additionally|furthermore|moreover|also|finally"
    r"|for (?:example|instance)|in (?:short|summary|other words)|as (?:noted|described|explained) (?:above|below)"
    r"|of course|accordingly|therefore|thus),?\s+(?=\w)",
    re.IGNORECASE,
)
# A sentence that begins like this says little without the one before it.
_POINTS_BACK = re.compile(r"(?:this|these|that|those|it|they|such|both|either|neither)\b(?! policy)", re.IGNORECASE)
# "Log Information: We collect …"
_LABEL = re.compile(r"^[A-Z][^.:!?]{1,60}: (?=[A-Z])")
# A shorter sentence says nothing: "Log data."
_LEAST_WORDS = 4
# How an item of a list leads to the next.
_ITEM_END = re.compile(r"[.,;]?(?:\s(?:and|or))?[.,;]*$")
_IN_BRACKETS = re.compile(r"\s*\([^()]*\)")
# Examples at the end, unless a word in them limits or denies something.
_EXAMPLES = re.compile(r",? (?:such as|including|for example|e\.g\.)\b,? (?P<what>[^.;:]*)(?=[.;]?$)", re.IGNORECASE)
_LIMITS = re.compile(
    r"\b(?:not?|nor|never|without|unless|except|only|if|when|where|but|however|until|may|can|might|must|will)\b",
    re.IGNORECASE,
)


def plain_sentence(policy: Policy, cite: Sequence[int], verdict: str) -> str:
    """Return a sentence for an answer that cites statements, or "" if none passes the checker.

    cite: as in `bot.types.ReviewedAnswer`.
    """
    if not cite or verdict == "silent":
        return ""
    for text in _candidates(policy, cite):
        if len(text) <= MAX_TEXT_CHARS and text.isprintable() and _stands_alone(text):
            answer = ReviewedAnswer(("",), verdict, {READ: text}, tuple(cite), "")
            if not check_answer(policy, answer):
                return text
    return ""


def _stands_alone(text: str) -> bool:
    """Return whether each sentence of a text is complete, and says what it is about."""
    sentences = (text[span.start : span.end] for span in split_sentences(text))
    return not any(len(each.split()) < _LEAST_WORDS or _POINTS_BACK.match(each) for each in sentences)


def _candidates(policy: Policy, cite: Sequence[int]) -> Iterator[str]:
    """Yield sentences, those that keep most of the statements first."""
    texts = list(itertools.takewhile(bool, (_sentence(policy, index) for index in cite)))
    for count in range(min(len(texts), MAX_SENTENCES), 0, -1):
        yield from dict.fromkeys(map(" ".join, zip(*map(_ways, texts[:count]), strict=True)))


def _ways(text: str) -> list[str]:
    """Return a sentence in plain words, and the same with less and less in it."""
    plain = in_plain_words(text)
    short = _IN_BRACKETS.sub("", plain)
    examples = _EXAMPLES.search(short)
    if examples and not _LIMITS.search(examples["what"]):
        return [plain, short, short[: examples.start()] + short[examples.end() :]]
    return [plain, short, short]


def _sentence(policy: Policy, index: int) -> str:
    """Return a statement as one sentence, "" if it is not one: "We will not: sell it" is "We will not sell it." """
    sentence = policy.sentences[index]
    text = " ".join(sentence.text.split())
    governing = [words for words in policy.context_of(sentence) if not words.is_neighbor]
    if governing and text[:1].islower() and governing[-1].quote.endswith(":"):
        text = f"{' '.join(governing[-1].quote.split()).rstrip(' :')} {_ITEM_END.sub('', text)}."
    text = _LEAD_IN.sub("", _LABEL.sub("", text))
    return text[:1].upper() + text[1:] if text.endswith(".") else ""
