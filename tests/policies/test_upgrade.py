"""Labels follow their words, or are reported: no change puts one on a statement that does not say what it said."""

from __future__ import annotations

import hashlib
import json
import random
import re
import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.policies.anchors import Anchor, Anchors, UnplacedError
from bot.policies.folder import load_policy_folder
from bot.policies.parsing import parse_policy
from bot.policies.placing import Placer, core
from bot.policies.upgrade import upgrade
from bot.types import AskPolicyError

ROOT = Path(__file__).resolve().parents[2]
MASSGOV = (ROOT / "corpus" / "massgov" / "policy.txt").read_text(encoding="utf-8")
TEXT = "Harbor\n\nWe keep logs for 30 days. We sell nothing.\n\nWe will not:\n\n• sell your name\n• rent it\n"


def folder(home: Path, text: str = TEXT, *, labels: object = (0, 3), caveats: str = "") -> Path:
    """Write a policy folder with one question for each label."""
    home.mkdir(exist_ok=True)
    (home / "policy.txt").write_text(text, encoding="utf-8", newline="")
    digest = hashlib.sha256(text.encode()).hexdigest()
    manifest = f'# Ours.\nid = "harbor"\ntext = "policy.txt"\nsha256 = "{digest}"  # checked\n{caveats}'
    (home / "manifest.toml").write_text(manifest, encoding="utf-8")
    records = [{"question": "q", "kind": "answerable", "evidence": [label], "extra": "é"} for label in labels]
    lines = "".join(json.dumps(record, ensure_ascii=False) + "\r\n" for record in records)
    (home / "questions.jsonl").write_text(lines, encoding="utf-8", newline="")
    return home


def put_text(home: Path, text: str) -> None:
    """Replace the text, as an owner does who has checked it."""
    old = hashlib.sha256((home / "policy.txt").read_bytes()).hexdigest()
    (home / "policy.txt").write_text(text, encoding="utf-8", newline="")
    manifest = (home / "manifest.toml").read_text(encoding="utf-8")
    new = hashlib.sha256(text.encode()).hexdigest()
    (home / "manifest.toml").write_text(manifest.replace(old, new), encoding="utf-8")


def evidence(home: Path) -> list[object]:
    lines = (home / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["evidence"] for line in lines]


def test_numbers_become_words_and_nothing_else_changes(tmp_path: Path) -> None:
    caveats = "[[caveats]]  # why\nof = 1\ncite = [0, 3]\n"
    home = folder(tmp_path / "harbor", caveats=caveats)
    with pytest.raises(AskPolicyError, match=r"by number, .* with `askpolicy upgrade harbor`"):
        load_policy_folder("harbor", tmp_path)
    done = upgrade("harbor", tmp_path)
    assert load_error(tmp_path)  # nothing is written yet
    done.write()
    assert evidence(home) == [["We keep logs for 30 days."], ["We will not: rent it"]]
    lines = (home / "questions.jsonl").read_bytes().split(b"\r\n")
    assert lines[0] == (
        '{"question": "q", "kind": "answerable", "evidence": ["We keep logs for 30 days."], "extra": "é"}'.encode()
    )
    manifest = (home / "manifest.toml").read_text(encoding="utf-8")
    assert manifest.startswith('# Ours.\nid = "harbor"')
    assert '[[caveats]]  # why\nof = "We sell nothing."\n' in manifest
    read = load_policy_folder("harbor", tmp_path)
    assert [(c.of, c.cite) for c in read.policy.caveats] == [(1, (0, 3))]
    assert [q.evidence for q in read.questions] == [(0,), (3,)]
    assert (done.labels, done.numbers, done.changes) == (5, 5, ())
    again = upgrade("harbor", tmp_path)
    assert (again.files, again.numbers, again.changes) == ({}, 0, ())


def load_error(corpus: Path) -> bool:
    try:
        load_policy_folder("harbor", corpus)
    except AskPolicyError:
        return True
    return False


def test_numbers_of_a_changed_text_are_refused(tmp_path: Path) -> None:
    home = folder(tmp_path / "harbor")
    before = (home / "questions.jsonl").read_bytes()
    (home / "policy.txt").write_text("Harbor\n\nNew words. " + TEXT, encoding="utf-8")
    with pytest.raises(AskPolicyError, match=r"are numbers, and its text has changed .*: restore the text"):
        upgrade("harbor", tmp_path)
    assert (home / "questions.jsonl").read_bytes() == before


@pytest.mark.parametrize("number", [-1, 4, 10**30])
def test_a_number_without_a_statement_is_refused(number: int, tmp_path: Path) -> None:
    folder(tmp_path / "harbor", labels=[0, number])
    with pytest.raises(AskPolicyError, match=rf"line 2, evidence names the statement {number}, .* has 0 to 3"):
        upgrade("harbor", tmp_path)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("questions.jsonl", b"{", "line 1, is not a labeled question"),
        ("questions.jsonl", b"[]", "line 1, is not a labeled question"),
        ("other_labels.jsonl", b'{"evidence": 3}', "line 1, is not a labeled question"),
        ("questions.jsonl", b'{"evidence": [null]}', "line 1, evidence: an anchor is the words of a statement"),
        ("manifest.toml", b"id =", "is not TOML"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(name: str, data: bytes, message: str, tmp_path: Path) -> None:
    home = folder(tmp_path / "harbor")
    (home / name).write_bytes(data)
    with pytest.raises(AskPolicyError, match=message):
        upgrade("harbor", tmp_path)


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = folder(tmp_path / "harbor")
    before = (home / "questions.jsonl").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    done = upgrade("harbor", tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("os.replace", full)
        with pytest.raises(AskPolicyError, match=r"cannot be written \(No space left on device\)"):
            done.write()
    assert (home / "questions.jsonl").read_bytes() == before
    assert sorted(path.name for path in home.iterdir()) == ["manifest.toml", "policy.txt", "questions.jsonl"]


SAME = [
    ("We keep cookies for 30 days.", "We keep the cookie for 30 days!"),
    ("We do not sell your e-mail.", "We do not sell your email."),
    ("Cookies are small files.", "cookies are small files"),
]
OTHER = [
    ("We do not sell your data.", "We do not sell your data unless you agree."),
    ("We do not sell your data.", "We sell your data."),
    ("We keep logs for 30 days.", "We keep logs for 60 days."),
    ("We keep logs for 30 days.", "We keep logs for 3.0 days."),
    ("We may share it.", "We will share it."),
    ("We share it only with schools.", "We share it with schools."),
    ("We share it with schools.", "We sell it to schools."),
    ("We share it with schools.", "We share it with hospitals."),
    ("We send it to the US.", "We send it to us."),
    ("Your news is read.", "Your new is read."),
    ("You can opt out or object.", "You can opt out and object."),
    ("We charge $5.", "We charge €5."),
    ("Partners never see it.", "Partners see it."),
    ("We cannot read it.", "We can read it."),
    ("We will not sell it.", "We will sell it."),
    ("We will not: sell it.", "We will:\n\n- sell it."),
    ("We will: sell it.", "We will not:\n\n- sell it."),
    ("We will not: sell it.", "Sell it."),
    ("Sell it.", "We will not:\n\n- sell it."),
]


def placed(was: str, text: str, *, same_text: bool = False, known: tuple[str, ...] = ()) -> list[str]:
    """Return the statements of a text on which a label with the words `was` ends; empty if it is unplaced."""
    policy = parse_policy(text, id="p")
    anchors = Anchors(policy)
    try:
        places = Placer(policy, anchors, map(Anchor, (was, *known)), same_text=same_text).place(Anchor(was))
    except UnplacedError:
        return []
    return [anchors.words[index] for index in places]


@pytest.mark.parametrize(("was", "now"), SAME)
def test_a_small_rewording_is_followed(was: str, now: str) -> None:
    assert placed(was, f"We bake.\n\n{now}\n\nWe fish.\n") == [now]


@pytest.mark.parametrize(("was", "now"), OTHER)
def test_another_meaning_is_not_followed(was: str, now: str) -> None:
    text = f"We bake.\n\n{now}\n\nWe fish.\n"
    assert len(parse_policy(text, id="p").sentences) == 3
    assert placed(was, text) == []


def test_a_statement_that_was_split_is_followed_to_all_its_parts() -> None:
    was = "We keep logs. They are deleted after a month."
    assert placed(was, f"We bake. {was} We fish.") == ["We keep logs.", "They are deleted after a month."]
    assert placed(was, "We keep logs.\n\nWe will not:\n\n- They are deleted after a month.\n") == []
    assert placed(was, "We keep logs. We bake. They are deleted after a month.") == []


def test_a_statement_that_was_joined_is_followed_if_both_parts_were_labeled() -> None:
    policy = "We bake.\n\nNo. We never sell it.\n\nWe fish."
    assert placed("We never sell it.", policy, known=("No.",)) == ["No. We never sell it."]
    assert placed("We never sell it.", policy) == []


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("sell your name", "We will not: sell your name"),
        ("We never: sell your name", "We will not: sell your name"),
        ("Read this: We sell nothing.", "We sell nothing."),
    ],
)
def test_other_context_is_followed_only_if_the_text_is_known_to_be_the_same(was: str, now: str) -> None:
    assert placed(was, TEXT, same_text=True) == [now]
    assert placed(was, TEXT) == []


def test_changes_are_listed_and_what_is_unplaced_stays(tmp_path: Path) -> None:
    caveats = '[[caveats]]\nof = "We keep logs. They go."\ncite = ["We keep logs. They go.", "We sell nothing."]\n'
    words = ["We keep logs. They go.", "We sell nothing.", "We share nothing."]
    home = folder(tmp_path / "harbor", TEXT)
    text = "Harbor\n\nWe keep logs. They go.\n\nWe sell a thing. We share the nothing.\n"
    folder(home, text, labels=words, caveats=caveats)
    done = upgrade("harbor", tmp_path)
    done.write()
    assert evidence(home) == [["We keep logs.", "They go."], ["We sell nothing."], ["We share the nothing."]]
    changes = {change.was: (change.now, change.why, len(change.where)) for change in done.changes}
    assert changes["We share nothing."] == ((Anchor("We share the nothing."),), "", 1)
    assert "is not in the policy; did you mean" in changes["We sell nothing."][1]
    # A caveat is of one statement, so an owner has to choose.
    assert 'of = "We keep logs. They go."' in (home / "manifest.toml").read_text()
    with pytest.raises(AskPolicyError, match=r"“We sell nothing\.” is not in the policy"):
        load_policy_folder("harbor", tmp_path)


def test_a_label_whose_statement_joined_another_is_in_one_list(tmp_path: Path) -> None:
    home = folder(tmp_path / "harbor", "We bake.\n\nNo. We never sell it.\n", labels=["We never sell it."])
    record = {"question": "q", "kind": "answerable", "evidence": ["We never sell it."], "near": ["No.", "We bake."]}
    (home / "questions.jsonl").write_text(json.dumps(record) + "\n")
    upgrade("harbor", tmp_path).write()
    changed = json.loads((home / "questions.jsonl").read_text())
    assert (changed["evidence"], changed["near"]) == (["No. We never sell it."], ["We bake."])


@pytest.fixture
def massgov(tmp_path: Path) -> Path:
    """Copy the folder with its caveats and every tenth question, which is enough and ten times as fast."""
    home = Path(shutil.copytree(ROOT / "corpus" / "massgov", tmp_path / "massgov"))
    for path in home.glob("*.jsonl"):
        path.write_text("".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[::10]), encoding="utf-8")
    return home


def words_of_labels(home: Path) -> list[list[str]]:
    read = load_policy_folder(str(home), home.parent)
    words = Anchors(read.policy).words
    labeled = [[*q.evidence, *q.acceptable, *q.distractors] for q in read.questions]
    labeled += [[c.of, *c.cite, *c.unless] for c in read.policy.caveats]
    return [[words[index] for index in indexes] for indexes in labeled]


def test_two_sentences_inserted_in_massgov_move_no_label(massgov: Path) -> None:
    before = words_of_labels(massgov)
    text = MASSGOV.replace("Your privacy is", "We like cats. They like us. Your privacy is", 1)
    put_text(massgov, "Ahoy there, visitor.\n\n" + text)
    assert words_of_labels(massgov) == before
    assert upgrade(str(massgov), massgov.parent).changes == ()


@pytest.mark.parametrize("new", ["", "We sell personally identifiable information.", None])
def test_a_statement_deleted_from_or_reworded_in_massgov_is_reported(massgov: Path, new: str | None) -> None:
    sentence = next(s.text for s in parse_policy(MASSGOV, id="m").sentences if s.text.startswith("We do not sell any"))
    put_text(massgov, MASSGOV.replace(sentence, sentence[:-1] + " unless you agree." if new is None else new))
    with pytest.raises(AskPolicyError, match=r"^\d+ labels do not name one statement of [^\n]*\n.*We do not sell any"):
        load_policy_folder(str(massgov), massgov.parent)
    changes = upgrade(str(massgov), massgov.parent).changes
    assert [(re.sub(r"\s+", " ", sentence), ())] == [(change.was, change.now) for change in changes]


SUBJECTS = ["We", "Our partners", "The site", "Third parties"]
MODALS = ["", "may", "will not", "never", "must", "can"]
VERBS = ["keep", "sell", "share", "read", "delete"]
OBJECTS = ["your name", "logs", "the form", "photos", "your e-mail", "cookies"]
ENDS = ["", "for 30 days", "for two years", "unless you agree", "if the law requires it", "only with consent"]


def sentence(chance: random.Random) -> str:
    parts = [chance.choice(words) for words in (SUBJECTS, MODALS, VERBS, OBJECTS, ENDS)]
    return " ".join(part for part in parts if part) + "."


def edit(statements: list[str], chance: random.Random) -> list[str]:
    """Make one edit: insert, delete, move, reword, or swap a word that changes what a statement says."""
    statements = list(statements)
    at = chance.randrange(len(statements))
    match chance.choice(["insert", "delete", "move", "articles", "swap", "append", "lead", "double"]):
        case "insert":
            statements.insert(at, sentence(chance))
        case "delete" if len(statements) > 1:
            del statements[at]
        case "move":
            statements.insert(chance.randrange(len(statements)), statements.pop(at))
        case "articles":
            statements[at] = statements[at].replace("your ", "the ") if chance.random() < 0.5 else statements[at] + "!"
        case "swap":
            words = statements[at].split()
            words[chance.randrange(len(words))] = chance.choice(["not", "may", "unless", "60", "sell", "hospitals"])
            statements[at] = " ".join(words)
        case "append":
            statements[at] = statements[at].rstrip(".!") + chance.choice(
                [" unless you agree.", " or sell it.", " too."]
            )
        case "lead":
            statements[at] = f"We never:\n\n- {statements[at]}"
        case "double":
            statements[at] = f"{statements[at]} {sentence(chance)}"
    return statements


@settings(max_examples=200)
@given(st.integers(0, 2**32))
def test_after_any_edits_a_label_is_on_its_own_words_or_reported(seed: int) -> None:
    chance = random.Random(seed)
    old = [sentence(chance) for _ in range(chance.randint(3, 8))]
    new = old
    for _ in range(chance.randint(1, 4)):
        new = edit(new, chance)
    join = chance.choice([" ", "\n\n"])
    policy, changed = parse_policy(join.join(old), id="p"), parse_policy(join.join(new), id="p")
    before, after = Anchors(policy), Anchors(changed)
    labels = [before.at(sentence.index) for sentence in policy.sentences]
    placer = Placer(changed, after, labels, same_text=False)
    for label in labels:
        with suppress(UnplacedError):
            assert after.words[after.find(label)] == label.words
        try:
            found = placer.place(label)
        except UnplacedError:  # it is reported
            continue
        said = [word for index in found for word in core(after.words[index])]
        # All that the statement said is there, in this order, and nothing that was not labeled was added.
        assert " ".join(core(label.words)) in " ".join(said)
        if said != list(core(label.words)):
            rest = " ".join(said).replace(" ".join(core(label.words)), "", 1).split()
            assert any(rest == list(core(other.words)) for other in labels)
