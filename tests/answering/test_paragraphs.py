from __future__ import annotations

import pytest

from bot.answering.paragraphs import with_next_sentence
from bot.index.passages import make_passages
from bot.policies.parsing import parse_policy
from bot.types import Hit

POLICY = parse_policy("We ask for a photo. You can bring a drawing instead.\n\nWe bake bread. It is warm.", id="notice")
PASSAGES = make_passages(POLICY)


def cited(chosen: list[int], **similarities: float) -> tuple[int, ...]:
    hits = [Hit(PASSAGES[int(row.removeprefix("of_"))], cosine, 0.1) for row, cosine in similarities.items()]
    return with_next_sentence(chosen, hits, POLICY)


def test_one_sentence_goes_on_with_the_next_if_that_is_about_the_question() -> None:
    assert cited([0], of_0=0.6, of_1=0.4) == (0, 1)
    assert cited([0], of_0=0.6, of_1=0.2) == (0,)
    assert cited([0], of_0=0.6) == (0,)


@pytest.mark.parametrize("chosen", [[1], [3], [0, 2]])
def test_no_answer_leaves_its_paragraph_or_grows_if_it_has_more(chosen: list[int]) -> None:
    assert cited(chosen, of_1=0.9, of_2=0.9, of_3=0.9) == tuple(chosen)
