from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.guard.cleaning import guard
from bot.language import other_language
from bot.settings import GuardSettings
from bot.types import Outcome
from evals.safety.languages import Written, english_questions, is_refused, recognition, written

WRITTEN = written()


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("¿Venden mis datos?", "es"),
        ("venden mis datos", "es"),
        ("Vocês vendem meus dados?", "pt"),
        ("你们会出售我的数据吗？", "zh"),
        ("怎么关闭cookies", "zh"),
        ("eske nou vann done mwen", "ht"),
        ("Quý vị có bán dữ liệu của tôi không?", "vi"),
        ("toi khong muon bi theo doi", "vi"),
        ("vous vendez mes donnees", "fr"),
        ("verkauft ihr meine daten", "de"),
        ("Vendete i miei dati?", "it"),
        ("¿Qué significa «opt out» en esta política?", "es"),
    ],
)
def test_the_language_of_a_question_is_detected(question: str, language: str) -> None:
    assert other_language(question) == language
    guarded = guard(question, GuardSettings())
    assert (guarded.outcome, guarded.language) == (Outcome.UNSUPPORTED_LANGUAGE, language)


@pytest.mark.parametrize(
    "question",
    [
        "",
        "hola",
        "gracias",
        "Maria Garcia",
        "Nguyen Van Minh",
        "José Luis Hernández",
        "Rio de Janeiro",
        "São Paulo",
        "Nuestra Señora school records",
        "is my name, Nguyễn Thị Hoa, public?",
        "what does datenschutz mean",
        "what does política de privacidad mean in English",
        "what does 个人信息 mean",
        "do you have this in Kreyòl",
        "u sellin my info or na",
        "doo u kep my adress",
        "résumé uploads",
        "habeas corpus",
    ],
)
def test_an_uncertain_language_counts_as_english(question: str) -> None:
    assert other_language(question) is None


@pytest.mark.parametrize(
    "question", ["データを販売しますか", "Продаёте ли вы данные?", "هل تبيعون بياناتي", "제 데이터를 판매하나요?"]
)
def test_an_unsupported_script_is_enough_to_refuse(question: str) -> None:
    assert is_refused(question)


def test_english_questions_are_accepted() -> None:
    english = english_questions()
    refused = [question for question in english if is_refused(question)]
    assert len(refused) <= len(english) / 1_000, refused


def test_names_places_slang_and_misspellings_are_accepted() -> None:
    assert [q.question for q in WRITTEN if q.language == "en" and is_refused(q.question)] == []


@pytest.mark.parametrize("language", ["es", "pt", "zh", "ht", "vi", "fr", "de", "it"])
def test_other_languages_are_recognized(language: str) -> None:
    seen = recognition([q for q in WRITTEN if q.language == language])
    assert seen.asked >= 40
    assert seen.refused / seen.asked >= 0.8
    assert seen.named == seen.refused


def test_each_written_question_appears_once() -> None:
    assert len({(q.question, q.language) for q in WRITTEN}) == len(WRITTEN)
    assert all(isinstance(q, Written) and q.question.strip() for q in WRITTEN)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_input_has_a_language_or_none(question: str) -> None:
    language = other_language(question)
    assert language is None or 2 <= len(language) <= 7


@given(st.text(st.characters(), max_size=200))
def test_the_guard_names_a_language_only_if_it_refuses(question: str) -> None:
    guarded = guard(question, GuardSettings())
    assert guarded.language is None or guarded.outcome is Outcome.UNSUPPORTED_LANGUAGE
