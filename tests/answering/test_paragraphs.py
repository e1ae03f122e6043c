from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.paragraphs import with_what_goes_on
from bot.index.passages import make_passages
from bot.policies.parsing import parse_policy
from bot.types import Hit

POLICY = parse_policy("We ask for a photo. You can bring a drawing instead.\n\nWe bake bread. It is warm.", id="notice")
PASSAGES = make_passages(POLICY)


def cited(chosen: list[int], **similarities: float) -> tuple[int, ...]:
    hits = [Hit(PASSAGES[int(row.removeprefix("of_"))], cosine, 0.1) for row, cosine in similarities.items()]
    return with_what_goes_on("do you ask for a photo", chosen, hits, POLICY)


def test_one_sentence_goes_on_with_the_next_if_that_is_about_the_question() -> None:
    assert cited([0], of_0=0.6, of_1=0.4) == (0, 1)
    assert cited([0], of_0=0.6, of_1=0.2) == (0,)
    assert cited([0], of_0=0.6) == (0,)


@pytest.mark.parametrize("chosen", [[1], [3], [0, 3]])
def test_no_answer_leaves_its_paragraph_or_grows_if_it_has_more(chosen: list[int]) -> None:
    assert cited(chosen, of_1=0.9, of_2=0.9, of_3=0.9) == tuple(chosen)


def read_on(question: str, text: str, chosen: tuple[int, ...] = (0,)) -> tuple[int, ...]:
    return with_what_goes_on(question, chosen, (), parse_policy(text, id="notice"))


@pytest.mark.parametrize(
    "after",
    [
        "They must erase it after 60 days.",
        "This includes your house number.",
        "If a grower cannot ship, we erase the address.",
        "Even after a grower ships, the address stays in our books.",
    ],
)
def test_a_sentence_that_goes_on_with_what_is_cited_is_cited_next(after: str) -> None:
    text = f"Growers who ship plants get your address. {after}\n\nWe pay growers on Fridays."
    assert read_on("do growers keep my address", text) == (0, 1)
    assert read_on("do growers keep my address", text, (0, 2)) == (0, 1, 2)


@pytest.mark.parametrize(
    "after",
    [
        "We sell seeds in spring.",
        "If you enroll in our course, we print a badge.",
        "See our page on these growers.",
        f"They must erase it {'again and ' * 45}again.",
    ],
)
def test_a_sentence_about_something_else_or_a_long_one_is_not(after: str) -> None:
    assert read_on("do growers keep my address", f"Growers who ship plants get your address. {after}") == (0,)


def test_a_paragraph_that_cautions_about_what_is_cited_is_cited_after_it() -> None:
    text = "Follow the link to opt out of marketing messages. It is in each message.\n\n"
    caution = "Please be aware that, even after you opt out of marketing, we may write about your orders."
    assert read_on("how do i stop marketing", text + caution, (0, 1)) == (0, 1, 2)
    other = "Please be aware that a parcel may be late."
    assert read_on("how do i stop marketing", text + other, (0, 1)) == (0, 1)
    however = "Please note, however, that we may have to write to you."
    assert read_on("how do i stop marketing", text + however, (0, 1)) == (0, 1, 2)


def test_what_a_heading_separates_does_not_go_on() -> None:
    text = "# Growers\n\nGrowers who ship get your address.\n\n# Post\n\nHowever, growers who ship keep the address."
    assert read_on("do growers keep my address", text) == (0,)


def test_a_question_how_long_is_answered_with_all_reasons() -> None:
    text = "We keep your address as long as you buy. Courts may require that we store letters. We bake."
    assert read_on("how long do you have my address", text) == (0, 1)
    assert read_on("do you have my address", text) == (0,)
    fixed = "We keep your address for a year. Courts may require that we store letters."
    assert read_on("how long do you have my address", fixed) == (0,)


def test_a_short_list_whose_line_above_points_back_is_cited_whole() -> None:
    text = "A baker sees your order.\n\nThey can:\n\n- change it\n- cancel it\n\nWe bake."
    assert read_on("who sees my order", text) == (0, 1, 2)
    other = text.replace("They can:", "Our shop sells:")
    assert read_on("who sees my order", other) == (0,)
    long = text.replace("- cancel it", "\n".join(f"- call number {number}" for number in range(9)))
    assert read_on("who sees my order", long) == (0,)


_SENTENCES = (
    "Growers get your address.",
    "They erase it.",
    "If growers ask, we answer.",
    "However, growers may keep the address.",
    "They can:\n\n- ship it\n- keep it\n\n",
    "We sell seeds.",
)
_GAPS = (" ", "\n\n", "\n\n# Growers\n\n")
_TEXTS = st.lists(st.tuples(st.sampled_from(_SENTENCES), st.sampled_from(_GAPS)), min_size=1)


@given(parts=_TEXTS, data=st.data())
def test_an_answer_keeps_what_it_cites_and_grows_by_a_little_of_the_section(
    parts: list[tuple[str, str]], data: st.DataObject
) -> None:
    text = "".join(sentence + gap for sentence, gap in parts)
    policy = parse_policy(f"{text}We write letters.", id="notice")
    rows = st.integers(0, len(policy.sentences) - 1)
    chosen = data.draw(st.lists(rows, min_size=1, max_size=4, unique=True))
    found = with_what_goes_on("do growers keep my address", chosen, (), policy)
    assert [row for row in found if row in chosen] == chosen
    added = set(found) - set(chosen)
    assert len(found) == len(set(found)) == len(chosen) + len(added)
    assert len(added) <= 6
    assert all(policy.sentences[row].section_id == policy.sentences[row - 1].section_id for row in added)
    assert all(row - 1 in found for row in added)
