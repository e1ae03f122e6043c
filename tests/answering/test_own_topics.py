"""Questions about the owner's own topics, on the whole way from a question to an answer."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path

import pytest

from bot.answering.facts import asked_fact
from bot.answering.rank import rank
from bot.answering.retrieve import retrieve
from bot.answering.topics import PolicyTopics
from bot.index.bundle import Bundle, bundle_as_edited, known_vectors
from bot.pipeline import Bot
from bot.policies.folder import load_policy_folder
from bot.policies.questions import VisitorQuestion, own_questions
from bot.settings import Settings
from bot.topics.model import load_topic_model
from bot.types import Answer, Outcome, OwnTopic, ReviewedAnswer
from bot.understanding.several import as_heading
from bot.understanding.understand import Asked
from evals.sets.cases import load_set

HELD_OUT = tomllib.loads(Path(__file__).with_name("own_topic_held_out.toml").read_text(encoding="utf-8"))["topics"]
TOPICS = [OwnTopic(each["name"], tuple(each["questions"])) for each in HELD_OUT]
PLATES, TRIPS, _, _, _, CAMERAS = TOPICS[:6]
# The second statement is far from what any of the topics is about.
CITE = (36, 30)
SENTENCE = "The information would not identify you as an individual."


def reviewed(topic: OwnTopic, verdict: str) -> ReviewedAnswer:
    if verdict == "silent":
        return ReviewedAnswer((topic.id,), verdict, {}, (), "2026-11-27", topic)
    return ReviewedAnswer((topic.id,), verdict, {"en": SENTENCE, "es": "No lo identifica."}, CITE, "2026-11-27", topic)


def with_topics(
    bot: Bot,
    settings: Settings,
    answers: list[ReviewedAnswer],
    *,
    questions: bool = True,
    labeled: tuple[VisitorQuestion, ...] = (),
) -> Bot:
    """Return the bot over Mass.gov's policy with own topics, with or without its visitor questions, and with others."""
    read = load_policy_folder("massgov", settings.corpus)
    read = dataclasses.replace(
        read,
        policy=dataclasses.replace(read.policy, reviewed=(*read.policy.reviewed, *answers)),
        questions=(*(read.questions if questions else ()), *labeled, *own_questions(answers)),
    )
    known = known_vectors(settings.home / "massgov", bot.bundle.embedder.id)
    return Bot(bundle_as_edited(read, bot.bundle.embedder, known), settings)


@pytest.fixture(scope="module")
def own_bot(bot: Bot, settings: Settings) -> Bot:
    verdicts = ("silent", "stated", "no", "partly")
    return with_topics(bot, settings, [reviewed(each, verdicts[n % 4]) for n, each in enumerate(TOPICS)])


def given(answer: Answer) -> dict[str, object]:
    """Return all of an answer but its time, and but what it suggests, which may be an own topic."""
    record = answer.to_json()
    del record["seconds"], record["suggestions"]
    return record


def test_other_ways_to_ask_are_found_and_other_questions_are_not_taken(bot: Bot, settings: Settings) -> None:
    questions = tuple(own_questions([reviewed(each, "silent") for each in TOPICS]))
    read = load_policy_folder("massgov", settings.corpus)
    read = dataclasses.replace(read, questions=questions)
    bundle = bundle_as_edited(
        read, bot.bundle.embedder, known_vectors(settings.home / "massgov", bot.bundle.embedder.id)
    )

    def asked(question: str, bundle: Bundle = bundle) -> str | None:
        return retrieve(Asked(question), bundle, settings.retrieve).own

    kept_aside = list(zip(TOPICS, HELD_OUT, strict=True))[1::2]
    found = [asked(question) == topic.id for topic, each in kept_aside for question in each["same"]]
    wrong = [asked(question) not in (None, topic.id) for topic, each in kept_aside for question in each["same"]]
    taken = [asked(question) is not None for _, each in kept_aside for question in each["other"]]
    assert sum(found) / len(found) > 0.4
    assert sum(wrong) == 0
    assert sum(taken) <= 1
    assert all(asked(question) == topic.id for topic in TOPICS for question in topic.questions)


def test_all_answers_to_other_questions_stay_the_same(bot: Bot, own_bot: Bot) -> None:
    assert len(own_bot.bundle.own) == len(bot.bundle.own) + sum(len(each.questions) for each in TOPICS)
    cases = load_set("massgov_dev")
    for case in cases:
        assert given(own_bot.ask(case.question, case.history)) == given(bot.ask(case.question, case.history))
    assert len(cases) > 200


@pytest.mark.parametrize("questions", [True, False])
def test_an_own_topic_gets_its_reviewed_answer(bot: Bot, settings: Settings, questions: bool) -> None:
    own_bot = with_topics(bot, settings, [reviewed(TRIPS, "stated")], questions=questions)
    answer = own_bot.ask("are the trips on my bus card recorded")
    assert answer.outcome is Outcome.ANSWERED
    assert (answer.opening, answer.reviewed, answer.completeness) == (SENTENCE, "2026-11-27", "complete")
    assert [citation.passage_id for citation in answer.citations] == ["massgov-0036", "massgov-0030"]
    assert answer.topics == (TRIPS.id,)
    assert not answer.is_doubtful
    spanish = own_bot.ask("are the trips on my bus card recorded", language="es")
    assert spanish.opening.startswith("No lo identifica. ")


def test_every_way_to_ask_that_is_near_enough_gets_what_the_owner_cites(own_bot: Bot) -> None:
    asked = [question for each in HELD_OUT for question in [*each["questions"], *each["same"]]]
    answers = {question: own_bot.ask(question) for question in asked}
    # Some are nearer to the topics that Mass.gov has of its own.
    ids = {topic.id for topic in TOPICS}
    found = {question: answer for question, answer in answers.items() if answer.topics and answer.topics[0] in ids}
    assert len(found) > 100
    verdicts = {answer.topics[0]: answer.verdict for answer in own_bot.bundle.policy.reviewed}
    for question, answer in found.items():
        verdict = verdicts[answer.topics[0]]
        cited = [citation.passage_id for citation in answer.citations]
        assert cited == ([] if verdict == "silent" else ["massgov-0036", "massgov-0030"]), question
        assert answer.completeness == {"silent": None, "partly": "partial"}.get(verdict, "complete")


def test_what_the_owner_cites_goes_before_all_that_was_found(bot: Bot, settings: Settings) -> None:
    retrieved = dataclasses.replace(bot.evidence("do you sell my data"), own=TRIPS.id)
    far = retrieved.candidates[-2:]
    answer = dataclasses.replace(reviewed(TRIPS, "stated"), cite=far)
    policy = dataclasses.replace(bot.bundle.policy, reviewed=(*bot.bundle.policy.reviewed, answer))
    topics = PolicyTopics(dataclasses.replace(bot.bundle, policy=policy), bot.fitted, load_topic_model())
    hits = rank(retrieved, bot.bundle.passages, bot.fitted, topics.belongs(topics.asked(retrieved)))
    assert tuple(hit.passage.index for hit in hits[:2]) == far


def test_a_topic_that_is_not_mentioned_is_named_in_english(own_bot: Bot) -> None:
    answer = own_bot.ask("when does the parking app erase my car's plate")
    assert (answer.outcome, answer.silent_on) == (Outcome.NOT_COVERED, (PLATES.id,))
    assert "does not mention how long the parking app keeps license plates." in answer.opening
    spanish = own_bot.ask("when does the parking app erase my car's plate", language="es")
    assert "no menciona esto." in spanish.opening


def test_a_topic_that_is_not_mentioned_has_a_name_in_each_language_that_the_owner_gives(
    bot: Bot, settings: Settings
) -> None:
    plates = dataclasses.replace(PLATES, names={"es": "cuánto tiempo se guardan las matrículas"})
    own_bot = with_topics(bot, settings, [reviewed(plates, "silent")])
    question = PLATES.questions[0]
    assert "no menciona cuánto tiempo se guardan las matrículas." in own_bot.ask(question, language="es").opening
    assert "não menciona isso." in own_bot.ask(question, language="pt").opening
    assert "does not mention how long the parking app keeps license plates." in own_bot.ask(question).opening


def test_an_own_topic_that_is_answered_may_be_suggested(bot: Bot, own_bot: Bot) -> None:
    asked = [question for each in HELD_OUT for question in each["other"]]
    first = {as_heading(topic.questions[0]): topic for topic in TOPICS}
    verdicts = {answer.topics[0]: answer.verdict for answer in own_bot.bundle.policy.reviewed}
    suggested = {question for ask in asked for question in own_bot.ask(ask).suggestions if question in first}
    assert len(suggested) > 5
    for question in suggested:
        assert verdicts[first[question].id] in ("stated", "no")
        answer = own_bot.ask(question)
        assert (answer.outcome, answer.topics[0]) == (Outcome.ANSWERED, first[question].id)
        assert question not in answer.suggestions
    # Without visitor questions, nobody gets its answer.
    without = PolicyTopics(own_bot.bundle.without_questions(), bot.fitted, load_topic_model())
    retrieved = bot.evidence(TRIPS.questions[0])
    found = without.suggestions(retrieved.question_vector, without.asked(retrieved), None, lambda _: True)
    assert first.keys().isdisjoint(found)


def test_misspelled_joined_and_following_questions_are_about_own_topics_too(own_bot: Bot) -> None:
    misspelled = own_bot.ask("does my bus card trackk where I ride")
    assert (misspelled.topics, misspelled.read_as) == ((TRIPS.id,), "Does my bus card track where I ride?")
    joined = own_bot.ask("Do you sell my data? And do park rangers wear body cameras?")
    assert joined.topics[0] == "data-sale"
    assert joined.topics[-1] == CAMERAS.id
    assert len(joined.parts) == 2
    follow_up = own_bot.ask("and who can see it?", ["does my bus card track where I ride"])
    assert follow_up.topics == (TRIPS.id,)


def test_an_own_topic_counts_more_than_a_fact(bot: Bot, settings: Settings) -> None:
    asked = retrieve(Asked("who do i write to about tolls"), bot.bundle.without_questions(), settings.retrieve)
    assert asked_fact(asked, bot.fitted) is not None
    assert asked_fact(dataclasses.replace(asked, own="own:tolls"), bot.fitted) is None


def test_what_others_do_is_no_own_topic_unless_the_owner_asks_so(own_bot: Bot) -> None:
    assert own_bot.evidence("does Uber record my trips when I tap my bus card").own == TRIPS.id
    assert own_bot.ask("does Uber record my trips when I tap my bus card").outcome is Outcome.OFF_TOPIC
    assert own_bot.ask("do you record my trips when I tap my card").outcome is Outcome.ANSWERED


def test_the_owner_may_call_itself_something_else(bot: Bot, settings: Settings) -> None:
    ways = ("does the school share class pictures on social media", "does the school post photos of children")
    topic = OwnTopic("photos of children", ways)
    assert with_topics(bot, settings, [reviewed(topic, "no")]).ask(ways[0]).opening == SENTENCE


def test_a_labeled_question_that_is_nearer_counts_more(bot: Bot, settings: Settings) -> None:
    topic = OwnTopic("the sale of data", ("do you sell my data to strangers", "is my data for sale to strangers"))
    own_bot = with_topics(bot, settings, [reviewed(topic, "silent")])
    assert given(own_bot.ask("do you sell my data")) == given(bot.ask("do you sell my data"))
    assert own_bot.ask(topic.questions[0]).topics == (topic.id,)
    plates = [reviewed(PLATES, "silent")]
    question = "how many days do you hold on to plate numbers"
    assert with_topics(bot, settings, plates).evidence(question).own == PLATES.id
    labeled = (VisitorQuestion("for how many days do you hold plate numbers", "off_topic"),)
    assert with_topics(bot, settings, plates, labeled=labeled).evidence(question).own is None
