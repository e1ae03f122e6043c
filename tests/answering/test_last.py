from __future__ import annotations

from bot.answering.last import LastAnswer
from bot.pipeline import Bot
from bot.understanding.understand import Asked

TWO = "do you sell my data? how long do you keep my IP address?"


def shown(bot: Bot, question: str) -> list[str]:
    answer = bot.ask(question)
    return [citation.passage_id for citation in answer.citations or answer.related]


def test_the_source_of_two_answers_is_that_of_both(bot: Bot) -> None:
    both = [citation.passage_id for citation in bot.ask(TWO).citations]
    source = bot.ask("where did you get that?", [TWO])
    assert [citation.passage_id for citation in source.related] == both
    assert [citation.number for citation in source.related] == list(range(1, len(both) + 1))
    assert set(shown(bot, "how long do you keep my IP address?")) < set(both)


def test_the_source_of_what_is_not_answered_is_what_was_shown(bot: Bot) -> None:
    question = "do you sell my data? is my location shared?"
    answer = bot.ask(question)
    assert len(answer.parts) == 2
    near = [citation.passage_id for citation in answer.parts[1].related]
    source = bot.ask("where did you get that?", [question])
    assert near
    cited = [citation.passage_id for citation in answer.citations]
    assert [citation.passage_id for citation in source.related] == [*cited, *near]


def test_more_on_two_questions_is_new_and_on_both_in_turn(bot: Bot) -> None:
    asked = ["do you sell my data", "how long do you keep my IP address"]
    last = LastAnswer(tuple(bot._find(Asked(question)) for question in asked))
    seen = {citation.passage_id for citation in last.shown}
    more = [hit.passage.id for hit in last.more(2)]
    first = [next(hit.passage.id for hit in each.hits if hit.passage.id not in seen) for each in last.findings]
    assert more == first
    told = bot.ask("tell me more", [TWO])
    assert {hit.passage.id for hit in last.more(3)} <= {citation.passage_id for citation in told.related}


def test_the_same_statement_first_is_the_same_answer(bot: Bot) -> None:
    sale, address = (bot._find(Asked(each)) for each in ("do you sell my data", "how long do you keep my IP address"))
    last = LastAnswer((sale, address))
    assert last.opens_like(address)
    assert not LastAnswer((sale,)).opens_like(address)
    assert last.has_review(sale)
    assert not LastAnswer((address,)).has_review(sale)
