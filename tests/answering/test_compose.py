from __future__ import annotations

import dataclasses
from urllib.parse import unquote

import pytest

from bot.answering.compose import Citer, opening_words, refusal_words
from bot.answering.links import page_url
from bot.index.passages import make_passages
from bot.policies.parsing import parse_policy
from bot.types import AskPolicyError, Caveat, Contact, Findings, Outcome, Policy, answer_text
from bot.wording import LANGUAGES, fixed_text, language_name, messages

URL = "https://example.org/privacy"


def policy(body: str, url: str | None = URL) -> Policy:
    return parse_policy(f"Privacy Policy\n\n{body}", id="p", site="example.org", url=url)


def link(body: str, words: str, *, nth: int = 0, url: str = URL) -> str:
    """Return the text directive of the link to the nth occurrence of the words."""
    read = policy(body, url)
    start = -1
    for _ in range(nth + 1):
        start = read.text.index(words, start + 1)
    address = page_url(read, start, start + len(words))
    assert address is not None
    page, directive = address.split("#:~:text=")
    assert page == URL
    return directive


def test_the_link_of_a_passage_is_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read = policy("We keep logs. We sell nothing.")
    asked: list[int] = []

    def counting(policy: Policy, start: int, end: int) -> str | None:
        asked.append(start)
        return page_url(policy, start, end)

    monkeypatch.setattr("bot.answering.compose.page_url", counting)
    citer = Citer(make_passages(read), read)
    first, again = citer.cite((1, 0)), citer.cite((0, 1))
    assert [citation.number for citation in again] == [1, 2]
    assert [citation.passage_id for citation in again] == [citation.passage_id for citation in reversed(first)]
    assert len(asked) == 2


def test_a_link_to_a_short_quote_contains_all_of_it_percent_encoded() -> None:
    assert link("We sell nothing, ever – 100% sure & “true”.", "We sell nothing, ever – 100% sure & “true”.") == (
        "We%20sell%20nothing%2C%20ever%20%E2%80%93%20100%25%20sure%20%26%20%E2%80%9Ctrue%E2%80%9D."
    )


def test_hyphens_and_commas_are_escaped() -> None:
    directive = link("We opt-out, first-party.", "We opt-out, first-party.")
    assert directive == "We%20opt%2Dout%2C%20first%2Dparty."


def test_a_link_to_a_long_quote_contains_its_first_and_last_words() -> None:
    words = "We collect and keep many different kinds of records about visits, pages, times and much more, for years."
    assert link(words, words) == (
        "We%20collect%20and%20keep%20many,and%20much%20more%2C%20for%20years.&text=We%20collect%20and%20keep%20many"
    )


def test_no_part_of_a_link_holds_two_blanks_or_a_line_break() -> None:
    """The page may show two blanks as one, or not: a link across them works either way."""
    body = "We\u00a0sell  nothing\nat all."
    assert link(body, body) == "We%20sell,at%20all.&text=We%20sell"
    assert link("We\u00a0sell nothing.", "We\u00a0sell nothing.") == "We%20sell%20nothing."


REPEATED = "First we sell nothing. Ask us.\n\nLater we sell nothing. Write to us."


@pytest.mark.parametrize(
    ("nth", "directive"),
    [(0, "First-,we%20sell%20nothing.,-Ask%20us."), (1, "Later-,we%20sell%20nothing.,-Write%20to%20us.")],
)
def test_repeated_words_are_distinguished_by_their_context(nth: int, directive: str) -> None:
    assert link(REPEATED, "we sell nothing.", nth=nth) == directive


def test_a_hyphen_in_the_context_is_encoded_too() -> None:
    body = "Third-party we sell nothing. Opt-in, please.\n\nWe sell nothing."
    assert link(body, "we sell nothing.") == "Third%2Dparty-,we%20sell%20nothing.,-Opt%2Din%2C%20please."


def test_whole_lines_that_are_repeated_are_distinguished_by_the_lines_around() -> None:
    body = "We sell nothing.\n\nWe sell nothing."
    assert link(body, "We sell nothing.", nth=1) == "We%20sell%20nothing.-,We%20sell%20nothing."


def test_repeated_first_words_of_a_long_quote_need_only_a_prefix() -> None:
    tail = "and some further words that make this sentence longer than what is linked whole, {}."
    first = "We keep logs for years " + tail.format("here")
    second = "We keep logs for years " + tail.format("there")
    directive = link(f"{first}\n\nAlas, {second}", second)
    assert directive.startswith("Alas%2C-,We%20keep%20logs%20for%20years,")
    assert ",-" not in directive


def test_a_fragment_in_the_address_is_replaced() -> None:
    assert link("We sell nothing.", "We sell nothing.", url=f"{URL}#top") == "We%20sell%20nothing."


def test_a_policy_without_an_address_has_no_links() -> None:
    assert page_url(policy("We sell nothing.", None), 16, 20) is None


def test_citations_are_numbered_and_shown_by_weight() -> None:
    read = policy("Cookies\n\nWe set one. All\u00a0are small. Most are deleted.")
    citations = Citer(make_passages(read), read).cite((2, 1, 0))
    assert [(c.number, c.passage_id, c.quote) for c in citations] == [
        (1, "p-0002", "Most are deleted."),
        (2, "p-0001", "All\u00a0are small."),
        (3, "p-0000", "We set one."),
    ]
    assert all(c.headings == ("Cookies",) for c in citations)
    assert answer_text("", citations) == "Most are deleted. [1] All are small. [2] We set one. [3]"
    assert [unquote(str(c.url).split("text=")[1]) for c in citations] == [
        "Most are deleted.",
        "All are small.",
        "We set one.",
    ]


@pytest.mark.parametrize(
    ("chosen", "ordered"),
    [((2, 1, 0), [2, 0, 1]), ((1, 0, 2), [1, 2]), ((2, 0, 1), [2, 0, 1]), ((2, 1), [2, 1]), ((0, 2, 1), [0, 1, 2])],
)
def test_what_a_citation_depends_on_goes_before_it_or_is_shown_with_it(
    chosen: tuple[int, ...], ordered: list[int]
) -> None:
    read = policy("Cookies\n\nWe set cookies. They are small.\n\nWe keep logs.")
    citations = Citer(make_passages(read), read).cite(chosen)
    assert [int(c.passage_id[-4:]) for c in citations] == ordered
    assert [c.number for c in citations] == list(range(1, len(ordered) + 1))


def test_what_goes_on_after_the_first_citation_follows_it_and_is_shown_once() -> None:
    read = policy("Closing\n\nYou can close your account. Please note that we may keep your orders. We keep logs.")
    citations = Citer(make_passages(read), read).cite((0, 2, 1), by_relevance=True)
    assert answer_text("", citations) == (
        "You can close your account. [1] Please note that we may keep your orders. [2] We keep logs. [3]"
    )
    alone = Citer(make_passages(read), read).cite((0, 2), by_relevance=True)
    assert (
        answer_text("", alone)
        == "You can close your account. Please note that we may keep your orders. [1] We keep logs. [2]"
    )


@pytest.mark.parametrize(
    ("yes_no", "opening"), [("yes", "Yes."), ("no", "No."), ("depends", "It depends."), (None, "")]
)
def test_the_opening_follows_the_verdict(yes_no: str | None, opening: str) -> None:
    assert opening_words(yes_no, "en", policy("We set one.")) == opening


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_nearly_an_answer_is_not_called_missing(language: str) -> None:
    read = policy("We set one.")
    related = Citer(make_passages(read), read).cite((0,))

    def words(found: Findings) -> str:
        return refusal_words(found, read, limit=2_000, language=language)

    nearly = Findings(Outcome.NOT_COVERED, 0.5, related=related, nearly=True)
    assert words(nearly) == fixed_text("not_sure", read, language=language)
    not_found = fixed_text("not_found", read, language=language)
    assert words(dataclasses.replace(nearly, related=())) == not_found
    assert words(dataclasses.replace(nearly, nearly=False)) == not_found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", [o for o in Outcome if o is not Outcome.ANSWERED])
def test_every_outcome_has_its_own_text(outcome: Outcome, language: str) -> None:
    text = fixed_text(outcome, policy("We set one."), limit=2_000, language=language)
    assert text.strip()
    assert not {"{", "}"} & set(text)


def test_contacts_are_named_if_they_are_known() -> None:
    contacts = (
        Contact("search", "search.example.org", None),
        Contact("chatbot", "the helper", None),
        Contact("policy_questions", "the form", None),
    )
    known = parse_policy("T\n\nWe set one.", id="p", site="example.org", contacts=contacts)
    assert "search.example.org or the helper" in fixed_text(Outcome.OFF_TOPIC, known)
    assert "the form" in fixed_text(Outcome.NOT_COVERED, known)
    assert "2,000 characters" in fixed_text(Outcome.TOO_LONG, known, limit=2_000)
    unknown = parse_policy("T\n\nWe set one.", id="p", site="example.org")
    assert "example.org’s website" in fixed_text(Outcome.OFF_TOPIC, unknown)
    assert "a contact on example.org’s website" in fixed_text(Outcome.NOT_COVERED, unknown)


@pytest.mark.parametrize(
    ("contact", "said"),
    [
        (Contact("phone", "617-555-0100", "tel:+16175550100"), "You can call 617-555-0100."),
        (Contact("policy_questions", "our hotline", "tel:+16175550100"), "You can call our hotline."),
        (Contact("email", "us@example.org", "mailto:us@example.org"), "You can write to us@example.org."),
        (Contact("post", "1 Elm St, Boston", None), "You can write to 1 Elm St, Boston."),
        (Contact("form", "the form", "https://example.org/form"), "You can ask through the form."),
    ],
)
def test_a_number_is_called_and_an_address_is_written_to(contact: Contact, said: str) -> None:
    read = parse_policy("T\n\nWe set one.", id="p", site="example.org", contacts=(contact,))
    assert said in fixed_text(Outcome.NOT_COVERED, read)


@pytest.mark.parametrize(("language", "opening"), [("es", "Sí."), ("pt", "Sim."), ("ht", "Wi."), ("zh", "是。")])
def test_answers_in_other_languages_say_that_the_quotes_are_english(language: str, opening: str) -> None:
    read = policy("We set one.")
    note = messages(language)["quoted"].format(language=language_name("en", language))
    assert opening_words(None, language, read) == note
    assert opening_words("yes", language, read) == f"{opening} {note}"


def test_quotes_from_a_policy_in_another_language_are_announced() -> None:
    spanish = dataclasses.replace(policy("We set one."), language="es")
    assert opening_words(None, "en", spanish) == "The policy is in Spanish. These are its own words:"
    assert opening_words(None, "es", spanish) == ""
    dutch = dataclasses.replace(spanish, language="nl")
    assert "another language" in opening_words(None, "en", dutch)


def test_a_contact_is_named_in_the_visitors_language_if_its_name_is_known() -> None:
    contacts = (Contact("chatbot", "the helper", None, {"es": "el asistente"}),)
    read = parse_policy("T\n\nWe set one.", id="p", site="example.org", contacts=contacts)
    assert "el asistente" in fixed_text(Outcome.OFF_TOPIC, read, language="es")
    assert "the helper" in fixed_text(Outcome.OFF_TOPIC, read, language="pt")


def test_numbers_follow_the_conventions_of_the_language() -> None:
    assert "2000" in fixed_text(Outcome.TOO_LONG, policy("We set one."), limit=2_000, language="pt")


@pytest.mark.parametrize(
    ("chosen", "cited"),
    [
        ((0,), (0, 2)),  # a caveat follows a sentence that would mislead by itself
        ((1, 0), (1, 0, 2)),
        ((0, 2), (0, 2)),  # the caveat is not repeated
        ((0, 3), (0, 3)),  # nor added if another sentence contains it
        ((1,), (1,)),
    ],
)
def test_a_caveat_follows_the_sentence_that_it_qualifies(chosen: tuple[int, ...], cited: tuple[int, ...]) -> None:
    text = "We sell nothing. We keep logs. Logs may be public. Anybody may ask for it."
    caveats = (Caveat(of=0, cite=(2,), unless=(3,)),)
    read = dataclasses.replace(parse_policy(text, id="p"), caveats=caveats)
    citations = Citer(make_passages(read), read).cite(chosen)
    assert [int(c.passage_id[-4:]) for c in citations] == list(cited)
    assert [c.number for c in citations] == list(range(1, len(cited) + 1))


def test_a_passage_that_is_not_in_the_policy_is_never_cited() -> None:
    read = policy("We set one.")
    forged = dataclasses.replace(make_passages(read)[0], text="We set two.")
    with pytest.raises(AskPolicyError, match="are not in the policy at"):
        Citer([forged], read).cite([0])
