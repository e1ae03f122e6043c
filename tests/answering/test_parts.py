from __future__ import annotations

import dataclasses

import pytest

from bot.answering.parts import Question, join
from bot.pipeline import Bot
from bot.topics.catalog import policy_topics
from bot.types import Contact, Outcome
from bot.wording import fixed_text
from tests.support.whole_answers import cited


def test_each_part_has_its_own_heading_and_citations(bot: Bot) -> None:
    answer = bot.ask("do you sell my data and who do i ask about this policy")
    assert [part.question for part in answer.parts] == ["Do you sell my data?", "Who do I ask about this policy?"]
    numbers = [citation.number for citation in answer.citations]
    assert [number for part in answer.parts for number in part.citations] == numbers == list(range(1, len(numbers) + 1))
    assert all(part.citations for part in answer.parts)
    assert answer.question == "do you sell my data and who do i ask about this policy"
    assert answer.read_as is None
    assert answer.text.splitlines()[1].startswith(f"Who do I ask about this policy? {answer.parts[1].opening}")


def test_a_part_that_the_policy_does_not_answer_says_so(bot: Bot) -> None:
    answer = bot.ask("where are your servers and do you sell my data")
    assert [part.outcome for part in answer.parts] == [Outcome.NOT_COVERED, Outcome.ANSWERED]
    assert answer.outcome is Outcome.ANSWERED
    assert answer.parts[0].opening
    assert answer.parts[0].citations == ()


def test_a_part_has_what_the_answer_to_it_alone_has(bot: Bot) -> None:
    asked = ("do you sell my data?", "where are your servers located?")
    answer = bot.ask(" ".join(asked))
    for part, (_, own), question in zip(answer.parts, answer.by_question, asked, strict=True):
        alone = bot.ask(question)
        assert part.outcome is alone.outcome
        for name in ("verdict", "reviewed", "completeness", "act", "route", "confidence"):
            assert getattr(part, name) == getattr(alone, name)
        for shown, expected in ((own.citations, alone.citations), (part.related, alone.related)):
            assert [each.passage_id for each in shown] == [each.passage_id for each in expected]
    selling, servers = answer.parts
    assert (bool(selling.related), bool(servers.related)) == (False, True)
    assert servers.opening.startswith("I did not find an exact answer")


def test_each_statement_has_one_number_in_the_whole_answer(bot: Bot) -> None:
    near = cited(1, "Cookies.", 100), cited(2, "Forms.", 200)
    refused = dataclasses.replace(bot.ask("do you read my mind?"), related=near)
    answered = dataclasses.replace(bot.ask("do you use cookies?"), citations=(cited(2, "Forms.", 200),))
    other = dataclasses.replace(refused, related=(cited(3, "Emails.", 300), near[0]), opening="Not found, either.")
    answer = join([refused, answered, other], [Question("a"), Question("b"), Question("c")], None, 0.0)
    assert [(part.citations, [each.number for each in part.related]) for part in answer.parts] == [
        ((), [2, 1]),
        ((1,), []),
        ((), [3, 2]),
    ]
    assert [each.number for each in answer.nearest] == [2, 1, 3]
    assert answer.related == ()


def test_questions_with_other_nearest_statements_do_not_share_a_part(bot: Bot) -> None:
    refused = bot.ask("do you read my mind?")
    answers = [dataclasses.replace(refused, related=(cited(number, "Forms.", 0),)) for number in (1, 2)]
    questions = [Question("do you read my mind"), Question("and hers")]
    assert [part.question for part in join(answers, questions, None, 0.0).parts] == [
        "Do you read my mind?",
        "Hers?",
    ]
    assert join(answers[:1] * 2, questions, None, 0.0).parts == ()


def test_the_suggestions_are_those_of_all_parts_in_turn(bot: Bot) -> None:
    answers = [bot.ask("do you sell my data?"), bot.ask("where are your servers located?")]
    one, other = (answer.suggestions for answer in answers)
    joined = join(answers, [Question("a"), Question("b")], None, 0.0).suggestions
    assert joined == (one[0], other[0], one[1])
    topic = "cookies-used"
    asks = next(each.question for each in policy_topics() if each.id == topic)
    answers = [
        dataclasses.replace(answers[0], suggestions=(asks, "Why?")),
        dataclasses.replace(answers[1], topics=(topic,), suggestions=("Why?", "How?")),
    ]
    assert join(answers, [Question("a"), Question("b")], None, 0.0).suggestions == ("Why?", "How?")


def test_a_part_that_leaves_out_words_says_how_it_was_read(bot: Bot) -> None:
    answer = bot.ask("do you use persistent cookies and can I turn them off")
    assert [part.read_as for part in answer.parts] == [None, "can I turn persistent cookies off?"]
    assert [(part.question, part.read_as) for part in bot.ask("do you sell my data? do you use cookies?").parts] == [
        ("Do you sell my data?", None),
        ("Do you use cookies?", None),
    ]


def test_the_same_answer_twice_is_one_answer(bot: Bot) -> None:
    answer = bot.ask("do you sell my data? do you sell my information?")
    assert answer.parts == ()
    assert answer.citations == bot.ask("do you sell my data?").citations


def test_questions_with_one_answer_share_a_part(bot: Bot) -> None:
    answer = bot.ask("do you sell my data? do you sell my information? how long do you keep my IP address?")
    assert [part.question for part in answer.parts] == [
        "Do you sell my data? Do you sell my information?",
        "How long do you keep my IP address?",
    ]


def test_a_second_question_about_the_same_statements_gets_what_else_is_relevant(bot: Bot) -> None:
    answer = bot.ask("When was this notice last updated? Where do I look that up?")
    first, second = answer.parts
    new = set(second.citations) - set(first.citations)
    assert ["found at the top of this page" in answer.citations[number - 1].quote for number in new] == [True]


def test_what_was_just_quoted_is_not_the_nearest_again(bot: Bot) -> None:
    alone = bot.ask("How is my password stored?")
    assert alone.reviewed
    assert alone.related
    safe, stored = bot.ask("Is my password safe? How is it stored?").parts
    assert (safe.outcome, stored.outcome) == (Outcome.ANSWERED, Outcome.NOT_COVERED)
    assert (stored.related, stored.reviewed) == ((), None)
    assert stored.opening.startswith("I did not find this in")
    changed, old = bot.ask("When was the policy last changed and where can I see the old version?").parts
    assert {each.passage_id for each in old.related} < {
        each.passage_id for each in bot.ask("where can I see the old version?").related
    }
    assert not set(changed.citations) & {each.number for each in old.related}


def test_the_same_statements_may_answer_two_questions(bot: Bot) -> None:
    answer = bot.ask("can I read my file, and can I correct errors in it?")
    first, second = answer.parts
    assert first.opening != second.opening
    assert second.citations


def test_a_part_about_something_else_keeps_its_route_and_its_search(bot: Bot) -> None:
    answer = bot.ask("do you sell my data, and where do I get a dog license?")
    assert answer.outcome is Outcome.ANSWERED
    assert answer.route == bot.ask("where do I get a dog license?").route is not None
    searches = [step.url for step in answer.next_steps(bot.bundle.policy) if step.role == "search"]
    assert searches == ["https://search.mass.gov/?q=Where%20do%20I%20get%20a%20dog%20license%3F"]
    assert answer.places_to_go(bot.bundle.policy)[0] == answer.route
    assert bot.ask("do you sell my data and do you use cookies?").next_steps(bot.bundle.policy) == ()


def test_two_other_subjects_have_two_routes(bot: Bot) -> None:
    answer = bot.ask("how do I renew my driver's license, and how do I apply for SNAP?")
    places = answer.places_to_go(bot.bundle.policy)
    assert [place.role for place in places] == ["route", "route", "search", "chatbot"]
    assert ("RMV" in places[0].name, "DTA" in places[1].name) == (True, True)


def test_courtesies_are_no_parts(bot: Bot) -> None:
    assert bot.ask("hi, how are you? do you sell my data?").parts == ()
    answers = [bot.ask("do you sell my data?"), dataclasses.replace(bot.ask("hello"), act="greeting")]
    alone = join(answers, [Question("do you sell my data?"), Question("hello")], None, 0.0)
    assert (alone.parts, alone.citations) == ((), answers[0].citations)
    assert join(answers[1:] * 2, [Question("hello"), Question("hi")], None, 0.0).outcome is Outcome.SMALL_TALK


def test_a_pronoun_means_what_the_part_before_is_about(bot: Bot) -> None:
    answer = bot.ask("do you use persistent cookies and can I turn them off")
    numbers = answer.parts[1].citations
    assert "disable the Persistent Cookies" in answer.citations[numbers[0] - 1].quote


def test_misspelled_questions_are_shown_repaired(bot: Bot) -> None:
    answer = bot.ask("do yuo sell my dtaa? waht do you log")
    assert answer.read_as == "do you sell my data? what do you log"
    assert answer.question == "do yuo sell my dtaa? waht do you log"
    assert [part.question for part in answer.parts] == ["Do you sell my data?", "What do you log?"]


def test_what_two_things_have_in_common_is_one_answer(bot: Bot) -> None:
    answer = bot.ask("iris scans or microphone use")
    assert answer.parts == ()
    assert answer.silent_on == ("biometrics", "camera-microphone")
    assert fixed_text("not_covered", bot.bundle.policy, topics=answer.silent_on) == answer.opening


def test_two_things_with_two_answers_have_two_parts(bot: Bot) -> None:
    answer = bot.ask("surveys and cookies")
    assert [part.question for part in answer.parts] == ["Surveys?", "Cookies?"]
    assert all(part.citations for part in answer.parts)


def test_a_question_with_or_that_is_answered_stays_one(bot: Bot) -> None:
    assert bot.ask("do you collect names or addresses").parts == ()
    assert bot.ask("terms and conditions").parts == ()


@pytest.mark.parametrize("language", ["en", "es"])
def test_only_the_last_part_says_whom_to_ask(bot: Bot, language: str) -> None:
    answer = bot.ask(
        "do you keep fingerprints? do you sell my data? do you have a data protection officer?", (), language
    )
    first, _, last = (part.opening for part in answer.parts)
    policy = bot.bundle.policy
    assert first == fixed_text("not_covered", policy, language=language, topics=("biometrics",), without_contacts=True)
    form = policy.owner_contacts()[0].name_in(language)
    assert (form in first, form in last) == (False, True)


@pytest.mark.parametrize(
    ("key", "own", "expected"),
    [
        ("not_found", "Nothing on that. Sorry! Write to {ask}. Bye.", "Nothing on that. Sorry!"),
        ("not_found", "Write to {ask}. Bye.", "Write to us. Bye."),
        ("not_found_near", "Nearly: {sentence} See {elsewhere}.", "Nearly: It is kept. Yes."),
        ("not_covered", "没有{topic}。请问{ask}。", "没有this。"),
    ],
)
def test_a_part_leaves_out_whom_to_ask(bot: Bot, key: str, own: str, expected: str) -> None:
    contact = Contact("email", "us", "mailto:us@zundra.example")
    wording = {"en": {"answers": {key: own}}}
    policy = dataclasses.replace(bot.bundle.policy, wording=wording, contacts=(contact,))
    assert fixed_text(key, policy, sentence="It is kept. Yes.", without_contacts=True) == expected


def test_two_things_done_with_one_are_two_questions_if_they_have_two_answers(bot: Bot) -> None:
    answer = bot.ask("Do you collect and share my info?")
    assert [part.question for part in answer.parts] == ["Do you collect my info?", "Do you share my info?"]
    assert bot.ask("do you collect and store my IP address?").parts == ()


def test_a_half_that_is_answered_is_not_refused_with_the_other(bot: Bot) -> None:
    answer = bot.ask("can I see and erase my records")
    assert [part.outcome for part in answer.parts] == [Outcome.ANSWERED, Outcome.NOT_COVERED]


def test_what_is_done_with_one_thing_is_two_questions_if_they_have_two_answers(bot: Bot) -> None:
    answer = bot.ask("Is my address stored or sold?")
    assert [part.question for part in answer.parts] == ["Is my address stored?", "Is my address sold?"]
    silent = bot.ask("does it share or collect my location?")
    assert (silent.parts, silent.silent_on) == ((), ("location-shared", "location-collected"))
