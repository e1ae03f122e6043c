"""Files of a policy folder that somebody has damaged: one sentence names the file and what to do, never a trace."""

from __future__ import annotations

import hashlib
import random
import re
import shutil
from pathlib import Path

import pytest

from bot.policies.folder import load_policy_folder
from bot.types import AskPolicyError

TEXT = "Maple Privacy\n\nWe do not sell your data. However, a court may ask for it. We keep plates for a day.\n"
MANIFEST = f"""\
id = "maple"
text = "policy.txt"
sha256 = "{hashlib.sha256(TEXT.encode()).hexdigest()}"
url = "https://maple.example/privacy"
names = ["Maple Bakery", "Maple"]
effective = 2026-01-01
languages = ["en", "es"]
public_records = true
starters = ["Do you sell my data?"]

[owner]
name = "Maple"

[[contacts]]
role = "email"
name = "kim@maple.example"
url = "mailto:kim@maple.example"
checked = 2026-11-27
[contacts.names]
es = "correo"

[[routes]]
id = "orders"
name = "the order desk"
examples = ["where is my order", "change the pickup time"]

[[caveats]]
of = "We do not sell your data."
cite = ["However, a court may ask for it."]
"""
ANSWERS = """\
[[answers]]
topics = ["data-sale"]
verdict = "no"
reviewed = 2026-11-27
cite = ["We do not sell your data.", "However, a court may ask for it."]
[answers.text]
en = "We do not sell your data, but a court may ask for it."

[[answers]]
name = "how long plates are kept"
questions = ["do you keep my plate", "when do you delete plates"]
verdict = "silent"
reviewed = 2026-11-27
"""
WORDING = """\
[en]
off_topic = "I only know the {title}."
[en.interface]
heading = "Ask Maple"
"""
QUESTIONS = """\
{"question": "do you sell", "kind": "answerable", "evidence": ["We do not sell your data."]}
{"question": "cake", "kind": "off_topic", "route": "orders"}
"""
FILES = {"manifest.toml": MANIFEST, "answers.toml": ANSWERS, "wording.toml": WORDING, "questions.jsonl": QUESTIONS}
VALUES = '3|-1|1.5|true|""|[]|{}|"x"|[1]|["", ""]|{a = 1}|[{a = 1}]|2026-02-31|2026-11-27T10:00:00|nan|"{x}"|"{"'
WHOLE = [
    b"",
    b"\x00" * 10,
    b"[[[[",
    b"x = " + b"[" * 5000,
    b"x = " + b"{a = " * 3000,
    b"x = " + b"1" * 5000,
    b"a." * 3000 + b"a = 1",
    "id = 1".encode("utf-16"),
    b'id = "caf\xe9"',
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "maple"
    home.mkdir()
    (home / "policy.txt").write_text(TEXT, encoding="utf-8")
    for name, content in FILES.items():
        (home / name).write_text(content, encoding="utf-8")
    return home


def refused(folder: Path) -> str:
    """Return why a folder is refused, "" if it is read."""
    try:
        load_policy_folder("maple", folder.parent)
    except AskPolicyError as error:
        return str(error)
    return ""


def edited(content: str, choose: random.Random) -> bytes:
    """Return a file after one of the accidents that happen to files."""
    lines = content.splitlines(keepends=True)
    at = choose.randrange(len(lines))
    key = lines[at].partition(" = ")[0]
    match choose.randrange(6):
        case 0:
            del lines[at : at + choose.randint(1, 3)]
        case 1:
            lines[at] = f"{key} = {choose.choice(VALUES.split('|'))}\n"
        case 2:
            lines.insert(choose.randrange(len(lines)), lines[at])
        case 3:
            lines.append(lines.pop(at))
        case 4:
            data = bytearray(content.encode())
            data[choose.randrange(len(data))] = choose.randrange(256)
            return bytes(data)
        case _:
            return content[: choose.randrange(len(content))].encode()
    return "".join(lines).encode()


def test_the_folder_is_read_before_it_is_damaged(folder: Path) -> None:
    assert refused(folder) == ""


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("data", WHOLE, ids=range(len(WHOLE)))
def test_a_file_that_is_something_else_is_refused_in_one_sentence(folder: Path, name: str, data: bytes) -> None:
    (folder / name).write_bytes(data)
    message = refused(folder)
    assert name in message or (data == b"" and name != "manifest.toml")
    assert "\n" not in message


@pytest.mark.parametrize("seed", range(20))
def test_damaged_files_are_refused_in_one_sentence(folder: Path, seed: int) -> None:
    choose, messages = random.Random(seed), []
    kept = shutil.copytree(folder, folder.with_name("kept"))
    for _ in range(25):
        name = choose.choice(list(FILES))
        (folder / name).write_bytes(edited(FILES[name], choose))
        if message := refused(folder):
            messages.append(message)
            named = str(folder / "manifest.toml") if "sha256" in message else str(folder / name)
            assert named in message or "does not name one statement" in message or "manifest.toml does not" in message
            assert re.search(r": .*\.$", message.splitlines()[0]), message
            assert "Input should" not in message
        shutil.copyfile(kept / name, folder / name)
    assert len(messages) > 10


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("manifest.toml", "effective = 2026-01-01", 'effective = "2026-02-31"', "'effective': there is no such day"),
        ("manifest.toml", "effective = 2026-01-01", "effective = 20260101", "'effective': this is not a date: write"),
        ("manifest.toml", '"policy.txt"', '"other.txt"', "'text' names other.txt, and there is no such file: correct"),
        ("manifest.toml", '"policy.txt"', f'"{"a" * 5000}"', "'text' names aaa"),
        ("manifest.toml", "public_records = true", 'language = "english"', "'language': write the code of a language"),
        ("manifest.toml", "public_records = true", "public_records = 3", "'public_records' must be true or false"),
        ("manifest.toml", '["Maple Bakery", "Maple"]', '"Maple"', "'names' must be a list in brackets"),
        ("manifest.toml", '"Maple"]', '"M"]', "entry 2 of 'names': write one line of 2 to 100 characters"),
        ("manifest.toml", "[owner]", "[contact]", "the key 'contact' is not known (did you mean 'contacts'?)"),
        ("manifest.toml", "[[contacts]]", "[contacts]", "write [[contacts]] above each contact"),
        ("manifest.toml", '"email"', '"mail"', ", contact 1: 'role': 'mail' is not a role (did you mean 'email'?)"),
        ("manifest.toml", 'es = "correo"', 'url = "x"', ", contact 1: 'names': 'url' is not a language of the chat"),
        ("manifest.toml", "[contacts.names]\nes", "updated", ", contact 1: the key 'updated' is not one of this table"),
        ("manifest.toml", "[[caveats]]\n", "", ", route 1: the key 'of' belongs below [[caveats]]: move it there"),
        ("manifest.toml", '[owner]\nname = "Maple"', "owner = 3", ": write [owner] above the keys of 'owner'"),
        ("answers.toml", 'en = "We', 'reviewed = 2026-11-28\nen = "We', "'reviewed' is below [answers.text]: move it"),
        ("answers.toml", 'en = "We', 'verdict = "no"\nen = "We', "answer 1: the key 'verdict' is below [answers.text]"),
        ("answers.toml", '["data-sale"]', '"data-sale"', "answer 1: 'topics' must be a list in brackets"),
        (
            "answers.toml",
            ANSWERS,
            'topics = ["data-sale"]',
            "toml: the key 'topics' belongs below [[answers]]: move it there",
        ),
        ("questions.jsonl", '"cake",', '"cake"', "questions.jsonl, line 2, is not JSON: write one object in braces"),
    ],
)
def test_an_accident_gets_the_sentence_that_helps(folder: Path, name: str, old: str, new: str, said: str) -> None:
    assert old in FILES[name]
    (folder / name).write_text(FILES[name].replace(old, new, 1), encoding="utf-8")
    message = refused(folder)
    assert str(folder / name) in message
    assert said in message
