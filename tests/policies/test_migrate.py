"""The next version of a policy folder: labels follow their statements, or are reported and left out."""

from __future__ import annotations

import hashlib
import json
import random
import re
import shutil
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.policies.anchors import Anchors, fold
from bot.policies.folder import load_policy_folder
from bot.policies.migrate import Migration, Near, NewText, migrate, read_accepted, read_new_text
from bot.policies.parsing import parse_policy
from bot.policies.placing import core
from bot.policies.reviewed import read_reviewed
from bot.settings import FetchSettings
from bot.types import AskPolicyError, Policy

TEXT = """Harbor

Last updated: May 1, 2024

What we keep

We keep logs for 30 days. We sell nothing. However, a court may ask for it.

We will not:

• sell your name
• rent it

Sharing

We share reports with our partners. They keep reports for a year.
"""
ANSWERS = """\
# Approved.
[[answers]]
topics = ["data-sale"]
verdict = "no"
reviewed = 2026-11-27
cite = ["We sell nothing.", "However, a court may ask for it."]
[answers.text]
en = "Harbor does not sell data."

[[answers]]
topics = ["retention-logs"]
verdict = "stated"
reviewed = 2026-11-27
cite = ["We keep logs for 30 days."]
[answers.text]
en = "Harbor keeps logs for 30 days."

[[answers]]
topics = ["children"]
verdict = "silent"
reviewed = 2026-11-27
"""
CAVEATS = """
[[caveats]]  # why
of = "We sell nothing."
cite = ["However, a court may ask for it."]
unless = ["We will not: sell your name"]
"""


def topics(text: str) -> str:
    """Use topics that exist."""
    from bot.topics.catalog import policy_topic_ids

    known = sorted(policy_topic_ids())
    for name, number in (("data-sale", 0), ("retention-logs", 1), ("children", 2)):
        text = text.replace(f'"{name}"', f'"{known[number]}"')
    return text


def folder(corpus: Path, text: str = TEXT, questions: list[dict[str, object]] | None = None) -> Path:
    home = corpus / "harbor"
    home.mkdir(parents=True)
    (home / "policy.txt").write_text(text, encoding="utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()
    manifest = f'# Ours.\nid = "harbor"\ntext = "policy.txt"\nsha256 = "{digest}"  # checked\nupdated = "2024-05-01"\n'
    (home / "manifest.toml").write_text(manifest + CAVEATS, encoding="utf-8")
    (home / "answers.toml").write_text(topics(ANSWERS), encoding="utf-8")
    questions = questions or [
        {"question": "how long", "kind": "answerable", "evidence": ["We keep logs for 30 days."]},
        {"question": "sell", "kind": "answerable", "evidence": ["We sell nothing."], "also": ["We will not: rent it"]},
    ]
    (home / "questions.jsonl").write_text("".join(json.dumps(each) + "\n" for each in questions), encoding="utf-8")
    return home


def migrated(corpus: Path, new: str, accepted: dict[str, str] | None = None) -> tuple[Migration, Path]:
    into = corpus / "next"
    shutil.rmtree(into, ignore_errors=True)
    return migrate("harbor", corpus, NewText(new.encode(), ".txt"), into, accepted), into


def test_topics_that_new_words_do_not_come_near_keep_their_review(tmp_path: Path) -> None:
    home = folder(tmp_path)
    answers = (home / "answers.toml").read_text(encoding="utf-8")
    three = answers.replace('topics = ["account-data"]', 'topics = ["account-data", "health-data", "gdpr"]')
    (home / "answers.toml").write_text(three, "utf-8")
    new, into = TEXT + "\nWe treat the sick.\n", tmp_path / "draft"
    seen: list[tuple[int, ...]] = []

    def make_near(policy: Policy, indexes: Sequence[int], added: Sequence[str]) -> Near:
        seen.append(tuple(indexes))
        assert [policy.sentences[index].text for index in indexes] == ["We treat the sick."]
        return lambda answer: frozenset({"health-data"} & set(answer.ids))

    done = migrate("harbor", tmp_path, NewText(new.encode(), ".txt"), into, {}, make_near)
    assert len(seen) == 1
    assert done.untouched == ["account-data", "gdpr"]
    assert [each.topics for each in done.unreviewed] == [("health-data",)]
    assert {"account-data", "gdpr"} <= done.kept
    entries = {entry.ids: entry for entry in read_reviewed(into)}
    assert entries[("account-data", "gdpr")].reviewed == "2026-11-27"
    assert (entries[("health-data",)].reviewed, entries[("health-data",)].verdict) == (None, "silent")
    assert "# Approved." in (into / "answers.toml").read_text(encoding="utf-8")


def lines_of(into: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (into / "questions.jsonl").read_text(encoding="utf-8").splitlines()]


def drafts(into: Path) -> list[int]:
    entries = tomllib.loads((into / "answers.toml").read_text(encoding="utf-8"))["answers"]
    return [number for number, entry in enumerate(entries) if "reviewed" not in entry]


def test_labels_follow_their_words_past_inserted_sentences(tmp_path: Path) -> None:
    home = folder(tmp_path)
    before = {path.name: path.read_bytes() for path in home.iterdir()}
    done, into = migrated(tmp_path, TEXT.replace("We keep logs", "Welcome to Harbor. It is old. We keep logs"))
    assert (done.unplaced, done.left_out, done.labels) == ([], [], 9)
    assert (into / "questions.jsonl").read_bytes() == before["questions.jsonl"]
    read = load_policy_folder(str(into), tmp_path)
    cited = [read.policy.sentences[question.evidence[0]].text for question in read.questions]
    assert cited == ["We keep logs for 30 days.", "We sell nothing."]
    assert {path.name: path.read_bytes() for path in home.iterdir()} == before
    # Nobody has checked that the new words say nothing about children.
    assert [each.why for each in done.unreviewed] == [
        "it says that the policy does not mention the topic, and new words come near it"
    ]
    assert drafts(into) == [2]


def test_what_changed_is_left_out_and_listed_and_its_answer_is_a_draft(tmp_path: Path) -> None:
    folder(tmp_path)
    done, into = migrated(tmp_path, TEXT.replace("30 days", "90 days"))
    (unplaced,) = done.unplaced
    assert (unplaced.was, unplaced.became) == ("We keep logs for 30 days.", "We keep logs for 90 days.")
    assert drafts(into) == [1, 2]
    entry = tomllib.loads((into / "answers.toml").read_text(encoding="utf-8"))["answers"][1]
    assert entry["cite"] == []
    assert entry["text"]["en"] == "Harbor keeps logs for 30 days."
    assert (into / "answers.toml").read_text(encoding="utf-8").startswith("# Approved.")
    assert [each["question"] for each in lines_of(into)] == ["sell"]
    listed = tomllib.loads((into / "unplaced.toml").read_text(encoding="utf-8"))
    assert listed["statements"][0]["was"] == "We keep logs for 30 days."
    assert listed["statements"][0]["same"] is False
    assert json.loads(listed["left_out"][0]["text"])["question"] == "how long"


def test_an_owner_can_let_labels_follow_changed_words(tmp_path: Path) -> None:
    folder(tmp_path)
    _, into = migrated(tmp_path, TEXT.replace("30 days", "90 days"))
    listed = into / "unplaced.toml"
    assert read_accepted(listed) == {}
    listed.write_text(listed.read_text(encoding="utf-8").replace("same = false", "same = true"), encoding="utf-8")
    accepted = read_accepted(listed)
    done, into = migrated(tmp_path, TEXT.replace("30 days", "90 days"), accepted)
    assert (done.unplaced, done.left_out) == ([], [])
    assert lines_of(into)[0]["evidence"] == ["We keep logs for 90 days."]
    assert drafts(into) == [1, 2]  # its sentence still says 30 days
    assert not (into / "unplaced.toml").exists()


def test_a_list_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "unplaced.toml").write_text("statements = 3\n", encoding="utf-8")
    with pytest.raises(AskPolicyError, match="is not a list that `askpolicy migrate` wrote"):
        read_accepted(tmp_path / "unplaced.toml")


def test_dates_are_read_from_the_new_text(tmp_path: Path) -> None:
    folder(tmp_path)
    done, into = migrated(tmp_path, TEXT.replace("May 1, 2024", "June 2, 2025"))
    assert done.dates == {"updated": ("2024-05-01", "2025-06-02")}
    manifest = (into / "manifest.toml").read_text(encoding="utf-8")
    assert "2024" not in manifest
    assert manifest.startswith("# Ours.\n")
    assert load_policy_folder(str(into), tmp_path).policy.updated == "2025-06-02"
    assert done.unreviewed == []  # the date is all that is new
    done, _ = migrated(tmp_path, TEXT.replace("Last updated: May 1, 2024\n\n", ""))
    assert done.dates == {"updated": ("2024-05-01", None)}


def test_a_caveat_of_which_a_part_is_gone_is_left_out(tmp_path: Path) -> None:
    folder(tmp_path)
    done, into = migrated(tmp_path, TEXT.replace(" However, a court may ask for it.", ""))
    assert tomllib.loads((into / "manifest.toml").read_text(encoding="utf-8")).get("caveats", []) == []
    assert "caveats" in next(each.text for each in done.left_out if each.file == "manifest.toml")
    assert 0 in drafts(into)


@pytest.mark.parametrize(
    ("new", "why"),
    [
        ("We share reports with our partners. They keep", "We share nothing with our partners. They keep"),
        ("We share reports with our partners. They keep", "Visitors come and go. They keep"),
    ],
)
def test_the_same_words_that_point_to_another_sentence_are_not_the_same(new: str, why: str, tmp_path: Path) -> None:
    label = {"question": "q", "kind": "answerable", "evidence": ["They keep reports for a year."]}
    folder(tmp_path, questions=[label])
    if not parse_policy(TEXT, id="h").sentences[-1].neighbors:
        pytest.skip("the sentence stands alone")
    done, into = migrated(tmp_path, TEXT.replace(new, why))
    assert "point back to" in done.unplaced[-1].why
    assert (into / "questions.jsonl").read_bytes() == b""


def test_a_heading_that_denies_changes_what_is_below_it(tmp_path: Path) -> None:
    folder(
        tmp_path,
        questions=[{"question": "q", "kind": "answerable", "evidence": ["We share reports with our partners."]}],
    )
    done, _ = migrated(tmp_path, TEXT.replace("\nSharing\n", "\nWhat we do not do\n"))
    assert "now below" in " ".join(each.why for each in done.unplaced)


def test_copies_are_told_apart_by_their_heading(tmp_path: Path) -> None:
    text = "Harbor\n\n# Web\n\nWe set one. It is small.\n\n# App\n\nWe set one. It is red.\n"
    label = {"words": "We set one.", "section": "App"}
    home = folder(tmp_path, questions=[{"question": "q", "kind": "answerable", "evidence": ["We sell nothing."]}])
    shutil.rmtree(home)
    home.mkdir()
    (home / "policy.md").write_text(text, encoding="utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()
    (home / "manifest.toml").write_text(f'id = "harbor"\ntext = "policy.md"\nsha256 = "{digest}"\n', encoding="utf-8")
    record = {"question": "q", "kind": "answerable", "evidence": [label]}
    (home / "questions.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    into = tmp_path / "next"
    gone = text.replace("# Web\n\nWe set one. ", "# Web\n\n")
    done = migrate("harbor", tmp_path, NewText(gone.encode(), ".md"), into)
    assert not done.unplaced
    assert lines_of(into)[0]["evidence"] == ["We set one."]
    shutil.rmtree(into)
    gone = text.replace("# App\n\nWe set one. ", "# App\n\n")
    done = migrate("harbor", tmp_path, NewText(gone.encode(), ".md"), into)
    assert "nothing tells which of them is meant" in done.unplaced[0].why


def test_a_new_text_may_have_another_format(tmp_path: Path) -> None:
    folder(tmp_path)
    page = tmp_path / "new.html"
    page.write_text("<html><title>Harbor privacy</title><h1>Privacy policy</h1><p>We sell nothing.</p></html>")
    new_text = read_new_text(str(page), FetchSettings())
    assert new_text.suffix == ".html"
    into = tmp_path / "next"
    done = migrate("harbor", tmp_path, new_text, into)
    assert not (into / "policy.txt").exists()
    assert load_policy_folder(str(into), tmp_path).policy.sha256 == done.new.sha256
    with pytest.raises(AskPolicyError, match="cannot be read"):
        read_new_text(str(tmp_path / "none.html"), FetchSettings())


def _edit(text: str, chance: random.Random) -> str:
    """Change a text at random as editors do: insert, delete, reword, move, or split a sentence."""
    lines = text.split("\n")
    places = [number for number, line in enumerate(lines) if line.endswith(".")]
    place = chance.choice(places)
    sentences = re.split(r"(?<=\.) ", lines[place])
    one = chance.randrange(len(sentences))
    match chance.choice(["insert", "delete", "reword", "move", "split", "deny", "head"]):
        case "insert":
            sentences.insert(one, chance.choice(["We also count visits.", "This may change.", "We never do this."]))
        case "delete":
            del sentences[one]
        case "reword":
            words = sentences[one].split()
            at = chance.randrange(len(words))
            words[at] = chance.choice(["not", "may", "other", "90", "unless", "never", "all"]) + "." * (
                at == len(words) - 1
            )
            sentences[one] = " ".join(words)
        case "move":
            moved = sentences.pop(one)
            other = chance.choice(places)
            lines[other] = f"{lines[other]} {moved}" if other != place else lines[other]
            sentences += [moved] if other == place else []
        case "split":
            sentences[one] = sentences[one].replace(", ", ". ", 1)
        case "deny":
            sentences[one] = sentences[one].replace(" will ", " will not ").replace(" do ", " do not ")
        case "head":
            lines.insert(place, f"{chance.choice(['More', 'What we never do', 'Cookies'])}\n")
            place += 1
    lines[place] = " ".join(sentences)
    return "\n".join(lines)


def test_200_random_edits_put_no_label_on_other_words_and_report_each_unplaced_one(tmp_path: Path) -> None:
    massgov = (Path(__file__).resolve().parents[2] / "corpus" / "massgov" / "policy.txt").read_text(encoding="utf-8")
    text = "\n".join(massgov.split("\n")[:16])
    policy = parse_policy(text, id="harbor")
    anchors = Anchors(policy)
    labels = [anchors.at(index) for index in range(len(policy.sentences))]
    home = folder(tmp_path)
    (home / "answers.toml").unlink()
    (home / "policy.txt").write_text(text, encoding="utf-8")
    digest = hashlib.sha256((home / "policy.txt").read_bytes()).hexdigest()
    (home / "manifest.toml").write_text(f'id = "harbor"\ntext = "policy.txt"\nsha256 = "{digest}"\n', encoding="utf-8")
    records = [{"question": f"q{n}", "kind": "answerable", "evidence": [a.to_json()]} for n, a in enumerate(labels)]
    (home / "questions.jsonl").write_text("".join(json.dumps(each) + "\n" for each in records), encoding="utf-8")
    known = {core(anchor.words) for anchor in labels}
    chance = random.Random(17)
    kept = gone = edits = 0
    while edits < 200:
        new = text
        for _ in range(chance.randint(1, 5)):
            new = _edit(new, chance)
            edits += 1
        done, into = migrated(tmp_path, new)
        read = load_policy_folder(str(into), tmp_path)
        after = Anchors(read.policy)
        reported = {fold(each.was) for each in done.unplaced}
        there = {question.question: question.evidence for question in read.questions}
        for number, anchor in enumerate(labels):
            words = fold(anchor.words)
            if f"q{number}" not in there:
                assert words in reported
                gone += 1
                continue
            evidence = there[f"q{number}"]
            assert words not in reported
            assert _says(core(" ".join(after.words[index] for index in evidence)), core(words), known)
            # The sentence that it points back to says the same, too.
            assert _points_to(policy, number) == _points_to(read.policy, evidence[0])
            kept += 1
    assert kept > 2 * gone > 0


def _says(now: tuple[str, ...], was: tuple[str, ...], known: set[tuple[str, ...]]) -> bool:
    """Tell whether words say what a label said: the same, or that joined to another labeled statement."""
    starts = [start for start in range(len(now) - len(was) + 1) if now[start : start + len(was)] == was]
    rest = [{now[:start], now[start + len(was) :]} - {()} for start in starts]
    return any(all(words in known for words in each) for each in rest)


def _points_to(policy: object, index: int) -> list[tuple[str, ...]]:
    sentence = policy.sentences[index]  # type: ignore[attr-defined]
    return [core(policy.text[a:b]) for a, b in sentence.neighbors if a < sentence.start]  # type: ignore[attr-defined]
