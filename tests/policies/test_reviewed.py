from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path

import pytest

from bot.index.bundle_manifest import PolicyEntry
from bot.policies.anchors import Anchors, Labels
from bot.policies.folder import load_policy_folder
from bot.policies.reviewed import AnswerEntry, place_reviewed, read_reviewed
from bot.policies.upgrade import upgrade
from bot.types import AskPolicyError, ReviewedAnswer

TEXT = "Maple Privacy\n\nWe keep logs for a day. We do not sell your data. However, a court may ask for it.\n"
ANSWER = """\
# Ours.
[[answers]]
topics = ["data-sale", "data-rent-trade"]
verdict = "no"  # for the first topic
reviewed = 2026-11-27
cite = [
    "We do not sell your data.",
    "However, a court may ask for it.",
]
[answers.text]
en = "Maple does not sell your data, but a court may ask for it."
es = "Maple no vende sus datos, pero un tribunal puede pedirlos."
"""
SILENT = '[[answers]]\ntopics = ["gdpr"]\nverdict = "silent"\nreviewed = "2026-11-27"\n'


def folder(corpus: Path, answers: str | None, text: str = TEXT) -> Path:
    home = corpus / "maple"
    home.mkdir(exist_ok=True)
    (home / "policy.txt").write_text(text, encoding="utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()
    (home / "manifest.toml").write_text(f'id = "maple"\ntext = "policy.txt"\nsha256 = "{digest}"\n', encoding="utf-8")
    if answers is not None:
        (home / "answers.toml").write_text(answers, encoding="utf-8")
    return home


def read(corpus: Path, answers: str | None, text: str = TEXT) -> tuple[ReviewedAnswer, ...]:
    folder(corpus, answers, text)
    return load_policy_folder("maple", corpus).policy.reviewed


def test_answers_are_read_with_the_indexes_of_their_statements(tmp_path: Path) -> None:
    sale, gdpr = read(tmp_path, ANSWER + SILENT)
    assert (sale.topics, sale.verdict, sale.cite, sale.reviewed) == (
        ("data-sale", "data-rent-trade"),
        "no",
        (1, 2),
        "2026-11-27",
    )
    assert sale.text["es"].startswith("Maple no vende")
    assert gdpr == ReviewedAnswer(("gdpr",), "silent", {}, (), "2026-11-27")


def test_a_folder_may_have_no_answers(tmp_path: Path) -> None:
    assert read(tmp_path, None) == read(tmp_path, "") == ()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            '"no" ',
            '"never" ',
            "answer 1: the verdict 'never' is not known.*: use yes, no, depends, stated, partly, sil",
        ),
        ('"no" ', "3 ", "answer 1: 'verdict' must be text in quotes"),
        ("2026-11-27", "2026-02-31", "is not TOML"),
        ("2026-11-27", '"2026-02-31"', "answer 1: 'reviewed' is not a date: write it as"),
        ("2026-11-27", "20261127", "answer 1: 'reviewed' is not a date"),
        ("2026-11-27", "2026-11-27T10:00:00", "answer 1: 'reviewed' is not a date"),
        ('topics = ["data-sale", "data-rent-trade"]', "", "answer 1: it has no topic: add 'topics', or 'name' and"),
        ('verdict = "no"', "", "answer 1: a reviewed answer needs a verdict: add one of yes, no, depends, stated"),
        ('["data-sale", "data-rent-trade"]', "[]", "answer 1: it has no topic: add 'topics'"),
        ("data-rent-trade", "data-sale", "answer 1: the topic 'data-sale' is in answer 1 too: keep one"),
        ("cite = [", "cites = [", r"answer 1: the key 'cites' is not known \(did you mean 'cite'\?\)"),
        ("[[answers]]", "[[answer]]", r"toml: write \[\[answers\]\] above each answer"),
        ("es = ", "fr = ", "answer 1: 'fr' is not a language of the chat: use en, es, pt, zh, ht, vi"),
        ("en = ", "pt = ", "answer 1: the text in 'en' is missing: add it"),
        ("Maple no vende", "Maple\\n no vende", "answer 1: the text in 'es' must be one line of 1 to 300 characters"),
        ('"Maple no vende sus datos, pero un tribunal puede pedirlos."', '" "', "answer 1: the text in 'es' must be"),
        ("Maple no vende", "Maple " * 50, "answer 1: the text in 'es' must be one line of 1 to 300"),
        ('"no" ', '"silent" ', "answer 1: a silent answer has no text: remove it"),
        (
            "We do not sell your data.",
            "We sell your data.",
            r"answer 1 \(data-sale\), cite: “We sell your data\.” is not",
        ),
        ('"We do not sell your data."', "1", "names a statement by number"),
        ('"We do not sell your data."', '""', "answer 1: an anchor needs the words"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(old: str, new: str, message: str, tmp_path: Path) -> None:
    assert old in ANSWER
    with pytest.raises(AskPolicyError, match=message):
        read(tmp_path, ANSWER.replace(old, new, 1))


def test_an_answer_that_cites_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AskPolicyError, match="answer 1: 'cite' names no statement: add one that answers, or use the v"):
        read(tmp_path, ANSWER[: ANSWER.index("cite")] + "cite = []\n" + ANSWER[ANSWER.index("[answers.text]") :])


def test_an_entry_without_a_date_is_a_draft_that_answers_nothing(tmp_path: Path) -> None:
    draft = '[[answers]]\ntopics = ["gdpr"]\ncite = ["These words are gone."]\n'
    (sale,) = read(tmp_path, draft + ANSWER)
    assert sale.topics == ("data-sale", "data-rent-trade")
    first, second = read_reviewed(tmp_path / "maple")
    assert (first.topics, first.verdict, first.reviewed, first.text) == (("gdpr",), None, None, {})
    assert second.reviewed == "2026-11-27"
    assert read(tmp_path, ANSWER.replace("reviewed = 2026-11-27\n", "")) == ()


@pytest.mark.parametrize("verdict", ['verdict = "silent"\n', 'verdict = "partly"\n', ""])
def test_a_draft_needs_only_topics(verdict: str, tmp_path: Path) -> None:
    home = folder(tmp_path, '[[answers]]\ntopics = ["gdpr"]\n' + verdict)
    assert load_policy_folder("maple", tmp_path).policy.reviewed == ()
    (home / "answers.toml").write_text('[[answers]]\ntopics = ["gdpr"]\nverdict = "never"\n')
    with pytest.raises(AskPolicyError, match="answer 1: the verdict 'never' is not known"):
        load_policy_folder("maple", tmp_path)


def test_upgrade_carries_the_statements_of_a_draft(tmp_path: Path) -> None:
    home = folder(tmp_path, ANSWER.replace("reviewed = 2026-11-27\n", ""), TEXT.replace("sell your", "sell your the"))
    upgrade("maple", tmp_path).write()
    assert '"We do not sell your the data."' in (home / "answers.toml").read_text(encoding="utf-8")
    assert load_policy_folder("maple", tmp_path).policy.reviewed == ()


def test_a_topic_in_two_answers_and_an_unknown_topic_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AskPolicyError, match="answer 2: the topic 'data-sale' is in answer 1 too: keep one of them"):
        read(tmp_path, ANSWER + SILENT.replace("gdpr", "data-sale"))
    home = folder(tmp_path, ANSWER + SILENT)
    assert len(read_reviewed(home, {"data-sale", "data-rent-trade", "gdpr"})) == 2
    with pytest.raises(AskPolicyError, match=r"answer 2: the topic 'gdpr' is not known \(did you mean 'gdpa'\?\): c"):
        read_reviewed(home, {"data-sale", "data-rent-trade", "gdpa"})


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"\xff", "is not UTF-8 text"), (b"[[answers", "is not TOML"), (b"answers = 3", "above each answer")],
)
def test_a_file_that_cannot_be_read_is_refused(data: bytes, message: str, tmp_path: Path) -> None:
    home = folder(tmp_path, "")
    (home / "answers.toml").write_bytes(data)
    for use in (load_policy_folder, upgrade):
        with pytest.raises(AskPolicyError, match=f"answers.toml.*{message}"):
            use("maple", tmp_path)


def test_a_table_with_another_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AskPolicyError, match=r"toml: the key 'answer' is not known \(did you mean 'answers'\?\)"):
        read(tmp_path, SILENT.replace("[[answers]]", "[[answer]]"))


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    home = folder(tmp_path, None)
    (tmp_path / "elsewhere").write_text(ANSWER)
    (home / "answers.toml").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(AskPolicyError, match=r"answers\.toml is a link: put the file itself there"):
        load_policy_folder("maple", tmp_path)


def test_answers_survive_the_manifest_of_an_index(tmp_path: Path) -> None:
    reviewed = read(tmp_path, ANSWER + SILENT)
    policy = load_policy_folder("maple", tmp_path).policy
    entry = PolicyEntry.of(policy, Anchors(policy))
    again = PolicyEntry.model_validate(json.loads(entry.model_dump_json()))
    assert place_reviewed(again.reviewed, Labels(policy, "maple"), "bundle.json") == reviewed
    assert "We do not sell your data." in entry.model_dump_json()  # words, not numbers
    other = dataclasses.replace(policy, reviewed=reviewed[:1])
    assert PolicyEntry.of(other, Anchors(other)) != entry
    assert AnswerEntry.of_answer(reviewed[1], Anchors(policy)).cite == ()


def test_upgrade_moves_what_says_the_same_and_reports_the_rest(tmp_path: Path) -> None:
    text = TEXT.replace("sell your data", "sell the data").replace("a court may", "a court must")
    home = folder(tmp_path, ANSWER, text.replace("the data", "your the data"))
    done = upgrade("maple", tmp_path)
    done.write()
    written = (home / "answers.toml").read_text(encoding="utf-8")
    assert '"We do not sell your the data."' in written
    assert '"However, a court may ask for it."' in written
    # Nothing else has changed, comments included.
    assert written.replace("your the data", "your data") == ANSWER.replace("]\n[answers.text]", "]\n[answers.text]")
    unplaced = [change for change in done.changes if not change.now]
    assert [change.was for change in unplaced] == ["However, a court may ask for it."]
    assert "answer 1, cite" in unplaced[0].where[0]
    with pytest.raises(AskPolicyError, match=r"answer 1 \(data-sale\), cite: “However, a court may ask for it"):
        load_policy_folder("maple", tmp_path)
