from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import pipeline
from bot.answering.compose import opening_words
from bot.guard.cleaning import guard
from bot.opening import index_policy, open_bot
from bot.pipeline import Bot
from bot.settings import GuardSettings, Settings, load_settings
from bot.types import VERDICTS, Answer, AskPolicyError, Outcome
from bot.wording import LANGUAGES, fixed_text, messages


def assert_honest(answer: Answer, bot: Bot) -> None:
    """Check that every quote is in the policy at its offsets, and that the rest of the answer is fixed wording."""
    text = bot.bundle.policy.text
    rest = answer.text
    for number, citation in enumerate(answer.citations, start=1):
        assert text[citation.start : citation.end] == citation.quote
        assert citation.number == number
        assert citation.url is not None
        assert citation.url.startswith("https://www.mass.gov/privacypolicy#:~:text=")
        for words in citation.context:
            assert text[words.start : words.end] == words.quote
    for citation, parts in answer.shown:
        shown = [*(part.line for part in parts), f"[{citation.number}]"]
        if answer.citations:
            assert " ".join(shown) in rest
            rest = rest.replace(" ".join(shown), "", 1)
        verified = " ".join([citation.quote, *(words.quote for words in citation.context)]).split()
        assert {word for part in parts for word in part.words.split()} <= set(verified)
    if answer.citations and not answer.parts:
        sentences = (None, *(reviewed for reviewed in bot.bundle.policy.reviewed if reviewed.text))
        openings = {opening_words(v, "en", bot.bundle.policy, s) for v in (None, *VERDICTS[:3]) for s in sentences}
        assert rest.strip() == answer.opening
        assert answer.opening in openings
    assert (answer.outcome is Outcome.ANSWERED) == bool(answer.citations)
    assert 0 <= answer.confidence <= 1
    assert answer.seconds >= 0


QUESTIONS = """
do you sell my data|how long do you keep my ip address|what cookies do you use|can i turn cookies off
who sees my form
is my information safe|do you share my data with third parties|what laws apply|when did this policy start
how do I renew my driver's license|what's the weather
who won the world cup|Where are your servers?|do you track location
hello|thanks!|what can you do|is my email encrypted|what is a session cookie|do you use chatbots
can i correct my records|are my comments public|what is PII|does this cover other websites
who runs this site|do the police get my data
tell me about Formstack|how do I ask about this policy|will you notify me of changes|is this legal advice
"""


@pytest.mark.parametrize("question", [q for line in QUESTIONS.split("\n") for q in line.split("|") if q])
def test_every_answer_is_verified_quotes_or_fixed_wording(bot: Bot, question: str) -> None:
    assert_honest(bot.ask(question), bot)


@given(st.text(max_size=300), st.lists(st.text(max_size=80), max_size=3))
def test_any_input_gets_an_honest_answer(bot: Bot, question: str, history: list[str]) -> None:
    answer = bot.ask(question, history)
    assert_honest(answer, bot)
    answer.text.encode("utf-8")
    answer.question.encode("utf-8")


def test_a_plain_question_is_answered_with_the_right_sentence(bot: Bot) -> None:
    answer = bot.ask("do you sell my data")
    assert answer.outcome is Outcome.ANSWERED
    assert answer.citations[0].quote.startswith("We do not sell any personally identifiable information collected")


def test_an_off_topic_question_is_declined_and_names_a_contact(bot: Bot) -> None:
    answer = bot.ask("how do I renew my driver's license")
    assert answer.outcome is Outcome.OFF_TOPIC
    assert "www.search.mass.gov" in answer.text
    assert "Ask MA" in answer.text


def test_an_uncovered_question_says_so_and_names_a_contact(bot: Bot) -> None:
    answer = bot.ask("Where are your servers?")
    assert answer.outcome is Outcome.NOT_COVERED
    assert "website policy questions form" in answer.text
    assert "Social Security" in answer.text  # and asks not to type personal data there


@pytest.mark.parametrize(
    ("question", "outcome"),
    [
        ("", Outcome.EMPTY),
        ("  \n ", Outcome.EMPTY),
        ("😀🎉", Outcome.EMPTY),
        ("\x00", Outcome.EMPTY),
        ("x" * 10_000, Outcome.TOO_LONG),
        ("你们出售我的数据吗", Outcome.UNSUPPORTED_LANGUAGE),
        ("hello", Outcome.SMALL_TALK),
    ],
)
def test_input_that_is_not_a_question_has_its_own_outcome(bot: Bot, question: str, outcome: Outcome) -> None:
    assert bot.ask(question).outcome is outcome


@pytest.mark.parametrize("history", [[], ["do you sell my data"], ["hello", "what cookies do you use"]])
def test_a_visitor_in_danger_is_told_where_to_get_help(bot: Bot, history: list[str]) -> None:
    answer = bot.ask("i want to kill myself", history)
    assert (answer.outcome, answer.confidence, answer.citations) == (Outcome.URGENT, 1.0, ())
    steps = bot.bundle.policy.next_steps(answer.outcome, answer.act)
    assert [contact.url for contact in steps] == ["tel:911", "tel:988", "tel:+18777852020"]
    assert all(contact.name in answer.text for contact in steps)
    spanish = bot.ask("no quiero vivir más", history)
    assert (spanish.outcome, spanish.language) == (Outcome.URGENT, "es")
    assert all(contact.name_in("es") in spanish.text for contact in steps)


def test_danger_in_an_earlier_message_does_not_change_the_answer(bot: Bot) -> None:
    assert bot.ask("do you sell my data", ["i want to kill myself"]).outcome is Outcome.ANSWERED


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_emergency_contacts_no_number_is_given(bot: Bot, language: str) -> None:
    policy = dataclasses.replace(bot.bundle.policy, contacts=())
    text = fixed_text(Outcome.URGENT, policy, language=language)
    assert text
    assert not any(character.isdigit() or character in "{}" for character in text)


def test_a_null_byte_in_a_question_is_ignored(bot: Bot) -> None:
    assert bot.ask("do you\x00 sell my data").citations[0].quote.startswith("We do not sell")


def test_a_follow_up_is_read_with_the_question_before_it(bot: Bot) -> None:
    answer = bot.ask("and for how long?", ["do you store my IP address?"])
    assert answer.outcome is Outcome.ANSWERED
    assert "indefinitely" in answer.citations[0].quote


def test_a_follow_up_that_leaves_out_words_is_answered_as_the_question_in_full(bot: Bot) -> None:
    answer = bot.ask("and my forms?", ["how long do you keep my IP address"])
    assert answer.read_as == "How long do you keep my forms?"
    assert answer.citations == bot.ask(answer.read_as).citations != bot.ask("and my forms?").citations


def test_a_why_is_answered_if_the_policy_says_why(bot: Bot) -> None:
    answer = bot.ask("why?", ["do you store my IP address?"])
    assert (answer.outcome, answer.read_as) == (Outcome.ANSWERED, "Why do you store my IP address?")
    assert "We use your IP address" in answer.citations[0].quote


def test_a_why_is_not_answered_with_the_same_statement_again(bot: Bot) -> None:
    answer = bot.ask("why?", ["do you sell my data"])
    given = bot.ask("do you sell my data").citations[0]
    assert (answer.act, answer.citations) == ("why", ())
    assert given.passage_id not in {cited.passage_id for cited in answer.related}


@pytest.mark.parametrize("between", ["thanks", "are you sure?", "shorter", "¿guardan mi dirección en algún lugar?"])
def test_a_follow_up_is_not_about_a_message_that_asked_nothing(bot: Bot, between: str) -> None:
    question = "and who else can see that?"
    straight, later = (bot.ask(question, ["do you record my clicks", *more]) for more in ((), (between,)))
    assert (later.read_as, later.text) == (straight.read_as, straight.text)


def test_a_question_that_was_answered_alone_needs_none_before_it(bot: Bot) -> None:
    history = ["do you use google analytics", "when was this policy last updated"]
    assert bot.ask(history[1], history[:1]).read_as is None
    question = "will you tell me when it changes"
    assert bot.ask(question, history).topics == bot.ask(question, history[1:]).topics


def test_another_question_with_the_same_answer_is_told_that_there_is_nothing_more(bot: Bot) -> None:
    first = bot.ask("which analytics tools do you use?")
    other = bot.ask("so which tools exactly", [first.question])
    assert (other.outcome, other.citations[:1]) == (Outcome.ANSWERED, first.citations[:1])
    assert (
        other.opening
        == f"I found nothing more on this in the Mass.gov Privacy Policy than what I said: {first.opening}"
    )
    assert bot.ask(first.question.upper(), [first.question]).opening == first.opening
    assert "nothing more" not in bot.ask("do you sell my data?", ["do you sell my data to anybody?"]).opening


def test_a_question_may_be_about_one_that_is_further_back(bot: Bot) -> None:
    history = ["i want everything you have on me", "how do i prove its me", "do i need to come in person"]
    answer = bot.ask("is there a fee", history)
    assert answer.silent_on == ("rights-cost",)
    assert answer.read_as is None
    assert bot.ask("where is the rmv", history).outcome is Outcome.OFF_TOPIC


@pytest.mark.parametrize(
    ("message", "act"),
    [
        ("This is useless. I want to talk to a human", "human"),
        ("That's awful. Do you sell my data?", None),
    ],
)
def test_of_several_acts_the_last_is_answered(bot: Bot, message: str, act: str | None) -> None:
    assert bot.ask(message).act == act


def test_a_complaint_is_about_the_last_question_as_it_was_answered(bot: Bot) -> None:
    history = ["do you use google analytics", "when was this policy last updated"]
    assert bot.ask("wrong", history).related == bot.ask("wrong", history[1:]).related != ()


def test_any_why_is_not_answered_with_the_same_statement_again(bot: Bot) -> None:
    history = ["how long do you keep my data"]
    answer = bot.ask("but why so long", history)
    assert (answer.act, answer.citations) == ("why", ())
    assert answer.related
    assert bot.ask("why do you keep my data so long").outcome is Outcome.ANSWERED


def test_a_why_on_the_ip_address_says_that_the_policy_gives_no_reason(bot: Bot) -> None:
    answer = bot.ask("but why so long", ["do you keep my ip address"])
    assert answer.outcome is Outcome.ANSWERED
    assert "does not say why" in answer.opening


def test_how_is_answered_like_why_if_the_policy_does_not_say_it(bot: Bot) -> None:
    answer = bot.ask("how", ["what are my rights"])
    assert (answer.act, bool(answer.related)) == ("why", True)


def test_a_doubt_gets_more_of_the_policy(bot: Bot) -> None:
    answer = bot.ask("are you sure?", ["do you sell my data"])
    assert (answer.outcome, answer.act) == (Outcome.SMALL_TALK, "doubt")
    assert answer.related
    assert bot.ask("are you sure?").related == ()


def test_history_is_ignored_if_none_is_allowed(bot: Bot) -> None:
    forgetful = bot.settings.model_copy(update={"guard": GuardSettings(max_history=0)})
    history = ["do you store my IP address?"]
    alone = Bot(bot.bundle, forgetful).ask("and for how long is it kept?", history)
    first, later = bot.ask("and for how long is it kept?"), bot.ask("and for how long is it kept?", history)
    assert alone.hits == first.hits != later.hits


def test_personal_data_in_earlier_questions_stops_at_the_guard(bot: Bot) -> None:
    masked = bot.ask("and why?", ["is my SSN 078-05-1120 public?"])
    assert masked.hits == bot.ask("and why?", ["is my SSN [social security number] public?"]).hits


def test_each_message_of_a_conversation_is_cleaned_once(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    cleaned: list[str] = []
    monkeypatch.setattr(pipeline, "guard", lambda text, settings: cleaned.append(text) or guard(text, settings))
    asked = ["thanks", "do you sell my data", "and my photos?"]
    assert bot.ask("are you sure?", asked).related
    assert sorted(cleaned) == sorted([*asked, "are you sure?"])


def test_an_earlier_message_without_words_is_skipped(bot: Bot) -> None:
    answer = bot.ask("how long?", [" \u200b "])
    assert (answer.outcome, answer.suggestions) == (Outcome.SMALL_TALK, bot.ask("how long?").suggestions)


def test_a_new_topic_replaces_the_old_one(bot: Bot) -> None:
    answer = bot.ask("do you sell my data", ["what is a session cookie?"])
    assert "sell" in answer.citations[0].quote
    assert not any("cookie" in citation.quote for citation in answer.citations)


def test_one_of_several_questions_is_divided_like_a_whole_message(bot: Bot) -> None:
    def asked(question: str) -> list[str]:
        return [part.question for part in bot.ask(question).parts]

    two = ["Can I see my data?", "Can I delete my data?"]
    assert asked("can I see and delete my data?") == two
    assert asked("do you use cookies, and can I see and delete my data?") == ["Do you use cookies?", *two]
    assert asked("can I see and delete my data, and do you use cookies?") == [*two, "Do you use cookies?"]


def test_questions_are_divided_into_four_at_most(bot: Bot) -> None:
    three = "do you use cookies? do you encrypt email? can I see and delete my data?"
    assert len(bot.ask(three).parts) == 4
    assert bot.ask(f"who runs this site? {three}").parts[-1].question == "Can I see and delete my data?"


def test_personal_data_stops_at_the_guard(bot: Bot) -> None:
    answer = bot.ask("My SSN is 078-05-1120, is it safe with you?")
    assert answer.warnings[0].kinds == ("social_security_number",)
    assert "078-05" not in repr(answer)
    assert "1120" not in repr(answer)


def test_caution_decides_what_is_answered(bot: Bot) -> None:
    bold = bot.settings.model_copy(update={"decide": type(bot.settings.decide)(caution=0.0)})
    careful = bot.settings.model_copy(update={"decide": type(bot.settings.decide)(caution=1.0)})
    question = "Can the police read my email?"
    assert Bot(bot.bundle, bold).ask(question).outcome is Outcome.ANSWERED
    assert Bot(bot.bundle, careful).ask("do you sell my data").outcome is not Outcome.ANSWERED


def test_a_question_in_another_language_is_refused_in_that_language(bot: Bot) -> None:
    answer = bot.ask("¿Venden mis datos?")
    assert (answer.outcome, answer.language) == (Outcome.UNSUPPORTED_LANGUAGE, "es")
    assert answer.text.startswith("Por ahora solo puedo leer preguntas en inglés.")
    assert "el formulario de preguntas" in answer.text
    assert answer.to_json()["language"] == "es"
    # There are no Italian texts, so the refusal is in the interface's language.
    assert bot.ask("Vendete i miei dati?").language == "en"
    assert bot.ask("Vendete i miei dati?", language="vi").language == "vi"


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_except_quotes_is_in_the_interface_language(bot: Bot, language: str) -> None:
    english = bot.ask("do you sell my data")
    answer = bot.ask("do you sell my data", language=language)
    assert (answer.outcome, answer.citations, answer.language) == (Outcome.ANSWERED, english.citations, language)
    policy = bot.bundle.policy
    reviewed = next(each for each in policy.reviewed if "data-sale" in each.topics)
    assert (english.opening, english.verdict) == (f"No. {reviewed.text['en']}", "no")
    assert answer.opening == opening_words("no", language, policy, reviewed)
    assert answer.opening.startswith(f"{messages(language)['no']} {reviewed.text[language]}")
    silent = bot.ask("Do you collect genetic information?", language=language)
    assert (silent.outcome, silent.language) == (Outcome.NOT_COVERED, language)
    assert silent.text == fixed_text("not_covered", policy, language=language, topics=["genetic-data"])


def test_a_refusal_says_what_the_policy_does_say_on_the_nearest_subject(bot: Bot) -> None:
    reviewed = next(each for each in bot.bundle.policy.reviewed if "storage-place" in each.topics)
    answer = bot.ask("Where are the computers that hold Mass.gov's data physically located?", language="es")
    assert (answer.outcome, answer.citations) == (Outcome.NOT_COVERED, ())
    assert reviewed.text["es"] in answer.opening
    assert {bot.bundle.passages[row].id for row in reviewed.cite} <= {cited.passage_id for cited in answer.related}
    assert (answer.reviewed, answer.to_search) == (reviewed.reviewed, answer.question)


def test_a_question_about_an_apps_data_gets_what_the_policy_says_on_the_subject(bot: Bot) -> None:
    reviewed = next(each for each in bot.bundle.policy.reviewed if "staff-access" in each.topics)
    answer = bot.ask("who will be able to see my invoices?")
    assert (answer.outcome, answer.citations) == (Outcome.OFF_TOPIC, ())
    assert reviewed.text["en"] in answer.opening
    assert {bot.bundle.passages[row].id for row in reviewed.cite} <= {cited.passage_id for cited in answer.related}


def test_what_is_said_on_giving_out_data_counts_for_all_data_and_not_for_somebody_else(bot: Bot) -> None:
    reviewed = next(each for each in bot.bundle.policy.reviewed if "data-sale" in each.topics)
    ours, theirs = bot.ask("will my sketches be sold to facebook?"), bot.ask("does Google sell my data")
    assert (ours.outcome, theirs.outcome) == (Outcome.NOT_COVERED, Outcome.OFF_TOPIC)
    assert reviewed.text["en"] in ours.opening


def test_an_apps_data_that_is_given_out_gets_what_is_said_on_giving_out_data(bot: Bot) -> None:
    reviewed = next(each for each in bot.bundle.policy.reviewed if "sharing-and-sale" in each.topics)
    answer = bot.ask("are the playlists passed on to marketers")
    assert answer.outcome is Outcome.NOT_COVERED
    assert reviewed.text["en"] in answer.opening
    assert {bot.bundle.passages[row].id for row in reviewed.cite} <= {cited.passage_id for cited in answer.related}


def test_on_a_sure_topic_the_owners_statements_are_cited_if_the_search_found_none_of_them(bot: Bot) -> None:
    reviewed = next(each for each in bot.bundle.policy.reviewed if "use-improve" in each.topics)
    answer = bot.ask("Do you use visit data to fix the website?")
    assert reviewed.text["en"] in answer.opening
    assert {cited.passage_id for cited in answer.citations} == {bot.bundle.passages[row].id for row in reviewed.cite}


def test_a_search_is_offered_only_if_it_is_not_certain_that_the_policy_is_silent(bot: Bot) -> None:
    silent, unsure = bot.ask("Do you collect genetic information?"), bot.ask("who are the controlling interests?")
    assert (silent.outcome, silent.to_search) == (Outcome.NOT_COVERED, "")
    assert (unsure.outcome, unsure.to_search) == (Outcome.NOT_COVERED, unsure.question)
    assert "does not mention" not in unsure.opening


def test_an_unsupported_language_is_refused(bot: Bot) -> None:
    with pytest.raises(AskPolicyError, match="'xx' is not supported: choose one of en, es"):
        bot.ask("do you sell my data", language="xx")


def test_any_policy_file_can_be_asked_about(settings: Settings, small_policy_file: Path, tmp_path: Path) -> None:
    mine = load_settings(home=tmp_path / "home", corpus=settings.corpus)
    bot = open_bot(mine, str(small_policy_file))
    answer = bot.ask("Do you sell my email address?")
    assert answer.citations[0].quote == "We never sell your e-mail address."
    assert answer.citations[0].url is None
    assert open_bot(mine, str(small_policy_file)).bundle.version == bot.bundle.version  # not rebuilt


def test_an_index_that_does_not_match_is_refused_not_rebuilt(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("Notes\n\nWe keep logs for a week.\n", encoding="utf-8")
    mine = load_settings(home=tmp_path / "home", corpus=settings.corpus)
    index_policy(str(file), mine)
    file.write_text("Notes\n\nWe keep logs for a year.\n", encoding="utf-8")
    with pytest.raises(AskPolicyError, match=r"another text of the policy: build it again with `askpolicy index"):
        open_bot(mine, str(file))


def test_an_unreadable_request_gets_an_error_answer(bot: Bot) -> None:
    answer = bot.failed("Line 3 is not JSON.")
    assert (answer.outcome, answer.text, answer.citations) == (Outcome.ERROR, "Line 3 is not JSON.", ())


def test_without_visitor_questions_answers_come_from_the_policy_alone(bot: Bot) -> None:
    plain = bot.bundle.without_questions()
    assert plain.questions == ()
    assert len(plain.question_vectors) == 0
    answer = Bot(plain, bot.settings).ask("Do you sell my data?")
    assert answer.hits
    assert plain.policy == bot.bundle.policy


def test_training_and_ranking_see_the_same_evidence_as_an_answer(bot: Bot) -> None:
    evidence = bot.evidence("and for how long?", ["do you store my IP address?"])
    hits = bot.ask("and for how long?", ["do you store my IP address?"]).hits
    assert sorted(evidence.candidates) == sorted(hit.passage.index for hit in hits)


def test_words_that_are_not_in_the_policy_are_never_quoted(bot: Bot) -> None:
    passages = tuple(dataclasses.replace(passage, text=passage.text.upper()) for passage in bot.bundle.passages)
    forged = Bot(dataclasses.replace(bot.bundle, passages=passages), bot.settings)
    with pytest.raises(AskPolicyError, match="build it again with `askpolicy index massgov`"):
        forged.ask("do you sell my data")


def test_an_answer_on_how_to_reach_the_owner_has_the_contacts(bot: Bot) -> None:
    answer = bot.ask("who do I ask about privacy")
    assert answer.outcome is Outcome.ANSWERED
    assert answer.next_steps(bot.bundle.policy) == bot.bundle.policy.owner_contacts()
    assert bot.ask("do you sell my data").next_steps(bot.bundle.policy) == ()
    reached = bot.ask("how do I reach you")
    assert reached.act == "human"
    assert reached.next_steps(bot.bundle.policy) == bot.bundle.policy.owner_contacts()
