"""From a page to a policy folder: what it holds, and that it is there as a whole or not at all."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.commands.main import main
from bot.commands.new import _tell, own_corpus
from bot.drafting.answers import Draft, draft_answers, with_companions
from bot.drafting.folder import NewFolder, draft_folder, write_folder
from bot.drafting.manifest import manifest_text
from bot.drafting.starters import choose_starters
from bot.index.bundle import bundle_in_memory
from bot.opening import index_policy, open_bot
from bot.pipeline import Bot
from bot.policies.answers_file import AnswersFile
from bot.policies.folder import PolicyFolder, load_policy_folder
from bot.policies.parsing import parse_policy
from bot.policies.source import Source, read_source
from bot.settings import PACKAGE, FetchSettings, Settings, load_settings
from bot.topics.catalog import policy_topic_ids, topics
from bot.types import AskPolicyError, Outcome
from tests.drafting.bakery import PAGE
from tests.policies.web import Site, http, site


@pytest.fixture(scope="module")
def web() -> Iterator[Site]:
    with site() as opened:
        opened.replies["/privacy"] = http(body=PAGE)
        yield opened


@pytest.fixture(scope="module")
def mine(web: Site, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    base = tmp_path_factory.mktemp("owner")
    fetching = FetchSettings(allow_private=True, ports=(web.port,))
    return load_settings(home=base / "home", corpus=base / "corpus", fetch=fetching)


@pytest.fixture(scope="module")
def made(web: Site, mine: Settings) -> NewFolder:
    """Make the folder once: it takes seconds."""
    new = draft_folder(f"{web.url}/privacy", mine, mine.corpus)
    write_folder(new)
    return new


def test_the_manifest_says_what_was_found(made: NewFolder, web: Site) -> None:
    assert made.path.name == "maple-bakery"
    manifest = tomllib.loads((made.path / "manifest.toml").read_text(encoding="utf-8"))
    assert (manifest["title"], manifest["site"], manifest["url"]) == (
        "Privacy Policy",
        "Maple Bakery",
        f"{web.url}/privacy",
    )
    assert (manifest["updated"], "effective" in manifest, manifest["language"]) == ("2026-03-03", False, "en")
    assert [(each["role"], each["name"]) for each in manifest["contacts"]] == [
        ("email", "privacy@maplebakery.example"),
        ("phone", "617-555-0100"),
    ]
    assert made.missing == ("the day on which it took effect",)
    assert (made.path / "policy.html").read_text(encoding="utf-8") == PAGE
    policy = load_policy_folder(str(made.path), made.path.parent).policy
    assert policy.text == made.source.read.policy.text
    assert policy.page is not None  # so quotes link to their place on the page


def test_other_dates_of_a_text_are_shown_and_names_that_are_not_found_have_an_example(tmp_path: Path) -> None:
    page = tmp_path / "maple.md"
    page.write_text(
        "# Privacy Policy\n\n_Last updated: September 30, 2024_\n\nWe collect personal data.\n\n"
        "# Cookie Policy\n\nLast updated: October 7, 2025\n\n# Old\n\nLast updated: June 6, 2024\n",
        encoding="utf-8",
    )
    source = read_source(str(page), FetchSettings())
    text = manifest_text(source, source.read.policy, (), "maple.md", "2026-11-28")
    assert (
        'updated = "2025-10-07"\n# Another place says: “Last updated: September 30, 2024”.\n'
        "# Another place says: “Last updated: June 6, 2024”.\n"
    ) in text
    assert '# Not found: other names of the owner.\n# names = ["Maple Bakery", "Maple"]\n' in text
    assert "names" not in tomllib.loads(text)


def test_a_draft_on_a_date_that_is_not_stated_is_doubtful(made: NewFolder) -> None:
    sure = {draft.topic.id: draft.is_sure for draft in made.drafts}
    assert sure["policy-updated"]
    assert not sure["policy-effective"]


def test_the_comments_say_what_to_check(made: NewFolder) -> None:
    manifest = (made.path / "manifest.toml").read_text(encoding="utf-8")
    for part in ("title", "names", "dates", "questions", "whom"):
        assert any(part in line for line in manifest.splitlines() if line.startswith("# Check:")), part
    assert "# Not found: the day on which it took effect.\n# effective = 2026-11-27\n" in manifest


def test_every_starter_is_answered_and_no_two_alike(made: NewFolder, mine: Settings) -> None:
    index_policy("maple-bakery", mine)
    bot = open_bot(mine, "maple-bakery")
    answers = [bot.ask(question) for question in made.starters]
    assert len(answers) == 4
    assert {answer.outcome for answer in answers} == {Outcome.ANSWERED}
    assert len({answer.citations[0].passage_id for answer in answers}) == 4


def test_drafts_are_read_back_and_none_is_used(made: NewFolder, mine: Settings) -> None:
    entries = AnswersFile(made.path, policy_topic_ids()).entries
    assert {entry.topics[0] for entry in entries} == {draft.topic.id for draft in made.drafts}
    assert {entry.reviewed for entry in entries} == {None}
    assert load_policy_folder(str(made.path), mine.corpus).policy.reviewed == ()
    found = {entry.topics[0]: entry for entry in entries}
    sale = found["data-sale"]
    assert sale.verdict == "no"
    assert str(sale.cite[0]) == "“We do not sell your personal information.”"
    assert found["cookies-used"].verdict == "yes"
    assert found["retention-logs"].verdict == "stated"
    assert found["biometrics"].verdict == "silent"
    assert found["biometrics"].cite == ()
    text = (made.path / "answers.toml").read_text(encoding="utf-8")
    undecided = set(policy_topic_ids()) - found.keys()
    assert undecided
    assert all(topic in text for topic in undecided)


def test_the_statements_of_a_draft_are_in_reading_order_with_what_limits_them() -> None:
    text = "Terms.\n\nWe keep logs. We share your name with the courier. However, a court may order it. We bake."
    policy = parse_policy(text, id="p")
    said = [sentence.text for sentence in policy.sentences]
    share, limit, keep, bake = (
        next(n for n, words in enumerate(said) if words.startswith(start))
        for start in ("We share", "However", "We keep", "We bake")
    )
    assert with_companions([share, bake, keep], policy) == (share, keep, limit, bake)
    assert with_companions([bake], policy) == (bake,)


@pytest.mark.parametrize("end", [".", ""])
def test_a_draft_never_cites_words_without_an_end(end: str, mine: Settings, bot: Bot) -> None:
    line = f"We use cookies and similar technologies on our website for several purposes that are listed here{end}"
    text = f"Privacy\n\nWe bake.\n\n{line}\n"
    own = Bot(bundle_in_memory(PolicyFolder(parse_policy(text, id="p"), ()), bot.bundle.embedder), mine)
    drafts = draft_answers(own, [topic for topic in topics() if topic.id == "cookies-used"])
    assert [draft.cite[0] for draft in drafts] == ([1] if end else [])


def test_a_few_topics_can_be_drafted(made: NewFolder, mine: Settings, bot: Bot) -> None:
    some = [topic for topic in topics() if topic.id in ("data-sale", "cookies-used")]
    own = Bot(bundle_in_memory(made.source.read, bot.bundle.embedder), mine)
    drafts = draft_answers(own, some)
    expected = [draft for draft in made.drafts if draft.topic in some]
    assert [(draft.topic, draft.verdict, draft.cite) for draft in drafts] == [
        (draft.topic, draft.verdict, draft.cite) for draft in expected
    ]
    assert [draft.confidence for draft in drafts] == pytest.approx([draft.confidence for draft in expected])


def test_the_chat_starts_with_what_people_ask_first_and_not_with_the_policy_itself(bot: Bot) -> None:
    by_id = {topic.id: topic for topic in topics()}
    sure = {"policy-effective": 0.99, "encryption": 0.91, "site-owner": 0.98, "children-age": 0.95, "cookies-used": 0.9}
    drafts = [Draft(by_id[id], "stated", (n,), sureness) for n, (id, sureness) in enumerate(sure.items())]
    wanted = ("cookies-used", "children-age", "encryption", "policy-effective")
    assert choose_starters(bot, drafts) == tuple(by_id[id].question for id in wanted)


def test_a_policy_in_another_language_gets_a_manifest_and_no_drafts(
    mine: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        "# Política de privacidad\n\nRecogemos su nombre y su dirección para entregar los pedidos que usted hace en "
        "nuestra tienda. No vendemos sus datos personales a nadie, y los borramos cuando ya no son necesarios.\n\n"
        "Puede escribirnos a privacidad@arce.example si tiene preguntas.\n"
    )
    (tmp_path / "arce.md").write_text(text, encoding="utf-8")
    some = tuple(topic for topic in topics() if topic.id in ("contact-email", "data-sale"))
    monkeypatch.setattr("bot.drafting.answers.policy_topics", lambda: some)
    new = draft_folder(str(tmp_path / "arce.md"), mine, tmp_path / "corpus")
    _tell(new, mine)
    told = capsys.readouterr().out
    assert ("askpolicy index" in told, "askpolicy studio" in told) == (True, False)
    assert (sorted(new.files), new.drafts) == (["manifest.toml", "policy.md"], ())
    manifest = tomllib.loads(new.files["manifest.toml"].decode())
    assert (manifest["id"], manifest["language"]) == ("arce-example", "es")
    assert manifest["starters"] == ["What is your email address?"]
    write_folder(new)
    assert load_policy_folder("arce-example", tmp_path / "corpus").policy.language == "es"


def test_folders_of_owners_are_never_made_inside_the_package(tmp_path: Path) -> None:
    assert own_corpus(load_settings(corpus=PACKAGE / "_corpus")) == Path("corpus")
    assert own_corpus(load_settings(corpus=tmp_path)) == tmp_path


def test_a_folder_is_never_overwritten(made: NewFolder, mine: Settings, web: Site) -> None:
    before = {path.name: path.read_bytes() for path in made.path.iterdir()}
    asked = len(web.asked)
    for id in (None, "maple-bakery"):
        with pytest.raises(AskPolicyError, match=r"maple-bakery exists already and is not overwritten: .* --name\.$"):
            draft_folder(f"{web.url}/privacy", mine, mine.corpus, id)
    assert len(web.asked) <= asked + 2  # a name that is taken is refused before anything is fetched
    with pytest.raises(AskPolicyError, match="exists already"):
        write_folder(made)
    assert {path.name: path.read_bytes() for path in made.path.iterdir()} == before
    assert [path.name for path in mine.corpus.iterdir()] == ["maple-bakery"]


@pytest.mark.parametrize("id", ["", "..", "Maple", "a/b", "-a", "é", "a" * 65])
def test_a_name_that_cannot_be_a_folder_is_refused(id: str, mine: Settings) -> None:
    with pytest.raises(AskPolicyError, match="cannot be the name of a policy folder"):
        draft_folder("policy.txt", mine, mine.corpus, id)


KILLED = """
import os, signal, sys
from pathlib import Path
from bot.drafting.folder import NewFolder, write_folder
from bot.policies.source import read_source
from bot.settings import FetchSettings

source = read_source(sys.argv[1], FetchSettings())
manifest = f'id = "policy"\\ntext = "policy.txt"\\nsha256 = "{source.read.policy.sha256}"\\n'
files = {"policy.txt": source.data, "answers.toml": b"", "manifest.toml": manifest.encode()}
new = NewFolder(Path(sys.argv[2]) / "harbor", source, (), (), (), files)
steps = [(os, "fsync", 1), (os, "fsync", 2), (os, "fsync", 3), (Path, "rename", 1)]
for owner, name, turn in steps:
    if (child := os.fork()) == 0:
        turns = iter(range(1, turn))
        real = getattr(owner, name)

        def die(*values):
            if next(turns, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*values)

        setattr(owner, name, die)
        write_folder(new)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    from bot.policies.folder import list_policies

    print(list_policies(new.path.parent), new.path.exists())
write_folder(new)
print(list_policies(new.path.parent), sorted(path.name for path in new.path.parent.iterdir()))
"""


def test_a_killed_run_leaves_no_half_folder_and_can_be_run_again(small_policy_file: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(small_policy_file), str(tmp_path / "corpus")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == ["[] False"] * 4 + ["['harbor'] ['harbor']"], done.stderr


@pytest.mark.parametrize(
    ("charset", "words"), [("shift_jis", "日本"), ("koi8-r", "Персональные"), ("windows-1252", "“we”")]
)
def test_a_page_in_another_encoding_is_kept_so_that_it_reads_the_same(charset: str, words: str) -> None:
    with site() as opened:
        page = PAGE.replace("“we”", words).replace("©", "").encode(charset, "ignore")
        opened.replies["/privacy"] = (
            http(type=f"text/html; charset={charset}").replace(
                b"Content-Length: 0", f"Content-Length: {len(page)}".encode()
            )
            + page
        )
        source = read_source(f"{opened.url}/privacy", FetchSettings(allow_private=True, ports=(opened.port,)))
    assert words in source.read.policy.text
    assert words in source.data.decode("utf-8")


@pytest.mark.parametrize(
    ("name", "site", "url", "id"),
    [
        ("privacy.md", "Maple Bakery", None, "maple-bakery"),
        ("privacy.md", "日本", "https://www.maple.example/privacy", "maple-example"),
        ("Our_privacy.md", "", None, "our-privacy"),
    ],
)
def test_the_folder_is_named_after_the_site(name: str, site: str, url: str | None, id: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text("# Privacy Policy\n\nWe keep your personal data for a year.\n", encoding="utf-8")
    source = read_source(str(path), FetchSettings())
    policy = dataclasses.replace(source.read.policy, site=site or source.read.policy.title, url=url)
    assert Source(dataclasses.replace(source.read, policy=policy), source.name, source.data).id == id
    assert source.name == "policy.md"


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("missing.txt", None, r"missing\.txt cannot be read \(No such file or directory\): give the address"),
        ("", None, "is a folder: give the file of the policy"),
        ("empty.txt", b"  \n", "holds no text"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", r"an old Word \(\.doc\) document"),
        ("photo.png", b"\x89PNG\r\n\x1a\n\0\0\0\1", "is not a text file|encoding that cannot be told"),
    ],
)
def test_a_source_that_cannot_be_read_gets_one_sentence(
    name: str, data: bytes | None, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    assert main(["new", str(tmp_path / name), "--corpus", str(tmp_path / "corpus")]) == 1
    error = capsys.readouterr().err
    assert len(error.strip().splitlines()) == 1
    assert re.search(message, error)
    assert not (tmp_path / "corpus").exists()
