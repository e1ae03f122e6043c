"""The next sentence of a paragraph, which an answer of one sentence goes on with if it is about the question, too.

"We ask for your Social Security number to check your credit" is followed by "You can pay a deposit instead". It adds
what a visitor would ask next, but it is less like the question than the first one.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.types import Hit, Policy

# How similar the next sentence must be to the question. On half of the questions of the invented policies that are
# answered with one statement, asked of every second policy, this adds 25 sentences to 269 answers, of which 12 belong
# to the answer, and .929 instead of .911 are complete; of the others, 13 to 279, of which 5 belong to it, and .921
# instead of .907. From .3 on, it adds 64, of which 20 do.
_SIMILAR_FROM = 0.35


def with_next_sentence(chosen: Sequence[int], hits: Sequence[Hit], policy: Policy) -> tuple[int, ...]:
    """Return the statements to cite, with the next one of the paragraph if there is only one.

    chosen: indexes of statements. hits: those that were considered.
    """
    if len(chosen) != 1 or chosen[0] + 1 == len(policy.sentences):
        return tuple(chosen)
    this, following = policy.sentences[chosen[0] : chosen[0] + 2]
    if "\n" in policy.text[this.end : following.start]:
        return tuple(chosen)
    hit = next((hit for hit in hits if hit.passage.index == following.index), None)
    return (*chosen, following.index) if hit and hit.similarity >= _SIMILAR_FROM else tuple(chosen)
