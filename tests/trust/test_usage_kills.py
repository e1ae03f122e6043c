"""A PostgreSQL server that is killed while services store feedback: what was acknowledged is there afterward."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date

import pytest
from pydantic import SecretStr

from bot.postgres.connection import connect
from bot.postgres.migrations import migrate
from bot.types import AskPolicyError, Outcome
from bot.usage.postgres import PostgresStore
from bot.usage.values import Feedback
from tests.support.postgres import Server

KILLS = 20


@pytest.mark.security
def test_a_killed_server_loses_no_acknowledged_feedback(figure: Callable[[str], None]) -> None:
    server, chance = Server(durable=True), random.Random(18)
    try:
        server.start()
        url = SecretStr(server.new_database())
        with closing(connect(url)) as connection:
            migrate(connection)
        acknowledged: set[str] = set()
        stop = threading.Event()

        def give(who: int) -> None:
            number = 0
            with closing(PostgresStore(url, 90, busy_seconds=1.0)) as store:
                while not stop.is_set():
                    number += 1
                    try:
                        acknowledged.add(store.add(Feedback(f"{who} {number}", "p", Outcome.ANSWERED, True)))
                    except AskPolicyError:
                        stop.wait(0.01)

        givers = [threading.Thread(target=give, args=(who,)) for who in range(3)]
        for giver in givers:
            giver.start()
        for _ in range(KILLS):
            before = len(acknowledged)
            while len(acknowledged) < before + 5:
                time.sleep(0.01)
            time.sleep(chance.random() / 10)
            server.kill()
            server.start()
        stop.set()
        for giver in givers:
            giver.join()
        with closing(PostgresStore(url, 90)) as store:
            kept = {each.answer_id for each in store.feedback(date.min)}
    finally:
        server.remove()
    figure(f"{KILLS} kills of PostgreSQL: {len(acknowledged)} verdicts acknowledged, {len(acknowledged - kept)} lost.")
    assert acknowledged <= kept
