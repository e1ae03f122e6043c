"""The JSON interface, as a program uses it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bot.pipeline import Bot
from bot.settings import Settings
from bot.types import Outcome
from bot.usage.opening import open_store
from bot.usage.values import today
from tests.support.running import assert_problem, wait_for

VERDICT = {"answer_id": "ab" * 16, "policy": "massgov", "outcome": "answered", "helpful": True}
CANARY = "canary-4711"


def ask(client: httpx.Client, **body: Any) -> dict[str, Any]:
    response = client.post("/v1/answers", json=body)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def test_the_answer_equals_the_bots(client: httpx.Client, bot: Bot) -> None:
    answer = ask(client, question="Do you sell my data?")
    expected = bot.ask("Do you sell my data?").to_json()
    assert {name: answer[name] for name in expected if name != "seconds"} == {
        name: value for name, value in expected.items() if name != "seconds"
    }
    assert answer["outcome"] == "answered"
    assert answer.keys() - expected.keys() == {"id", "next_steps"}


def test_each_answer_has_its_own_id(client: httpx.Client) -> None:
    ids = {ask(client, question="Do you sell my data?")["id"] for _ in range(3)}
    assert len(ids) == 3


@pytest.mark.parametrize(
    ("question", "outcome", "roles"),
    [
        ("Do you use facial recognition?", "not_covered", ["policy_questions"]),
        ("How do I renew my driver's license?", "off_topic", ["search", "chatbot"]),
        ("Hello!", "small_talk", ["search", "chatbot"]),
        ("  ", "empty", []),
        ("why " * 600, "too_long", []),
        ("あなたは私のデータを売りますか", "unsupported_language", ["policy_questions"]),
    ],
)
def test_every_outcome_returns_an_answer(client: httpx.Client, question: str, outcome: str, roles: list[str]) -> None:
    answer = ask(client, question=question)
    assert answer["outcome"] == outcome
    assert [step["role"] for step in answer["next_steps"]] == roles
    assert answer["citations"] == []


def test_the_search_link_carries_the_cleaned_question(client: httpx.Client) -> None:
    answer = ask(client, question="How do I renew my driver's license? My SSN is 078-05-1120")
    assert answer["outcome"] == "off_topic"
    address = httpx.URL(answer["next_steps"][0]["url"])
    assert (address.scheme, address.host) == ("https", "search.mass.gov")
    assert address.params["q"].startswith("How do I renew my driver's license?")
    assert "078" not in str(address)
    assert "[" not in address.params["q"]
    # The greeting is nothing to search for.
    assert ask(client, question="Hello!")["next_steps"][0]["url"] == "https://www.search.mass.gov"


def test_earlier_questions_are_read(client: httpx.Client, bot: Bot) -> None:
    history = ["How long do you keep my IP address?"]
    answer = ask(client, question="and why?", history=history)
    assert answer["text"] == bot.ask("and why?", history).text


def test_fixed_texts_and_contacts_are_in_the_requested_language(client: httpx.Client) -> None:
    answer = ask(client, question="What is the weather?", language="es")
    assert answer["language"] == "es"
    assert answer["text"].startswith("Este chat")
    assert answer["next_steps"][1]["name"] == "el chatbot Ask MA, si está disponible"


def test_personal_data_is_not_returned(client: httpx.Client) -> None:
    answer = ask(client, question="My SSN is 078-05-1120, is it safe?")
    assert "078-05-1120" not in str(answer)
    assert answer["warnings"] == [{"code": "personal_data", "kinds": ["social_security_number"]}]


MALFORMED = {
    "not JSON": (f'{{"question": {CANARY}', 400),
    "nothing": ("", 415),
    "deep": ('{"question": ' + "[" * 50_000 + "]" * 50_000 + "}", 400),
    "a long number": ('{"question": ' + "1" * 5_000 + "}", 400),
    "not UTF-8": (b'{"question": "\xff"}', 400),
    "a list": (f'["{CANARY}"]', 422),
    "no question": ("{}", 422),
    "a number": ('{"question": 7}', 422),
    "not a number": ('{"question": NaN}', 422),
    "null": ('{"question": null}', 422),
    "a lone surrogate": (f'{{"question": "{CANARY} \\ud800"}}', 422),
    "an unknown field": (f'{{"question": "x", "{CANARY}": 1}}', 422),
    "an unknown language": (f'{{"question": "x", "language": "{CANARY}"}}', 422),
    "a history of numbers": ('{"question": "x", "history": [1]}', 422),
    "a long history": ('{"question": "x", "history": [' + '"x",' * 50 + '"x"]}', 422),
    "a very long question": ('{"question": "' + "x" * 20_001 + '"}', 422),
    "an unknown policy": (f'{{"question": "x", "policy": "{CANARY}"}}', 404),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_an_invalid_request_is_refused_without_repeating_it(client: httpx.Client, name: str) -> None:
    body, status = MALFORMED[name]
    headers = {"Content-Type": "application/json"} if body else {}
    response = client.post("/v1/answers", content=body, headers=headers)
    assert_problem(response, status)
    assert CANARY not in response.text + str(response.headers)


def test_a_body_is_refused_unless_declared_as_json(client: httpx.Client) -> None:
    # A page of another site may send text/plain without a preflight request.
    response = client.post("/v1/answers", content='{"question": "x"}', headers={"Content-Type": "text/plain"})
    assert_problem(response, 415)


def test_errors_point_to_fields_by_json_pointer(client: httpx.Client) -> None:
    problem = assert_problem(client.post("/v1/answers", json={"question": "x", "history": ["a", 1]}), 422)
    assert problem["errors"] == [{"pointer": "#/history/1", "detail": "This must be a string."}]


def test_control_characters_do_not_cause_a_failure(client: httpx.Client) -> None:
    assert ask(client, question="do you\0 sell\x1b my data?")["question"] == "do you sell my data?"


def test_policies_are_listed_and_shown_by_sentence(client: httpx.Client, bot: Bot) -> None:
    (listed,) = client.get("/v1/policies").json()["policies"]
    shown = client.get(f"/v1/policies/{listed['id']}").json()
    assert listed.items() <= shown.items()
    policy = bot.bundle.policy
    sentences = [sentence for section in shown["sections"] for sentence in section["sentences"]]
    assert [sentence["index"] for sentence in sentences] == list(range(len(policy.sentences)))
    assert all(policy.text[s["start"] : s["end"]] == s["text"] for s in sentences)
    assert len(shown["contacts"]) == 6
    assert shown["max_question_chars"] == 2_000


def test_each_starter_question_is_answered(client: httpx.Client) -> None:
    starters = client.get("/v1/policies/massgov").json()["starters"]
    assert len(starters) == 4
    assert {ask(client, question=starter)["outcome"] for starter in starters} == {"answered"}


def test_feedback_is_stored_before_it_is_acknowledged(client: httpx.Client, settings: Settings) -> None:
    response = client.post("/v1/feedback", json={**VERDICT, "helpful": False, "comment": "Call me: 617-555-0100"})
    assert response.status_code == 201
    store = open_store(settings)
    assert store is not None
    (kept,) = [verdict for verdict in store.feedback(today()) if verdict.answer_id == response.json()["id"]]
    store.close()
    assert not kept.helpful
    assert kept.comment is not None
    assert "617" not in kept.comment


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"policy": "none"}, 404),
        ({"outcome": "liked"}, 422),
        ({"outcome": "urgent"}, 422),
        ({"helpful": "yes"}, 422),
        ({"answer_id": "AB" * 16}, 422),
        ({"comment": "x" * 501}, 422),
        ({"reason": "boring"}, 422),
    ],
)
def test_invalid_feedback_is_refused(client: httpx.Client, change: dict[str, Any], status: int) -> None:
    assert_problem(client.post("/v1/feedback", json={**VERDICT, **change}), status)


def test_questions_are_counted_by_outcome(client: httpx.Client, settings: Settings) -> None:
    def counted() -> int:
        store = open_store(settings)
        assert store is not None
        rows = [c.number for c in store.counts(today()) if (c.outcome, c.language) == (Outcome.OFF_TOPIC, "ht")]
        store.close()
        return sum(rows)

    before = counted()
    ask(client, question="What is the weather?", language="ht")
    wait_for(lambda: counted() == before + 1)


def test_health_and_metrics(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}


def test_the_whole_interface_is_documented(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    assert document["paths"].keys() == {
        "/v1/answers",
        "/v1/feedback",
        "/v1/unanswered",
        "/v1/policies",
        "/v1/policies/{id}",
        "/healthz",
        "/readyz",
        "/metrics",
    }
    for path in document["paths"].values():
        for operation in path.values():
            assert operation["summary"]
            assert operation["description"]
            for status, response in operation["responses"].items():
                assert ("application/problem+json" in response.get("content", {})) == (status >= "400")
    assert document["components"]["schemas"]["AskIn"]["examples"]
