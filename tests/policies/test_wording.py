"""An owner's own texts: read from wording.toml, checked, and said in each place."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from bot.opening import open_bot
from bot.policies.folder import load_policy_folder
from bot.policies.wording import read_wording
from bot.service.app import create_app
from bot.settings import Settings
from bot.types import AskPolicyError
from bot.wording import LANGUAGES, TABLES, default_texts

ROOT = Path(__file__).resolve().parents[2]
TEXT = "# Maple Bakery privacy notice\n\nWe do not sell your information to anyone.\n"
OTHER_OWNERS = (
    "Mass.gov",
    "mass.gov",
    "Commonwealth",
    "Massachusetts",
    "RMV",
    "Ask MA",
    "public record",
    "Social Security",
)
WORDING = """
[en]
not_covered = "Our {title} is silent. Ask {ask}."
[en.interface]
heading = "Ask the bakery"
[en.page]
privacy_lead = "The bakery keeps nothing."
[es]
off_topic = "Solo hablo de «{title}»."
"""


def folder(corpus: Path, wording: str | None = None, manifest: str = "") -> Path:
    home = corpus / "maple"
    home.mkdir(parents=True)
    (home / "policy.md").write_text(TEXT, encoding="utf-8")
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    (home / "manifest.toml").write_text(f'id = "maple"\ntext = "policy.md"\nsha256 = "{digest}"\n{manifest}')
    if wording is not None:
        (home / "wording.toml").write_text(wording, encoding="utf-8")
    return home


def service(tmp_path: Path) -> TestClient:
    settings = Settings(home=tmp_path / "home", corpus=tmp_path, policy="maple")
    return TestClient(create_app(settings))


def test_own_texts_are_said_in_every_place(tmp_path: Path) -> None:
    folder(tmp_path, WORDING)
    bot = open_bot(Settings(home=tmp_path / "home", corpus=tmp_path), "maple")
    assert bot.ask("do you use facial recognition").text == (
        "Our Maple Bakery privacy notice is silent. Ask a contact on Maple Bakery’s website."
    )
    assert "Solo hablo de «Maple Bakery" in bot.ask("how do I renew my license?", language="es").text
    assert "Este chat solo responde" not in bot.ask("how do I renew my license?", language="es").text
    with service(tmp_path) as client:
        assert client.get("/v1/policies/maple").json()["wording"] == {"en": {"heading": "Ask the bakery"}}
        assert "Ask the bakery" in client.get("/ask").text
        assert "The bakery keeps nothing." in client.get("/privacy").text
        answer = client.post("/v1/answers", json={"question": "do you use facial recognition"}).json()
        assert answer["text"].startswith("Our Maple Bakery privacy notice is silent.")


def test_missing_texts_are_the_default_ones(tmp_path: Path) -> None:
    folder(tmp_path, WORDING)
    bot = open_bot(Settings(home=tmp_path / "home", corpus=tmp_path), "maple")
    assert bot.ask("hello").text.startswith("Hello. Ask me what")
    assert bot.ask("do you use facial recognition", language="vi").text.startswith("Tài liệu")


def test_the_index_keeps_the_texts(tmp_path: Path) -> None:
    from bot.index.bundle import load_bundle

    folder(tmp_path, WORDING, 'language = "en"\npublic_records = true\nnames = ["Maple"]\n')
    bot = open_bot(Settings(home=tmp_path / "home", corpus=tmp_path), "maple")
    stored = load_bundle(tmp_path / "home" / "maple").policy
    assert stored == bot.bundle.policy
    assert stored.wording["en"]["interface"]["heading"] == "Ask the bakery"
    assert (stored.public_records, stored.names) == (True, ("Maple",))


OFFERS = 'languages = ["es", "en"]\n'


def test_a_language_that_the_owner_does_not_offer_is_english(tmp_path: Path) -> None:
    from bot.index.bundle import load_bundle

    folder(tmp_path, WORDING, OFFERS)
    bot = open_bot(Settings(home=tmp_path / "home", corpus=tmp_path), "maple")
    stored = load_bundle(tmp_path / "home" / "maple").policy
    assert stored.languages == bot.bundle.policy.languages == ("en", "es")
    license = "how do I renew my license?"
    assert [bot.ask(license, language=each).language for each in ("es", "vi")] == ["es", "en"]
    foreign = ("¿venden ustedes mis datos personales?", "vocês vendem os meus dados pessoais?")
    assert [bot.ask(question, language="es").language for question in foreign] == ["es", "es"]
    assert [bot.ask(question).language for question in foreign] == ["es", "en"]
    # Help in danger is in the visitor's language all the same.
    danger = "não quero mais viver, quero me matar"
    assert (bot.ask(danger).outcome, bot.ask(danger).language) == ("urgent", "pt")
    assert bot.ask("i want to kill myself", language="vi").language == "vi"


def test_pages_and_the_api_offer_the_owners_languages(tmp_path: Path) -> None:
    folder(tmp_path, WORDING, OFFERS)
    open_bot(Settings(home=tmp_path / "home", corpus=tmp_path), "maple")
    with service(tmp_path) as client:
        assert client.get("/v1/policies/maple").json()["languages"] == ["en", "es"]
        assert client.get("/v1/policies").json()["policies"][0]["languages"] == ["en", "es"]
        for path in ("/", "/ask", "/privacy"):
            page = client.get(f"{path}?language=vi")
            assert page.headers["Content-Language"] == "en"
            assert re.findall(r'hreflang="(\w+)"', page.text) == ["en", "es"]
            assert client.get(f"{path}?language=es").headers["Content-Language"] == "es"
        sent = {"question": "how do I renew my license?", "language": "vi"}
        assert client.post("/ask", data=sent).headers["Content-Language"] == "en"
        assert client.post("/v1/answers", json=sent).json()["language"] == "en"


@pytest.mark.parametrize(
    ("wording", "message"),
    [
        ("[en]\noff_topik = 'x'\n", r"'en.off_topik' is not known \(did you mean 'off_topic'\?\)"),
        ("[en.interface]\nhedding = 'x'\n", r"'en.interface.hedding' is not known \(did you mean 'heading'\?\)"),
        ("[fr]\nempty = 'x'\n", "'fr' is not a language of the chat"),
        ("off_topic = 'x'\n", "'off_topic' is not a language of the chat"),
        ("en = 'x'\n", "'en' must be a table"),
        ("[en]\ninterface = 'x'\n", "'en.interface' must be a table"),
        ("[en]\noff_topic = 'use {serch}'\n", r"placeholder \{serch\}: use only \{title\}, \{elsewhere\}"),
        ("[en]\noff_topic = 'use {titel}'\n", r"did you mean 'title'"),
        ("[en]\noff_topic = '{title.__class__}'\n", "has the placeholder"),
        ("[en]\noff_topic = '{title!r}'\n", "without anything after its name"),
        ("[en]\noff_topic = '{title:>99}'\n", "without anything after its name"),
        ("[en]\noff_topic = '{'\n", "single brace"),
        ("[en]\noff_topic = '{}'\n", "has the placeholder"),
        ("[en]\nyes = '{title}'\n", "it can have none"),
        ("[en]\noff_topic = ''\n", "1 to 2,000 characters"),
        ("[en]\noff_topic = 3\n", "1 to 2,000 characters"),
        ('[en]\noff_topic = "a\\nb"\n', "line break"),
        ("[en.interface]\nmonths = 'January'\n", "twelve months"),
        ("[en\n", "is not TOML"),
    ],
)
def test_texts_that_cannot_be_used_are_refused(wording: str, message: str, tmp_path: Path) -> None:
    folder(tmp_path, wording)
    with pytest.raises(AskPolicyError, match=message):
        load_policy_folder("maple", tmp_path)


@given(words=st.text(max_size=60))
def test_a_text_is_refused_or_can_be_said(words: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        quoted = '"' + "".join(f"\\U{ord(c):08X}" for c in words if not 0xD800 <= ord(c) < 0xE000) + '"'
        (Path(scratch) / "wording.toml").write_text(f"[en]\noff_topic = {quoted}\n")
        try:
            said = read_wording(Path(scratch))["en"]["answers"]["off_topic"]
        except AskPolicyError:
            return
        said.format(title="T", elsewhere="E")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_other_owner_is_named(language: str, tmp_path: Path) -> None:
    folder(tmp_path)
    with service(tmp_path) as client:
        shown = [client.get(f"/{page}?language={language}").text for page in ("", "ask", "privacy")]
        shown += [client.get(f"/widget/{language}.json").text, client.get("/v1/policies/maple").text]
        for question in ("hello", "do you sell my data", "do you use facial recognition", "how do I renew my license?"):
            shown.append(client.post("/v1/answers", json={"question": question, "language": language}).text)
            shown.append(client.post("/ask", data={"question": question, "language": language}).text)
    # The names of kinds of personal data stay, and the widget shows the record's label only for a public body.
    everything = "\n".join(shown)
    for words in OTHER_OWNERS[:-2]:
        assert words not in everything, words
    pages = "\n".join(shown[:3] + shown[5:])
    for words in (
        default_texts(language)["page"]["privacy_record"],
        default_texts(language)["interface"]["share_record"],
    ):
        assert words not in pages


def test_no_default_text_names_an_owner() -> None:
    for language in LANGUAGES:
        for table in ("answers", *TABLES):
            for key, words in default_texts(language)[table].items():
                assert not any(name in words for name in OTHER_OWNERS[:-2]), key
                if key not in ("kind_social_security_number", "share_record", "privacy_record"):
                    assert not any(name in words for name in OTHER_OWNERS), key


def test_massgov_keeps_its_own_words(tmp_path: Path) -> None:
    policy = load_policy_folder("massgov", ROOT / "corpus").policy
    assert policy.public_records
    assert set(policy.wording) == set(LANGUAGES)
    assert "Social Security" in policy.wording["en"]["answers"]["not_covered"]
