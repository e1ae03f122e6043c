from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policies.grade import reading_grade, syllables

# Counted by hand, with a dictionary.
WORDS = """
1: the these there state states see free need changed rules whole times names sites page use used stored closed asked
1: tracked linked guide friend field likes court
2: Mass.gov cookies website address request record browser device account accounts improve improved tailor public usage
2: session people rented pages message little likely social reviewed noticed erased refused sentence cases
2: every business being unique quiet client language data disclose disclosed needed guided science doing union million
3: personal privacy policy encrypted provided provider official employees services purposes
3: submission persistent created statistics government agency media previous various employer actual ideas
3: area video different computer languages sensitive visited period radio opinion messages
4: information identify Massachusetts analytics reasonable situation responsible material variety experience
5: investigation individual indefinitely anonymously
6: responsibility automatically
"""
COUNTED = [(word, int(line[0])) for line in WORDS.strip().splitlines() for word in line[2:].split()]


@pytest.mark.parametrize(("word", "count"), [*COUNTED, ("IP", 2), ("website's", 2), ("2023", 1)])
def test_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


@pytest.mark.parametrize(
    ("sentences", "grade"),
    [
        ([], 0),
        (["The cat sat on the mat."], 0.39 * 6 + 11.8 - 15.59),
        (["We do not sell personal information."], 0.39 * 6 + 11.8 * 11 / 6 - 15.59),
        (["It is so.", "We agree."], 0.39 * 5 / 2 + 11.8 * 6 / 5 - 15.59),
    ],
)
def test_the_grade_is_that_of_the_formula(sentences: list[str], grade: float) -> None:
    assert reading_grade(sentences) == pytest.approx(grade)


@given(st.text())
def test_any_text_has_a_grade_and_at_least_one_syllable(text: str) -> None:
    assert syllables(text) >= 1
    assert isinstance(reading_grade([text]), float)
