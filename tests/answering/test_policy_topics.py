from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path

import numpy as np
import pytest

from bot.answering.answered import AnsweredTopics
from bot.answering.topics import GAP_TO, SILENT_TO, SUGGESTED_FROM, AskedTopics, PolicyTopics
from bot.elsewhere.reasons import Elsewhere
from bot.index.lexical import Lexical
from bot.pipeline import Bot
from bot.topics.catalog import Topic, policy_topics, topic_ids, topics
from bot.topics.model import load_topic_model
from bot.types import Hit, Outcome

IDS = topic_ids()
_ANSWERS = Path(__file__).parents[2] / "corpus/massgov/answers.toml"
_ENTRIES = tomllib.loads(_ANSWERS.read_text(encoding="utf-8"))["answers"]
# The topics of Mass.gov's own come after the policy topics of the catalog. No test here asks about one of them.
OWN = tuple(Topic(entry["name"], "policy", entry["name"], "") for entry in _ENTRIES if "name" in entry)


def asked(**shares: float) -> AskedTopics:
    count = len(policy_topics())
    probabilities = np.zeros(len(IDS), np.float32)
    for id, share in shares.items():
        probabilities[IDS[id.replace("_", "-")]] = share
    with_own = np.concatenate([probabilities[:count], np.zeros(len(OWN), np.float32), probabilities[count:]])
    return AskedTopics(with_own, (*topics()[:count], *OWN, *topics()[count:]))


@pytest.fixture(scope="module")
def of_policy(bot: Bot) -> PolicyTopics:
    return PolicyTopics(bot.bundle, bot.fitted, load_topic_model())


def test_what_is_asked_has_a_name_only_if_it_is_certain() -> None:
    sure, unsure = asked(data_sale=0.7, share_court=0.2), asked(data_sale=0.4, share_court=0.35)
    assert sure.named == sure.best == topics()[IDS["data-sale"]]
    assert unsure.named is None
    assert sure.ids == ("data-sale", "share-court")


def test_the_owners_review_decides_what_is_covered(bot: Bot, of_policy: PolicyTopics) -> None:
    covered = {topic.id: float(share) for topic, share in zip(of_policy.policy_topics, of_policy.coverage, strict=True)}
    for answer in bot.bundle.policy.reviewed:
        expected = {"silent": 0.0, "partly": 0.5}.get(answer.verdict, 1.0)
        assert {covered[topic] for topic in answer.topics} == {expected}


def test_without_a_review_the_nearest_passages_decide(bot: Bot, of_policy: PolicyTopics) -> None:
    policy = dataclasses.replace(bot.bundle.policy, reviewed=())
    bare = PolicyTopics(dataclasses.replace(bot.bundle, policy=policy), bot.fitted, load_topic_model())
    assert ((bare.coverage >= 0) & (bare.coverage <= 1)).all()
    of_catalog = of_policy.coverage[: len(policy_topics())]
    silent, covered = (bare.coverage[of_catalog == share] for share in (0.0, 1.0))
    assert covered.mean() - silent.mean() > 0.4


def test_what_is_for_others_to_answer_is_told_apart() -> None:
    assert asked(data_sale=0.2, writing_task=0.3, other_organization=0.5).elsewhere
    assert not asked(data_sale=0.2, greeting=0.8).elsewhere


def test_what_is_asked_of_an_app_has_to_be_more_probable() -> None:
    assert asked(data_sale=0.4, writing_task=0.6).elsewhere
    assert not asked(data_sale=0.4, other_organization=0.6).elsewhere


def test_only_the_owner_can_say_that_the_policy_is_silent(bot: Bot, of_policy: PolicyTopics) -> None:
    assert of_policy.reviewed_silent(asked(genetic_data=0.9)) == pytest.approx(0.9)
    assert not of_policy.reviewed_silent(asked(genetic_data=0.3))
    assert not of_policy.reviewed_silent(asked(data_sale=0.9))
    policy = dataclasses.replace(bot.bundle.policy, reviewed=())
    bare = PolicyTopics(dataclasses.replace(bot.bundle, policy=policy), bot.fitted, load_topic_model())
    assert not bare.reviewed_silent(asked(genetic_data=0.9))


def missing(of_policy: PolicyTopics, question: str = "", **shares: float) -> tuple[str, ...]:
    return tuple(topic.id for topic in of_policy.silent_on(asked(**shares), question, 0.9))


def test_only_a_topic_that_the_policy_is_silent_on_is_called_missing(of_policy: PolicyTopics) -> None:
    assert missing(of_policy, genetic_data=0.9) == ("genetic-data",)
    assert missing(of_policy, genetic_data=0.4) == ()
    assert missing(of_policy, data_sale=0.9) == ()
    assert missing(of_policy, writing_task=0.9) == ()


def test_of_topics_that_are_only_probable_together_the_best_is_called_missing(of_policy: PolicyTopics) -> None:
    assert missing(of_policy, location_collected=0.4, location_shared=0.3) == ("location-collected",)
    assert missing(of_policy, location_shared=0.24, location_collected=0.23, location_precise=0.22) == ()
    assert missing(of_policy, location_shared=0.3, data_sale=0.6) == ()
    assert missing(of_policy, **dict.fromkeys(("gdpr", "ccpa", "hipaa", "coppa", "ferpa"), 0.2)) == ()


def test_what_comes_near_a_silent_topic_is_the_owners_choice(bot: Bot) -> None:
    near, far = bot.ask("Have you ever been hacked?"), bot.ask("Do you collect fingerprints?")
    assert near.silent_on == ("breach-past",)
    reviewed = next(each for each in bot.bundle.policy.reviewed if "breach-past" in each.topics)
    assert [cited.passage_id for cited in near.related] == [bot.bundle.passages[row].id for row in reviewed.cite]
    assert (far.silent_on, far.related) == (("biometrics",), ())


def test_what_comes_near_a_silent_topic_is_no_answer_to_it(bot: Bot) -> None:
    policy = bot.bundle.policy
    silent = [each for each in policy.reviewed if each.verdict == "silent" and each.cite]
    spoken = [each for each in policy.reviewed if each.verdict != "silent"]
    without = dataclasses.replace(policy, reviewed=(*spoken, *(dataclasses.replace(each, cite=()) for each in silent)))
    both = [
        PolicyTopics(dataclasses.replace(bot.bundle, policy=each), bot.fitted, load_topic_model())
        for each in (policy, without)
    ]
    for answer in silent:
        one = asked(**{answer.topics[0]: 1.0}) if answer.own is None else None
        if one is not None:
            assert [each.reviewed_on(one) for each in both] == [None, None]
            assert np.array_equal(both[0].belongs(one), both[1].belongs(one))


def test_silence_is_stated_only_if_the_refusal_is_sure(of_policy: PolicyTopics) -> None:
    assert of_policy.silent_on(asked(genetic_data=0.9), "", 0.59) == ()
    assert of_policy.silent_on(asked(genetic_data=0.9), "", 0.61) == (topics()[IDS["genetic-data"]],)


def test_a_gap_is_called_missing_only_if_no_statement_has_a_word_of_its_name(bot: Bot) -> None:
    policy = dataclasses.replace(bot.bundle.policy, reviewed=())
    bare = PolicyTopics(dataclasses.replace(bot.bundle, policy=policy), bot.fitted, load_topic_model())
    gap = np.float32((GAP_TO + SILENT_TO) / 2)
    vars(bare)["coverage"] = np.full(len(policy_topics()), gap)

    def is_missing(confidence: float, **shares: float) -> bool:
        return bool(bare.silent_on(asked(**shares), "", confidence))

    assert is_missing(0.9, genetic_data=0.9)
    assert not is_missing(0.7, genetic_data=0.9)
    assert not is_missing(0.9, cookies_session=0.9)


def test_two_topics_are_called_missing_if_the_question_names_both(of_policy: PolicyTopics) -> None:
    both = "Do you read my contacts or my text messages?"
    assert missing(of_policy, both, contacts_calendar=0.6, text_messages=0.2) == ("contacts-calendar", "text-messages")
    assert missing(of_policy, both, contacts_calendar=0.6, text_messages=0.05) == ("contacts-calendar",)
    assert missing(of_policy, both, contacts_calendar=0.6, data_sale=0.2) == ("contacts-calendar",)


def test_a_reviewed_answer_needs_its_topic_and_a_near_statement(bot: Bot, of_policy: PolicyTopics) -> None:
    answer = next(answer for answer in bot.bundle.policy.reviewed if "data-sale" in answer.topics)
    near = [Hit(bot.bundle.passages[answer.cite[0]], 0.9, 0.9)]
    far = [Hit(passage, 0.9, 0.9) for passage in bot.bundle.passages if passage.index not in answer.cite][:5]
    assert of_policy.reviewed(asked(data_sale=0.8), near, near) is answer
    assert of_policy.reviewed(asked(data_sale=0.1), near, near) is None
    assert of_policy.reviewed(asked(data_sale=0.8), far, far) is None


def test_a_less_probable_topic_is_enough_if_what_was_found_is_its_own(bot: Bot, of_policy: PolicyTopics) -> None:
    answer = next(answer for answer in bot.bundle.policy.reviewed if "data-sale" in answer.topics)
    own = Hit(bot.bundle.passages[answer.cite[0]], 0.9, 0.8)
    other = next(Hit(p, 0.9, 0.9) for p in bot.bundle.passages if p.index not in answer.cite)
    assert of_policy.reviewed(asked(data_sale=0.17), [own], [own]) is answer
    # Only .4 of what was found is its own, so it fits by .58 of its probability and needs .2.
    less = own._replace(relevance=0.6)
    assert of_policy.reviewed(asked(data_sale=0.3), [other, less], [other, less]) is None
    assert of_policy.reviewed(asked(data_sale=0.4), [other, less], [other, less]) is answer


def test_a_topic_that_is_clearly_asked_about_needs_no_near_statement(of_policy: PolicyTopics) -> None:
    answer = of_policy.reviewed_on(asked(data_sale=0.9))
    assert answer is not None
    assert "data-sale" in answer.topics
    assert of_policy.reviewed_on(asked(data_sale=0.8)) is None
    # The owner cites nothing for it.
    assert of_policy.reviewed_on(asked(genetic_data=0.9)) is None
    assert of_policy.reviewed_on(asked(writing_task=0.9)) is None


def test_the_owners_answer_on_a_topic_is_found_by_its_id(of_policy: PolicyTopics) -> None:
    answer = of_policy.reviewed_of("data-sale")
    assert answer is not None
    assert "data-sale" in answer.topics
    # The owner says that the policy is silent on the first. The second is for no policy.
    assert of_policy.reviewed_of("genetic-data") is None
    assert of_policy.reviewed_of("writing-task") is None


def test_the_statements_that_were_found_settle_which_of_two_topics_is_meant(bot: Bot, of_policy: PolicyTopics) -> None:
    hits = [Hit(bot.bundle.passages[row], 0.9, relevance) for row, relevance in ((87, 0.9), (88, 0.8), (72, 0.3))]
    given = of_policy.reviewed(asked(use_reply=0.45, contact_privacy=0.4), hits, hits[:2])
    assert given is not None
    assert given.topics == ("contact-privacy",)


def test_what_the_owner_cites_belongs_to_its_topic(bot: Bot, of_policy: PolicyTopics) -> None:
    answer = next(answer for answer in bot.bundle.policy.reviewed if "data-sale" in answer.topics)
    belongs = of_policy.belongs(asked(data_sale=0.8))
    assert belongs.argmax() == answer.cite[0]
    assert set(belongs.nonzero()[0].tolist()) == set(answer.cite)


def never(number: int) -> bool:
    return False


def test_every_suggestion_is_answered(bot: Bot, of_policy: PolicyTopics) -> None:
    model = load_topic_model()
    suggested = {
        question
        for vector, topic in zip(model.questions, policy_topics(), strict=True)
        for question in of_policy.suggestions(vector, asked(**{topic.id: 1.0}), None, never)
    }
    assert len(suggested) > 20
    assert [question for question in sorted(suggested) if bot.ask(question).outcome is not Outcome.ANSWERED] == []


def test_without_a_review_every_suggestion_is_answered(bot: Bot) -> None:
    policy = dataclasses.replace(bot.bundle.policy, reviewed=())
    bundle = dataclasses.replace(bot.bundle.without_questions(), policy=policy)
    bare = Bot(bundle, bot.settings)
    topics_of = PolicyTopics(bundle, bot.fitted, load_topic_model())
    answered = AnsweredTopics(bundle, bot.fitted, load_topic_model(), bot.settings, Elsewhere(policy))
    spoken_to = [number for number in range(len(policy_topics())) if topics_of.coverage[number] >= SUGGESTED_FROM]
    outcomes = {number: bare.ask(policy_topics()[number].question).outcome for number in spoken_to}
    refused = [number for number, outcome in outcomes.items() if outcome is not Outcome.ANSWERED]
    assert refused
    assert not any(answered(number) for number in refused)
    assert sum(map(answered, spoken_to)) > len(spoken_to) / 2


def test_suggestions_do_not_repeat_the_answer(bot: Bot, of_policy: PolicyTopics) -> None:
    model = load_topic_model()
    questions = {topic.id: topic.question for topic in topics()}
    for answer in (answer for answer in bot.bundle.policy.reviewed if answer.own is None):
        vector = model.questions[IDS[answer.topics[0]]]
        suggested = of_policy.suggestions(vector, asked(**{answer.topics[0]: 1.0}), answer, never)
        assert len(suggested) == len(set(suggested)) == 3
        assert not {questions[topic] for topic in answer.topics} & set(suggested)


def test_silence_is_not_claimed_of_what_a_statement_names(bot: Bot) -> None:
    """The word is there, even if no statement is near the topic's question."""
    policy = dataclasses.replace(bot.bundle.policy, reviewed=())
    location = asked(location_collected=0.9)

    def names_it(text: str) -> bool:
        bundle = dataclasses.replace(bot.bundle, policy=policy, lexical=Lexical([text]))
        bare = PolicyTopics(bundle, bot.fitted, load_topic_model())
        bare.__dict__["coverage"] = np.zeros(len(policy_topics()), np.float32)
        return not bare.silent_on(location, "do you track my location", 0.7)

    assert names_it("We collect device data (model, location, carrier).")
    assert not names_it("We collect device data.")
