"""What the page's script asks for: the checker's verdict while somebody types, the chat's answers, what has changed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from bot.policies.review_check import MAX_GRADE, MAX_WORDS, grade_of
from bot.studio.desk import desk_of
from bot.studio.entries import offered, word_on
from bot.studio.forms import Form, read_form, read_json
from bot.studio.render import state_of
from bot.studio.review import read_edited
from bot.studio.said import said
from bot.topics.catalog import policy_topic_ids
from bot.types import is_own
from bot.wording import READ

router = APIRouter(prefix="/api", include_in_schema=False)


@router.post("/check")
def check(request: Request, form: Annotated[Form, Depends(read_form)]) -> JSONResponse:
    """Return what the checker says about the answer in the form, its reading grade, and a plainer sentence."""
    desk = desk_of(request)
    contents = desk.files.read()
    topic = form.one("topic")
    known = is_own(topic) or topic in policy_topic_ids()
    edited = read_edited(form, topic if known else policy_topic_ids()[0], contents, desk.settings)
    text = edited.text.get(READ, "")
    return JSONResponse(
        {
            "grade": round(grade_of(text, contents.policy), 1),
            "max_grade": MAX_GRADE,
            "words": len(text.split()),
            "max_words": MAX_WORDS,
            "objections": word_on(contents.policy, edited),
            "offered": offered(contents.policy, edited),
        }
    )


@router.post("/ask")
def ask(request: Request, record: Annotated[dict[str, Any], Depends(read_json)]) -> JSONResponse:
    """Return what the chat says to a question, with the folder as it is now."""
    desk = desk_of(request)
    policy = desk.files.read().policy
    return JSONResponse(said(desk.live.ask(str(record.get("question", ""))), policy))


@router.get("/state")
def state(request: Request) -> JSONResponse:
    """Return the revision of the files, and how far the chat is."""
    desk = desk_of(request)
    return JSONResponse(state_of(desk, desk.files.read()))
