from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.contacts import with_contact
from bot.policies.parsing import parse_policy

TEXT = """# Notice

You can fix a mistake by contacting us directly. We erase your file in a week. We keep receipts for a year.

You can also write to us at cakes@maple.example about a receipt. To get in touch, go to https://maple.example/form.

## Children

If your child sent us data, email kids@maple.example.

## Contact

Questions about this policy: privacy@maple.example.
"""
POLICY = parse_policy(TEXT, id="notice")
ROWS = {sentence.text[:9]: sentence.index for sentence in POLICY.sentences}
FIX, ERASE, KEEP = ROWS["You can f"], ROWS["We erase "], ROWS["We keep r"]
CAKES, PAGE, CONTACT = ROWS["You can a"], ROWS["To get in"], ROWS["Questions"]


def test_an_answer_that_says_to_contact_the_owner_says_how() -> None:
    assert with_contact("how do i fix a mistake", (FIX, ERASE), POLICY) == (FIX, ERASE, CONTACT)
    assert with_contact("I want to fix a mistake", (ERASE, FIX), POLICY) == (ERASE, FIX, CONTACT)


@pytest.mark.parametrize("chosen", [(FIX, CAKES), (PAGE,), (KEEP,), (KEEP, ERASE, CAKES, FIX)])
def test_one_that_says_how_or_does_not_need_to_stays_the_same(chosen: tuple[int, ...]) -> None:
    assert with_contact("how do i fix a mistake", chosen, POLICY) == chosen


def test_a_question_that_asks_for_nothing_to_do_needs_no_contact() -> None:
    assert with_contact("are mistakes fixed", (FIX,), POLICY) == (FIX,)


def test_the_address_for_parents_or_none_is_not_given() -> None:
    text = "You can fix a mistake by contacting us directly.\n\n{}"
    for_parents = parse_policy(text.format("If your child sent us data, email kids@maple.example."), id="notice")
    assert for_parents.facts["email"] == (1,)
    assert with_contact("how do i fix a mistake", (0,), for_parents) == (0,)
    nobody = parse_policy(text.format("We bake bread."), id="notice")
    assert with_contact("how do i fix a mistake", (0,), nobody) == (0,)


@given(st.lists(st.integers(0, len(POLICY.sentences) - 1), min_size=1, unique=True))
def test_at_most_one_statement_is_added_and_none_twice(chosen: list[int]) -> None:
    found = with_contact("how do i fix a mistake", chosen, POLICY)
    assert found[: len(chosen)] == tuple(chosen)
    assert found[len(chosen) :] in ((), (CONTACT,))
    assert len(set(found)) == len(found)
