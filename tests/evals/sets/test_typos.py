import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.sets.cases import TYPO_LEVELS, Case, load_cases, load_set, with_typos
from evals.sets.typos import misspelled

LONG = "Which cookies does this website store about visitors?"


def edits(before, after):
    """The smallest number of letters swapped, dropped, added or replaced (optimal string alignment)."""
    table = {(i, -1): i + 1 for i in range(-1, len(before))} | {(-1, j): j + 1 for j in range(-1, len(after))}
    for i, one in enumerate(before):
        for j, other in enumerate(after):
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (one != other))
            if i and j and before[i - 1] == other and one == after[j - 1]:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(before) - 1, len(after) - 1]


def test_each_question_has_one_typo_more_than_the_one_before():
    found = list(misspelled(LONG, 3))
    assert [edits(LONG, question) for question in found] == [1, 2, 3]
    assert [edits(a, b) for a, b in zip([LONG, *found], found, strict=False)] == [1, 1, 1]


def test_typos_are_in_different_words_of_four_letters():
    *_, last = misspelled(LONG, 3)
    changed = [a for a, b in zip(LONG.split(), last.split(), strict=True) if a != b]
    assert len(changed) == 3
    assert all(len(re.sub(r"\W", "", word)) >= 4 for word in changed)


def test_the_typos_are_the_same_in_every_run():
    """Other typos would be another set, with which no earlier figure could be compared."""
    assert list(misspelled(LONG, 3)) == [
        "Which cookies does ths website store about visitors?",
        "Which cookies does ths website store sbout visitors?",
        "Which cookies does ths websitte store sbout visitors?",
    ]


def test_all_four_kinds_of_typo_occur():
    found = {next(iter(misspelled(f"question {number} cookies", 1))) for number in range(200)}
    words = {word for question in found for word in question.split() if word not in {"question", "cookies"}}
    assert {"cookeis", "cookes", "cookiies", "vookies"} & words
    lengths = {len(word) - len("cookies") for word in words if word.startswith("c") and word.isalpha()}
    assert lengths >= {-1, 0, 1}


@pytest.mark.parametrize("word", ["aaaa", "book", "llll", "zzzz zzzz zzzz"])
def test_swapping_two_equal_letters_is_no_typo(word):
    for number in range(30):
        question = f"{number} {word}"
        found = list(misspelled(question, 3))
        assert len({question, *found}) == 4


def test_a_question_of_short_words_has_none():
    assert list(misspelled("can I opt out? MA DMV!", 3)) == []


@given(st.text(max_size=60))
def test_only_letters_change(question):
    for made in misspelled(question, 3):
        assert made != question
        assert re.sub("[A-Za-z]", "", made) == re.sub("[A-Za-z]", "", question)


def test_only_answerable_questions_get_typos_and_their_answers_stay():
    quotes, history = (("We use cookies.",),), ("earlier cookies?",)
    cases = (
        Case("a", LONG, history, "answerable", quotes, (), "yes", "clear"),
        Case("b", LONG, (), "off_topic", (), (), None, "clear"),
        Case("c", "can I?", (), "answerable", quotes, (), None, "clear"),
    )
    found = with_typos(cases)
    assert [(c.id, c.difficulty) for c in found] == [
        ("a-typos-1", "1 typo"),
        ("a-typos-2", "2 typos"),
        ("a-typos-3", "3 typos"),
    ]
    assert {(c.history, c.evidence, c.yes_no) for c in found} == {(history, quotes, "yes")}


@pytest.mark.parametrize("level", TYPO_LEVELS)
def test_the_set_has_nearly_all_answerable_questions_at_each_level(level):
    asked = sum(case.kind == "answerable" for case in load_set("massgov_dev"))
    assert asked - 5 <= sum(case.difficulty == level for case in load_cases("typos")) <= asked
