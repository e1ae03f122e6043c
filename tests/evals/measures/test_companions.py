"""Checks on a text of four statements: A needs B or C, B and C need D, and D needs nothing."""

import pytest

from bot.types import Span
from evals.measures.companions import companions_cited
from evals.sets.companions import Companion

A, B, C, D = (Span(start, start + 10) for start in (0, 20, 40, 60))
COMPANIONS = (Companion(A, ((B, C),)), Companion(B, ((D,),)), Companion(C, ((D,),)))


def cite(span, *context):
    return {"start": span.start, "end": span.end, "context": [{"start": c.start, "end": c.end} for c in context]}


@pytest.mark.parametrize(
    ("citations", "found"),
    [
        ([cite(A)], 0.0),
        ([cite(A), cite(B)], 1.0),
        ([cite(A), cite(C)], 1.0),
        ([cite(A, C)], 1.0),  # visitors read the context, too
        ([cite(B), cite(A)], 0.0),  # B comes first, so it is no companion and needs D
        ([cite(B), cite(A), cite(D)], 1.0),
        ([cite(B)], 0.0),
        ([cite(D)], None),
        ([cite(D, A)], None),  # context is not what the answer says
        ([], None),
        ([cite(Span(0, 4))], None),  # less than half of A
        ([cite(A), cite(Span(20, 25))], 1.0),  # half of B
        ([cite(A), cite(Span(20, 24))], 0.0),
        ([cite(Span(0, 70))], 1.0),  # a long chunk has them all
    ],
)
def test_what_is_needed_and_what_is_there(citations, found):
    assert companions_cited(COMPANIONS, citations) == found


def test_every_group_is_needed():
    both = (Companion(A, ((B,), (C,))),)
    assert companions_cited(both, [cite(A), cite(B)]) == 0.0
    assert companions_cited(both, [cite(A), cite(B), cite(C)]) == 1.0
