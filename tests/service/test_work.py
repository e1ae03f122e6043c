"""The share of a worker that one client may use."""

from __future__ import annotations

import threading
from concurrent.futures import wait

import pytest

from bot.service.problems import Problem
from bot.service.work import Work
from tests.support.running import wait_for


def is_free(work: Work, client: bytes) -> bool:
    """Tell whether a slot is free; a slot is freed just after its work ends."""
    try:
        return work.begin(client, lambda: True).result()
    except Problem:
        return False


def test_one_client_leaves_capacity_for_others() -> None:
    go_on = threading.Event()
    work = Work("test", threads=1, places=8)
    try:
        begun = [work.begin(b"greedy", go_on.wait) for _ in range(4)]
        with pytest.raises(Problem, match="Too many questions at the same time") as refused:
            work.begin(b"greedy", go_on.wait)
        assert (refused.value.status, refused.value.retry_after) == (503, 1)
        begun += [work.begin(b"%d" % number, go_on.wait) for number in range(4)]
        with pytest.raises(Problem):
            work.begin(b"one more", go_on.wait)
        go_on.set()
        wait(begun)
        wait_for(lambda: is_free(work, b"greedy"))
    finally:
        go_on.set()
        work.stop()


def test_waiting_clients_are_served_in_turn() -> None:
    work, go_on = Work("test", threads=1, places=20), threading.Event()
    order: list[bytes] = []
    begun = [work.begin(b"first", go_on.wait)]
    begun += [
        work.begin(client, lambda client=client: order.append(client) or True)
        for client in (b"a", b"a", b"a", b"a", b"b", b"c", b"b")
    ]
    go_on.set()
    wait(begun)
    work.stop()
    assert order == [b"a", b"b", b"c", b"a", b"b", b"a", b"a"]


def test_failed_and_abandoned_work_frees_its_slot() -> None:
    work, go_on = Work("test", threads=1, places=8), threading.Event()
    for _ in range(3):
        failed = work.begin(b"a", lambda: 1 / 0)
        assert isinstance(failed.exception(), ZeroDivisionError)
        wait_for(lambda: is_free(work, b"a"))
    running = work.begin(b"b", go_on.wait)
    for _ in range(6):
        assert work.begin(b"a", go_on.wait).cancel()  # the visitor left before the work began
    go_on.set()
    running.result()
    work.stop()


def test_a_single_slot_is_shared_by_everybody() -> None:
    work = Work("test", threads=1, places=1)
    assert is_free(work, b"a")
    wait_for(lambda: is_free(work, b"a"))
    work.stop()


def test_work_that_arrives_after_the_stop_is_refused() -> None:
    work = Work("test", threads=1, places=2)
    done = work.begin(b"early", lambda: "done")
    work.stop()
    assert done.result() == "done"
    for _ in range(3):
        with pytest.raises(Problem, match="is stopping") as refused:
            work.begin(b"late", lambda: "never")
        assert (refused.value.status, refused.value.retry_after) == (503, 1)
