"""Reads a question without the story before it: "I sent my SSN in a form by mistake! Who sees it?" asks who sees it.

To the encoder, a long story is what the message is about. So if nothing is found for the whole, what is asked is read
with a thing of the story in place of "it", or alone if it points to nothing.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from bot.understanding.clauses import Phrase, phrases_of
from bot.understanding.several import ASKS_AFTER_STORY, is_question, sentences_of
from bot.understanding.things import THINGS, with_thing

# The most readings of one question: each takes as long as a question.
_MOST = 4
# How much of a story is read, from its end.
_MOST_SENTENCES, _MOST_WORDS = 6, 40
# How a message starts that tells something: "so my sister", "I just".
_TELLS = re.compile(
    r"^\W*(?:(?:so|hi|hello|hey|omg|oh|ok|well|um|ugh|and|yesterday|today|last \w+|recently)\W+)?"
    r"(?:(?:so|last \w+)\W+)?(?:i|i['’](?:ve|m|d)|im|ive|we|my|our|someone|somebody|they|he|she|a|an|the)\b",
    re.IGNORECASE,
)
# What people tell that they have sent, next to what a follow-up may be about.
_KNOWN = THINGS | frozenset(
    "passport passports scan scans license resume certificate certificates report reports selfie selfies "
    "statement statements prescription prescriptions signature bills essay".split()
)
_WHOSE = frozenset({"my", "our", "his", "her", "their"})
# What ends a thing: "the form last night", "photos of my house".
_ENDS = frozenset("of last yesterday today tonight earlier ago recently".split())
_IN = frozenset({"in", "on", "to", "into", "from", "through", "via", "with"})
_YOU = re.compile(r"\b(?:you|u) (?:guys|people|folks)\b", re.IGNORECASE)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|those|these|that|this|he|she|ones?|same|there|then|else)\b", re.IGNORECASE
)


def readings(question: str) -> tuple[str, ...]:
    """Return other ways to read a question after a story, the most exact first; none if there is no story."""
    story, asked = _parts(question)
    if not story:
        return ()
    asked = _YOU.sub("you", asked)
    things = dict.fromkeys(_things(story))
    found = [text for thing in things if (text := with_thing(asked, thing)) is not None]
    if not found and not _POINTS_BACK.search(asked):
        found = [asked]
    return tuple(found[:_MOST])


def _parts(question: str) -> tuple[list[str], str]:
    """Return the sentences of a story, and the question after them; no sentences if there is no story."""
    sentences = sentences_of(question)
    place = next((n for n, sentence in enumerate(sentences) if is_question(sentence)), len(sentences))
    if 0 < place < len(sentences):
        return sentences[:place], " ".join(sentences[place:])
    last = sentences[-1]
    if place == len(sentences) and _TELLS.match(last) and (start := ASKS_AFTER_STORY.search(last)):
        return [*sentences[:-1], last[: start.start()]], last[start.end() :]
    return [], question


def _things(story: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield the things of a story that a visitor may ask about: "my SSN in a form", "my SSN", "the form"."""
    for sentence in reversed(story[-_MOST_SENTENCES:]):
        words, phrases = phrases_of(" ".join(sentence.split()[-_MOST_WORDS:]))
        known = [(each, end) for each in phrases if (end := _end(words, each)) is not None]
        for (first, end), (second, second_end) in itertools.pairwise(known):
            if second.preposition in _IN and second.start == end + 1:
                yield (*words[first.start : end], *words[end:second_end])
        for thing, end in known:
            yield words[thing.start : end] if words[thing.start].lower() in _WHOSE else ("the", words[end - 1])


def _end(words: Sequence[str], thing: Phrase) -> int | None:
    """Return where a phrase ends, without what is not its main noun; None if a visitor may not ask about the thing."""
    end = next((at for at in range(thing.start + 1, thing.end) if words[at].lower() in _ENDS), thing.end)
    return end if words[end - 1].lower() in _KNOWN else None
