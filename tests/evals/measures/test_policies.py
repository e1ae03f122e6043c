import pytest

from bot.policies.questions import VisitorQuestion
from evals.measures.policies import DELETED, aggregate_policies, gold_of, score_policy_answer

QUESTION = VisitorQuestion("who gets my address?", "answerable", evidence=(2,), acceptable=(0, 2))
SILENT = VisitorQuestion("do you store data in France?", "not_covered")
ELSEWHERE = VisitorQuestion("who won?", "off_topic")


@pytest.fixture
def judge(policy):
    def judged(question, outcome, cited=None, kind=None):
        citations = []
        if cited is not None:
            citations = [{"start": policy.sentences[cited].start, "end": policy.sentences[cited].end}]
        answer = {"outcome": outcome, "citations": citations, "seconds": 0.1}
        return score_policy_answer(policy, 7, question, kind or question.kind, answer)

    return judged


def test_what_is_also_right_is_right(judge):
    assert gold_of(QUESTION) == (0, 2)
    assert [judge(QUESTION, "answered", place).hit_at_1 for place in (0, 1, 2)] == [1.0, 0.0, 1.0]
    assert judge(QUESTION, "not_covered").hit_at_1 == 0.0
    assert judge(SILENT, "answered", 0).hit_at_1 is None


def test_each_score_has_an_id_of_its_own(judge):
    assert judge(QUESTION, "answered", 2).id == "small#7"
    assert judge(QUESTION, "answered", 2, DELETED).id == "small#7-deleted"


def test_the_measures(judge):
    scores = [
        judge(QUESTION, "answered", 2),
        judge(QUESTION, "answered", 1),
        judge(QUESTION, "not_covered"),
        judge(QUESTION, "off_topic"),
        judge(QUESTION, "answered", 1, DELETED),
        judge(QUESTION, "not_covered", kind=DELETED),
        judge(SILENT, "answered", 1),
        judge(SILENT, "off_topic"),
        judge(ELSEWHERE, "not_covered"),
    ]
    assert aggregate_policies(scores) == {
        "questions": 9,
        "hit@1": 0.25,
        "answerable_refused": 0.5,
        "not_covered_answered": 0.5,
        "deleted_answered": 0.5,
        "off_topic_answered": 0.0,
        "off_topic_called_not_covered": 1.0,
        "not_covered_called_off_topic": 0.5,
        "errors": 0,
    }
    assert aggregate_policies([])["deleted_answered"] is None
