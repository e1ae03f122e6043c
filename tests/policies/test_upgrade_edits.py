"""200 random edits of a policy: `upgrade` never writes a label onto words that do not say what it said.

The edits insert, delete, reword, move, split and join. The labels are those of visitor questions, reviewed answers and
drafts, as files have them.
"""

from __future__ import annotations

import json
import random
import tomllib
from collections import Counter
from pathlib import Path

from bot.policies.anchors import Anchor, Anchors, UnplacedError
from bot.policies.folder import load_text
from bot.policies.placing import core
from bot.policies.upgrade import Upgrade, upgrade
from tests.policies.test_upgrade import edit, folder, put_text, sentence

EDITS = 200


def split(statements: list[str], chance: random.Random) -> list[str]:
    """Divide a statement in two, before its condition or period if it has one."""
    at = chance.randrange(len(statements))
    for word in (" unless ", " if ", " for ", " only "):
        first, found, rest = statements[at].partition(word)
        if found:
            return [*statements[:at], f"{first}.", f"This is so{found}{rest}", *statements[at + 1 :]]
    return statements


def write(home: Path, statements: list[str]) -> list[str]:
    """Write a folder in which each statement is labeled by a question, a reviewed answer and a draft."""
    home.mkdir()
    folder(home, "Harbor\n\n" + "\n\n".join(statements) + "\n", labels=[])
    words = Anchors(load_text(str(home), home.parent).policy).words
    records = [{"question": "q", "kind": "answerable", "evidence": [each]} for each in words]
    (home / "questions.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    cite = f"cite = {json.dumps(words)}\n"
    (home / "answers.toml").write_text(
        f'[[answers]]\ntopics = ["data-sale"]\nverdict = "no"\nreviewed = 2026-11-27\n{cite}'
        f'[answers.text]\nen = "We do."\n\n[[answers]]\ntopics = ["cookies-used"]\n{cite}'
    )
    return words


def labels(home: Path) -> list[list[str]]:
    """Return the labels of the files: those of each question, of the reviewed answer, and of the draft."""
    questions = [json.loads(line)["evidence"] for line in (home / "questions.jsonl").read_text().splitlines()]
    answers = tomllib.loads((home / "answers.toml").read_text())["answers"]
    found = [*questions, *(answer["cite"] for answer in answers)]
    return [[Anchor.parse(each).words for each in some] for some in found]


def check(was: list[str], now: list[list[str]], done: Upgrade) -> Counter[str]:
    """Check what became of the labels, and count it."""
    after = Anchors(done.policy)
    unplaced = {change.was for change in done.changes if not change.now}
    moved = {change.was: [anchor.words for anchor in change.now] for change in done.changes if change.now}
    count: Counter[str] = Counter()
    for words, question in zip(was, now, strict=False):
        if words in unplaced:
            assert question == [words]  # it stays as it was, and loading refuses it
            count["reported"] += 1
            continue
        said = [token for each in question for token in core(after.words[after.find(Anchor(each))])]
        rest = " ".join(said).replace(" ".join(core(words)), "", 1)
        assert len(rest) < len(" ".join(said))  # all that it said is there, in this order
        assert not rest.split() or any(rest.split() == list(core(other)) for other in was)  # and nothing unlabeled
        assert question == moved.get(words, [words])
        count["followed" if words in moved else "kept"] += 1
    for cite in now[len(was) :]:  # of the reviewed answer and of the draft
        expected = [each for words in was for each in moved.get(words, [words])]
        assert cite == list(dict.fromkeys(expected))
    return count


def test_after_200_edits_each_label_says_what_it_said_or_is_reported(tmp_path: Path) -> None:
    count: Counter[str] = Counter()
    for seed in range(EDITS // 2):
        chance = random.Random(seed)
        # Different statements: a statement that is there twice needs more than its words to be named.
        old = list(dict.fromkeys(sentence(chance) for _ in range(chance.randint(4, 7))))
        home = tmp_path / f"harbor-{seed}"
        was = write(home, old)
        new = old
        for _ in range(2):
            new = (split if chance.random() < 0.2 else edit)(new, chance)
        put_text(home, "Harbor\n\n" + chance.choice([" ", "\n\n"]).join(dict.fromkeys(new)) + "\n")
        done = upgrade(home.name, tmp_path)
        done.write()
        try:
            count += check(was, labels(home), done)
        except UnplacedError as error:
            raise AssertionError(f"seed {seed}: {error}") from None
    assert min(count[kind] for kind in ("kept", "followed", "reported")) >= 5
