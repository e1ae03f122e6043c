"""Traces: what is recorded of each request, that no word of a visitor is, and that a dead collector disturbs nobody."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import opentelemetry.trace
import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.testclient import TestClient

import bot.answering.finding
from bot import tracing
from bot.answering.retrieve import retrieve
from bot.opening import index_policy, open_bot
from bot.service import pages, routes
from bot.service.app import create_app
from bot.service.policies import Policies
from bot.settings import TracingSettings, load_settings
from bot.types import AskPolicyError, Outcome
from tests.support.collector import collecting
from tests.support.running import serving, wait_for

# Words that only the visitor of these tests uses, in everything that a visitor sends.
WORD = "quokkaroo"
ADDRESS = "203.0.113.77"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
HEADERS = {
    "User-Agent": f"{WORD}-browser",
    "Referer": f"https://{WORD}.example/",
    "Cookie": f"a={WORD}",
    "Authorization": f"Bearer {WORD}",
    "X-Forwarded-For": ADDRESS,
    "Forwarded": f"for={ADDRESS}",
    "traceparent": f"00-{TRACE}-00f067aa0ba902b7-01",
    "tracestate": f"a={WORD}",
    "baggage": f"user={WORD}",
}
QUESTIONS = {
    Outcome.ANSWERED: f"do you sell my email address? I am {WORD}",
    Outcome.NOT_COVERED: "do you scan faces?",
    Outcome.OFF_TOPIC: f"what is the capital of {WORD}, and how do I bake bread there?",
    Outcome.SMALL_TALK: "hello",
    Outcome.URGENT: f"I want to kill myself, {WORD}",
    Outcome.EMPTY: " ",
    Outcome.TOO_LONG: f"{WORD} " * 400,
    Outcome.UNSUPPORTED_LANGUAGE: f"Продаёте ли вы мои персональные данные третьим лицам? {WORD}",
    Outcome.ERROR: f"will this break, {WORD}?",
}
PATHS = sorted({route.path for route in (*routes.router.routes, *pages.router.routes)})  # type: ignore[attr-defined]
STEPS = {"guard", "understand", "retrieve", "encode", "rank", "decide", "compose"}


class BrokenError(Exception):
    pass


@tracing.step("retrieve")
def breaking(asked: Any, *rest: Any) -> Any:
    if "break" in asked.question:
        raise BrokenError(asked.question)
    return retrieve(asked, *rest)


@dataclass(frozen=True)
class Traced:
    spans: tuple[ReadableSpan, ...]
    routes: frozenset[str]
    by_others: tuple[ReadableSpan, ...]

    @property
    def text(self) -> str:
        """Everything that is recorded, with the events, links, and states that `to_json` includes."""
        return "\n".join(span.to_json() for span in self.spans)

    def named(self, name: str) -> list[dict[str, Any]]:
        return [dict(span.attributes or {}) for span in self.spans if span.name == name]


@pytest.fixture(scope="module")
def traced(environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traced]:
    """Send every kind of request to every route of one application, and return its spans."""
    folder = tmp_path_factory.mktemp("traced")
    policy = folder / "harbour.txt"
    policy.write_text("Harbour Privacy Policy\n\nSharing\n\nWe never sell your e-mail address.\n", encoding="utf-8")
    exporter = InMemorySpanExporter()
    settings = load_settings(
        home=folder / "home",
        policy=str(policy),
        tracing=TracingSettings(url="http://127.0.0.1:9"),
        serve={"demo": False, "trusted_proxies": ["0.0.0.0/0"], "questions_per_minute": 0, "policies": ["massgov"]},
        feedback={"path": folder / "feedback.sqlite"},
    )
    open_bot(settings)  # builds the index
    index_policy("massgov", settings, reuse=environment / "home" / "massgov")
    by_others = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(by_others))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opentelemetry.trace, "get_tracer_provider", lambda: provider)
        patch.setattr(tracing, "_exporter", lambda _: exporter)
        patch.setattr(bot.answering.finding, "retrieve", breaking)
        app = create_app(settings)
        with TestClient(app, headers=HEADERS, client=(ADDRESS, 4711), raise_server_exceptions=False) as client:
            wait_for(lambda: client.get("/readyz").status_code == 200)
            send_everything(client)
            patch.setattr(Policies, "summaries", breaking_summaries)
            assert client.get("/v1/policies").status_code == 500
        yield Traced(exporter.get_finished_spans(), frozenset(PATHS), by_others.get_finished_spans())


def breaking_summaries(*_: object) -> None:
    raise BrokenError(WORD)


def send_everything(client: TestClient) -> None:
    for outcome, question in QUESTIONS.items():
        asked = {"question": question, "history": [f"and {WORD}?"]}
        answer = client.post("/v1/answers", json=asked).json()
        assert answer["outcome"] == outcome
        client.post("/v1/answers", json=asked, headers={"Accept": "text/event-stream"})
        client.post("/ask", data={"question": question})
        client.get("/ask", params={"question": question})
    verdict = {"answer_id": answer["id"], "policy": "harbour", "outcome": "answered"}
    assert client.post("/v1/feedback", json={**verdict, "helpful": False, "comment": WORD}).status_code == 201
    passed_on = {**verdict, "outcome": "not_covered", "question": WORD}
    assert client.post("/v1/unanswered", json=passed_on).status_code == 201
    client.post("/feedback", data={**verdict, "helpful": "no", "comment": WORD})
    client.post("/unanswered", data=passed_on)
    client.post("/v1/answers", json={"question": "do you use cookies?", "policy": "massgov"})
    for path in PATHS:
        client.get(path.replace("{id}", "harbour"), params={WORD: WORD})
    for path in (
        "/widget.js",
        f"/{WORD}",
        f"/p/{WORD}/ask",
        f"/v1/policies/{WORD}",
        f"/policy?version={WORD}",
        f"/static/{WORD}",
    ):
        client.get(path)
    client.post("/v1/answers", content=f'{{"question": "{WORD}')
    client.post("/v1/answers", json={"question": [WORD], WORD: 1})
    client.post("/v1/answers", json={"question": WORD * 100_000})
    client.post("/v1/answers", json={"question": "hello", "policy": WORD})
    client.post("/v1/answers", json={"question": "hello"}, headers={"Origin": f"https://{WORD}.example"})
    client.get("/", headers={"Host": f"{WORD}\\"})
    client.request(WORD.upper(), "/")


def test_no_span_has_a_word_an_address_or_a_header_of_a_visitor(traced: Traced) -> None:
    text = traced.text.lower()
    assert len(traced.spans) > 250
    secrets = (WORD, ADDRESS, TRACE, "harbour.txt", "testserver", "capital", "kill", "scan faces")
    assert [secret for secret in secrets if secret in text] == []


def test_attributes_come_from_a_short_list(traced: Traced) -> None:
    used = {key for span in traced.spans for key in span.attributes or ()}
    assert used == set(tracing.NAMES.values())
    assert all(not span.events and not span.links and not span.status.description for span in traced.spans)


def test_every_route_and_outcome_is_traced(traced: Traced) -> None:
    requests = traced.named("request")
    monitored = {"/healthz", "/readyz", "/metrics"}
    assert {span["http.route"] for span in requests} - {"unmatched"} == traced.routes - monitored
    assert {span["http.response.status_code"] for span in requests} >= {200, 201, 400, 403, 404, 413, 422, 500}
    answers = traced.named("answer")
    assert {span["askpolicy.outcome"] for span in answers} == set(QUESTIONS)
    assert {span["askpolicy.policy"] for span in answers} == {"harbour", "massgov"}
    assert {"en", "es"} >= {span["askpolicy.language"] for span in answers}


def test_each_answer_is_one_trace_of_its_steps(traced: Traced) -> None:
    children: dict[int, set[str]] = {}
    for span in traced.spans:
        if span.parent:
            children.setdefault(span.parent.span_id, set()).add(span.name)
    by_name = {name: [s for s in traced.spans if s.name == name] for name in ("request", "answer", "load")}
    assert all(span.parent is None for span in [*by_name["request"], *by_name["load"]])
    assert {"wait", "answer"} <= set().union(*(children.get(s.context.span_id, set()) for s in by_name["request"]))
    answered = [s for s in by_name["answer"] if (s.attributes or {})["askpolicy.outcome"] == "answered"]
    assert any(children[span.context.span_id] >= STEPS - {"encode"} for span in answered)
    assert all(span.parent is not None for span in by_name["answer"])


def test_an_exception_is_recorded_by_its_type(traced: Traced) -> None:
    failed = [span for span in traced.spans if not span.status.is_ok and span.name == "retrieve"]
    assert {(span.attributes or {})["error.type"] for span in failed} == {"BrokenError"}


def test_the_search_finds_what_a_span_would_reveal() -> None:
    """If a step noted a question, or an exception were recorded with its message, these tests would fail."""
    exporter = InMemorySpanExporter()
    with tracing.exporting(TracingSettings(), exporter), tracing.span("guard"):
        tracing._recorder._api.get_current_span().record_exception(BrokenError(WORD))  # type: ignore[union-attr]
    assert WORD in exporter.get_finished_spans()[0].to_json()


def test_a_value_that_is_no_name_is_left_out() -> None:
    exporter = InMemorySpanExporter()
    with tracing.exporting(TracingSettings(), exporter), tracing.span("answer"):
        tracing.note(policy=f"do you sell {WORD}?", outcome="answered", language="x" * 101, candidates=3)
    (span,) = exporter.get_finished_spans()
    assert span.attributes == {"askpolicy.outcome": "answered", "askpolicy.candidates": 3}


def test_a_share_of_the_requests_is_traced() -> None:
    exporter = InMemorySpanExporter()
    with tracing.exporting(TracingSettings(share=0.0), exporter), tracing.span("request", "server"):
        with tracing.span("answer"):
            tracing.note(outcome="answered")
        tracing.waited(0.0)
    assert exporter.get_finished_spans() == ()


def test_a_global_provider_learns_nothing(traced: Traced) -> None:
    """Another library may have one, or a program that starts the service; FastAPI would add each URL to it."""
    assert traced.by_others == ()


OTEL = {
    "OTEL_EXPORTER_OTLP_ENDPOINT": "{other}",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "{other}/v1/traces",
    "OTEL_EXPORTER_OTLP_HEADERS": "secret=1",
    "OTEL_RESOURCE_ATTRIBUTES": "host.name=secret",
    "OTEL_SERVICE_NAME": "secret",
    "OTEL_TRACES_EXPORTER": "otlp",
    "FASTAPI_OTEL_AUTO_CONFIGURE": "true",
    "OTEL_TRACES_SAMPLER": "always_off",
    "OTEL_EXPERIMENTAL_RESOURCE_DETECTORS": "*",
    "OTEL_PYTHON_EXPORTER_OTLP_HTTP_TRACES_CREDENTIAL_PROVIDER": "secret",
    "HTTP_PROXY": "{other}",
    "http_proxy": "{other}",
}


def test_workers_send_their_spans_to_the_collector_alone(
    small_policy_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment neither leads them elsewhere nor adds to them, and what is left is sent when they stop."""
    with collecting() as collector, collecting() as other:
        for name, value in OTEL.items():
            monkeypatch.setenv(name, value.format(other=other.url))
        places = {"POLICY": str(small_policy_file), "HOME": str(tmp_path / "home")}  # which is empty
        settings = {**places, "TRACING__URL": collector.url, "SERVE__QUESTIONS_PER_MINUTE": 0}
        with serving(tmp_path / "log", workers=2, **settings) as service:
            for _ in range(20):  # on connections of their own, so that both workers answer
                with service.client(headers=HEADERS) as client:
                    asked = {"question": QUESTIONS[Outcome.ANSWERED]}
                    assert client.post("/v1/answers", json=asked).json()["outcome"] == "answered"
            assert service.stop() == 0
        spans = collector.spans()
        assert len([span for _, span in spans if span.name == "request"]) == 20
        assert len({worker for worker, span in spans if span.name == "load"}) == 2
        sent = b"\n".join(collector.bodies).lower() + "\n".join(collector.headers).lower().encode()
        assert b"askpolicy.outcome" in sent
        for secret in (WORD, ADDRESS, TRACE, "secret"):
            assert secret.encode() not in sent
        assert all(header.startswith("/v1/traces") for header in collector.headers)
        assert other.bodies == []


def test_without_the_setting_nothing_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        "import os, sys; from starlette.testclient import TestClient; from bot import load_settings\n"
        "from bot.service.app import create_app\n"
        "with TestClient(create_app(load_settings(serve={'demo': False}))) as client:\n"
        "    print(client.get('/healthz').status_code)\n"
        "    print([name for name in sys.modules if name.startswith('opentelemetry.sdk')], flush=True)\n"
        "    os._exit(0)  # without waiting for the index\n"
    )
    for name, value in OTEL.items():
        monkeypatch.setenv(name, value.format(other="http://127.0.0.1:9"))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["200", "[]"]


@pytest.mark.security
@pytest.mark.parametrize("delay", [None, 60.0], ids=["dead", "stuck"])
def test_a_collector_that_does_not_reply_disturbs_nobody(
    small_policy_file: Path, tmp_path: Path, delay: float | None
) -> None:
    with collecting(delay or 0.0) as collector:
        url = collector.url if delay else "http://127.0.0.1:9"
        settings = {
            "POLICY": str(small_policy_file),
            "HOME": str(tmp_path / "home"),
            "TRACING__URL": url,
            "SERVE__STOP_SECONDS": 2,
        }
        with serving(tmp_path / "log", SERVE__QUESTIONS_PER_MINUTE=0, **settings) as service:
            with service.client() as client:
                for number in range(30):
                    asked = {"question": f"do you sell my email address {number}?"}
                    assert client.post("/v1/answers", json=asked).json()["outcome"] == "answered"
                wait_for(lambda: service.logged("Traces are lost"))
            # Its parent would have killed a worker that waited for the collector.
            assert service.stop() == 0
        assert not service.logged("killed")
        assert len(service.logged("Traces are lost")) == 1
        assert not service.logged("export")


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
        ("https://collector.example/", "https://collector.example/v1/traces"),
        ("https://collector.example/otlp/traces", "https://collector.example/otlp/traces"),
    ],
)
def test_the_url_of_a_collector(given: str, used: str) -> None:
    assert TracingSettings(url=given).url == used


@pytest.mark.parametrize(
    "wrong", ["127.0.0.1:4318", "collector", "ftp://a.example", "http://", "http://a:b", "http://a?key=1", "http://a b"]
)
def test_what_is_not_the_url_of_a_collector(wrong: str) -> None:
    with pytest.raises(AskPolicyError, match=r"tracing\.url.*give one such as http://127\.0\.0\.1:4318"):
        load_settings(tracing={"url": wrong})


def test_a_login_in_the_url_is_refused_and_not_shown() -> None:
    with pytest.raises(AskPolicyError, match="has no login in it") as raised:
        load_settings(tracing={"url": f"http://user:{WORD}@a.example"})
    assert WORD not in str(raised.value)


def test_without_the_extra_the_service_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise tracing.PackageNotFoundError(name)

    monkeypatch.setattr(tracing, "distribution", missing)
    tracing.check(TracingSettings())
    with pytest.raises(AskPolicyError, match=r"pip install 'askpolicy\[tracing\]'"):
        tracing.check(TracingSettings(url="http://127.0.0.1:4318"))
