from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.sections import ShortSections, without_empty, without_weak
from bot.index.passages import make_passages
from bot.policies.parsing import parse_policy
from bot.types import Hit

TEXT = f"""# Notice

We bake. Cakes are sold.

## If we are sold

Your data may go to the buyer. We will give notice first. Your data may go to the buyer.

## Cookies

{" ".join(f"Cookie {number} is kept for {number} days." for number in range(2, 9))}

## Logs

{"We log a lot of things, and that takes many words. " * 12}
"""


def test_only_a_short_section_is_quoted_to_its_end() -> None:
    policy = parse_policy(TEXT, id="notice")
    passages = make_passages(policy)
    sections = ShortSections(passages, policy.title)
    start = {passage.text[:8]: passage.index for passage in reversed(passages)}
    bake, sold, notice, cookie, log = (
        start[words] for words in ("We bake.", "Your dat", "We will ", "Cookie 2", "We log a")
    )
    assert sections.add([sold]) == (sold, notice)
    assert sections.add([notice]) == (notice, sold + 2)
    assert sections.add([notice, sold]) == (notice, sold)
    assert sections.add([cookie, sold]) == (cookie, sold)
    assert sections.add([log]) == (log,)
    assert sections.add([bake]) == (bake,), "it is below the title"


SECTIONS = {"A": "We bake. We sell. We pay. We go.", "B": "We log. We read. We write.", "C": "We sing. We rest."}
POLICY = parse_policy("\n\n".join(f"# {name}\n\n{text}" for name, text in SECTIONS.items()), id="notice")
PASSAGES = make_passages(POLICY)


def kept(*hits: tuple[int, float]) -> list[int]:
    """Return which statements are kept. hits: the index and the relevance of each."""
    return [hit.passage.index for hit in without_weak([Hit(PASSAGES[row], 0.5, relevance) for row, relevance in hits])]


@pytest.mark.parametrize(
    ("hits", "rows"),
    [
        # 0 to 3 are of the first section, 4 to 6 of another, and 7 and 8 of a third one.
        ([(1, 0.34), (2, 0.3), (3, 0.34)], [0, 1, 3]),
        ([(4, 0.42)], [0, 4]),
        ([(4, 0.38)], [0]),
        ([(4, 0.7), (5, 0.42), (6, 0.38)], [0, 4, 5]),
        ([(1, 0.7), (4, 0.42), (5, 0.58)], [0, 1, 5]),
        ([(4, 0.7), (7, 0.42), (8, 0.58)], [0, 4, 8]),
        ([(4, 0.38), (5, 0.42)], [0]),
    ],
)
def test_a_statement_of_one_more_section_needs_more_relevance(hits: list[tuple[int, float]], rows: list[int]) -> None:
    assert kept((0, 0.8), *hits) == rows


_ROWS = st.integers(0, len(PASSAGES) - 1)


@given(st.lists(st.tuples(_ROWS, st.floats(0, 1)), min_size=1, unique_by=lambda hit: hit[0]))
def test_the_first_stays_and_the_others_keep_their_order(hits: list[tuple[int, float]]) -> None:
    rows = [row for row, _ in hits]
    left = kept(*hits)
    assert left[:1] == rows[:1]
    assert left == [row for row in rows if row in left]


def test_what_adds_nothing_is_not_quoted_after_another_statement() -> None:
    log_of = "Change log:\n\n- May 3, 2024: Added cakes.\n- June 4, 2024: Added pies."
    policy = parse_policy(f"# A\n\nWe bake cakes.\n\n{log_of}", id="a")
    cakes, *log = range(len(policy.sentences))
    assert len(log) == 2
    assert without_empty([cakes, *log], policy) == (cakes,)
    assert without_empty([*log, cakes], policy) == (*log, cakes), "it is what is asked for"
