"""Two test servers: a site whose pages embed the widget, and a fake service on another origin.

A test chooses what the fake service does next: it can be busy, unavailable, broken, slow or silent.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from bot.guard.personal_data import RULES_FILE
from bot.service.assets import widget_script, widget_words

SELLING = (
    "We do not sell any personally identifiable information collected through Mass.gov or submitted to the "
    "Commonwealth in conjunction with using functions on Mass.gov, and there is no direct or online public access to "
    "the information."
)
RECORDS = (
    "For this reason, part or all of the information you send us may be provided to a member of the public in response "
    "to a public records request."
)
SHARING = "Information that you provide to us through Mass.gov may be made available to members of the public."
STARTERS = ["Do you sell my data?", "Who can see what I send you?", "Do you use cookies?", "How long is it kept?"]
SSN = "My SSN is 078-05-1120, do you sell it?"
PAUSED = "We are correcting our policy and will be back on Monday."
STYLE = """
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: #222; background: #fff }
@media (prefers-color-scheme: dark) { body { color: #ddd; background: #0c1116 } a { color: #8cc3f5 } }
main { max-width: 46rem; margin: auto; padding: 1.5rem }
::target-text { background: rgb(255, 221, 0); color: #000 }
"""


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler] | partial[BaseHTTPRequestHandler], port: int = 0) -> Iterator[str]:
    """Serve in a thread; yield its origin."""
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.02))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class QuietHandler(BaseHTTPRequestHandler):
    """A handler that logs nothing."""

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def reply(self, status: int, kind: str, body: str, headers: Mapping[str, str]) -> None:
        data = body.encode("utf-8")
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


def page(body: str, title: str = "A town's website") -> str:
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width">'
        f'<link rel="stylesheet" href="/page.css"><main><h1>{title}</h1>{body}</main>'
    )


class Site(QuietHandler):
    """Pages that embed the widget, under a strict security policy with Trusted Types; and the privacy policy."""

    def __init__(self, service: str, *args: Any) -> None:
        self.service = service
        super().__init__(*args)

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        csp = (
            f"default-src 'none'; script-src {self.service}; connect-src {self.service}; style-src 'self'; "
            "require-trusted-types-for 'script'; trusted-types 'none'"
        )
        headers = {"Content-Security-Policy": csp}
        if path == "/page.css":
            self.reply(200, "text/css", STYLE, {})
        elif path == "/policy":
            paragraphs = "".join(f"<p>{'Words that nobody asked for. ' * 40}</p>" for _ in range(30))
            words = f"<h2>Dissemination</h2><p>{SELLING} {RECORDS}</p>"
            self.reply(200, "text/html", page(paragraphs + words + paragraphs, "Privacy Policy"), headers)
        elif path == "/":
            script = f'<script type="module" src="{self.service}/widget.js"></script>'
            lines = '<p>The library opens at <a href="/hours">ten</a>.</p>' * 3
            body = f'{lines}<policy-chat endpoint="{self.service}" {_attributes(query)}</policy-chat>'
            self.reply(200, "text/html", page(body + script), headers)
        else:
            self.reply(404, "text/html", page("<p>There is no such page.</p>"), headers)


def _attributes(query: str) -> str:
    """Convert `mode=inline&policy=x` to `mode="inline" policy="x">`; `li=…` adds a starter, `link=…` a link."""
    from urllib.parse import parse_qsl

    pairs = parse_qsl(query)
    attributes = " ".join(f'{name}="{value}"' for name, value in pairs if name not in ("li", "link"))
    inner = {"li": "<li>{}</li>", "link": '<a href="/ask">{}</a>'}
    return attributes + ">" + "".join(inner[name].format(value) for name, value in pairs if name in inner)


class FakeService:
    """A fake service that answers by keywords in a question, and fails as a test requests."""

    def __init__(self) -> None:
        self.site = ""
        self.state = "ok"
        self.received: list[tuple[str, dict[str, Any]]] = []
        # Fields that override those of answers and of the policy.
        self.changes: dict[str, Any] = {}
        self.about: dict[str, Any] = {}
        # Labels of the interface: `ok`, `missing`, or `late` until the test changes it; and labels that override them.
        self.words = "ok"
        self.new_words: dict[str, Any] = {}

    def asked(self) -> list[dict[str, Any]]:
        return [body for path, body in self.received if path == "/v1/answers"]

    def judged(self) -> list[dict[str, Any]]:
        return [body for path, body in self.received if path == "/v1/feedback"]

    def passed_on(self) -> list[dict[str, Any]]:
        return [body for path, body in self.received if path == "/v1/unanswered"]

    def policy(self) -> dict[str, Any]:
        policy = {
            "id": "massgov",
            "title": "Mass.gov Privacy Policy",
            "site": "Mass.gov",
            "url": f"{self.site}/policy",
            "version": "274afae8a7c7",
            "effective": "2023-06-13",
            "updated": "2023-08-04",
            "contacts": [],
            "sections": [],
            "starters": STARTERS,
        }
        return policy | self.about

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        question = asked["question"]
        outcome, text, quotes, steps = "not_covered", "The Mass.gov Privacy Policy says nothing about this.", [], []
        lowered = question.lower()
        if "sell" in lowered:
            outcome, text, quotes = "answered", "No.", [SELLING]
        elif "see" in lowered or "share" in lowered:
            outcome, text, quotes = "answered", "It depends.", [SHARING, RECORDS, SELLING]
        elif "renew" in lowered:
            outcome, text = "off_topic", "This chat answers questions about the Mass.gov Privacy Policy only."
            steps = [
                {"role": "search", "name": "the search on Mass.gov", "url": "https://www.search.mass.gov"},
                {"role": "chatbot", "name": "the Ask MA chatbot", "url": None},
            ]
        elif "hello" in lowered:
            outcome, text = "small_talk", "Hello. Ask me what the policy says."
        elif len(question) > 2000:
            outcome, text = "too_long", "This question is too long."
        citations = [
            {
                "number": number,
                "quote": quote,
                "start": 0,
                "end": len(quote),
                "section": "Dissemination of your personally identifiable information",
                "passage_id": f"massgov-{number}",
                "url": f"{self.site}/policy#:~:text={self._directive(quote)}",
            }
            for number, quote in enumerate(quotes, start=1)
        ]
        answer = {
            "id": "5f0c8e1d2b7a49369c1e04d7f2a6b813",
            "language": asked["language"],
            "question": question,
            "outcome": outcome,
            "opening": text if quotes else "",
            "text": " ".join([text, *(f"{c['quote']} [{c['number']}]" for c in citations)]),
            "citations": citations,
            "warnings": [],
            "confidence": 0.97,
            "policy": {"id": "massgov", "version": "274afae8a7c7", "effective": "2023-06-13", "updated": "2023-08-04"},
            "next_steps": steps,
            "seconds": 0.004,
        }
        return answer | self.changes

    @staticmethod
    def _directive(quote: str) -> str:
        words = quote.split()
        return "%20".join(words[:5]) + "," + "%20".join(words[-5:])


class Service(QuietHandler):
    """The HTTP handler of the fake service."""

    protocol_version = "HTTP/1.1"

    def __init__(self, fake_service: FakeService, *args: Any) -> None:
        self.fake_service = fake_service
        super().__init__(*args)

    def allow(self) -> dict[str, str]:
        if self.headers.get("Origin") != self.fake_service.site:
            return {}
        return {"Access-Control-Allow-Origin": self.fake_service.site, "Access-Control-Expose-Headers": "Retry-After"}

    def send(self, status: int, value: object, kind: str = "application/json", **headers: str) -> None:
        self.reply(status, kind, json.dumps(value), {**self.allow(), **headers})

    def do_OPTIONS(self) -> None:
        self.send(200, None, **{"Access-Control-Allow-Headers": "Content-Type"})

    def do_GET(self) -> None:
        self.fake_service.received.append((self.path, {}))
        if self.path == "/widget.js":
            self.reply(200, "text/javascript; charset=utf-8", widget_script().decode("utf-8"), self.allow())
        elif self.path == "/widget/personal-data.json":
            self.reply(200, "application/json", RULES_FILE.read_text("utf-8"), self.allow())
        elif self.path.startswith("/widget/"):
            self.send_words(self.path[len("/widget/") : -len(".json")])
        elif self.path == "/v1/policies":
            self.send(200, {"policies": [self.fake_service.policy()]})
        elif self.path == "/v1/policies/massgov":
            self.send(200, self.fake_service.policy())
        else:
            self.send(404, {"title": "Not Found", "status": 404})

    def send_words(self, language: str) -> None:
        while self.fake_service.words == "late":
            time.sleep(0.02)
        if self.fake_service.words == "missing":
            self.send(404, {"title": "Not Found", "status": 404})
        else:
            self.send(200, json.loads(widget_words(language)) | self.fake_service.new_words)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.fake_service.received.append((self.path, body))
        match self.fake_service.state:
            case "busy":
                self.send(429, {"status": 429}, "application/problem+json", **{"Retry-After": "7"})
            case "unavailable":
                self.send(503, {"status": 503}, "application/problem+json", **{"Retry-After": "30"})
            case "paused":
                paused = {"type": "urn:askpolicy:paused", "status": 503, "detail": PAUSED, "link": None, "until": None}
                self.send(503, paused, "application/problem+json", **{"Retry-After": "300"})
            case "full":
                self.send(507, {"status": 507}, "application/problem+json")
            case "too large":
                self.send(413, {"status": 413}, "application/problem+json")
            case "broken":
                self.reply(200, "text/html", "<h1>Oops</h1>", self.allow())
            case "slow":
                while self.fake_service.state == "slow":
                    time.sleep(0.02)
                self.close_connection = True
            case _ if self.path in {"/v1/feedback", "/v1/unanswered"}:
                self.send(201, {"id": "0b51f4a7c9de4d7a8f7f53b0a4c2e913"})
            case _:
                self.send(200, self.fake_service.answer(body))
