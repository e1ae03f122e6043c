from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from bot.commands.check import check, texts_with_other_vectors
from bot.encoder.embedding import FloatArray, OnnxEmbedder
from bot.index.vectors import FaissIndex, IndexKind
from bot.opening import index_policy
from bot.pipeline import Bot
from bot.settings import Settings, load_settings
from tests.support.policies import index_all, write_policy


def test_check_names_what_is_wrong(settings: Settings, small_policy_file: Path, tmp_path: Path) -> None:
    mine = load_settings(home=tmp_path / "home", corpus=settings.corpus)
    findings = list(check(lambda: mine, str(small_policy_file)))
    assert [finding.good for finding in findings] == [True, True, True, False]
    assert f"build it with `askpolicy index {small_policy_file}`" in findings[-1].text
    index_policy(str(small_policy_file), mine)
    findings = list(check(lambda: mine, str(small_policy_file)))
    assert [finding.good for finding in findings] == [True] * 6


def test_check_names_each_other_policy_that_cannot_be_served(settings: Settings, tmp_path: Path) -> None:
    corpus, home = tmp_path / "corpus", tmp_path / "home"
    for name in ("alder", "birch", "cedar"):
        write_policy(corpus, name)
    mine = load_settings(home=home, corpus=corpus, policy="alder", serve={"policies": ["*"]})
    index_all(mine, ["alder", "birch", "cedar"])
    index_policy("alder", mine)  # with an encoder of its own
    *_, last = check(lambda: mine, None)
    assert (last.good, last.text) == (True, "The other policies of the service can be served: 2.")
    write_policy(corpus, "birch", 'unknown = "key"\n')
    shutil.rmtree(home / "cedar")
    *_, asked, birch, cedar = check(lambda: mine, None)
    assert [finding.good for finding in (asked, birch, cedar)] == [True, False, False]
    assert "'unknown' is not known" in birch.text
    assert cedar.text.startswith("Policy 'cedar': There is no index")
    assert all(finding.good for finding in check(lambda: mine, "alder"))


def test_check_finds_vectors_that_do_not_match_their_texts(
    settings: Settings, small_policy_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = load_settings(home=tmp_path / "home", corpus=settings.corpus)
    with monkeypatch.context() as patch:
        # A builder that mixes up its rows: every checksum and count is correct.
        build = FaissIndex.build
        patch.setattr(FaissIndex, "build", lambda vectors, kind: build(np.roll(vectors, 1, axis=0), kind))
        index_policy(str(small_policy_file), mine)
    findings = list(check(lambda: mine, str(small_policy_file)))
    assert [finding.good for finding in findings] == [True] * 4 + [False]
    assert "vectors that do not match their texts" in findings[-1].text
    # The fix that the message names works.
    shutil.rmtree(tmp_path / "home")
    index_policy(str(small_policy_file), mine)
    assert all(finding.good for finding in check(lambda: mine, str(small_policy_file)))


def test_check_finds_two_swapped_vectors_among_many(bot: Bot) -> None:
    assert list(texts_with_other_vectors(bot.bundle)) == []
    vectors = bot.bundle.vectors.vectors()
    vectors[[3, 4]] = vectors[[4, 3]]
    swapped = dataclasses.replace(bot.bundle, vectors=FaissIndex.build(vectors, "flat"))
    assert list(texts_with_other_vectors(swapped)) == [bot.bundle.passages[i].read_as for i in (3, 4)]


@pytest.mark.parametrize("kind", ["flat", "ivf-refined"])
def test_check_tolerates_rounding(kind: IndexKind, bot: Bot, settings: Settings) -> None:
    texts = [passage.read_as for passage in bot.bundle.passages]
    vectors: FloatArray = bot.bundle.embedder.encode(texts)
    assert isinstance(bot.bundle.embedder, OnnxEmbedder)
    rounded = dataclasses.replace(bot.bundle, vectors=FaissIndex.build(vectors, kind))
    assert list(texts_with_other_vectors(rounded)) == []


def label_questions(home: Path, evidence: dict[str, str]) -> None:
    """Write a policy folder whose questions are labeled with these statements."""
    text = "We never sell your data. We keep logs for a month. We set one cookie. We protect what you send us."
    home.mkdir(parents=True, exist_ok=True)
    (home / "policy.txt").write_text(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    (home / "manifest.toml").write_text(f'id = "harbor"\ntext = "policy.txt"\nsha256 = "{digest}"\n')
    records = [{"question": q, "kind": "answerable", "evidence": [words]} for q, words in evidence.items()]
    (home / "questions.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))


def test_check_tells_of_texts_that_are_missing_in_one_line_and_of_a_review_in_the_future(tmp_path: Path) -> None:
    mine = load_settings(home=tmp_path / "home", corpus=tmp_path / "corpus")
    label_questions(mine.corpus / "harbor", {})
    answer = (
        '[[answers]]\ntopics = ["{}"]\nverdict = "stated"\nreviewed = {}\ncite = ["{}"]\n[answers.text]\nen = "{}"\n'
    )
    sold, kept = "We never sell your data.", "We keep logs for a month."
    (mine.corpus / "harbor" / "answers.toml").write_text(
        answer.format("data-sale", "2026-11-27", sold, sold)
        + 'es = "Nunca vendemos sus datos."\n'
        + answer.format("retention-logs", "2126-11-27", kept, kept),
        encoding="utf-8",
    )
    index_policy("harbor", mine)
    findings = list(check(lambda: mine, "harbor"))
    (wrong,) = (finding.text for finding in findings if not finding.good)
    assert wrong.startswith(
        "The answer on 'retention-logs' was reviewed on 2126-11-27, which is in the future: correct"
    )
    (note,) = (finding.text for finding in findings if "not translated" in finding.text)
    assert (
        "languages: Spanish (1), Haitian Creole (2), Portuguese (2), Vietnamese (2), Chinese (2). Add the texts" in note
    )


def test_check_asks_what_the_chat_offers_at_the_start(tmp_path: Path) -> None:
    mine = load_settings(home=tmp_path / "home", corpus=tmp_path / "corpus")
    label_questions(mine.corpus / "harbor", {})
    manifest = mine.corpus / "harbor" / "manifest.toml"
    written = manifest.read_text()
    for starters, found in (
        (["Do you sell my data?"], "The questions that the chat offers at the start are answered: 1."),
        (
            ["Do you sell my data?", "what is the weather"],
            "Note: the chat offers “what is the weather” at the start and",
        ),
    ):
        manifest.write_text(f"starters = {json.dumps(starters)}\n{written}")
        index_policy("harbor", mine)
        (text,) = (each.text for each in check(lambda: mine, "harbor") if "at the start" in each.text)
        assert text.startswith(found)


def test_check_asks_labeled_questions(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = load_settings(home=tmp_path / "home", corpus=tmp_path / "corpus")
    right = {"do you sell my data": "We never sell your data.", "are there cookies": "We set one cookie."}
    label_questions(mine.corpus / "harbor", right)
    index_policy("harbor", mine)
    findings = list(check(lambda: mine, "harbor"))
    assert findings[-1].text == "Labeled questions: 2 of 2 cite their statements."
    # Answers that cite other statements, however that comes about: here the last step of an answer is broken.
    with monkeypatch.context() as patch:
        patch.setattr("bot.answering.finding.select", lambda hits, _: hits[-1:])
        findings = list(check(lambda: mine, "harbor"))
    assert not findings[-1].good
    assert "2 of 2 labeled questions are not answered from the statements of their labels" in findings[-1].text
    assert "correct the labels in questions.jsonl." in findings[-1].text


def test_check_asks_what_was_reviewed_as_silent(tmp_path: Path) -> None:
    mine = load_settings(home=tmp_path / "home", corpus=tmp_path / "corpus")
    label_questions(mine.corpus / "harbor", {"Do you keep what I search for?": "We keep logs for a month."})
    silent = '[[answers]]\ntopics = ["search-terms", "gdpr"]\nverdict = "silent"\nreviewed = 2026-11-27\n'
    (mine.corpus / "harbor" / "answers.toml").write_text(silent, encoding="utf-8")
    index_policy("harbor", mine)
    (note,) = (finding.text for finding in check(lambda: mine, "harbor") if "silent" in finding.text)
    assert note == (
        "Note: the topic 'search-terms' is reviewed as silent, but “Do you keep what I search for?” is answered with "
        "“We keep logs for a month.”: correct the review, or add the question as not covered to questions.jsonl."
    )
