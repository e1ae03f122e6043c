"""The studio is killed at random moments: no accepted edit is lost, and the files can always be read."""

from __future__ import annotations

import json
import random
import threading
from pathlib import Path

import httpx
import pytest

from bot.policies.folder import load_policy_folder
from bot.policies.reviewed import read_reviewed
from bot.topics.catalog import policy_topic_ids
from tests.studio.conftest import write_folder
from tests.studio.running import forked_studio

KILLS = 50


@pytest.mark.security
def test_no_accepted_edit_is_lost_if_the_studio_is_killed(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "corpus", answers="# Ours.\n", questions="")
    dice = random.Random(17)
    verdicts: dict[str, str] = {}  # of the edits that were accepted, the last for each topic
    asked: list[str] = []
    started = 0
    for kill in range(KILLS):
        with forked_studio(folder.parent, tmp_path / "home") as (studio, process), studio.client() as client:
            timer = threading.Timer(dice.uniform(0.0, 0.5), process.kill)
            revision = client.get("api/state").json()["revision"]
            timer.start()
            pending: tuple[str, str] = ("", "")
            number = 0
            try:
                while True:
                    number += 1
                    started += 1
                    topic, verdict = dice.choice(policy_topic_ids()[:40]), dice.choice(("yes", "no", "depends"))
                    question = f"question {kill} {number}"
                    pending = (topic, verdict) if number % 2 else ("", question)
                    fields = {"revision": revision, "topic": topic, "verdict": verdict, "cite": "0", "do": "draft"}
                    path = "answers" if number % 2 else "questions"
                    if path == "questions":
                        group = [question, f"{question} again"]
                        fields = {"revision": revision, "question": group, "kind": "off_topic"}
                    reply = client.post(path, data=fields)
                    assert reply.status_code == 303, reply.text
                    if number % 2:
                        verdicts[topic] = verdict
                    else:
                        asked += group
                    pending = ("", "")
                    revision = client.get("api/state").json()["revision"]
            except httpx.TransportError:
                pass
            timer.join()
        entries = {topic: entry.verdict for entry in read_reviewed(folder) for topic in entry.topics}
        lines = [json.loads(line)["question"] for line in (folder / "questions.jsonl").read_text().splitlines()]
        topic, value = pending
        # The edit that was under way is there as a whole, or not at all.
        if topic and entries.get(topic) == value:
            verdicts[topic] = value
        if not topic and lines[-2:] == [value, f"{value} again"]:
            asked += [value, f"{value} again"]
        assert entries == verdicts
        assert lines == asked
        assert load_policy_folder("maple", folder.parent).policy.sentences
        assert (folder / "answers.toml").read_text().startswith("# Ours.\n")
    assert started > KILLS
    assert len(verdicts) > 10
