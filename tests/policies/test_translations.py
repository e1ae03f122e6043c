from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from bot.policies.folder import load_policy_folder
from bot.policies.translations import check_translations, missing_languages
from bot.types import ReviewedAnswer
from bot.wording import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
EN = "Formstack may keep it for 30 days, but Mass.gov does not sell it. It began on June 13, 2023."
ES = "Formstack puede guardarlo 30 días, pero Mass.gov no lo vende. Empezó el 13 de junio de 2023."
PT = "A Formstack pode guardá-lo por 30 dias, mas o Mass.gov não o vende. Começou em 13 de junho de 2023."
ZH = "Formstack 可能会保存 30 天，但 Mass.gov 不会出售。它始于 2023 年 6 月 13 日。"
HT = "Formstack ka kenbe li 30 jou, men Mass.gov pa vann li. Li kòmanse 13 jen 2023."
VI = "Formstack có thể giữ trong 30 ngày, nhưng Mass.gov không bán. Bắt đầu từ ngày 13 tháng 6 năm 2023."
TEXT = {"en": EN, "es": ES, "pt": PT, "zh": ZH, "ht": HT, "vi": VI}


def test_translations_that_agree_have_no_problem() -> None:
    assert list(check_translations(TEXT)) == []


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("30", "60", "has other numbers"),
        ("30", "", "has other numbers"),
        ("Mass.gov", "Google.com", "does not have “Mass.gov”"),
        ("Mass.gov", "Mass.gov (NASA)", "has “NASA”"),
        (r"not", "", "has no “not”"),
        (r"may", "", "has no “may”"),
    ],
)
def test_a_translation_that_differs_is_refused(language: str, old: str, new: str, problem: str) -> None:
    said = {
        "not": {"es": "no ", "pt": "não ", "zh": "不", "ht": "pa ", "vi": "không "},
        "may": {"es": "puede ", "pt": "pode ", "zh": "可能", "ht": "ka ", "vi": "có thể "},
    }
    old = said.get(old, {}).get(language, old)
    assert old in TEXT[language]
    changed = {**TEXT, language: TEXT[language].replace(old, new)}
    assert any(problem in each and f"'{language}'" in each for each in check_translations(changed))


@pytest.mark.parametrize("language", ["es", "pt", "ht", "vi"])
def test_a_name_that_the_others_keep_is_kept(language: str) -> None:
    changed = {**TEXT, language: TEXT[language].replace("Formstack", "otra")}
    assert any("does not have “Formstack”" in each for each in check_translations(changed))


def test_every_answer_of_massgov_is_there_in_every_language() -> None:
    policy = load_policy_folder("massgov", ROOT / "corpus").policy
    assert [answer.topics[0] for answer in policy.reviewed if missing_languages(answer, policy)] == []
    only_english = ReviewedAnswer(("x",), "yes", {"en": "It is."}, (0,), "2026-11-27")
    assert missing_languages(only_english, policy) == list(LANGUAGES[1:])
    limited = dataclasses.replace(policy, languages=("en", "vi"))
    assert missing_languages(only_english, limited) == ["vi"]
