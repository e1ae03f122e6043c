"""Which policies a service offers, and what chooses one of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.service.chosen import CHOSEN, choose_by_path
from bot.service.offers import Offers
from bot.settings import Settings, load_settings
from bot.types import AskPolicyError
from tests.support.policies import write_policy


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for name in ("alder", "birch", "more/cedar"):
        write_policy(tmp_path / "corpus", name)
    (tmp_path / "corpus/more/cedar/manifest.toml").write_text('id = "cedar"\ntext = "policy.txt"\nsha256 = "0"\n')
    return tmp_path / "corpus"


def settings(corpus: Path, *policies: str, **serve: object) -> Settings:
    return load_settings(corpus=corpus, policy="birch", serve={"policies": list(policies), **serve})


def ids(corpus: Path, *policies: str) -> list[str]:
    return [offer.id for offer in Offers(settings(corpus, *policies))]


def test_one_policy_needs_no_list(corpus: Path) -> None:
    assert ids(corpus) == ["birch"]


def test_a_pattern_stands_for_folders_and_the_default_policy_comes_first(corpus: Path) -> None:
    assert ids(corpus, "*") == ["birch", "alder"]
    assert ids(corpus, "*", "more/*", "alder") == ["birch", "alder", "cedar"]
    assert ids(corpus, f"{corpus}/more/*") == ["birch", "cedar"]
    assert ids(corpus, f"{corpus}/birch") == ["birch"]


def test_a_single_file_has_the_id_of_its_name(corpus: Path) -> None:
    (corpus.parent / "My Policy.txt").write_text("Oak Privacy Policy\n\nWe keep nothing.\n")
    assert ids(corpus, str(corpus.parent / "My Policy.txt")) == ["birch", "my-policy"]


def test_a_broken_manifest_concerns_its_policy_only(corpus: Path) -> None:
    (corpus / "alder/manifest.toml").write_text("id = ")
    offers = Offers(settings(corpus, "*", "nowhere"))
    problems = {offer.id: offer.problem for offer in offers}
    assert problems["birch"] is None
    assert "manifest.toml is not TOML" in str(problems["alder"])
    assert "There is no policy 'nowhere'" in str(problems["nowhere"])


@pytest.mark.parametrize(
    ("policies", "hosts", "words"),
    [
        (["none/*"], {}, "No policy folder fits 'none/\\*'"),
        (["*"], {"a.example": "cedar"}, "serve.hosts gives a.example the policy 'cedar', which is not served"),
        (["twin"], {}, "Two policies have the id 'birch', birch and twin"),
    ],
)
def test_what_does_not_fit_is_refused(corpus: Path, policies: list[str], hosts: dict[str, str], words: str) -> None:
    write_policy(corpus, "twin")
    (corpus / "twin/manifest.toml").write_text('id = "birch"\ntext = "policy.txt"\nsha256 = "0"\n')
    with pytest.raises(AskPolicyError, match=words):
        Offers(settings(corpus, *([] if policies == ["*"] else policies), hosts=hosts))


def test_a_host_name_chooses_a_policy_whatever_its_case_and_port(corpus: Path) -> None:
    offers = Offers(settings(corpus, "more/cedar", hosts={"Chat.Example.org": "more/cedar"}))
    for host in ("chat.example.org", "CHAT.example.org:8000", "chat.example.org."):
        assert offers.of_host(host) == "cedar"
    for host in ("", "example.org", "chat.example.org.evil.example", "[::1]:80", "chat.example.org:x"):
        assert offers.of_host(host) is None


@pytest.mark.parametrize("hosts", ['{"a.example": "b"}', "a.example=b", "a.example=b,"])
def test_host_names_may_be_one_string(corpus: Path, hosts: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKPOLICY_SERVE__HOSTS", hosts)
    assert load_settings().serve.hosts == {"a.example": "b"}


@pytest.mark.parametrize("hosts", ["{", "a.example", "https://a.example=b", "a.example:80=b", "=b", "a/b=c"])
def test_what_is_no_host_name_is_refused(hosts: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKPOLICY_SERVE__HOSTS", hosts)
    with pytest.raises(AskPolicyError, match=r"serve\.hosts"):
        load_settings()


def chosen(path: str, raw: str | None = None) -> tuple[str, str, str | None]:
    scope = choose_by_path({"type": "http", "path": path, "raw_path": (raw or path).encode()})
    return scope["path"], scope["raw_path"].decode(), scope.get(CHOSEN)


@pytest.mark.parametrize(
    ("path", "rest", "id"),
    [
        ("/p/birch/", "/", "birch"),
        ("/p/birch/v1/answers", "/v1/answers", "birch"),
        ("/p/birch/p/alder/ask", "/p/alder/ask", "birch"),
        ("/p/birch", "/p/birch", None),
        ("/p/Birch/", "/p/Birch/", None),
        ("/p/../ask", "/p/../ask", None),
        ("/p//ask", "/p//ask", None),
        ("/p/birch/metrics", "/p/birch/metrics", None),
        ("/ask", "/ask", None),
    ],
)
def test_a_path_chooses_a_policy_once(path: str, rest: str, id: str | None) -> None:
    assert chosen(path) == (rest, rest, id)


def test_an_encoded_path_is_the_same_path() -> None:
    assert chosen("/p/birch/a b", "/p/%62irch/a%20b") == ("/a b", "/a%20b", "birch")


@given(st.text(), st.text())
def test_no_path_is_an_error(path: str, raw: str) -> None:
    choose_by_path({"type": "http", "path": f"/p/birch/{path}", "raw_path": raw.encode("utf-8", "replace")})
