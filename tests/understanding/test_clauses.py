from __future__ import annotations

import pytest

from bot.understanding.clauses import Clause, Phrase, clause_of, phrase_at, phrases_of, words_of


def words(clause: Clause, phrase: Phrase | None) -> str | None:
    return None if phrase is None else " ".join(clause.words[phrase.start : phrase.end])


@pytest.mark.parametrize(
    ("question", "subject", "verb", "thing"),
    [
        ("How long do you really keep my IP address?", "you", "keep", "my IP address"),
        ("can a member of the public get my emails", "a member of the public", "get", "my emails"),
        ("does this policy cover other sites", "this policy", "cover", "other sites"),
        ("are emails a public record", "emails", "a", "emails"),
        ("will my name and my age be shown here", "my name and my age", "be", "my name and my age"),
        ("what do you use the form I filled in for", "you", "use", "the form I filled in"),
        ("who sees my data", "", "sees", "my data"),
        ("who can see my data", "", "see", "my data"),
        ("are there third party cookies", "there", "third", "third party cookies"),
        ("how do I get a copy of my records", "I", "get", "my records"),
        ("I sent a form. Do you keep it?", "you", "keep", "it"),
    ],
)
def test_the_parts_of_a_question_are_found(question: str, subject: str, verb: str, thing: str) -> None:
    clause = clause_of(question)
    assert clause is not None
    assert " ".join(clause.words[slice(*clause.subject)]) == subject
    assert clause.words[clause.verb] == verb
    assert words(clause, clause.object) == thing


@pytest.mark.parametrize("text", ["", "thanks", "my photos", "purpose of cookies", "I sent a form", "do"])
def test_other_texts_have_no_clause(text: str) -> None:
    assert clause_of(text) is None


def test_a_phrase_knows_its_preposition_and_whether_it_names_people() -> None:
    clause = clause_of("do you share my name with other agencies")
    assert clause is not None
    assert [(words(clause, each), each.preposition, each.is_party) for each in clause.phrases] == [
        ("my name", None, False),
        ("other agencies", "with", True),
    ]


def test_a_phrase_ends_before_what_is_said_of_it() -> None:
    assert phrase_at(("my", "saved", "messages", "public"), 0) == Phrase(0, 3, "messages")
    assert phrase_at(("of", "it"), 0) is None
    assert phrase_at(("a", "copy", "of"), 0) is None


def test_a_contraction_is_two_words() -> None:
    assert words_of("Where’s my form?") == (("Where", "is", "my", "form"), ("where", "is", "my", "form"))


def test_phrases_are_found_in_any_text() -> None:
    text, phrases = phrases_of("purpose of the cookies")
    assert [" ".join(text[each.start : each.end]) for each in phrases] == ["purpose of the cookies"]
