"""Do answers cite what they must not be read without?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.types import Span
from evals.measures.spans import characters, covers
from evals.sets.companions import Companion


def companions_cited(companions: Sequence[Companion], citations: Sequence[Mapping[str, Any]]) -> float | None:
    """Return 1 if an answer shows all companions that it needs, 0 if one is missing; None if it needs none.

    citations: in the public JSON shape. A statement is cited if a quote has at least half of its characters, and it is
    shown if quotes and context have. A statement that is itself there as the companion of one that was cited before it
    needs no more.
    """
    quotes = [Span(int(c["start"]), int(c["end"])) for c in citations]
    shown = characters([*quotes, *(Span(w["start"], w["end"]) for c in citations for w in c.get("context", ()))])
    first_cited = {
        companion.of: next((n for n, quote in enumerate(quotes) if covers(characters([quote]), companion.of)), None)
        for companion in companions
    }
    found = []
    for companion in companions:
        place = first_cited[companion.of]
        if place is not None and not any(
            companion.of in group
            for other in companions
            for group in other.needs
            if (earlier := first_cited[other.of]) is not None and earlier < place
        ):
            found += [any(covers(shown, span) for span in group) for group in companion.needs]
    return float(all(found)) if found else None
