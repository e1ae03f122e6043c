from __future__ import annotations

import datetime
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policies.answers_file import AnswersFile
from bot.policies.reviewed import AnswerEntry, read_reviewed
from bot.types import AskPolicyError
from bot.wording import LANGUAGES

FILE = """\
# Our answers. Ask Kim before you change one.

# About sales: checked with the lawyers.
[[answers]]
topics = ["data-sale", "data-rent-trade"]  # two
verdict = "no"  # for the first topic
reviewed = 2026-11-27
cite = [
    "We do not sell your data.",  # the best one
]
[answers.text]
en = "Maple does not sell your data."  # short
es = "Maple no vende sus datos."

# To do.
[[answers]]
topics = ["gdpr"]

# About cookies.
[[answers]]
topics = ["cookies-used"]
verdict = "silent"
reviewed = 2026-11-27
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "answers.toml").write_text(FILE, encoding="utf-8")
    return tmp_path


def written(folder: Path) -> str:
    return (folder / "answers.toml").read_text(encoding="utf-8")


def edit(folder: Path, topic: str, **changes: object) -> None:
    file = AnswersFile(folder)
    entry = file.find(topic) or AnswerEntry(topics=(topic,))
    file.put(topic, AnswerEntry.model_validate({**entry.model_dump(), **changes}))
    file.write()


def test_nothing_is_written_before_write(folder: Path) -> None:
    file = AnswersFile(folder)
    file.remove("gdpr")
    assert file.find("gdpr") is None
    assert written(folder) == FILE
    file.write()
    assert written(folder) != FILE


def test_an_edit_changes_only_its_key(folder: Path) -> None:
    edit(folder, "data-rent-trade", verdict="depends")
    assert written(folder) == FILE.replace('verdict = "no"', 'verdict = "depends"')
    edit(folder, "data-sale", text={"en": "Maple sells nothing.", "es": "Maple no vende sus datos."})
    assert written(folder) == FILE.replace('verdict = "no"', 'verdict = "depends"').replace(
        "Maple does not sell your data.", "Maple sells nothing."
    )


def test_an_edit_that_changes_nothing_leaves_the_file_as_it_is(folder: Path) -> None:
    for topic in ("data-sale", "gdpr", "cookies-used"):
        edit(folder, topic)
    assert written(folder) == FILE


def test_a_list_of_topics_stays_on_several_lines(tmp_path: Path) -> None:
    (tmp_path / "answers.toml").write_text('[[answers]]\ntopics = [\n    "gdpr",\n    "ccpa",\n]\nverdict = "silent"\n')
    edit(tmp_path, "gdpr", topics=("gdpr", "hipaa", "ccpa"))
    assert written(tmp_path).startswith('[[answers]]\ntopics = [\n    "gdpr",\n    "hipaa",\n    "ccpa",\n]\nverdict')


def test_a_draft_becomes_a_reviewed_answer(folder: Path) -> None:
    cite = ["We do not sell your data.", {"words": "We set one.", "section": "App > “Cookies”"}]
    edit(folder, "gdpr", verdict="stated", reviewed="2026-12-01", cite=cite, text={"en": "Maple sets one."})
    draft = '# To do.\n[[answers]]\ntopics = ["gdpr"]\n'
    before, after = FILE.split(draft)
    assert written(folder).startswith(before)
    assert written(folder).endswith(after)
    table = tomllib.loads(written(folder))["answers"][1]
    assert table["cite"] == cite
    assert table["reviewed"] == datetime.date(2026, 12, 1)
    assert read_reviewed(folder)[1].text == {"en": "Maple sets one."}


def test_an_answer_becomes_a_draft_again(folder: Path) -> None:
    edit(folder, "data-sale", reviewed=None, cite=[], text={}, verdict=None)
    assert read_reviewed(folder)[0] == AnswerEntry(topics=("data-sale", "data-rent-trade"))
    assert "# About sales: checked with the lawyers.\n[[answers]]\n" in written(folder)
    assert "# To do.\n[[answers]]" in written(folder)


def test_an_entry_is_removed_with_its_own_comment(folder: Path) -> None:
    file = AnswersFile(folder)
    file.remove("gdpr")
    file.write()
    assert written(folder) == FILE.replace('# To do.\n[[answers]]\ntopics = ["gdpr"]\n\n', "")
    for topic in ("data-rent-trade", "cookies-used", "unknown"):
        file.remove(topic)
    file.write()
    assert written(folder) == "# Our answers. Ask Kim before you change one.\n"
    edit(folder, "gdpr")
    assert written(folder) == '# Our answers. Ask Kim before you change one.\n\n[[answers]]\ntopics = ["gdpr"]\n'


def test_a_comment_that_belongs_to_no_entry_stays(tmp_path: Path) -> None:
    text = '# Ours.\n\n# Sales.\n[[answers]]\ntopics = ["data-sale"]\n# Ask Kim.\n\n# Part two.\n\n'
    text += '# Laws.\n[[answers]]\ntopics = ["gdpr"]\n\n# The end.\n'
    for first, other in (("data-sale", "gdpr"), ("gdpr", "data-sale")):
        (tmp_path / "answers.toml").write_text(text)
        file = AnswersFile(tmp_path)
        file.remove(first)
        file.write()
        assert [entry.topics for entry in read_reviewed(tmp_path)] == [(other,)]
        assert all(words in written(tmp_path) for words in ("# Ours.\n\n", "\n\n# Part two.\n", "\n\n# The end.\n"))
        file.remove(other)
        file.write()
        assert written(tmp_path).split() == "# Ours. # Part two. # The end.".split()


def test_the_first_entry_creates_the_file(tmp_path: Path) -> None:
    edit(tmp_path, "gdpr", verdict="silent", reviewed="2026-11-27")
    assert written(tmp_path) == '[[answers]]\ntopics = ["gdpr"]\nverdict = "silent"\nreviewed = 2026-11-27\n'


def test_line_ends_of_windows_stay(folder: Path) -> None:
    (folder / "answers.toml").write_bytes(FILE.replace("\n", "\r\n").encode())
    edit(folder, "data-sale", verdict="depends")
    expected = FILE.replace('verdict = "no"', 'verdict = "depends"').replace("\n", "\r\n")
    assert (folder / "answers.toml").read_bytes() == expected.encode()


def test_what_does_not_fit_is_refused_and_not_written(folder: Path) -> None:
    file = AnswersFile(folder, {"data-sale", "data-rent-trade", "gdpr", "cookies-used"})
    with pytest.raises(AskPolicyError, match="the topic 'data-sale' is in answer 1 too"):
        file.put("gdpr", AnswerEntry(topics=("gdpr", "data-sale")))
    with pytest.raises(AskPolicyError, match="the topic 'gdpa' is not known"):
        file.put("gdpr", AnswerEntry(topics=("gdpa",)))
    file.write()
    assert written(folder) == FILE


@pytest.mark.parametrize(
    "text",
    ['answers = [{topics = ["gdpr"]}]\n', '[[answers]]\ntopics = ["gdpr"]\ncite = ["""\n[[answers]]\n"""]\n'],
)
def test_a_file_in_another_style_is_not_edited(text: str, tmp_path: Path) -> None:
    (tmp_path / "answers.toml").write_text(text)
    with pytest.raises(AskPolicyError, match=r"cannot be edited: write \[\[answers\]\] on a line of its own"):
        AnswersFile(tmp_path)


def test_a_file_that_cannot_be_written_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(AskPolicyError, match=r"answers\.toml cannot be written \(No space left on device\)"):
        edit(folder, "gdpr", verdict="silent")
    assert written(folder) == FILE
    assert [path.name for path in folder.iterdir()] == ["answers.toml"]


WORDS = st.text(
    st.characters(blacklist_categories=("C", "Z")) | st.sampled_from(" \"'\\#[]="), min_size=1, max_size=40
).filter(lambda words: words == words.strip() and words.isprintable())
ENTRIES = st.builds(
    AnswerEntry,
    topics=st.sampled_from([("data-sale", "data-rent-trade"), ("gdpr",), ("cookies-used",), ("new",)]),
    verdict=st.sampled_from([None, "yes", "partly"]),
    cite=st.lists(WORDS, max_size=3, unique=True).map(tuple),
    text=st.dictionaries(st.sampled_from(LANGUAGES), WORDS, max_size=3),
)
# A draft of one of two topics of the owner's own, which share no way to ask.
OWN = st.sampled_from(["who bakes", "who buys"]).flatmap(
    lambda name: st.builds(
        AnswerEntry,
        name=st.just(name),
        questions=st.lists(WORDS.map(f"{name} {{}}".format), min_size=2, unique_by=str.casefold).map(tuple),
        text=st.dictionaries(st.sampled_from(LANGUAGES), WORDS, max_size=1),
    )
)


@given(st.lists(ENTRIES | OWN | st.sampled_from(["data-sale", "gdpr", "new", "own:who-bakes"]), max_size=4))
def test_what_is_put_is_what_is_read(tmp_path_factory: pytest.TempPathFactory, edits: list[AnswerEntry | str]) -> None:
    folder = tmp_path_factory.mktemp("edits")
    (folder / "answers.toml").write_text(FILE, encoding="utf-8")
    expected = {entry.ids[0]: entry for entry in read_reviewed(folder)}
    for entry in edits:
        file = AnswersFile(folder)
        if isinstance(entry, str):
            file.remove(entry)
            expected.pop(entry, None)
        else:
            file.put(entry.ids[0], entry)
            expected[entry.ids[0]] = entry
        file.write()
    assert {entry.ids[0]: entry for entry in read_reviewed(folder)} == expected
    assert written(folder).startswith("# Our answers. Ask Kim before you change one.\n")
