"""What the page may send: gradio receives only bodies that the page's own configuration allows."""

from __future__ import annotations

import asyncio
import copy
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from types import ModuleType
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import AskPolicyError, Bot
from evals.report.tab.runs import BATCHES
from tests.demo.conftest import EVENT, FakeGradio, filter_before, page_of

if TYPE_CHECKING:
    from bot.demo.events import Events

# Values that gradio would treat as a file: it copies a path, fetches an address, and never finishes with a device.
FILES = tuple(
    {key: place, "meta": {"_type": "gradio.FileData"}}
    for key in ("path", "url")
    for place in ("/dev/zero", "/etc/hostname", "/etc/not-there", "http://127.0.0.1:9/x")
)
DEEP = json.loads("[" * 90 + json.dumps(FILES[0]) + "]" * 90)
KEYS = ("data", "fn_index", "trigger_id", "session_hash", "event_data", "simple_format", "batched", "event_id", "path",
        "oauth_token", "request", "meta", "_type", "question", "")  # fmt: skip
MOST_CHARS = 20_000


class Page:
    """The configuration that the browser receives, read without the code under test."""

    def __init__(self, bot: Bot) -> None:
        config = page_of(bot).get_config_file()
        self.components = {component["id"]: component for component in config["components"]}
        self.events = {event["id"]: event for event in config["dependencies"]}
        self.most_earlier = bot.settings.guard.max_history + 1

    def can_send(self, body: Any) -> bool:
        """Tell whether the page could send this body."""
        if not isinstance(body, dict) or type(body.get("fn_index")) is not int or body["fn_index"] not in self.events:
            return False
        event = self.events[body["fn_index"]]
        chosen, session, trigger = body.get("event_data"), body.get("session_hash"), body.get("trigger_id")
        return (
            body.keys() <= {"data", "fn_index", "trigger_id", "session_hash", "event_data"}
            and isinstance(body.get("data"), list)
            and len(body["data"]) == len(event["inputs"])
            and all(map(self._fits, event["inputs"], body["data"]))
            and (trigger is None or (type(trigger) is int and 0 <= trigger <= 1_000_000))
            and (session is None or (isinstance(session, str) and re.fullmatch("[0-9a-z]{1,32}", session) is not None))
            and (
                isinstance(chosen, dict) and chosen.keys() == {"question"} and _is_words(chosen["question"])
                if event["collects_event_data"]
                else chosen is None
            )
        )

    def _fits(self, component: int, value: Any) -> bool:
        match self.components[component]["type"]:
            case "textbox":
                return _is_words(value)
            case "button":
                return bool(value == self.components[component]["props"]["value"])
            case "json":
                return isinstance(value, list) and len(value) <= self.most_earlier and all(map(_is_words, value))
        raise AssertionError(component)

    def bodies(self) -> st.SearchStrategy[dict[str, Any]]:
        """Yield the bodies that the page sends."""
        return st.sampled_from(list(self.events.values())).flatmap(
            lambda event: st.fixed_dictionaries(
                {
                    "data": st.tuples(*map(self._values, event["inputs"])).map(list),
                    "fn_index": st.just(event["id"]),
                    "trigger_id": st.sampled_from(sorted(self.components)),
                    "session_hash": st.from_regex(r"[0-9a-z]{1,13}", fullmatch=True),
                    "event_data": st.fixed_dictionaries({"question": WORDS})
                    if event["collects_event_data"]
                    else st.none(),
                }
            )
        )

    def _values(self, component: int) -> st.SearchStrategy[Any]:
        kind = self.components[component]["type"]
        if kind == "button":
            return st.just(self.components[component]["props"]["value"])
        return st.lists(WORDS, max_size=self.most_earlier) if kind == "json" else WORDS


def _is_words(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MOST_CHARS and not re.search("[\ud800-\udfff]", value)


WORDS = st.text(max_size=60)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(FILES),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def page(bot: Bot, gradio: ModuleType) -> Page:
    return Page(bot)


class Filter:
    """A request filter with a fake in place of gradio."""

    def __init__(self, page: Page, events: Events, loop: asyncio.AbstractEventLoop) -> None:
        self.page = page
        self.fake_gradio = FakeGradio()
        self._loop = loop
        transport = httpx.ASGITransport(filter_before(self.fake_gradio, events))
        self._client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")

    def accepts(self, body: bytes) -> bool:
        """Tell whether a body was accepted. Check that gradio received it only if the page could send it."""
        self.fake_gradio.bodies.clear()
        asking = self._client.post(EVENT, content=body, headers={"content-type": "application/json"})
        answer = asyncio.run_coroutine_threadsafe(asking, self._loop).result()
        try:
            sent = json.loads(body)
        except (ValueError, RecursionError):
            sent = None
        if answer.status_code == 200:
            assert self.page.can_send(sent)
            (got,) = map(json.loads, self.fake_gradio.bodies)
            assert got == {"event_data": None} | {
                key: value for key, value in sent.items() if key not in {"session_hash", "trigger_id"}
            }
            return True
        assert 400 <= answer.status_code < 500
        assert answer.json().keys() == {"error"}
        assert re.fullmatch(r"[A-Z][^.]*\.", answer.json()["error"])
        assert self.fake_gradio.bodies == []
        return False


@pytest.fixture(scope="module")
def request_filter(page: Page, events: Events) -> Iterator[Filter]:
    # In a separate thread: the browser of other tests keeps an event loop running in this one.
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()
    yield Filter(page, events, loop)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Yield the path of every value within a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for key, item in inner for place in places(item, (*at, key)))]


def changed(body: dict[str, Any], place: tuple[Any, ...], value: Any) -> Any:
    """Return the body with another value at a path, which may be new."""
    if not place:
        return value
    body = copy.deepcopy(body)
    parent: Any = body
    for key in place[:-1]:
        parent = parent[key]
    parent[place[-1]] = value
    return body


@settings(max_examples=100)
@given(data=st.data())
def test_what_the_page_sends_is_accepted(request_filter: Filter, data: st.DataObject) -> None:
    assert request_filter.accepts(json.dumps(data.draw(request_filter.page.bodies())).encode())


@settings(max_examples=300)
@given(data=st.data())
def test_a_changed_body_is_accepted_only_if_the_page_could_send_it(request_filter: Filter, data: st.DataObject) -> None:
    body = data.draw(request_filter.page.bodies())
    known = [*places(body), *((key,) for key in KEYS)]
    request_filter.accepts(json.dumps(changed(body, data.draw(st.sampled_from(known)), data.draw(JSON))).encode())


@settings(max_examples=200)
@given(body=JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=200))
def test_an_arbitrary_body_is_accepted_only_if_the_page_could_send_it(request_filter: Filter, body: bytes) -> None:
    request_filter.accepts(body)


def test_a_file_is_refused_anywhere_in_any_event(request_filter: Filter) -> None:
    page, tried = request_filter.page, 0
    for event in page.events.values():
        body = {
            "data": [{"textbox": "x", "json": ["x"]}.get(kind["type"], kind["props"].get("value"))
                     for kind in map(page.components.__getitem__, event["inputs"])],
            "fn_index": event["id"], "trigger_id": 1, "session_hash": "x",
            "event_data": {"question": "x"} if event["collects_event_data"] else None,
        }  # fmt: skip
        assert request_filter.accepts(json.dumps(body).encode())
        for place in {*places(body), *((key,) for key in KEYS), ("data", 0)} - (
            {("data", 0)} if not body["data"] else set()
        ):
            for file in (*FILES, [FILES[0]], {"x": FILES[0]}, json.loads("[" * 90 + json.dumps(FILES[0]) + "]" * 90)):
                assert not request_filter.accepts(json.dumps(changed(body, place, file)).encode())
                tried += 1
    assert tried > 1_000


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"{}", b'"x"', b"\xff", b"\xef\xbb\xbf{}", b"[" * 100_000, b'{"a":' * 20_000,
        b'{"data":["x",[]],"fn_index":0,"fn_index":0}', b'{"data":[],"data":["x",[]],"fn_index":0}',
        b'{"data":["x",[]],"fn_index":NaN}', b'{"data":["x",[]],"fn_index":Infinity}',
        b'{"data":["x",[]],"fn_index":1e999}', b'{"data":["x",[]],"fn_index":0,"trigger_id":NaN}',
        b'{"data":["x",[]],"fn_index":' + b"9" * 5_000 + b"}", b'{"data":["x",[]],"fn_index":-1}',
        b'{"data":["x",[]],"fn_index":0.0}', b'{"data":["x",[]],"fn_index":false}', b'{"data":["x",[]],"fn_index":"0"}',
        b'{"data":["\\ud800",[]],"fn_index":0}', b'{"data":["x",["\\udfff"]],"fn_index":0}',
        b'{"data":["x",[]],"fn_index":0}{}', b"{'data':['x',[]],'fn_index':0}", b'{"data":["x",[],"y"],"fn_index":0}',
        b'{"data":["x",[]],"fn_index":0,"session_hash":"../x"}', b'{"data":["x",[]],"fn_index":0,"trigger_id":-1}',
        b'{"data":["x",[]],"fn_index":0,"trigger_id":10000000}', b'{"data":["x",[]],"fn_index":0,"trigger_id":"17"}',
        b'{"data":["x",[]],"fn_index":0,"session_hash":"' + b"x" * 33 + b'"}',
        b'{"data":["x",[]],"fn_index":0,"batched":true}', b'{"data":[["x"],[[]]],"fn_index":0,"batched":true}',
        b'{"data":["x",[]],"fn_index":0,"simple_format":true}', b'{"data":["x",[]],"fn_index":0,"event_id":"x"}',
    ],
    ids=lambda body: body[-40:].decode("latin-1"),
)  # fmt: skip
def test_what_the_page_cannot_send_is_refused(request_filter: Filter, body: bytes) -> None:
    assert not request_filter.accepts(body)


def test_texts_that_are_too_long_are_refused(request_filter: Filter, bot: Bot) -> None:
    def body(question: str, earlier: list[str]) -> bytes:
        return json.dumps({"data": [question, earlier], "fn_index": 0}).encode()

    most = bot.settings.guard.max_history + 1
    assert request_filter.accepts(body("é" * MOST_CHARS, []))
    assert request_filter.accepts(body("x", ["x"] * most))
    assert not request_filter.accepts(body("x", ["x"] * (most + 1)))
    assert not request_filter.accepts(body("x", ["x" * (MOST_CHARS + 1)]))
    assert not request_filter.accepts(body("x" * (MOST_CHARS + 1), []))


def test_a_page_with_an_unknown_input_is_refused(bot: Bot, gradio: ModuleType) -> None:
    """A future page with another kind of input must be reviewed before it opens anything."""
    from bot.demo.events import Events

    async def build() -> None:
        with gradio.Blocks() as page:
            gradio.Button("x").click(lambda value: value, gradio.File(), None)
        Events(page, bot.settings.guard)

    with ThreadPoolExecutor(1) as pool, pytest.raises(AskPolicyError, match="File"):
        pool.submit(lambda: asyncio.run(build())).result()


def test_an_extra_tab_adds_only_its_own_events(bot: Bot, gradio: ModuleType) -> None:
    """The service has no evaluation tab, so it accepts none of that tab's events."""
    from bot.demo.events import Events, Refused

    whole, plain = page_of(bot), page_of(bot, with_evaluation=False)
    events = Events(plain, bot.settings.guard)
    assert "Evaluation" not in json.dumps(plain.get_config_file()["components"])
    added = sorted(whole.fns.keys() - plain.fns.keys())
    assert len(added) == BATCHES + 2
    for number in added:
        body = json.dumps({"data": ["Run the evaluation now"] * len(whole.fns[number].inputs), "fn_index": number})
        assert Events(whole, bot.settings.guard).read(body.encode())
        with pytest.raises(Refused):
            events.read(body.encode())
