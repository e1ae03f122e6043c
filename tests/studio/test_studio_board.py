from __future__ import annotations

from pathlib import Path

import pytest

from bot.drafting.starters import ASKED_FIRST
from bot.settings import Settings
from bot.studio.board import FILTERS, Board, make_board
from bot.studio.files import Contents, Files
from bot.topics.catalog import policy_topic_ids
from tests.studio.conftest import ANSWERS, TEXT, write_folder


def contents(corpus: Path, settings: Settings, **files: str) -> Contents:
    write_folder(corpus, **files)
    return Files("maple", settings.model_copy(update={"corpus": corpus})).read()


@pytest.fixture
def board(tmp_path: Path, settings: Settings) -> Board:
    """The policy surely speaks to the first three topics, perhaps to the next two, and to no other."""
    coverage = dict.fromkeys(policy_topic_ids(), 0.1)
    coverage |= {
        "data-sale": 1.0,
        "data-rent-trade": 1.0,
        "cookies-used": 0.95,
        "children-data": 0.5,
        "encryption": 0.89,
    }
    coverage = {topic: coverage[topic] for topic in policy_topic_ids()}
    silent = '\n[[answers]]\ntopics = ["gdpr"]\nverdict = "silent"\nreviewed = 2026-11-27\n'
    return make_board(contents(tmp_path, settings, answers=ANSWERS + silent), coverage)


def ids(board: Board, filter: str) -> list[str]:
    return [state.topic.id for state in board.shown(filter)]  # type: ignore[arg-type]


def test_each_filter_shows_what_it_says(board: Board) -> None:
    unclear = ["children-data", "encryption"]
    assert sorted(ids(board, "reviewed")) == ["data-rent-trade", "data-sale", "gdpr"]
    assert sorted(ids(board, "review")) == sorted(["cookies-used", *unclear])
    assert sorted(ids(board, "doubtful")) == sorted(unclear)
    assert ids(board, "silent") == ["gdpr"]
    assert len(ids(board, "gaps")) == len(policy_topic_ids()) - 3 - len(unclear)
    assert len(ids(board, "all")) == len(policy_topic_ids())
    assert board.counts == {name: len(ids(board, name)) for name in FILTERS}
    assert (board.reviewed, board.cited, board.statements) == (3, 2, 6)


def test_what_people_ask_first_is_first_in_each_list(board: Board) -> None:
    assert tuple(ids(board, "all")[: len(ASKED_FIRST)]) == ASKED_FIRST
    assert ids(board, "review") == ["cookies-used", "children-data", "encryption"]
    others = [topic for topic in policy_topic_ids() if topic not in ASKED_FIRST]
    assert ids(board, "all")[len(ASKED_FIRST) :] == others


def test_every_topic_without_an_answer_is_to_review_or_a_gap(board: Board) -> None:
    for state in board.states:
        if state.entry is None:
            assert state.needs_review != state.is_gap


def test_lost_words_and_what_the_checker_says_make_a_topic_doubtful(tmp_path: Path, settings: Settings) -> None:
    lost = make_board(contents(tmp_path, settings, text=TEXT.replace("a court", "a judge")), None)
    state = lost.state("data-sale")
    assert state is not None
    assert (state.cite, state.lost) == ((0,), ("However, a court may ask for it.",))
    assert state.is_doubtful
    assert state.needs_review
    wrong = make_board(contents(tmp_path, settings, answers=ANSWERS.replace("does not sell", "sells")), None)
    assert ids(wrong, "doubtful") == ["data-sale", "data-rent-trade"]


def test_the_next_topic_is_the_next_of_the_same_list(board: Board) -> None:
    order = ids(board, "reviewed")
    following = board.after(order[0], "reviewed")
    assert following is not None
    assert following.topic.id == order[1]
    first = board.after(order[-1], "reviewed")
    assert first is not None
    assert first.topic.id == order[0]
    assert board.after("gdpr", "silent") is None
    assert board.after("", "all") == board.states[0]


def test_the_contents_follow_the_files(tmp_path: Path, settings: Settings) -> None:
    write_folder(tmp_path)
    files = Files("maple", settings.model_copy(update={"corpus": tmp_path}))
    first = files.read()
    assert files.read() is first
    (tmp_path / "maple" / "answers.toml").touch()
    assert files.read().revision == first.revision
    write_folder(tmp_path, answers="")
    assert (files.read().entries, files.read().revision != first.revision) == ((), True)
