"""Earlier versions and drafts over HTTP, and a switch of versions under load. One server for all."""

from __future__ import annotations

import datetime
import hashlib
import signal
import threading
from collections.abc import Iterator

import httpx
import pytest

from bot import load_settings, open_bot
from bot.policies.migrate import NewText, migrate
from bot.policies.switching import changing, put_draft
from bot.publishing import publish
from bot.settings import Settings
from bot.types import AskPolicyError
from tests.support.running import Running, serving, wait_for

FIRST = "# Harbor privacy policy\n\nUpdated: May 1, 2024\n\nWe keep your IP address for 30 days. We sell nothing."
SECOND = FIRST.replace("30 days", "60 days").replace("May 1, 2024", "June 2, 2025")
THIRD = FIRST.replace("30 days", "90 days").replace("May 1, 2024", "July 3, 2026")
TOKEN = "a-token-of-24-characters"  # noqa: S105
QUESTION = {"question": "How long do you keep my IP address?"}
TODAY = datetime.date(2026, 8, 1)


def version(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def draft(settings: Settings, text: str) -> None:
    home = settings.corpus / "harbor"
    with changing(home):
        migrate("harbor", settings.corpus, NewText(text.encode(), ".md"), home / ".draft-new")
        put_draft(home, home / ".draft-new")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with a policy in its second version, and a third one as its draft."""
    folder = tmp_path_factory.mktemp("versions")
    home = folder / "corpus" / "harbor"
    home.mkdir(parents=True)
    (home / "policy.md").write_text(FIRST, encoding="utf-8")
    digest = hashlib.sha256(FIRST.encode()).hexdigest()
    (home / "manifest.toml").write_text(f'id = "harbor"\ntext = "policy.md"\nsha256 = "{digest}"\n', encoding="utf-8")
    settings = load_settings(home=folder / "home", corpus=folder / "corpus", policy="harbor")
    draft(settings, SECOND)
    publish("harbor", settings, TODAY)
    draft(settings, THIRD)
    return settings


@pytest.fixture(scope="module")
def running(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    given = {"HOME": str(settings.home), "CORPUS": str(settings.corpus), "POLICY": "harbor"}
    limits = {"SERVE__QUESTIONS_PER_MINUTE": 0, "SERVE__DRAFT_TOKEN": TOKEN}
    with serving(tmp_path_factory.mktemp("served") / "log", workers=2, **given, **limits) as running:
        running.wait_until_ready(4)  # each worker is ready for visitors, and for the draft
        yield running


@pytest.fixture
def client(running: Running) -> Iterator[httpx.Client]:
    with running.client() as http:
        yield http


def test_an_old_citation_leads_to_the_text_that_it_quoted(client: httpx.Client, settings: Settings) -> None:
    earlier = open_bot(settings, f"harbor/versions/{version(FIRST)}").ask(QUESTION["question"])
    (cited,) = earlier.citations
    shown = client.get("/v1/policies/harbor", params={"version": earlier.policy_version.version}).json()
    sentences = [each for section in shown["sections"] for each in section["sentences"]]
    assert {"start": cited.start, "end": cited.end, "text": cited.quote} in [
        {key: each[key] for key in ("start", "end", "text")} for each in sentences
    ]
    assert (shown["version"], shown["updated"]) == (version(FIRST), "2024-05-01")
    now = client.get("/v1/policies/harbor").json()
    assert now["version"] == version(SECOND)
    assert client.get("/v1/policies/harbor", params={"version": version(SECOND)}).json() == now
    assert [(each["version"], each["since"]) for each in now["versions"]] == [
        (version(FIRST), None),
        (version(SECOND), "2026-08-01"),
    ]


@pytest.mark.parametrize("unknown", ["0" * 12, "", "../..", version(THIRD), "x" * 500])
def test_an_unknown_version_is_not_found(client: httpx.Client, unknown: str) -> None:
    for path in ("/v1/policies/harbor", "/policy"):
        response = client.get(path, params={"version": unknown})
        assert response.status_code == 404
    problem = client.get("/v1/policies/harbor", params={"version": unknown}).json()
    assert problem["detail"].startswith("There is no such version of this policy")


def test_the_page_of_the_policy_shows_an_earlier_version(client: httpx.Client) -> None:
    page = client.get("/policy", params={"version": version(FIRST), "language": "es"}).text
    assert "We keep your IP address for 30 days." in page
    assert "Esta es una versión anterior de la política." in page
    page = client.get("/policy").text
    assert "We keep your IP address for 60 days." in page
    assert "earlier version" not in page


def test_a_draft_is_served_to_whoever_knows_the_token(client: httpx.Client) -> None:
    answer = client.post(f"/draft/{TOKEN}/v1/answers", json=QUESTION).json()
    assert answer["citations"][0]["quote"] == "We keep your IP address for 90 days."
    page = client.post(f"/draft/{TOKEN}/ask", data=QUESTION).text
    assert "90 days" in page
    assert f"/draft/{TOKEN}" not in page  # its links are relative, so they stay below the token
    assert client.get(f"/draft/{TOKEN}/").status_code == 200
    feedback = {"answer_id": answer["id"], "policy": "harbor", "outcome": "answered", "helpful": True}
    assert client.post(f"/draft/{TOKEN}/v1/feedback", json=feedback).status_code == 404


@pytest.mark.parametrize(
    "path", ["/draft/{}/", "/draft/{}/v1/policies", "/draft/{}/demo/", "/draft/{}/metrics", "/draft/{}"]
)
@pytest.mark.parametrize("token", ["", "wrong", TOKEN[:-1], TOKEN + "x", TOKEN.upper()])
def test_nobody_else_gets_a_draft(client: httpx.Client, path: str, token: str) -> None:
    assert client.get(path.format(token)).status_code == 404


def test_visitors_never_get_a_draft(client: httpx.Client, running: Running) -> None:
    assert "60 days" in client.post("/v1/answers", json=QUESTION).text
    assert [each["version"] for each in client.get("/v1/policies").json()["policies"]] == [version(SECOND)]
    assert client.get("/v1/policies/draft").status_code == 404
    assert client.get(f"/draft/{TOKEN}/metrics").status_code == 404
    assert TOKEN not in running.log.read_text()


@pytest.mark.security
def test_a_version_is_switched_without_a_lost_request(running: Running, settings: Settings) -> None:
    """Last: it changes what the others ask for."""
    stop, wrong, seen = threading.Event(), [], set()

    def ask() -> None:
        with running.client() as http:
            while not stop.is_set():
                try:
                    answer = http.post("/v1/answers", json=QUESTION).json()
                    quote, named = answer["citations"][0]["quote"], answer["policy"]["version"]
                except (httpx.TransportError, LookupError, ValueError) as error:
                    wrong.append(repr(error))
                    continue
                seen.add((named, quote))
                stop.wait(0.01)

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    try:
        publish("harbor", settings, TODAY)
        running.process.send_signal(signal.SIGHUP)
        wait_for(lambda: running.logged("Reloaded"))
        wait_for(lambda: any(named == version(THIRD) for named, _ in seen))
    finally:
        stop.set()
        for asker in askers:
            asker.join()
    assert wrong == []
    assert seen == {
        (version(SECOND), "We keep your IP address for 60 days."),
        (version(THIRD), "We keep your IP address for 90 days."),
    }
    with running.client() as http:
        changed = http.post("/v1/answers", json={"question": "What changed in this policy?"}).json()
        assert "changed on July 3, 2026" in changed["opening"]
        assert http.get(f"/draft/{TOKEN}/").status_code == 404  # there is no draft any more


def test_a_token_that_can_be_guessed_is_refused() -> None:
    with pytest.raises(AskPolicyError, match=r"serve\.draft_token"):
        load_settings(serve={"draft_token": "short"})
