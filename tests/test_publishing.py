"""A draft is published, and another version put back: the folder and its index, or neither."""

from __future__ import annotations

import datetime
import hashlib
import json
import shutil
from pathlib import Path

import pytest

from bot import index_policy, load_settings, open_bot
from bot.commands.check import check
from bot.index import bundle as bundles
from bot.policies.migrate import NewText, migrate
from bot.policies.switching import changing, put_draft
from bot.publishing import missing, publish, rollback
from bot.settings import Settings
from bot.topics.catalog import policy_topic_ids
from bot.types import AskPolicyError, Outcome

OLD = "# Harbor privacy policy\n\nUpdated: May 1, 2024\n\nWe keep your IP address for 30 days. We sell nothing.\n"
NEW = OLD.replace("30 days", "90 days").replace("May 1, 2024", "June 2, 2025") + "\nWe use cookies to count visits.\n"
TODAY = datetime.date(2026, 1, 2)
TOPIC = min(policy_topic_ids())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a policy folder that has a draft."""
    return written(tmp_path)


def written(tmp_path: Path) -> Settings:
    home = tmp_path / "corpus" / "harbor"
    home.mkdir(parents=True)
    (home / "policy.md").write_text(OLD, encoding="utf-8")
    digest = hashlib.sha256(OLD.encode()).hexdigest()
    manifest = f'id = "harbor"\ntext = "policy.md"\nsha256 = "{digest}"\n'
    (home / "manifest.toml").write_text(manifest, encoding="utf-8")
    settings = load_settings(home=tmp_path / "home", corpus=tmp_path / "corpus", policy="harbor")
    draft(settings)
    return settings


def draft(settings: Settings, text: str = NEW) -> Path:
    home = settings.corpus / "harbor"
    with changing(home):
        migrate("harbor", settings.corpus, NewText(text.encode(), ".md"), home / ".draft-new")
        put_draft(home, home / ".draft-new")
    return home / "draft"


def quote(settings: Settings, question: str = "how long do you keep my IP address") -> str:
    return open_bot(settings).ask(question).citations[0].quote


def test_a_version_is_published_rolled_back_and_published_again(settings: Settings) -> None:
    assert quote(settings) == "We keep your IP address for 30 days."
    before = open_bot(settings).ask("what changed in this policy?")
    done = publish("harbor", settings, TODAY)
    assert (done.before.updated, done.policy.updated) == ("2024-05-01", "2025-06-02")
    assert quote(settings) == "We keep your IP address for 90 days."
    rollback("harbor", settings, TODAY)
    assert quote(settings) == "We keep your IP address for 30 days."
    again = open_bot(settings).ask("what changed in this policy?")
    assert (again.outcome, again.text) == (before.outcome, before.text)
    with pytest.raises(AskPolicyError, match="has no earlier version"):
        rollback("harbor", settings, TODAY)
    rollback("harbor", settings, TODAY, forward=True)
    assert quote(settings) == "We keep your IP address for 90 days."
    with pytest.raises(AskPolicyError, match="has no later version"):
        rollback("harbor", settings, TODAY, forward=True)
    # Without a draft, the folder is put in use as it is edited.
    questions = settings.corpus / "harbor" / "questions.jsonl"
    questions.write_text('{"question": "who goes there", "kind": "off_topic"}\n', encoding="utf-8")
    done = publish("harbor", settings, TODAY)
    assert done.policy is done.before
    assert [each.question for each in open_bot(settings).bundle.questions] == ["who goes there"]


def test_a_folder_that_was_never_published_is_put_in_use(tmp_path: Path) -> None:
    settings = written(tmp_path)
    shutil.rmtree(settings.corpus / "harbor" / "draft")
    assert not settings.home.exists()
    publish("harbor", settings, TODAY)
    assert quote(settings) == "We keep your IP address for 30 days."


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with a policy folder whose second version is in use."""
    settings = written(tmp_path_factory.mktemp("published"))
    publish("harbor", settings, TODAY)
    return settings


def test_what_changed_is_answered_from_the_versions(published: Settings) -> None:
    bot = open_bot(published)
    for question in ("What changed in this policy?", "has this policy changed?", "any updates lately?"):
        answer = bot.ask(question)
        assert answer.outcome is Outcome.ANSWERED
        assert "changed on June 2, 2025. Here is what is new or has changed:" in answer.opening
        assert [citation.quote for citation in answer.citations] == [
            "We keep your IP address for 90 days.",
            "We use cookies to count visits.",
        ]
    spanish = bot.ask("What changed in this policy?", language="es")
    assert "cambió el 2 de junio de 2025" in spanish.opening
    assert "La política está en inglés" in spanish.opening
    for question in ("can this policy change?", "will you tell me about changes?", "do you sell it?"):
        assert "changed on" not in bot.ask(question).opening


def test_no_more_than_an_answer_may_quote_is_quoted_of_what_changed(published: Settings) -> None:
    few = published.model_copy(update={"compose": published.compose.model_copy(update={"max_citations": 1})})
    answer = open_bot(few).ask("What changed in this policy?")
    assert "2 statements are new or have changed. Here are the first:" in answer.opening
    assert len(answer.citations) == 1


def test_what_a_version_changed_is_in_its_index(published: Settings) -> None:
    folder, read = index_policy("harbor", published)
    assert bundles.indexed_policy(folder).policy.changes == read.policy.changes is not None


def test_each_version_and_the_draft_have_an_index_of_their_own(settings: Settings) -> None:
    assert quote(settings) == "We keep your IP address for 30 days."
    asked = open_bot(settings, "harbor/draft").ask("how long do you keep my IP address")
    assert asked.citations[0].quote == "We keep your IP address for 90 days."
    assert quote(settings) == "We keep your IP address for 30 days."
    publish("harbor", settings, TODAY)
    assert not (settings.home / "harbor" / "draft").exists()
    (earlier,) = [path.name for path in (settings.corpus / "harbor" / "versions").iterdir() if path.is_dir()]
    asked = open_bot(settings, f"harbor/versions/{earlier}").ask("how long do you keep my IP address")
    assert asked.citations[0].quote == "We keep your IP address for 30 days."
    assert asked.policy_version.version == earlier


def test_a_run_that_is_killed_between_the_index_and_the_folder_leaves_the_old_version(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert quote(settings) == "We keep your IP address for 30 days."

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("bot.publishing.switch", killed)
        with pytest.raises(KeyboardInterrupt):
            publish("harbor", settings, TODAY)
    assert quote(settings) == "We keep your IP address for 30 days."
    publish("harbor", settings, TODAY)
    assert quote(settings) == "We keep your IP address for 90 days."


def test_a_draft_with_something_missing_is_refused_unless_the_owner_insists(settings: Settings) -> None:
    home = settings.corpus / "harbor"
    answer = (
        f'[[answers]]\ntopics = ["{TOPIC}"]\nverdict = "stated"\nreviewed = 2026-01-01\ncite = ["We sell nothing."]\n'
    )
    text = '[answers.text]\nen = "Harbor does not sell anything."\n'
    (home / "answers.toml").write_text(answer + text, encoding="utf-8")
    (home / "wording.toml").write_text('[en]\noff_topic = "No."\n', encoding="utf-8")
    question = {"question": "q", "kind": "answerable", "evidence": ["We sell nothing."]}
    (home / "questions.jsonl").write_text(json.dumps(question) + "\n", encoding="utf-8")
    place = draft(settings, NEW.replace("We sell nothing.", "We sell maps."))
    (place / "wording.toml").unlink()
    manifest = (place / "manifest.toml").read_text(encoding="utf-8")
    contact = '[[contacts]]\nrole = "email"\nname = "us@harbor.example"\nchecked = 2020-01-01\n'
    (place / "manifest.toml").write_text(manifest + contact, encoding="utf-8")
    with pytest.raises(AskPolicyError) as refused:
        publish("harbor", settings, TODAY)
    message = str(refused.value)
    assert "Questions and caveats that are left out: 1. Write what you still need where" in message
    assert f"Topics that had a reviewed answer and have none now: 1. Review {TOPIC}" in message
    assert "was last checked on 2020-01-01" in message
    assert "wording.toml lacks texts that the version in use has: add en.answers.off_topic" in message
    assert "askpolicy studio harbor/draft" in message
    assert "askpolicy publish harbor --anyway" in message
    assert quote(settings) == "We keep your IP address for 30 days."
    done = publish("harbor", settings, TODAY, anyway=True)
    assert len(done.accepted) == 4
    assert quote(settings) == "We keep your IP address for 90 days."
    assert not (home / "unplaced.toml").exists()


def test_a_language_that_reviewed_answers_had_is_missed(settings: Settings) -> None:
    from bot.policies.folder import load_policy_folder

    home = settings.corpus / "harbor"
    answer = (
        f'[[answers]]\ntopics = ["{TOPIC}"]\nverdict = "stated"\nreviewed = 2026-01-01\ncite = ["We sell nothing."]\n'
    )
    english = '[answers.text]\nen = "Harbor sells nothing."\n'
    (home / "answers.toml").write_text(f'{answer}{english}es = "Harbor no vende nada."\n', encoding="utf-8")
    place = draft(settings)
    (place / "answers.toml").write_text(answer + english, encoding="utf-8")
    current, new = (load_policy_folder(str(each), settings.corpus) for each in (home, place))
    assert list(missing(new, current, TODAY)) == ["Reviewed answers without a text in Spanish: 1. Add it."]


def test_a_text_that_was_changed_by_hand_can_be_rolled_back(settings: Settings) -> None:
    publish("harbor", settings, TODAY)
    home = settings.corpus / "harbor"
    by_hand = NEW.replace("90 days", "a year")
    (home / "policy.md").write_text(by_hand, encoding="utf-8")
    manifest = (home / "manifest.toml").read_text(encoding="utf-8")
    old, new = (hashlib.sha256(text.encode()).hexdigest() for text in (NEW, by_hand))
    (home / "manifest.toml").write_text(manifest.replace(old, new), encoding="utf-8")
    assert "30 days" in rollback("harbor", settings, TODAY).policy.text  # what was overwritten is lost
    assert "a year" in rollback("harbor", settings, TODAY, forward=True).policy.text


def test_check_finds_a_damaged_or_missing_version(settings: Settings) -> None:
    publish("harbor", settings, TODAY)
    texts = [finding.text for finding in check(lambda: settings, None)]
    assert "Other versions of the policy, kept and intact: 1." in texts
    (kept,) = (settings.corpus / "harbor" / "versions").glob("*/as-read.txt")
    kept.write_text(kept.read_text("utf-8").replace("30 days", "60 days"), encoding="utf-8")
    *_, last = check(lambda: settings, None)
    assert not last.good
    assert f"{kept} is not the text of version {kept.parent.name}" in last.text
    shutil.rmtree(kept.parent)
    assert "Note: versions in the history that are not kept: 1." in [
        finding.text for finding in check(lambda: settings, None)
    ]
