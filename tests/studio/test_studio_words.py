from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bot.policies.wording import parse_wording, read_wording
from bot.studio.words import SHOWN, own_words, rewritten
from bot.types import AskPolicyError
from bot.wording import LANGUAGES, default_texts
from tests.studio.conftest import Browser

FILE = """\
# Ours.
[en]  # answers
off_topic = "I only know the {title}."  # short
small_talk = "Ask me."
[en.interface]
heading = "Ask Maple"
[es.interface]
heading = "Pregunte a Maple"
"""


def put(words: dict[tuple[str, str], str], text: str = FILE, language: str = "en") -> str:
    return rewritten(text.encode(), Path("wording.toml"), language, words).decode()


def test_only_the_text_that_changes_changes() -> None:
    assert put({}) == FILE
    assert put({("interface", "heading"): "Ask us"}) == FILE.replace("Ask Maple", "Ask us")
    assert put({("answers", "off_topic"): ""}) == FILE.replace('off_topic = "I only know the {title}."  # short\n', "")
    assert put({("interface", "heading"): ""}, language="es").startswith(FILE[: FILE.index("[es")])


@pytest.mark.parametrize("text", ["", FILE, "[en.acts]\nhuman = 'Call us.'\n", "[es]\noff_topic = 'Hola'\n"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_can_be_set_and_removed(text: str, language: str) -> None:
    words = {(each.table, each.key): f"New: {each.default(language)}" for each in SHOWN}
    new = put(words, text, language)
    assert own_words(parse_wording(new.encode(), Path("wording.toml")), language) == words
    for other, tables in tomllib.loads(text).items():
        if other != language:
            assert tomllib.loads(new)[other] == tables
    removed = put(dict.fromkeys(words, ""), new, language)
    assert not any(own_words(parse_wording(removed.encode(), Path("wording.toml")), language).values())


def test_a_text_that_cannot_be_used_is_refused() -> None:
    with pytest.raises(
        AskPolicyError, match=r"about something else” has the placeholder \{titel\} \(did you mean 'title'\?\)"
    ):
        put({("answers", "off_topic"): "About {titel}."})
    with pytest.raises(AskPolicyError, match="'xx' is not a language of the chat: use en"):
        put({}, language="xx")


def test_the_shown_texts_are_texts_of_the_chat() -> None:
    assert all(text.key in default_texts("en")[text.table] for text in SHOWN)


def test_words_are_saved_and_the_chat_uses_them(browser: Browser, corpus: Path) -> None:
    assert "Ask in your own words. Answers quote the policy." in browser.get("words")
    status, location, _ = browser.send("words", language="en", acts_human="Call <us> at 5.", interface_heading="Ask us")
    assert (status, location) == (303, "words?language=en&done=1")
    own = read_wording(corpus / "maple")["en"]
    assert (own["acts"], own["interface"]) == ({"human": "Call <us> at 5."}, {"heading": "Ask us"})
    page = browser.get(location)
    assert "Your words are saved." in page
    assert "Call <us> at 5.</textarea>" in page
    assert "Call &lt;us&gt;" in browser.client.get("/the-token/words").text
    browser.until_built()
    asked = browser.client.post("/the-token/api/ask", json={"question": "can I talk to a person"}).json()
    assert asked["opening"] == "Call <us> at 5."
    assert "Ask us" not in browser.get("words?language=es")
    browser.send("words", language="en")
    assert not any(read_wording(corpus / "maple")["en"].values())


def test_a_line_break_in_a_box_is_a_blank(browser: Browser, corpus: Path) -> None:
    assert browser.send("words", language="en", acts_human="Call us\r\nat 5.\r\n")[0] == 303
    assert read_wording(corpus / "maple")["en"]["acts"] == {"human": "Call us at 5."}


def test_wrong_words_get_one_sentence_and_stay_in_their_boxes(browser: Browser, corpus: Path) -> None:
    status, _, page = browser.send("words", language="en", answers_off_topic="About {titel}.")
    assert (status, "did you mean 'title'?" in page, "About {titel}.</textarea>" in page) == (422, True, True)
    assert "“The question is about something else” has the placeholder {titel}" in page  # by its box, not its file
    assert not (corpus / "maple" / "wording.toml").exists()
    (corpus / "maple" / "wording.toml").write_text("# Edited elsewhere.\n")
    assert browser.send("words", revision="old", language="en", acts_human="Call us.")[0] == 409
    assert (corpus / "maple" / "wording.toml").read_text() == "# Edited elsewhere.\n"
