"""The pages: review, visitor questions, words, preview, publishing. All work without JavaScript."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import RedirectResponse

from bot.policies.reviewed import AnswerEntry
from bot.studio.board import FILTERS, Filter
from bot.studio.desk import Desk, desk_of
from bot.studio.files import ChangedError, Contents
from bot.studio.forms import Form, read_form
from bot.studio.publish import outlook
from bot.studio.questions import own_draft, records_of, shared_groups, with_ways
from bot.studio.render import render
from bot.studio.review import Place, save, show_review
from bot.studio.words import SHOWN, own_words
from bot.types import AskPolicyError, is_own
from bot.wording import READ, language_name, languages_of, spoken

router = APIRouter(include_in_schema=False)
Fields = Annotated[Form, Depends(read_form)]


def _filter(name: str) -> Filter:
    return next((known for known in FILTERS if known == name), "review")


@router.get("/")
def review(
    request: Request,
    topic: str = "",
    show: str = "review",
    find: str = "",
    ask: str = "",
    ways: bool = False,
    question: str = "",
    done: str = "",
) -> Response:
    """Render the policy, one topic with its answer, and the list of topics."""
    place = Place(topic, _filter(show), find, ask, ways, question, done)
    return show_review(desk_of(request), place)


@router.post("/answers")
def answer(request: Request, form: Fields) -> Response:
    """Save an answer or a draft, or remove it, and continue."""
    return save(desk_of(request), form, _filter(form.one("show")))


@router.get("/questions")
def questions(request: Request, done: str = "", number: int = 1) -> Response:
    """Render the visitor questions: those that visitors shared, and those of the folder."""
    return _questions_page(desk_of(request), done=done, number=number)


@router.post("/questions")
def add_questions(request: Request, form: Fields) -> Response:
    """Add visitor questions to the folder: one, or those of a group, which may belong to a topic (`into`)."""
    desk = desk_of(request)
    contents = desk.files.read()
    topic, show = form.one("topic"), _filter(form.one("show"))
    try:
        kind = form.one("kind")
        if kind == "own":
            return _make_own(desk, form, contents)
        state = desk.board(contents).state(form.one("into") if kind == "topic" else topic)
        if kind == "topic" and state is None:
            raise AskPolicyError("Choose the topic that answers this first.")
        if kind == "topic" and state and state.entry and state.entry.own:
            return _add_ways(desk, form, contents, state.entry)
        if kind == "topic":
            kind = "not_covered" if state and state.is_silent else "answerable"
        cite = state.cite if state and not state.is_silent else ()
        records, masked = records_of(form.all("question"), kind, cite, contents, desk.settings)
        desk.files.add_questions(form.one("revision"), records)
    except AskPolicyError as error:
        status = 409 if isinstance(error, ChangedError) else 422
        if topic:
            place = Place(topic, show, form.one("find"), question=form.one("question"))
            return show_review(desk, place, problem=str(error), status=status)
        if form.one("kind") == "own":
            return _questions_page(desk, problem=str(error), named=form, status=status)
        return _questions_page(desk, problem=str(error), typed=form.one("question"), status=status)
    desk.live.wake()
    done = "masked" if masked else "added"
    if topic:
        query = urlencode({"topic": topic, "show": show, "find": form.one("find"), "done": done})
        return RedirectResponse(f"./?{query}#topic", 303)
    return _added(done, len(records))


def _added(done: str, number: int) -> Response:
    return RedirectResponse(f"questions?done={done}" + (f"&number={number}" if number > 1 else ""), 303)


def _add_ways(desk: Desk, form: Form, contents: Contents, entry: AnswerEntry) -> Response:
    """Add the questions of a group to the ways to ask about an own topic."""
    more, masked = with_ways(entry, form.all("question"), contents, desk.settings)
    desk.files.put_answer(form.one("revision"), entry.ids[0], more)
    desk.live.wake()
    return _added("masked" if masked else "added", len(more.questions) - len(entry.questions))


def _make_own(desk: Desk, form: Form, contents: Contents) -> Response:
    """Save the draft of an own topic, with the questions of a group or the lines that were typed, and open it."""
    typed = [form.one("another"), *form.one("ways").splitlines()]
    questions = [question for question in (*form.all("question"), *typed) if question.strip()]
    entry, masked = own_draft(form.one("name"), questions, contents, desk.settings)
    topic = entry.ids[0]
    desk.files.put_answer(form.one("revision"), topic, entry)
    desk.live.wake()
    return RedirectResponse(Place(show="all").link(topic, "masked" if masked else f"draft:{topic}"), 303)


def _questions_page(
    desk: Desk,
    *,
    done: str = "",
    number: int = 1,
    problem: str = "",
    typed: str = "",
    named: Form | None = None,
    status: int = 200,
) -> Response:
    contents = desk.files.read()
    all_topics = [state.topic for state in desk.board(contents).states]
    saved = [s.topic for s in desk.board(contents).states if s.cite or s.is_silent or is_own(s.topic.id)]
    try:
        shared, unread = shared_groups(desk.settings, desk.live, contents), ""
    except AskPolicyError as error:
        shared, unread = (), str(error)
    return render(
        desk,
        "questions.html",
        contents,
        status,
        here="questions",
        shared=shared,
        unread=unread,
        topics={topic.id: topic.question for topic in all_topics},
        saved={topic.id: topic.question for topic in saved},
        newest=contents.asked[-20:][::-1],
        asked=len(contents.asked),
        done=done,
        number=number,
        problem=problem,
        typed=typed,
        named=named,
    )


@router.get("/words")
def words(request: Request, language: str = READ, done: bool = False) -> Response:
    """Render the texts that an owner may want in other words."""
    return _words_page(desk_of(request), language, done=done)


@router.post("/words")
def put_words(request: Request, form: Fields) -> Response:
    """Save the texts of a language. An empty one restores the default text."""
    desk = desk_of(request)
    language = form.one("language")
    typed = {(text.table, text.key): " ".join(form.one(text.name).split()) for text in SHOWN}
    try:
        desk.files.put_words(form.one("revision"), language, typed)
    except AskPolicyError as error:
        status = 409 if isinstance(error, ChangedError) else 422
        return _words_page(desk, language, problem=str(error), typed=typed, status=status)
    desk.live.wake()
    return RedirectResponse(f"words?language={language}&done=1", 303)


def _words_page(
    desk: Desk,
    language: str,
    *,
    done: bool = False,
    problem: str = "",
    typed: Mapping[tuple[str, str], str] | None = None,
    status: int = 200,
) -> Response:
    contents = desk.files.read()
    language = spoken(language, contents.policy)
    return render(
        desk,
        "words.html",
        contents,
        status,
        here="words",
        languages={code: language_name(code) for code in languages_of(contents.policy)},
        language=language,
        texts=[(text, text.default(language)) for text in SHOWN],
        own=typed or own_words(contents.policy.wording, language),
        done=done,
        problem=problem,
    )


@router.get("/try")
def try_it(request: Request) -> Response:
    """Render the preview of the chat on a page."""
    desk = desk_of(request)
    return render(desk, "try.html", desk.files.read(), here="try")


@router.get("/publish")
def publishing(request: Request) -> Response:
    """Render what publishing would do, and what it did last."""
    desk = desk_of(request)
    return _publish_page(desk, desk.files.read())


@router.post("/publish")
def publish(request: Request, form: Fields) -> Response:
    """Check the folder, and put a new index or a draft in place. A page that is out of date publishes nothing."""
    desk = desk_of(request)
    contents = desk.files.read()
    if form.one("revision") != contents.revision:
        problem = "The files have changed since this page was opened, so nothing was published: look at them again."
        return _publish_page(desk, contents, problem, 409)
    if form.one("do") == "use" and desk.files.is_draft:
        desk.publisher.put_in_use()
        desk.live.wake()
    else:
        desk.publisher.publish()
    return RedirectResponse("publish#report", 303)


def _publish_page(desk: Desk, contents: Contents, problem: str = "", status: int = 200) -> Response:
    return render(
        desk,
        "publish.html",
        contents,
        status,
        here="publish",
        outlook=outlook(desk.board(contents)),
        report=desk.publisher.last,
        name=desk.publisher.name,
        problem=problem,
    )
