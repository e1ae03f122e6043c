"""Topics of the owner's own in `answers.toml`: what a file may say, and what happens to them when a policy changes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from bot.policies.answers_file import AnswersFile
from bot.policies.folder import load_policy_folder
from bot.policies.migrate import NewText, migrate
from bot.policies.review_check import check_reviewed
from bot.policies.reviewed import read_reviewed
from bot.policies.upgrade import upgrade
from bot.topics.catalog import policy_topic_ids
from bot.types import AskPolicyError, OwnTopic, is_own

TEXT = "Maple Parking\n\nWe keep license plates for a day. We do not sell your data.\n"
ID = "own:how-long-license-plates-are-kept"
ANSWER = """\
# Asked every week.
[[answers]]
name = "how long license plates are kept"
questions = ["do you keep my plate", "when do you delete the plates of parked cars"]
verdict = "stated"
reviewed = 2026-11-27
cite = ["We keep license plates for a day."]
[answers.text]
en = "We keep license plates for a day."
"""
SILENT = """\
[[answers]]
name = "whether parked cars are photographed"
questions = ["do you take a picture of my car", "is my car photographed"]
verdict = "silent"
reviewed = 2026-11-27
"""


def folder(corpus: Path, answers: str, text: str = TEXT) -> Path:
    home = corpus / "maple"
    home.mkdir(exist_ok=True)
    (home / "policy.txt").write_text(text, encoding="utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()
    (home / "manifest.toml").write_text(f'id = "maple"\ntext = "policy.txt"\nsha256 = "{digest}"\n', encoding="utf-8")
    (home / "answers.toml").write_text(answers, encoding="utf-8")
    return home


def test_an_own_topic_is_read_with_its_ways_to_ask(tmp_path: Path) -> None:
    folder(tmp_path, ANSWER + SILENT)
    read = load_policy_folder("maple", tmp_path)
    stated, silent = read.policy.reviewed
    assert stated.own == OwnTopic(
        "how long license plates are kept", ("do you keep my plate", "when do you delete the plates of parked cars")
    )
    assert (stated.topics, stated.cite, stated.verdict) == ((ID,), (0,), "stated")
    assert [(each.question, each.kind, each.evidence, each.topic) for each in read.questions] == [
        ("do you keep my plate", "answerable", (0,), ID),
        ("when do you delete the plates of parked cars", "answerable", (0,), ID),
        ("do you take a picture of my car", "not_covered", (), silent.topics[0]),
        ("is my car photographed", "not_covered", (), silent.topics[0]),
    ]


def test_no_topic_of_the_catalog_has_the_id_of_an_own_one() -> None:
    assert not any(map(is_own, policy_topic_ids()))
    assert is_own(OwnTopic("data-sale", ()).id)


def test_a_draft_answers_nothing_and_needs_only_its_topic(tmp_path: Path) -> None:
    folder(tmp_path, "".join(ANSWER.partition("verdict")[:1]))
    read = load_policy_folder("maple", tmp_path)
    assert (read.policy.reviewed, read.questions) == ((), ())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "how long license plates are kept"', "", "answer 1: the key 'name' is missing: add what completes"),
        ("how long license plates are kept", "", "answer 1: the name '' does not complete “The policy does not"),
        ("plates are kept", "plates are kept?", r"answer 1: the name 'how long license plates are kept\?' does not"),
        ("plates are kept", "plates " * 20, "answer 1: the name 'how long license plates .*in one line of up to 100"),
        ("plates are kept", "plates\\nare kept", "answer 1: the name 'how long"),
        ("how long license plates are kept", "2025", "answer 1: the name '2025' does not complete"),
        (
            ', "when do you delete the plates of parked cars"',
            "",
            "1: a topic of your own needs 2 different 'quest",
        ),
        (
            "when do you delete the plates of parked cars",
            "Do you keep my PLATE",
            "needs 2 different 'questions' or more",
        ),
        ('questions = ["do you keep my plate",', 'questions = ["",', "answer 1: the question '' must be one line of 1"),
        ("do you keep my plate", "plate " * 51, "answer 1: the question 'plate plate .* must be one line of 1 to 300"),
        ("verdict", 'names = { en = "plates" }\nverdict', "1: 'names' has 'en', but 'name' is for English: use es,"),
        ("verdict", 'names = { xx = "plates" }\nverdict', "answer 1: 'names' has 'xx', but"),
        ("verdict", 'names = { es = "las matrículas." }\nverdict', "1: the name in 'es' must be one line of 1 to 100"),
        ("verdict", 'names = { es = "" }\nverdict', "answer 1: the name in 'es' must be one line of 1"),
        ("verdict", 'names = "las matrículas"\nverdict', "answer 1: 'names' must be a table"),
        ("verdict", 'topics = ["data-sale"]\nverdict', "answer 1: it has both 'topics' and a topic of your own"),
        ("questions = [", "question = [", r"answer 1: the key 'question' is not known \(did you mean 'questions'\?\)"),
        (
            "We keep license plates for a day.",
            "We keep plates.",
            rf"answer 1 \({ID}\), cite: “We keep plates\.” is not",
        ),
    ],
)
def test_an_own_topic_that_does_not_fit_is_refused(old: str, new: str, message: str, tmp_path: Path) -> None:
    assert old in ANSWER
    folder(tmp_path, ANSWER.replace(old, new, 1))
    with pytest.raises(AskPolicyError, match=message):
        load_policy_folder("maple", tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "is my car photographed",
            "Do you keep my plate",
            "answer 2: the question 'do you keep my plate' is in answer 1",
        ),
        (
            "whether parked cars are photographed",
            "How long license plates are kept",
            "answer 2: the topic 'How long lic",
        ),
    ],
)
def test_two_own_topics_share_neither_a_way_to_ask_nor_a_name(old: str, new: str, message: str, tmp_path: Path) -> None:
    folder(tmp_path, ANSWER + SILENT.replace(old, new))
    with pytest.raises(AskPolicyError, match=message):
        load_policy_folder("maple", tmp_path)


def test_the_checker_names_an_own_topic_by_its_name(tmp_path: Path) -> None:
    folder(tmp_path, ANSWER.replace('en = "We keep license plates for a day."', 'en = "We sell license plates."'))
    problems = check_reviewed(load_policy_folder("maple", tmp_path).policy)
    assert str(problems[0]).startswith("The reviewed answer on 'how long license plates are kept' says “sell”")


def test_an_own_topic_is_edited_like_any_other(tmp_path: Path) -> None:
    home = folder(tmp_path, ANSWER)
    file = AnswersFile(home, policy_topic_ids())
    entry = file.find(ID)
    assert entry is not None
    renamed = entry.model_copy(update={"name": "how plates are kept", "questions": (*entry.questions, "plates?")})
    file.put(ID, renamed)
    assert (file.find(ID), file.find("own:how-plates-are-kept")) == (None, renamed)
    file.write()
    assert read_reviewed(home, policy_topic_ids()) == (renamed,)
    written = (home / "answers.toml").read_text(encoding="utf-8")
    changed = set(written.splitlines()) ^ set(ANSWER.splitlines())
    assert all("plate" in line or line in ("questions = [", "]") for line in changed), changed
    file.remove("own:how-plates-are-kept")
    file.write()
    assert (home / "answers.toml").read_bytes() == b""


def test_a_new_entry_has_its_topic_first(tmp_path: Path) -> None:
    home = folder(tmp_path, ANSWER)
    (entry,) = read_reviewed(home)
    file = AnswersFile(folder(tmp_path, ""), policy_topic_ids())
    file.put(ID, entry)
    file.write()
    lines = (home / "answers.toml").read_text(encoding="utf-8").splitlines()
    assert lines[:3] == ["[[answers]]", 'name = "how long license plates are kept"', "questions = ["]
    assert read_reviewed(home) == (entry,)


@pytest.mark.parametrize("names", ["", 'names = { es = "las placas" }\n', '[answers.names]\nes = "las placas"\n'])
def test_names_in_other_languages_are_edited_where_they_are(names: str, tmp_path: Path) -> None:
    before, text, after = ANSWER.partition("[answers.text]")
    home = folder(tmp_path, f"{before}{names}{text}{after}")
    for wanted in ({"es": "las matrículas", "vi": "biển số xe"}, {"vi": "biển số"}, {}):
        file = AnswersFile(home, policy_topic_ids())
        entry = file.find(ID)
        assert entry is not None
        file.put(ID, entry.model_copy(update={"names": wanted}))
        file.write()
        (read,) = read_reviewed(home, policy_topic_ids())
        assert read == entry.model_copy(update={"names": wanted})
        (reviewed,) = load_policy_folder("maple", tmp_path).policy.reviewed
        assert reviewed.own == OwnTopic(read.name or "", read.questions, wanted)
    assert (home / "answers.toml").read_text(encoding="utf-8").replace("\n\n", "\n") == ANSWER


def test_upgrade_and_migrate_carry_own_topics_along(tmp_path: Path) -> None:
    home = folder(tmp_path, ANSWER + SILENT)
    new = TEXT.replace("sell your data.", "sell your data. We film the garage.")
    done = migrate("maple", tmp_path, NewText(new.encode(), ".txt"), tmp_path / "next")
    assert done.kept == {ID}
    assert [(each.topics, each.leaves_open) for each in done.unreviewed] == [
        (("own:whether-parked-cars-are-photographed",), True)
    ]
    (home / "policy.txt").write_text(new, encoding="utf-8")
    assert upgrade("maple", tmp_path).leave_open == ("own:whether-parked-cars-are-photographed",)
