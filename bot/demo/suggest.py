"""Chooses the visitor questions to show next to each section: well worded, and different from each other."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from bot.index.bundle import Bundle
from bot.policies.questions import VisitorQuestion

PER_SECTION = 5
# A single plain question in standard word order, without an anecdote before it. Visitor questions are written the way
# people type: in lowercase, with or without a question mark.
_PLAIN = re.compile(
    r"(?:(?:what|which|who|whom|how|where|when|why)(?: (?!(?:i|you|we|they|it|this) )[a-z'’-]+){0,2} "
    r"(?:is|are|was|were|do|does|did|can|could|will|would|should|may|must|has|have|happens|counts)"
    r"|do|does|did|is|are|was|can|could|will|would|should|may|must|has|have|am) [^.,:;?!–—()\"“]+\??",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[a-z]+(?:['’][a-z]+)*")
# Words that people type but that an official page would not use.
_TYPED = frozenset(
    "u ur r n b k ya ok im ive id dont cant wont isnt doesnt didnt whats thats whos wat wanna gonna gotta idk pls plz "
    "ppl thru stuff randoms folks guys".split()
)
# A word that this many visitor questions use is spelled correctly.
_COMMON = 3
_FEWEST_WORDS, _MOST_WORDS = 4, 12
# Weights relative to the similarity to what others ask: similarity to the policy's words, and how common the words are.
_OWN_WORDS, _USUAL_WORDS = 1.0, 0.08
# The penalty for another question about the same sentence, on the scale of cosines.
_SAME_SENTENCE = 0.15


def questions_by_section(bundle: Bundle, each: int = PER_SECTION) -> dict[str, tuple[str, ...]]:
    """Return at most `each` questions by section id, all answered by a sentence of the section.

    Sections without questions are left out. The first question is the most typical one. Each later one weighs that
    against its similarity to those before it (maximal marginal relevance, Carbonell and Goldstein 1998).
    """
    usage = _usage(bundle)
    names = _names(bundle.policy.text)
    about: dict[int, list[int]] = {}
    for row, question in enumerate(bundle.questions):
        if question.kind == "answerable" and not question.history:
            about.setdefault(question.evidence[0], []).append(row)
    sections: dict[str, tuple[list[int], list[float]]] = {}
    for sentence, rows in sorted(about.items()):
        vectors = bundle.question_vectors.vectors(rows)
        typical = vectors @ vectors.mean(axis=0) / np.linalg.norm(vectors.mean(axis=0))
        own = vectors @ bundle.vectors.vectors([sentence])[0]
        candidates, worth = sections.setdefault(bundle.policy.sentences[sentence].section_id, ([], []))
        for number, row in enumerate(rows):
            words = _words(bundle.questions[row].question)
            if _is_well_worded(bundle.questions[row], words, usage):
                usual = sum(math.log(usage[word]) for word in words) / len(words)
                candidates.append(row)
                worth.append(float(typical[number] + _OWN_WORDS * own[number] + _USUAL_WORDS * usual))
    return {
        section: tuple(
            _as_sentence(bundle.questions[row].question, names) for row in _diverse(bundle, rows, worth, each)
        )
        for section, (rows, worth) in sections.items()
        if rows
    }


def _usage(bundle: Bundle) -> Mapping[str, int]:
    """Return how many visitor questions use each word. The policy's own words count as common."""
    counts = Counter(word for question in bundle.questions for word in set(_words(question.question)))
    for word in _words(bundle.policy.text):
        counts[word] = max(counts[word], 10 * _COMMON)
    return counts


def _words(text: str) -> list[str]:
    return _WORDS.findall(text.lower())


def _is_well_worded(question: VisitorQuestion, words: Sequence[str], usage: Mapping[str, int]) -> bool:
    return (
        _PLAIN.fullmatch(question.question) is not None
        and _FEWEST_WORDS <= len(words) <= _MOST_WORDS
        and all(usage[word] >= _COMMON for word in words)
        and _TYPED.isdisjoint(words)
    )


def _diverse(bundle: Bundle, rows: Sequence[int], worth: Sequence[float], each: int) -> list[int]:
    """Return at most `each` of the question rows, the best first."""
    sentences = [bundle.questions[row].evidence[0] for row in rows]
    vectors = bundle.question_vectors.vectors(rows)
    likeness = np.zeros(len(rows))
    repeats = np.zeros(len(rows))
    chosen: list[int] = []
    for _ in range(min(each, len(rows))):
        score = np.array(worth) - likeness - _SAME_SENTENCE * repeats
        score[chosen] = -np.inf
        best = int(np.argmax(score))
        chosen.append(best)
        likeness = np.maximum(likeness, vectors @ vectors[best])
        repeats += [sentence == sentences[best] for sentence in sentences]
    return [rows[number] for number in chosen]


def _names(text: str) -> dict[str, str]:
    """Return the spelling of the policy's abbreviations, such as IP, and of the word I, by their lowercase form."""
    return {word.lower(): word for word in re.findall(r"\b[A-Z]{2,}\b", text)} | {"i": "I"}


def _as_sentence(question: str, names: Mapping[str, str]) -> str:
    """Return the question with capital letters where they belong, and with a question mark."""
    question = re.sub(
        r"[A-Za-z]+", lambda word: names.get(word[0].lower(), word[0]), question.removesuffix("?").strip()
    )
    return f"{question[0].upper()}{question[1:]}?"
