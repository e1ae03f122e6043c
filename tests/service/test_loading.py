"""A policy is loaded from the owner's files once, and from its private copy from then on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.service.content import Content
from bot.service.loading import Loader, reason_of
from bot.service.offers import Offers
from bot.settings import Settings
from bot.types import AskPolicyError
from tests.support.policies import expected, index_all, write_policy

QUESTION = "How long do you keep my orders?"


@pytest.fixture(scope="module")
def whole(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    for name in ("alder", "birch"):
        write_policy(folder / "corpus", name, f'origins = ["https://{name}.example"]\n')
    places = {"corpus": folder / "corpus", "home": folder / "home"}
    index_all(settings.model_copy(update=places), ["alder", "birch"])
    return folder


@pytest.fixture
def served(whole: Path, settings: Settings, tmp_path: Path) -> Settings:
    """Two policies in folders of their own, for one test to damage."""
    for name in ("corpus", "home"):
        shutil.copytree(whole / name, tmp_path / name)
    shutil.copytree(settings.model, tmp_path / "model")
    serve = settings.serve.model_copy(update={"policies": ("birch",)})
    places = {name: tmp_path / name for name in ("corpus", "home")}
    return settings.model_copy(update={**places, "model": str(tmp_path / "model"), "policy": "alder", "serve": serve})


@pytest.fixture
def content(tmp_path: Path) -> Content:
    (tmp_path / "content").mkdir()
    return Content(tmp_path / "content")


def answers(settings: Settings, content: Content, offers: Offers) -> bool:
    """Return whether the default policy answers in a new worker."""
    served = Loader(settings, content).load(offers.default, or_before=False)
    return expected("alder", QUESTION) in served.bot.ask(QUESTION).text


def test_a_copy_answers_after_everything_else_is_gone(served: Settings, content: Content) -> None:
    offers = Offers(served)
    first = Loader(served, content).load(offers.default, or_before=False)
    for folder in (served.corpus, served.home, Path(served.model)):
        shutil.rmtree(folder)
    again = Loader(served, content).load(offers.default, or_before=False)
    assert again.bot.ask(QUESTION).citations == first.bot.ask(QUESTION).citations
    assert again.policy == first.policy
    assert (again.starters, again.origins) == (first.starters, first.origins)
    assert again.origins == ("https://alder.example",)
    assert again.bot.bundle.embedder.id == first.bot.bundle.embedder.id


def test_a_copy_is_not_changed_by_new_files(served: Settings, content: Content) -> None:
    offers = Offers(served)
    Loader(served, content).load(offers.default, or_before=False)
    write_policy(served.corpus, "alder", 'title = "Another title"\n')
    assert Loader(served, content).load(offers.default, or_before=False).policy.title == "Alder Privacy Policy"


@pytest.mark.parametrize("damage", ["CURRENT", "policy.txt", "questions.faiss", "everything"])
def test_a_damaged_copy_is_made_again(served: Settings, content: Content, damage: str) -> None:
    offers = Offers(served)
    Loader(served, content).load(offers.default, or_before=False)
    copy = content.copy_of("alder")
    if damage == "everything":
        shutil.rmtree(content.folder)
        content.folder.mkdir()
    else:
        next(copy.rglob(damage)).write_bytes(b"damaged")
    assert (
        expected("alder", QUESTION)
        in Loader(served, content).load(offers.default, or_before=False).bot.ask(QUESTION).text
    )
    shutil.rmtree(served.corpus)
    assert (
        expected("alder", QUESTION)
        in Loader(served, content).load(offers.default, or_before=False).bot.ask(QUESTION).text
    )


def test_a_damaged_copy_of_the_encoder_is_not_used(served: Settings, content: Content) -> None:
    offers = Offers(served)
    Loader(served, content).load(offers.default, or_before=False)
    (content.folder / ".encoder/tokenizer.json").write_bytes(b"{}")
    assert content.encoder(1) is None
    Loader(served, content).load(offers.default, or_before=False)
    assert content.encoder(1) is not None


def test_without_room_for_copies_policies_are_served_without_them(served: Settings, content: Content) -> None:
    offers = Offers(served)
    for name in ("alder", ".encoder"):
        (content.folder / name).symlink_to("/proc/nowhere")
    assert (
        expected("alder", QUESTION)
        in Loader(served, content).load(offers.default, or_before=False).bot.ask(QUESTION).text
    )


def test_a_reload_keeps_the_old_content_of_a_broken_policy(served: Settings, content: Content, tmp_path: Path) -> None:
    offers = Offers(served)
    for offer in offers:
        Loader(served, content).load(offer, or_before=False)
    (served.corpus / "birch/wording.toml").write_text("[en]\nno_such_text = 'x'\n")
    new = content.next(tmp_path / "next")
    assert new.copied_before() == ["alder", "birch"]
    stale: list[tuple[str, str]] = []
    loader = Loader(served, new, lambda id, why: stale.append((id, why)))
    for offer in offers:
        assert expected(offer.id, QUESTION) in loader.load(offer, or_before=True).bot.ask(QUESTION).text
    assert [id for id, _ in stale] == ["birch"]
    assert "wording.toml" in stale[0][1]
    with pytest.raises(AskPolicyError, match=r"wording\.toml"):
        Loader(served, content.next(tmp_path / "strict")).load(list(offers)[1], or_before=False)


def test_a_reload_builds_no_index(served: Settings, content: Content, tmp_path: Path) -> None:
    shutil.rmtree(served.home / "alder")
    with pytest.raises(AskPolicyError, match="build it with `askpolicy index`"):
        Loader(served, content.next(tmp_path / "next")).load(Offers(served).default, or_before=False)
    Loader(served, content).load(Offers(served).default, or_before=False)
    assert (served.home / "alder/CURRENT").exists()


def test_what_was_not_asked_for_since_a_reload_is_kept_for_the_next(tmp_path: Path) -> None:
    (tmp_path / "0").mkdir()
    loads = [Content(tmp_path / "0")]
    for number in (1, 2, 3):
        loads.append(loads[-1].next(tmp_path / str(number)))
    for content, names in zip(loads, (["a", "b"], ["b"], ["c"], []), strict=True):
        for name in names:
            content.copy_of(name).mkdir()
            (content.copy_of(name) / "CURRENT").write_text(content.folder.name)
    for content in loads[1:3]:
        content.settle()
    assert not (tmp_path / "0").exists()
    assert not (tmp_path / "1").exists()
    assert loads[3].copied_before() == ["a", "b", "c"]
    assert {name: (tmp_path / "2" / name / "CURRENT").read_text() for name in "abc"} == {"a": "0", "b": "1", "c": "2"}


def test_an_error_says_which_file_cannot_be_read() -> None:
    words = reason_of(PermissionError(13, "Permission denied", "/srv/policies"))
    assert words == "/srv/policies cannot be read (Permission denied): let the user who runs the service read it."


def test_an_unexpected_error_does_not_tell_its_message() -> None:
    with pytest.raises(ValueError, match="typed") as caught:
        raise ValueError("what a visitor typed")
    words = reason_of(caught.value)
    assert "typed" not in words
    assert "ValueError in test_loading.py" in words
