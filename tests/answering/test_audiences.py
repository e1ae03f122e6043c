from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.audiences import Audiences
from bot.answering.compose import Citer
from bot.index.passages import make_passages
from bot.policies.parsing import parse_policy
from bot.types import Hit

TEXT = """# Notice

We bake bread. We sell no data. We send a letter a year. We keep receipts for a year. Our shop has a camera.

## Children

We sell no data of pupils. Anybody under 13 asks a parent first.

## European Economic Area and UK

### Your rights

The right to object. In the EEA, you can complain.

## Transfers outside the EEA

Our printer is in Norway. It prints letters. It keeps nothing.
"""
POLICY = parse_policy(TEXT, id="notice")
PASSAGES = make_passages(POLICY)
ROWS = {passage.text: passage.index for passage in PASSAGES}
EVERYBODY, OF_PUPILS = ROWS["We sell no data."], ROWS["We sell no data of pupils."]


def contexts(text: str) -> list[str]:
    (citation,) = Citer(PASSAGES, POLICY).cite([ROWS[text]])
    return [words.quote for words in citation.context]


@pytest.mark.parametrize(
    ("statement", "heading"),
    [("The right to object.", "European Economic Area and UK"), ("We sell no data of pupils.", "Children")],
)
def test_a_statement_for_some_is_quoted_with_the_heading_that_says_so(statement: str, heading: str) -> None:
    assert contexts(statement) == [heading]


@pytest.mark.parametrize(
    "statement", ["In the EEA, you can complain.", "We sell no data.", "Our printer is in Norway."]
)
def test_one_that_says_it_itself_or_is_for_everybody_is_not(statement: str) -> None:
    assert contexts(statement) == []


def test_a_policy_for_children_says_nothing_that_its_title_does_not() -> None:
    policy = parse_policy("# Notice\n\n## For parents\n\nWe keep songs. We sell none.", id="notice")
    passages = make_passages(policy)
    assert not any(citation.context for citation in Citer(passages, policy).cite(range(len(passages))))


def first(question: str, **relevance: float) -> int:
    rows = {"pupils": OF_PUPILS, "everybody": EVERYBODY}
    hits = [Hit(PASSAGES[rows[name]], 0.5, share) for name, share in relevance.items()]
    return Audiences(PASSAGES, POLICY).everybody_first(question, hits)[0].passage.index


def test_what_is_for_everybody_comes_first_if_it_is_about_as_relevant() -> None:
    assert first("do you sell my data", pupils=0.8, everybody=0.4) == EVERYBODY
    assert first("do you sell my data", pupils=0.8, everybody=0.2) == OF_PUPILS
    assert first("do you sell my data", pupils=0.8) == OF_PUPILS


@pytest.mark.parametrize("question", ["do you sell my kid's data", "I'm 12, do you sell my data", "my son's data?"])
def test_a_question_about_children_is_answered_with_what_is_on_them(question: str) -> None:
    assert first(question, pupils=0.8, everybody=0.7) == OF_PUPILS


@given(rows=st.lists(st.integers(0, len(PASSAGES) - 1), min_size=1, unique=True), question=st.text(max_size=20))
def test_no_hit_is_lost_and_each_quote_is_the_policys(rows: list[int], question: str) -> None:
    hits = [Hit(PASSAGES[row], 0.5, 0.5) for row in rows]
    found = Audiences(PASSAGES, POLICY).everybody_first(question, hits)
    assert sorted(found, key=rows_of) == sorted(hits, key=rows_of)
    assert [hit for hit in hits if hit is not found[0]] == list(found[1:])
    for citation in Citer(PASSAGES, POLICY).cite(rows):
        assert all(POLICY.text[words.start : words.end] == words.quote for words in citation.context)


@pytest.mark.parametrize(
    ("heading", "about_them", "about_all"),
    [
        ("Job applicants", "do you sell what I write when I apply", "do you sell my data"),
        ("Non-users", "do you sell my data if I don't use it", "do you sell my data"),
    ],
)
def test_what_is_for_applicants_and_non_users_is_for_questions_about_them(
    heading: str, about_them: str, about_all: str
) -> None:
    text = f"# Notice\n\nWe sell nothing. We bake. We log.\n\n# {heading}\n\nWe keep a list."
    policy = parse_policy(text, id="notice")
    passages = make_passages(policy)
    hits = [Hit(passages[row], 0.5, relevance) for row, relevance in ((3, 0.8), (0, 0.5))]
    audiences = Audiences(passages, policy)
    assert [hit.passage.index for hit in audiences.everybody_first(about_them, hits)] == [3, 0]
    assert [hit.passage.index for hit in audiences.everybody_first(about_all, hits)] == [0, 3]


def test_what_is_for_everybody_comes_before_what_is_far_more_relevant_for_non_users() -> None:
    text = "# Notice\n\nWe sell nothing. We bake. We log.\n\n# Non-users\n\nWe keep a list."
    policy = parse_policy(text, id="notice")
    passages = make_passages(policy)
    hits = [Hit(passages[row], 0.5, relevance) for row, relevance in ((3, 0.8), (0, 0.2))]
    assert Audiences(passages, policy).everybody_first("do you sell my data", hits)[0].passage.index == 0


def test_an_answer_for_everybody_quotes_nothing_on_children_who_are_not_asked_about() -> None:
    audiences = Audiences(PASSAGES, POLICY)
    of_all, of_pupils = (Hit(PASSAGES[row], 0.5, 0.8) for row in (EVERYBODY, OF_PUPILS))
    assert audiences.for_everybody("do you sell my data", (of_all, of_pupils)) == (of_all,)
    assert audiences.for_everybody("do you sell my kid's data", (of_all, of_pupils)) == (of_all, of_pupils)
    assert audiences.for_everybody("do you sell my data", (of_pupils, of_all)) == (of_pupils, of_all)


def rows_of(hit: Hit) -> int:
    return hit.passage.index
