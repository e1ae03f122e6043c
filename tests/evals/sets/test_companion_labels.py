import pytest

from bot.policies.folder import load_policy_folder
from bot.settings import load_settings
from bot.types import AskPolicyError
from evals.sets.cases import Case
from evals.sets.companions import load_companions
from evals.sets.plain_sentences import is_right, load_judged, to_judge

FILE = """policy = "small"
[statements]
none = "We use no cookies."
keeps = "Your browser keeps nothing of ours."
[[companions]]
of = ["none"]
needs = [["keeps"]]
why = "…"
"""


def test_statements_are_placed_by_their_words(policy, tmp_path):
    path = tmp_path / "companions.toml"
    path.write_text(FILE, encoding="utf-8")
    ((found,)) = load_companions(policy, path)
    assert policy.text[slice(*found.of)] == "We use no cookies."
    assert [[policy.text[slice(*span)] for span in group] for group in found.needs] == [
        ["Your browser keeps nothing of ours."]
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("We use no cookies.", "We use no", "companions.toml, none: "),
        ('needs = [["keeps"]]', 'needs = [["kept"]]', "uses 'kept', which is no name"),
    ],
)
def test_words_that_name_no_statement_are_refused(old, new, says, policy, tmp_path):
    path = tmp_path / "companions.toml"
    path.write_text(FILE.replace(old, new), encoding="utf-8")
    with pytest.raises(AskPolicyError) as error:
        load_companions(policy, path)
    assert says in str(error.value)


def test_another_policy_has_none(policy):
    assert load_companions(policy) == ()


def test_the_companions_of_massgov_are_statements_of_its_policy():
    policy = load_policy_folder("massgov", load_settings().corpus).policy
    assert len(load_companions(policy)) > 15


def test_a_sentence_that_one_reader_called_wrong_is_wrong(tmp_path):
    path = tmp_path / "judged.jsonl"
    sha = "6ae8a75555209fd6c44157c0aed8016e763ff435a19cf186f76863140143ff72"  # of "test content"
    other = '{"sha256": "%s", "sentence": "No.", "right": %s}\n'
    path.write_text(other % (sha, "true") + other % (sha, "false") + other % (sha, "true"), encoding="utf-8")
    judged = load_judged(path)
    assert is_right(judged, "test content", "No.") is False
    assert is_right(judged, "test content", "Yes.") is None
    assert is_right(judged, "another", "No.") is None
    assert load_judged(tmp_path / "none.jsonl") == {}


def test_sentences_that_nobody_has_judged_are_listed(policy):
    case = Case("c", "test content", (), "answerable", (), (), None, "clear")
    sha = "6ae8a75555209fd6c44157c0aed8016e763ff435a19cf186f76863140143ff72"
    given = {"opening": "No.", "reviewed": "2026-11-27", "citations": [{"quote": "We sell nothing."}]}
    answers = [given, given | {"opening": "Yes."}, given | {"reviewed": None}, given | {"opening": ""}]
    found = list(to_judge([case] * 4, answers, {(sha, "Yes."): True}))
    assert [(r["sha256"], r["sentence"], r["quotes"]) for r in found] == [(sha, "No.", ["We sell nothing."])]


def test_the_sentence_of_a_part_is_listed_with_its_own_quotes():
    case = Case("c", "test content", (), "answerable", (), (), None, "clear")
    part = {"opening": "No.", "reviewed": "2026-11-27", "citations": [2]}
    citations = [{"number": 1, "quote": "We sell nothing."}, {"number": 2, "quote": "We keep nothing."}]
    answer = {"opening": "", "reviewed": None, "citations": citations, "parts": [part, part | {"reviewed": None}]}
    (found,) = to_judge([case], [answer], {})
    assert (found["sentence"], found["quotes"]) == ("No.", ["We keep nothing."])
