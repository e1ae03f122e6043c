"""The fixed texts of every language, compared with English: the same keys and placeholders, plain text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from string import Formatter

import pytest

from bot.pipeline import Bot
from bot.topics.catalog import topic_name
from bot.types import AskPolicyError, Outcome
from bot.wording import LANGUAGES, acts, fixed_text, interface, messages, page_words

Table = Callable[[str], Mapping[str, str]]
TABLES = (messages, acts, interface, page_words)
FOLDER = Path(__file__).resolve().parents[1] / "bot" / "messages"
OTHERS = [language for language in LANGUAGES if language != "en"]
# Chinese needs about a third of the characters.
SHORTEST, LONGEST = {"zh": 0.1}, 2.2
# Words with the same spelling in English and the other language.
SAME = {"no", "helpful_no", "cookies"}


def texts(language: str) -> dict[str, str]:
    """Return all texts of a file; those of acts, the widget and pages have a prefix, because some keys are the same."""
    labels = {f"label.{key}": words for key, words in page_words(language).items()}
    return {**messages(language), **{f"act.{key}": words for key, words in acts(language).items()}, **labels}


def places(text: str) -> list[str]:
    """Return the names between braces, sorted."""
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def test_there_is_one_file_per_language() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_contains_only_texts(language: str) -> None:
    data = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    labels, page, said = data.pop("interface"), data.pop("page"), data.pop("acts")
    assert all(isinstance(w, str) for w in (*data.values(), *labels.values(), *page.values(), *said.values()))
    assert not labels.keys() & page.keys()


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("table", TABLES)
def test_keys_are_in_the_same_order_as_in_english(language: str, table: Table) -> None:
    assert list(table(language)) == list(table("en"))


@pytest.mark.parametrize("language", OTHERS)
def test_placeholders_are_the_same_as_in_english(language: str) -> None:
    english = texts("en")
    assert {key: places(words) for key, words in texts(language).items()} == {
        key: places(words) for key, words in english.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_plain_text(language: str) -> None:
    for key, words in texts(language).items():
        assert words.strip(), key
        assert "\n" not in words, key
        assert not re.search(r"https?:|www\.|[<>_`|\\]|\b(?:null|none|undefined|NaN|JSON)\b", words), (key, words)
        assert words == " ".join(words.split()) or key in {"or", "or_else", "ask_owner", "elsewhere_unknown"}, key


@pytest.mark.parametrize("language", OTHERS)
def test_texts_are_translated_and_about_as_long_as_in_english(language: str) -> None:
    english = texts("en")
    for key, words in texts(language).items():
        assert SHORTEST.get(language, 0.4) * len(english[key]) <= len(words) + 2, key
        assert len(words) <= LONGEST * len(english[key]) + 12, key
        assert words != english[key] or key.removeprefix("label.") in SAME, key


@pytest.mark.parametrize(
    ("topics", "said"),
    [
        (["backups"], " backups."),
        (["backups", "text-messages"], " backups or text messages."),
        (["contacts-calendar", "text-messages"], " access to contacts or calendars, or text messages."),
        (["backups", "court-claims"], " backups, or lawsuits, damages and refunds."),
    ],
)
def test_topics_are_joined_so_that_it_is_clear_where_a_name_ends(bot: Bot, topics: list[str], said: str) -> None:
    text = fixed_text("not_covered", bot.bundle.policy, topics=topics)
    assert text.startswith(f"The {bot.bundle.policy.title} does not mention{said} ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_topics_are_joined_in_every_language(bot: Bot, language: str) -> None:
    names = [topic_name(id, language) for id in ("contacts-calendar", "text-messages")]
    text = fixed_text(
        "not_covered", bot.bundle.policy, language=language, topics=["contacts-calendar", "text-messages"]
    )
    assert messages(language)["or_else"].join(names) in text


def test_every_outcome_has_a_text() -> None:
    assert {str(outcome) for outcome in Outcome} - {"answered"} <= messages().keys()


@pytest.mark.parametrize("language", ["fr", "", "EN", "../en", "en.toml\0"])
@pytest.mark.parametrize("table", TABLES)
def test_an_unsupported_language_is_refused(table: Table, language: str) -> None:
    with pytest.raises(AskPolicyError, match="choose one of en, es, pt, zh, ht, vi"):
        table(language)


def test_texts_are_read_once_and_immutable() -> None:
    assert messages("es") is messages("es")
    assert interface("es") is interface("es")
    with pytest.raises(TypeError):
        messages("es")["yes"] = "Claro."  # type: ignore[index]
