"""Checks reviewed answers without a model: a plain sentence must say nothing that its statements do not say.

In the English sentence, every word with content is in a cited statement, as a form of the same word or as a synonym.
Numbers and names are as they are there. What is denied there is denied, what may be only may be, and exceptions are
kept. Each cited statement is mentioned. The words after "The policy does not say" need no support, but only a `partly`
answer has them. Translations keep numbers, names, and every "not" and "may". The bot cites the manifest's caveats along
with what they limit.

This finds what a careful editor might overlook. It cannot judge whether a sentence answers its topics: a person does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.policies.grade import reading_grade, syllables
from bot.policies.plain_words import plain_stems, plain_word
from bot.policies.review_tokens import Word, has_exception, has_only, is_denied, read_words
from bot.policies.review_words import alike
from bot.policies.sentences import split_sentences
from bot.policies.translations import check_translations
from bot.types import Policy, Quote, ReviewedAnswer, statement_text

MAX_GRADE = 8.0
MAX_WORDS = 40
MAX_SENTENCES = 2
MAX_CITED = 5
# How many of its words a cited statement must share with the sentence.
_MIN_SHARED = 2
_QUOTED = 70  # characters at each end of a long statement in a message
# What a `partly` answer says about the policy's silence: a sentence, or the end of one.
_OPEN = re.compile(
    r"(?:^|, (?:but|and) )(?:the|this) policy does not (?:say|mention|name|list|explain|give)\b.*"
    r"|, but it does not (?:say|mention)\b.*",
    re.IGNORECASE,
)
# "Yes, we do." and "No.", but not "No method is perfect."
_YES_OR_NO = re.compile(r"(?:yes\b|no(?=\s*[,.:;!–—]|\W*$))", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\w|https?://\S+\w")
# "But if you cannot do that, write to us" is not a condition of the words before it.
_OTHER_CONDITION = re.compile(r"\bbut (?:if|when|while|where)\b[^,;.]*", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]+")
# Before an email address, "email" says nothing.
_EMAIL = re.compile(r"\b(?:by |via )?e-?mail (?:at |to )?(?=[^\s@]+@)", re.IGNORECASE)
# A word with at least this many syllables is long. This many of the longest are named.
_LONG_FROM, _LONG_NAMED = 3, 3
_ABSOLUTE = re.compile(
    r"\b(?:always|all|every|everybody|everyone|must|completely|entirely|forever|guaranteed)\b", re.IGNORECASE
)
_CONDITION = re.compile(r"\b(?:may|can|could|unless|except|if|some|only|but|appropriate|when)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with an answer. topic: its first one, or the name of the owner's own topic."""

    topic: str
    what: str

    def __str__(self) -> str:
        """Return it as one sentence."""
        return f"The reviewed answer on '{self.topic}' {self.what}."


def check_reviewed(policy: Policy) -> list[Problem]:
    """Return the problems of all reviewed answers of a policy, in order."""
    return [
        Problem(answer.own.name if answer.own else answer.topics[0], what)
        for answer in policy.reviewed
        for what in check_answer(policy, answer)
    ]


def check_answer(policy: Policy, answer: ReviewedAnswer) -> list[str]:
    """Return what is wrong with an answer, each as the end of a sentence about it. A silent answer says nothing."""
    if answer.verdict == "silent":
        return []
    spans = split_sentences(answer.text["en"])
    sentences = [answer.text["en"][span.start : span.end] for span in spans]
    claim = [words for words in (_OPEN.sub("", sentence) for sentence in sentences) if words]
    return [
        *_check_form(sentences, policy),
        *_check_verdict(answer.verdict, sentences, claim),
        *_check_cited(answer.cite),
        *_Support(policy, answer.cite).check(claim, sentences),
        *check_translations(answer.text),
    ]


def left_open(text: str) -> str:
    """Return what the English text of a `partly` answer says that the policy leaves open, "" if there is nothing."""
    sentences = [text[span.start : span.end] for span in split_sentences(text)]
    return " ".join(found[0].strip(" ,.") for sentence in sentences if (found := _OPEN.search(sentence)))


def grade_of(text: str, policy: Policy) -> float:
    """Return the reading grade of an English text, 0 for none.

    The owner's own names count as "we", and an address as a short word: no other words can replace them.
    """
    text = _without_names(text, policy)
    return reading_grade([text[span.start : span.end] for span in split_sentences(text)]) if text.strip() else 0.0


def _without_names(text: str, policy: Policy) -> str:
    text = _ADDRESS.sub("it", text)
    for name in sorted((policy.site, *policy.names), key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(name)}\b", "We", text) if name else text
    return text


def _check_form(sentences: Sequence[str], policy: Policy) -> Iterator[str]:
    words = sum(len(sentence.split()) for sentence in sentences)
    grade = round(grade_of(" ".join(sentences), policy), 1)
    if len(sentences) > MAX_SENTENCES or words > MAX_WORDS:
        yield f"has {len(sentences)} sentences and {words} words: use {MAX_SENTENCES} and {MAX_WORDS} at most"
    if grade > MAX_GRADE:
        shorter = _shorter([_without_names(sentence, policy) for sentence in sentences])
        yield f"reads at grade {grade:.1f}: {shorter}, for grade {MAX_GRADE:.0f} or less"
    if _YES_OR_NO.match(sentences[0]):
        yield "starts with yes or no: the verdict says that, so begin with the fact"
    if not sentences[-1].endswith("."):
        yield "does not end with a period: add it"


def _shorter(sentences: Sequence[str]) -> str:
    """Return what to do about a high reading grade: plain words for hard ones first, then what is long."""
    words = dict.fromkeys(word for sentence in sentences for word in _LETTERS.findall(sentence))
    plain = {word: better for word in words if (better := plain_word(word)) and syllables(better) < syllables(word)}
    long = sorted((word for word in words if syllables(word) >= _LONG_FROM and word not in plain), key=syllables)
    steps = []
    if plain:
        steps.append(f"write {', '.join(f'“{better}” for “{word}”' for word, better in plain.items())}")
    if long:
        named = [f"“{word}”" for word in reversed(long[-_LONG_NAMED:])]
        steps.append(f"leave out or replace long words such as {', '.join(named)}")
    steps.append("say less in a sentence" if len(sentences) == MAX_SENTENCES else "say less, or in two sentences")
    return "; ".join(steps)


def _check_verdict(verdict: str, sentences: Sequence[str], claim: Sequence[str]) -> Iterator[str]:
    if not claim:
        yield "says only what the policy leaves open: use the verdict silent, or say what the policy does say"
    elif verdict == "partly" and list(claim) == list(sentences):
        yield 'is partly, but leaves nothing open: add "The policy does not say …", or use another verdict'
    elif verdict != "partly" and list(claim) != list(sentences):
        yield "says that the policy leaves something open: use the verdict partly"
    elif verdict == "no" and not (is_denied(claim[0]) or has_only(claim[0])):
        yield 'is a no, but its first sentence has no "not" and no "only": deny something, or use another verdict'
    elif verdict == "yes" and (is_denied(claim[0]) or has_only(claim[0])):
        yield 'is a yes, but its first sentence has a "not" or an "only": affirm something, or use another verdict'
    elif verdict == "depends" and not _CONDITION.search(" ".join(claim)):
        yield 'says that it depends, but names no condition: say "if", "may" or "unless", or use another verdict'


def _check_cited(cite: Sequence[int]) -> Iterator[str]:
    if len(cite) > MAX_CITED:
        yield f"cites {len(cite)} statements: keep the {MAX_CITED} that a reader needs"
    if list(cite[1:]) != sorted(cite[1:]):
        yield "does not cite in reading order: after the best one, keep the order of the policy"


class _Support:
    """The statements that an answer cites, as far as a sentence can be compared with them."""

    def __init__(self, policy: Policy, cite: Sequence[int]) -> None:
        self._texts = [_read(policy, index) for index in cite]
        self._own_texts = [_read(policy, index, neighbors=False) for index in cite]
        self._statements = [list(read_words(text)) for text in self._texts]
        self._words = [word for statement in self._statements for word in statement]
        self._shown = {word.shown for word in self._words}
        own = " ".join((policy.site, *policy.names))
        self._own = {word.stem for word in read_words(own)} | {"www"}

    def check(self, claim: Sequence[str], sentences: Sequence[str]) -> Iterator[str]:
        """Yield what the statements do not support. claim: without what the policy leaves open."""
        without = (_EMAIL.sub("", sentence) for sentence in claim)
        words = [word for sentence in without for word in read_words(sentence) if word.stem not in self._own]
        # "Only we can read it" is what "It cannot be read by anyone other than us" says.
        only = has_only(" ".join(claim)) and any(has_only(text) and is_denied(text) for text in self._own_texts)
        for word in words:
            yield from self._check_word(word, only=only)
        for sentence in sentences:
            for word in read_words(sentence):
                if (word.is_number or word.is_name) and word.stem not in self._own and word.shown not in self._shown:
                    yield f"has “{word.shown}”, which no cited statement has: cite one that has it, or remove it"
        yield from self._check_force(" ".join(claim))
        for text in self._own_texts:
            stems = {word.stem for word in read_words(text)} - self._own
            plain = frozenset(plain for word in read_words(text) for plain in plain_stems(word.shown))
            shared = {word.stem for word in words if word.stem in plain or not alike(word.stem).isdisjoint(stems)}
            if len(shared) < min(_MIN_SHARED, len(stems)):
                yield f"does not mention “{_short(text)}”, which it cites: mention it, or do not cite it"

    def _check_word(self, word: Word, *, only: bool) -> Iterator[str]:
        same = alike(word.stem)
        support = [other for other in self._words if other.stem in same or word.stem in plain_stems(other.shown)]
        if not support:
            yield f"says “{word.shown}”, which no cited statement says: cite one that does, or use the policy's word"
        elif word.denied_first and not any(other.denied_first for other in support):
            yield f"denies “{word.shown}”, which no cited statement denies: cite one that does, or remove the denial"
        elif not word.denied and not only and all(other.denied for other in support):
            yield f"affirms “{word.shown}”, which its statements only deny: deny it too"
        elif word.promised_first and not any(other.promised_first and other.denied == word.denied for other in support):
            yield f"promises “{word.shown}” with “will”, but its statements do not: use their verb"
        elif (
            not word.hedged
            and not word.denied
            and not only
            and all(other.hedged_first or other.denied for other in support)
        ):
            yield f"states “{word.shown}” as a fact, which its statements only say may be: write “may” or “can”"

    def _check_force(self, claim: str) -> Iterator[str]:
        best, texts = self._own_texts[0], " ".join(self._texts)
        if is_denied(_OTHER_CONDITION.sub("", best)) and not is_denied(claim) and not has_only(claim):
            yield "denies nothing, but the first statement that it cites does: keep its “not”"
        if has_exception(best) and not (has_exception(claim) or (has_only(claim) and not has_only(best))):
            yield "leaves out the exception of the first statement that it cites: add it"
        if has_exception(claim) and not has_exception(texts):
            yield "names an exception, but its statements name none: cite the one that does, or remove it"
        if has_only(claim) and not (has_only(texts) or has_exception(texts)):
            yield "says “only”, but its statements do not: cite one that does, or remove it"
        for word in _ABSOLUTE.findall(claim):
            if not re.search(rf"\b{word}\b", texts, re.IGNORECASE):
                yield f"says “{word}”, but its statements do not: cite one that does, or remove it"


def _read(policy: Policy, index: int, *, neighbors: bool = True) -> str:
    """Return a statement with the words that govern it. neighbors: also with the sentences that it depends on."""
    sentence = policy.sentences[index]
    context = [words for words in policy.context_of(sentence) if neighbors or not words.is_neighbor]
    return statement_text(Quote(sentence.text, sentence.start, sentence.end), context)


def _short(text: str) -> str:
    """Return a statement, or its first and last words if it is long: many begin alike, with what governs them."""
    if len(text) <= 2 * _QUOTED:
        return text
    return f"{text[:_QUOTED].rsplit(' ', 1)[0]} … {text[-_QUOTED:].split(' ', 1)[-1]}"
