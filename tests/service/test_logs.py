"""Logs and metrics: what they contain, and that they contain nothing about a visitor."""

from __future__ import annotations

import json
import logging
import sys

import httpx

from bot.service.logs import JsonFormatter
from tests.support.running import Running, wait_for

CANARIES = ("canary-4711", "078-05-1120", "127.0.0.1", "canary-browser")


def test_logs_contain_no_words_and_no_address_of_a_visitor(running: Running, client: httpx.Client) -> None:
    question = "canary-4711: my SSN is 078-05-1120"
    headers = {"User-Agent": "canary-browser", "Referer": "https://canary-4711.example/"}
    responses = [
        client.post("/v1/answers", json={"question": question, "history": [question]}, headers=headers),
        client.post("/v1/answers", json={"question": question}, headers={**headers, "Accept": "text/event-stream"}),
        client.post("/v1/answers", json={"question": question, "canary-4711": 1}, headers=headers),
        client.post("/v1/answers", content=question, headers={**headers, "Content-Type": "application/json"}),
        client.get("/ask", params={"question": question}, headers=headers),
        client.post("/ask", data={"question": question, "canary-4711": question}, headers=headers),
        client.get(f"/{CANARIES[0]}", headers=headers),
        client.get(f"/v1/policies/{CANARIES[0]}", headers=headers),
        client.request("CANARY-4711", "/"),
        client.get("/healthz", headers={"Host": "canary-4711 x"}),
    ]
    last = responses[-1].headers["x-request-id"]
    wait_for(lambda: last in running.log.read_text())
    written = running.log.read_text() + client.get("/metrics").text
    assert [canary for canary in CANARIES if canary.lower() in written.lower()] == []


def test_a_log_line_records_the_outcome_of_a_question(running: Running, client: httpx.Client) -> None:
    for headers in ({}, {"Accept": "text/event-stream"}):
        body = {"question": "What is the capital of France? I am a@example.org"}
        response = client.post("/v1/answers", json=body, headers=headers)
        identity = response.headers["x-request-id"]
        wait_for(lambda identity=identity: identity in running.log.read_text())
        lines = [json.loads(line) for line in running.log.read_text().splitlines()]
        (line,) = [line for line in lines if line.get("request_id") == identity]
        assert line["route"] == "/v1/answers"
        assert line["status"] == 200
        assert line["outcome"] == "off_topic"
        assert line["warnings"] == ["personal_data"]


def test_exceptions_are_logged_without_their_messages() -> None:
    try:
        raise ValueError("what a visitor typed")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "It failed.", None, sys.exc_info())
    line = json.loads(JsonFormatter().format(record))
    assert line["error"] == "ValueError"
    assert line["at"][-1].startswith("test_logs.py:")
    assert "typed" not in str(line)


def test_metrics_add_up_all_workers(client: httpx.Client, running: Running) -> None:
    def counted() -> float:
        (line,) = [
            line
            for line in client.get("/metrics").text.splitlines()
            if line.startswith("askpolicy_questions_total") and 'outcome="small_talk"' in line
        ] or ["x 0"]
        return float(line.split()[-1])

    before = counted()
    for _ in range(8):  # new connections, so that both workers get requests
        with running.client() as other:
            other.post("/v1/answers", json={"question": "Hello"})
    assert counted() == before + 8
    text = client.get("/metrics").text
    for name in ("answer_seconds_bucket", "http_requests_total", "http_request_seconds_count", "warnings_total"):
        assert f"askpolicy_{name}" in text
