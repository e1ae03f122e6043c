"""Many policies in one service: chosen by body, path or host name; loaded and unloaded all the time; never mixed up."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from bot.settings import Settings
from bot.usage.sqlite import SqliteStore
from tests.support.policies import QUESTIONS, expected, index_all, policy_text, write_policy
from tests.support.running import Running, assert_problem, serving, wait_for

NAMES = ("alder", "birch", "cedar", "dogwood", "elm", "fir")
WAYS = ("body", "path", "host")
SITE, OWN_SITE = "https://www.example.org", "https://www.birch.example"
CONTACT = """[[contacts]]
role = "policy_questions"
name = "the birch help desk"
url = "https://birch.example/help"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("many")


@pytest.fixture(scope="module")
def many(settings: Settings, folder: Path) -> Iterator[Running]:
    corpus, home = folder / "corpus", folder / "home"
    for name in NAMES:
        write_policy(corpus, name)
    write_policy(corpus, "birch", f'origins = ["{OWN_SITE}"]\n{CONTACT}', '[en.interface]\nheading = "Ask Birch"\n')
    index_all(settings.model_copy(update={"corpus": corpus, "home": home}), list(NAMES))
    for name, manifest in {"broken": 'id = "broken"\ntext = "policy.txt"\nsha256 = "0"\n', "worse": "id = "}.items():
        write_policy(corpus, name)
        (corpus / name / "manifest.toml").write_text(manifest)
    given = {
        "HOME": str(home),
        "CORPUS": str(corpus),
        "SERVE__POLICIES": "*",
        "SERVE__HOSTS": "cedar.example=cedar",
        "SERVE__ORIGINS": [SITE],
        "SERVE__QUESTIONS_PER_MINUTE": 0,
        # Room for the default policy and one other.
        "SERVE__MEMORY_MEGABYTES": 1,
        "FEEDBACK__PATH": str(folder / "feedback.sqlite"),
    }
    with serving(folder / "log", "--policy", "alder", **given) as running:
        yield running


@pytest.fixture
def client(many: Running) -> Iterator[httpx.Client]:
    with many.client() as http:
        yield http


class Asked(NamedTuple):
    name: str
    question: str
    way: str


def ask(client: httpx.Client, asked: Asked) -> httpx.Response:
    body, headers, path = {"question": asked.question}, {}, ""
    if asked.way == "body":
        body["policy"] = asked.name
    elif asked.way == "host" and asked.name == "cedar":
        headers["Host"] = "cedar.example:8000"
    elif asked.name != "alder" or asked.way == "path":
        path = f"/p/{asked.name}"
    return client.post(f"{path}/v1/answers", json=body, headers=headers)


@given(
    st.lists(
        st.builds(
            Asked, st.sampled_from(NAMES), st.sampled_from(list(QUESTIONS)), st.sampled_from(["body", "path", "host"])
        ),
        min_size=8,
        max_size=12,
    )
)
@examples(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_answer_never_comes_from_another_policy(client: httpx.Client, asked: list[Asked]) -> None:
    with ThreadPoolExecutor(4) as pool:
        for one, response in zip(asked, pool.map(lambda one: ask(client, one), asked), strict=True):
            answer = response.json()
            assert answer["policy"]["id"] == one.name
            assert answer["outcome"] == "answered"
            assert expected(one.name, one.question) in answer["text"]
            text = policy_text(one.name)
            for citation in (*answer["citations"], *answer["related"]):
                assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_policies_are_unloaded_to_make_room(client: httpx.Client) -> None:
    for name in NAMES * 2:
        assert ask(client, Asked(name, "Do you use cookies?", "path")).status_code == 200
    counts = client.get("/metrics").text
    assert 'askpolicy_policy_loads_total{result="unloaded"}' in counts


def test_a_cached_answer_is_not_given_for_another_policy(client: httpx.Client) -> None:
    question = "Do you sell my data?"
    for _ in range(2):
        for name in ("cedar", "birch"):
            assert expected(name, question) in ask(client, Asked(name, question, "host")).text


@pytest.mark.parametrize(
    ("path", "host"), [("/p/cedar", "127.0.0.1"), ("", "cedar.example"), ("/p/cedar", "Cedar.example")]
)
def test_the_pages_follow_the_address(client: httpx.Client, path: str, host: str) -> None:
    headers = {"Host": host}
    for page in ("/", "/ask", "/privacy"):
        shown = client.get(f"{path}{page}", headers=headers).text
        assert "Cedar Privacy Policy" in shown
        assert "Alder" not in shown
    starters = client.get(f"{path}/ask", headers=headers).text
    assert "What is the cedar cookie?" in starters
    answered = client.post(f"{path}/ask", data={"question": "How long do you keep my orders?"}, headers=headers).text
    assert expected("cedar", "How long do you keep my orders?") in answered
    (listed,) = client.get(f"{path}/v1/policies", headers=headers).json()["policies"]
    assert listed["id"] == "cedar"
    refused = client.post(f"{path}/v1/answers", json={"question": "Hello", "policy": "birch"}, headers=headers)
    assert_problem(refused, 404)
    assert client.get(f"{path}/v1/policies/birch", headers=headers).status_code == 404


def test_links_of_a_page_stay_with_its_policy(client: httpx.Client) -> None:
    page = client.get("/p/birch/ask").text
    assert 'action="./ask"' in page
    assert 'href="./static/page.css"' in page
    assert client.get("/p/birch/static/page.css").status_code == 200
    assert client.get("/p/birch/widget.js").status_code == 200
    redirect = client.get("/p/birch")
    assert redirect.status_code == 307
    assert redirect.next_request is not None
    assert redirect.next_request.url.path == "/p/birch/"


def test_a_policy_has_its_own_words_and_contacts(client: httpx.Client) -> None:
    assert "<h1>Ask Birch</h1>" in client.get("/p/birch/ask").text
    assert "Ask Birch" not in client.get("/p/elm/ask").text
    question = {"question": "Do you use facial recognition?"}
    assert "birch help desk" in client.post("/p/birch/v1/answers", json=question).text
    assert "help desk" not in client.post("/p/elm/v1/answers", json=question).text


def test_an_unknown_policy_is_not_found(client: httpx.Client) -> None:
    for response in (
        client.post("/p/oak/v1/answers", json={"question": "Hello"}),
        client.post("/v1/answers", json={"question": "Hello", "policy": "oak"}),
        client.get("/p/oak/"),
        client.get("/p/oak/v1/policies"),
        client.post("/p/elm/v1/answers", json={"question": "Hello"}, headers={"Host": "cedar.example"}),
    ):
        assert_problem(response, 404)


def test_counts_of_the_whole_service_are_at_one_address_only(client: httpx.Client) -> None:
    assert client.get("/p/birch/metrics").status_code == 404


@pytest.mark.parametrize("name", ["broken", "worse"])
def test_a_broken_policy_answers_503_and_the_others_go_on(many: Running, client: httpx.Client, name: str) -> None:
    for _ in range(3):
        for response in (
            client.post(f"/p/{name}/v1/answers", json={"question": "Hello"}),
            client.post("/v1/answers", json={"question": "Hello", "policy": name}),
            client.get(f"/v1/policies/{name}"),
        ):
            problem = assert_problem(response, 503)
            assert "retry-after" in response.headers
            assert str(many.log.parent) not in problem["detail"]
        page = client.get(f"/p/{name}/", headers={"Accept": "text/html"})
        assert page.status_code == 503
    assert client.get("/readyz").json() == {"status": "ready"}
    assert ask(client, Asked("fir", "Do you use cookies?", "path")).status_code == 200
    (line,) = many.logged(f"The policy '{name}' cannot be served")
    assert "manifest" in line["message"]
    assert name not in {listed["id"] for listed in client.get("/v1/policies").json()["policies"]}


def test_the_list_needs_no_policy_in_memory(client: httpx.Client) -> None:
    listed = client.get("/v1/policies").json()["policies"]
    assert [policy["id"] for policy in listed] == list(NAMES)
    for policy in listed:
        whole = client.get(f"/v1/policies/{policy['id']}").json()
        assert policy.items() <= whole.items()


@pytest.mark.parametrize(
    ("origin", "path", "status"),
    [
        (SITE, "", 200),
        (SITE, "/p/birch", 200),
        (OWN_SITE, "/p/birch", 200),
        (OWN_SITE, "/p/elm", 403),
        (OWN_SITE, "", 403),
        ("https://evil.example", "/p/birch", 403),
    ],
)
def test_a_site_may_ask_about_its_own_policy_only(client: httpx.Client, origin: str, path: str, status: int) -> None:
    headers = {"Origin": origin}
    response = client.post(f"{path}/v1/answers", json={"question": "Hello"}, headers=headers)
    assert response.status_code == status
    assert (response.headers.get("access-control-allow-origin") == origin) == (status == 200 or path == "")
    preflight = client.options(f"{path}/v1/answers", headers={**headers, "Access-Control-Request-Method": "POST"})
    assert (preflight.status_code == 200) == (status == 200 or (origin == OWN_SITE and path == ""))


def test_a_named_policy_decides_which_sites_may_ask(client: httpx.Client) -> None:
    headers = {"Origin": OWN_SITE}
    asked = {"question": "Do you use cookies?", "policy": "birch"}
    assert client.post("/v1/answers", json=asked, headers=headers).status_code == 200
    assert client.get("/v1/policies/birch", headers=headers).status_code == 200
    assert client.get("/widget.js", headers=headers).status_code == 200
    assert_problem(client.post("/v1/answers", json={**asked, "policy": "elm"}, headers=headers), 403)
    assert_problem(client.get("/v1/policies/elm", headers=headers), 403)


def test_only_its_own_sites_may_frame_a_page(client: httpx.Client) -> None:
    for path, sites in (("/p/birch/ask", f"{SITE} {OWN_SITE}"), ("/p/elm/ask", SITE)):
        assert client.get(path).headers["content-security-policy"].endswith(f"frame-ancestors 'self' {sites}")


def test_feedback_goes_to_the_policy_of_the_answer(client: httpx.Client, folder: Path) -> None:
    given = {"outcome": "answered", "helpful": True}
    ids = {"fir": "f" * 32, "elm": "e" * 32}
    for policy, id in ids.items():
        sent = client.post(f"/p/{policy}/v1/feedback", json={**given, "policy": policy, "answer_id": id})
        assert sent.status_code == 201
    wrong = client.post("/p/fir/v1/feedback", json={**given, "policy": "elm", "answer_id": "a" * 32})
    assert_problem(wrong, 404)
    with closing(SqliteStore(folder / "feedback.sqlite", 90)) as store:
        assert {kept.policy for kept in store.feedback(date.min)} == set(ids)


@pytest.mark.thorough
def test_the_demo_follows_the_address(many: Running, folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("gradio", reason="the demo needs gradio: pip install 'askpolicy[demo]'")
    given = {
        "HOME": str(folder / "home"),
        "CORPUS": str(folder / "corpus"),
        "SERVE__POLICIES": "*",
        "SERVE__HOSTS": "cedar.example=cedar",
        "SERVE__DEMO": True,
    }
    with serving(tmp_path / "log", "--policy", "alder", **given) as running, running.client() as client:
        wait_for(lambda: client.get("/demo/").status_code == 200)
        addresses = {
            "alder": ("/demo/", "127.0.0.1"),
            "birch": ("/p/birch/demo/", "127.0.0.1"),
            "cedar": ("/demo/", "cedar.example"),
        }
        for _ in range(2):
            for name, (path, host) in addresses.items():
                page = client.get(path, headers={"Host": host})
                assert f"{name.capitalize()} Privacy Policy" in page.text
                assert (OWN_SITE in page.headers["content-security-policy"]) == (name == "birch")
        assert client.get("/p/broken/demo/").status_code == 503
