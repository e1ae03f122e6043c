"""The page on which an answer is reviewed: what it shows, and what becomes of the form."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from bot.answering.topics import GAP_TO
from bot.guard.cleaning import guard
from bot.policies.review_check import MAX_GRADE, MAX_WORDS, grade_of
from bot.settings import Settings
from bot.studio.board import FILTERS, Filter, TopicState
from bot.studio.desk import Desk
from bot.studio.entries import Edited, offered, word_on
from bot.studio.files import ChangedError, Contents
from bot.studio.forms import Form
from bot.studio.policy_view import view
from bot.studio.questions import ways_to_ask
from bot.studio.render import render, state_of
from bot.studio.replaced import replaced, stays
from bot.studio.said import cited, said
from bot.topics.catalog import policy_topic_ids, policy_topics
from bot.types import VERDICTS, Answer, AskPolicyError, OwnTopic, is_own
from bot.wording import LANGUAGES, READ, language_name, languages_of

_VERDICTS = {
    "yes": ("Yes", "The policy says yes."),
    "no": ("No", "The policy says no."),
    "depends": ("It depends", "The policy names a condition."),
    "stated": ("It says", "No yes or no: the policy tells it."),
    "partly": ("In part", "The sentence names what the policy leaves open."),
    "silent": ("Not mentioned", "The policy says nothing about this."),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the review somebody is. topic: an id, or "" for the first of the list. find: words to search topics for.

    ask: a question for the chat, "" for the topic's own. ways: whether to try other ways to ask. question: the text of
    the box for a new question. done: what was just done.
    """

    topic: str = ""
    show: Filter = "review"
    find: str = ""
    ask: str = ""
    ways: bool = False
    question: str = ""
    done: str = ""

    def link(self, topic: str, done: str = "") -> str:
        """Return the address of another topic in the same list."""
        fields = {"topic": topic, "show": self.show, "find": self.find, "done": done}
        return f"./?{urlencode({name: value for name, value in fields.items() if value})}#topic"


def show_review(
    desk: Desk, place: Place, *, edited: Edited | None = None, problem: str = "", status: int = 200
) -> Response:
    """Render the page. edited: what the form holds, None for what the files hold. problem: why nothing was saved."""
    contents = desk.files.read()
    # Before anything is asked: if the chat is built in the meantime, the page still has to be reloaded.
    chat = state_of(desk, contents)
    board = desk.board(contents)
    state = board.state(place.topic) or board.after("", place.show) or board.states[0]
    place = replace(place, topic=state.topic.id)
    asked = place.ask.strip() or state.topic.question
    answer, unanswered = _ask(desk, asked)
    proposed = edited is None and state.entry is None
    if edited is None:
        own = answer if asked == state.topic.question else _ask(desk, state.topic.question)[0]
        edited = _held(state, own, contents)
    ways: list[tuple[str, bool]] = []
    if place.ways:
        try:
            ways = ways_to_ask(state.topic.id, edited.evidence, desk.live, contents)
        except AskPolicyError as error:
            unanswered = str(error)
    words = place.find.casefold().split()
    listed = [each for each in board.shown(place.show) if _matches(each, words)]
    following = board.after(state.topic.id, place.show)
    return render(
        desk,
        "review.html",
        contents,
        status,
        here="review",
        state=chat,
        place=place,
        topic=state,
        replaced=replaced(desk.files, contents, state),
        stays=stays(desk.files, state),
        edited=edited,
        proposed=proposed and bool(edited.verdict),
        problem=problem,
        objections=word_on(contents.policy, edited) if edited.text else [],
        offered=offered(contents.policy, edited),
        grade=grade_of(edited.text.get(READ, ""), contents.policy),
        max_grade=MAX_GRADE,
        max_words=MAX_WORDS,
        asked=asked,
        said=said(answer, contents.policy) if answer else None,
        unanswered=unanswered,
        sections=view(contents.policy),
        whole=contents.anchors.words,
        verdicts=_VERDICTS,
        foreign=language_name(contents.policy.language) if contents.policy.language != READ else "",
        languages={code: language_name(code) for code in _translated(edited, contents)},
        names={topic.id: topic.question for topic in policy_topics()},
        free=[each.topic for each in board.states if each.entry is None and each.topic.id != state.topic.id],
        filters=FILTERS,
        listed=listed,
        following=following if following and following.topic.id != state.topic.id else None,
        ways=ways,
        leads_here=_questions_for(edited, contents),
        was=board.state(place.done.partition(":")[2]),
    )


def save(desk: Desk, form: Form, show: Filter) -> Response:
    """Save what the form holds. Continue with the next topic of the list after a review, else with the same one."""
    place = Place(form.one("topic"), show, form.one("find"))
    contents = desk.files.read()
    if desk.board(contents).state(place.topic) is None:
        return show_review(desk, place, problem="There is no such topic: choose one from the list.", status=422)
    try:
        edited = read_edited(form, place.topic, contents, desk.settings)
    except ChangedError as error:
        return show_review(desk, place, problem=str(error), status=409)
    do = form.one("do")
    try:
        if do == "remove":
            desk.files.remove_answer(form.one("revision"), place.topic)
        else:
            reviewed = datetime.date.today() if do == "review" else None
            if reviewed and (objections := word_on(contents.policy, edited)):
                return show_review(
                    desk,
                    place,
                    edited=edited,
                    problem=f"Not marked as reviewed yet. {objections[0]} You can save it as a draft.",
                    status=422,
                )
            desk.files.put_answer(form.one("revision"), place.topic, edited.entry(contents.anchors, reviewed))
    except AskPolicyError as error:
        status = 409 if isinstance(error, ChangedError) else 422
        return show_review(desk, place, edited=edited, problem=str(error), status=status)
    desk.live.wake()
    saved = edited.own.id if edited.own and do != "remove" else place.topic  # a new name is a new id
    following = saved
    if do == "review":
        after = desk.board(desk.files.read()).after(saved, show)
        following = after.topic.id if after else saved
    return RedirectResponse(place.link(following, f"{do}:{saved}"), 303)


def read_edited(form: Form, topic: str, contents: Contents, settings: Settings) -> Edited:
    """Return the answer in the form. Raises ChangedError if it has a statement that the policy does not have."""
    if any(index >= len(contents.policy.sentences) for index in form.numbers("cite")):
        raise ChangedError("The policy has changed since this page was opened: reload the page.")
    members = tuple(dict.fromkeys(each for each in form.all("member") if each in policy_topic_ids()))
    verdict = form.one("verdict")
    best = form.numbers("best")
    return Edited.of(
        members if topic in members else (topic, *members),
        verdict if verdict in VERDICTS else "",
        form.numbers("cite"),
        best[-1] if best else None,
        {language: form.one(f"text-{language}") for language in LANGUAGES},
        _own(form, settings) if is_own(topic) else None,
    )


def _own(form: Form, settings: Settings) -> OwnTopic:
    """Return the own topic in the form: its names, and each line of the ways to ask once, without personal data."""
    lines = [guard(line, settings.guard).question for line in form.one("questions").splitlines()]
    ways: dict[str, str] = {}
    for line in filter(None, lines):
        ways.setdefault(line.casefold(), line)
    names = {language: " ".join(form.one(f"name-{language}").split()) for language in LANGUAGES if language != READ}
    return OwnTopic(
        " ".join(form.one("name").split()),
        tuple(ways.values()),
        {language: name for language, name in names.items() if name},
    )


def _ask(desk: Desk, question: str) -> tuple[Answer | None, str]:
    try:
        return desk.live.ask(question), ""
    except AskPolicyError as error:
        return None, str(error)


def _held(state: TopicState, answer: Answer | None, contents: Contents) -> Edited:
    """Return the answer of the file, or what the chat would say."""
    if (entry := state.entry) is not None:
        topics = (state.topic.id,) if state.is_silent else entry.ids
        return Edited(topics, entry.verdict or "", state.cite, dict(entry.text), entry.own)
    if answer is None:
        return Edited((state.topic.id,), "", (), {})
    statements = cited(answer, contents.policy)
    if statements:
        first, *others = statements
        return Edited((state.topic.id,), answer.verdict or "stated", (first, *sorted(others)), {})
    silent = state.coverage is not None and state.coverage <= GAP_TO
    return Edited((state.topic.id,), "silent" if silent else "", (), {})


def _translated(edited: Edited, contents: Contents) -> list[str]:
    """Return the other languages of the form: those that the chat is offered in, and those that have words."""
    have_words = {*languages_of(contents.policy), *edited.text, *(edited.own.names if edited.own else ())}
    return [code for code in LANGUAGES if code != READ and code in have_words]


def _matches(state: TopicState, words: list[str]) -> bool:
    about = f"{state.topic.question} {state.topic.name} {state.topic.id}".casefold()
    return all(word in about for word in words)


def _questions_for(edited: Edited, contents: Contents) -> list[str]:
    """Return questions of the folder whose best evidence is the best statement of an answer, the newest first."""
    if not edited.evidence:
        return []
    best = contents.anchors.at(edited.evidence[0]).to_json()
    found = [record["question"] for record in contents.asked if (record.get("evidence") or [None])[0] == best]
    return found[::-1]
