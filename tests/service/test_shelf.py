"""Policies in memory: loaded once, unloaded to make room, and tried again after a failure."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from bot.service import shelf as module
from bot.service.metrics import Metrics
from bot.service.offers import Offer
from bot.service.shelf import Shelf
from bot.types import AskPolicyError


class Served:
    """A loaded policy of a given size. Real ones are in test_many.py."""

    def __init__(self, id: str, size: int) -> None:
        self.id = id
        self.bytes = size


class FakeLoader:
    def __init__(self) -> None:
        self.loads: Counter[str] = Counter()
        self.broken: dict[str, Exception] = {}
        self.may_load = threading.Event()
        self.may_load.set()

    def load(self, offer: Offer, *, or_before: bool) -> Served:
        self.may_load.wait(60)
        self.loads[offer.id] += 1
        if offer.id in self.broken:
            raise self.broken[offer.id]
        return Served(offer.id, 10)


def make(limit: int) -> tuple[Shelf, Any]:
    loader: Any = FakeLoader()
    return Shelf(loader, limit, Metrics()), loader


def load(shelf: Shelf, id: str, *, default: bool = False) -> Any:
    return shelf.load(Offer(id, id), default=default).result(60)


def test_a_policy_that_many_ask_for_at_the_same_time_is_loaded_once() -> None:
    shelf, loader = make(100)
    loader.may_load.clear()
    with ThreadPoolExecutor(8) as pool:
        asked = list(pool.map(lambda _: shelf.load(Offer("a", "a")), range(40)))
        loader.may_load.set()
        served = {id(future.result(60)) for future in asked}
    assert len(served) == 1
    assert id(load(shelf, "a")) in served
    assert loader.loads == {"a": 1}


def test_the_least_recently_used_policies_are_unloaded_but_never_the_default_one() -> None:
    shelf, loader = make(35)
    load(shelf, "default", default=True)
    for id in "abc":
        load(shelf, id)
        shelf.get("a")
    assert [id for id in ("default", "a", "b", "c") if shelf.get(id)] == ["default", "a", "c"]
    load(shelf, "b")
    assert loader.loads == {"default": 1, "a": 1, "b": 2, "c": 1}


@pytest.mark.parametrize("limit", [0, 9, 10, 25])
def test_the_policy_that_was_asked_for_stays_however_little_room_there_is(limit: int) -> None:
    shelf, _ = make(limit)
    for id in "abc":
        load(shelf, id)
        assert shelf.get(id) is not None
    assert sum(shelf.get(id) is not None for id in "abc") == max(1, limit // 10)


def test_a_failure_is_logged_once_and_tried_again_later(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    shelf, loader = make(100)
    loader.broken["a"] = AskPolicyError("The text is gone: restore it.")
    for _ in range(3):
        with pytest.raises(AskPolicyError):
            load(shelf, "a")
        assert shelf.failed_lately("a")
    assert caplog.messages == ["The policy 'a' cannot be served: The text is gone: restore it."]
    load(shelf, "b")
    monkeypatch.setattr(module, "RETRY_SECONDS", 0)
    assert not shelf.failed_lately("a")
    loader.broken.clear()
    assert load(shelf, "a").id == "a"


def test_a_load_that_waits_does_not_hold_up_policies_in_memory() -> None:
    shelf, loader = make(100)
    load(shelf, "a")
    loader.may_load.clear()
    waiting: Future[Any] = shelf.load(Offer("b", "b"))
    assert shelf.get("a") is not None
    assert load(shelf, "a").id == "a"
    assert not waiting.done()
    loader.may_load.set()
    assert waiting.result(60).id == "b"
