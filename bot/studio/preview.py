"""The chat on a sample page: the widget, and the parts of the API that it calls. Nothing is counted or kept."""

from __future__ import annotations

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import JSONResponse

from bot.guard.personal_data import RULES_FILE
from bot.service.assets import widget_script, widget_words
from bot.studio.desk import desk_of
from bot.studio.forms import read_json
from bot.studio.live import Built
from bot.studio.render import render
from bot.types import AskPolicyError
from bot.wording import LANGUAGES, languages_of, own_labels

router = APIRouter(prefix="/preview", include_in_schema=False)
_SCRIPT = "text/javascript; charset=utf-8"


@router.get("/page")
def page(request: Request) -> Response:
    """Render a page that has the chat in its corner."""
    desk = desk_of(request)
    return render(desk, "preview.html", desk.files.read(), here="preview")


@router.get("/widget.js")
def widget() -> Response:
    """Return the widget."""
    return Response(widget_script(), media_type=_SCRIPT)


@router.get("/widget/personal-data.json")
def rules() -> Response:
    """Return the rules by which the widget notices personal data."""
    return Response(RULES_FILE.read_bytes(), media_type="application/json")


@router.get("/widget/{language}.json")
def words(language: str) -> Response:
    """Return the widget's labels in a language."""
    if language not in LANGUAGES:
        raise HTTPException(404, "There are no labels in this language.")
    return Response(widget_words(language), media_type="application/json")


@router.get("/v1/policies")
def policies(request: Request) -> JSONResponse:
    """Return the one policy."""
    policy = _built(request).bot.bundle.policy
    return JSONResponse({"policies": [{"id": policy.id, "title": policy.title}]})


@router.get("/v1/policies/{id}")
def policy(request: Request, id: str) -> JSONResponse:
    """Return what the widget shows of the policy."""
    built = _built(request)
    own = built.bot.bundle.policy
    if id != own.id:
        raise HTTPException(404, "There is no such policy.")
    return JSONResponse(
        {
            "id": own.id,
            "title": own.title,
            "site": own.site,
            "url": own.url,
            "version": own.sha256[:12],
            "effective": own.effective,
            "updated": own.updated,
            "language": own.language,
            "languages": list(languages_of(own)),
            "contacts": [{"role": c.role, "name": c.name, "url": c.url} for c in own.contacts],
            "sections": [],
            "starters": list(built.starters),
            "max_question_chars": built.bot.settings.guard.max_question_chars,
            "public_records": own.public_records,
            "wording": own_labels(own),
        }
    )


@router.post("/v1/answers")
def answers(request: Request, asked: Annotated[dict[str, Any], Depends(read_json)]) -> JSONResponse:
    """Answer a question as the service would."""
    bot = _built(request).bot
    history = [str(earlier) for earlier in asked.get("history") or ()][-bot.settings.guard.max_history :]
    try:
        answer = bot.ask(str(asked.get("question", "")), history, language=str(asked.get("language") or "en"))
    except AskPolicyError as error:
        raise HTTPException(422, str(error)) from None
    steps = answer.next_steps(bot.bundle.policy)
    next_steps = [{"role": c.role, "name": c.name_in(answer.language), "url": c.url} for c in steps]
    return JSONResponse({"id": secrets.token_hex(16), **answer.to_json(), "next_steps": next_steps})


@router.post("/v1/feedback")
def feedback() -> JSONResponse:
    """Say that this is kept, without keeping it: nobody's verdict counts in a preview."""
    return JSONResponse({"id": secrets.token_hex(16)}, 201)


def _built(request: Request) -> Built:
    built = desk_of(request).live.built
    if built is None:
        raise HTTPException(503, "The chat is being built: try again in a moment.", {"Retry-After": "2"})
    return built
