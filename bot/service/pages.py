"""Pages for people: the chat, the same without JavaScript, the privacy notice, and the API documentation."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from bot.service.chosen import ID
from bot.service.limits import Kind
from bot.service.loading import ServedPolicy
from bot.service.problems import Problem
from bot.service.render import CSP_DOCS, CSP_WIDGET, known_language, render_page
from bot.service.routes import address_of, note_outcome, service_of
from bot.service.schemas import MAX_HISTORY, UnansweredIn
from bot.service.service import Question, Service
from bot.types import Answer, Contact, Outcome
from bot.usage.values import MAX_QUESTION_CHARS, UNANSWERED, Unanswered

router = APIRouter(include_in_schema=False)

_MAX_FIELDS = MAX_HISTORY + 10
# The text that explains a status. Others are explained as "unavailable".
_WORDS = {422: "failed", 429: "too_many", 507: "full"}


@router.get("/")
async def home(request: Request) -> Response:
    """Render the page with the chat widget."""
    await _load(request)
    return render_page(request.scope, "home.html", CSP_WIDGET)


@router.api_route("/ask", methods=["GET", "POST"])
async def ask(request: Request) -> Response:
    """Render the form, and the answer if a question came with the request.

    The form uses POST, which keeps the visitor's words out of URLs, histories, and logs. A link may contain a question
    too. Anybody can write a link, so its words appear only in the box and never as something that the visitor said;
    only the policy's own starter questions are shown as asked. Earlier questions in a link are ignored.
    """
    if request.method == "POST":
        sent, earlier = await _form(request)
        return await _answer_page(request, sent, earlier, linked=False)
    fields = request.query_params
    served = await _load(request)
    if "question" not in fields:
        return render_page(request.scope, "ask.html", **_empty_form(request))
    starter = served is not None and fields["question"] in served.starters
    return await _answer_page(request, fields, (), linked=not starter)


@router.get("/policy")
async def policy(request: Request) -> Response:
    """Render the text of the policy, or of an earlier version of it."""
    service = service_of(request)
    offer = service.policies.offer(request.scope)
    served = await service.policies.served(offer)
    shown = await asyncio.to_thread(service.policies.version, offer, served, request.query_params.get("version"))
    return render_page(request.scope, "policy.html", shown=shown, earlier=shown is not served.policy)


@router.post("/unanswered")
async def pass_on(request: Request) -> Response:
    """Keep a question that got no answer, because the visitor asks for that, and render the form for the next one."""
    service = service_of(request)
    fields, earlier = await _form(request)
    language = known_language(fields.get("language", ""))
    page, status, headers = {**_empty_form(request), "passed_on": True}, 200, {}
    try:
        given = _unanswered(service.policies.offer(request.scope).id, fields)
        client = await service.admit(address_of(request), Kind.FEEDBACK)
        await service.keep(given, client)
    except Problem as problem:
        status, headers = problem.status, problem.headers
        page |= {"problem": _WORDS.get(status, "unavailable"), "wait": problem.retry_after, "passed_on": False}
    page |= {"history": await _clean_history(service, earlier)}
    return render_page(request.scope, "ask.html", status=status, headers=headers, language=language, **page)


@router.get("/privacy")
async def privacy(request: Request) -> Response:
    """Render what this chat keeps, by the settings in force."""
    service = service_of(request)
    await _load(request)
    return render_page(
        request.scope, "privacy.html", keeps_feedback=service.keeps_feedback, retention_days=service.retention_days
    )


@router.get("/p/{id}")
async def one_policy(id: str) -> Response:
    """Redirect to the pages of one policy, which begin with p/{id}/."""
    if not ID.fullmatch(id):
        raise HTTPException(404)
    return RedirectResponse(f"{id}/")


@router.get("/demo")
async def demo() -> Response:
    """Redirect to the demo, which is mounted at demo/."""
    return RedirectResponse("demo/")


@router.get("/docs")
async def docs(request: Request) -> Response:
    """Render Swagger UI, to read the OpenAPI document and try requests."""
    return render_page(request.scope, "docs.html", CSP_DOCS)


async def _form(request: Request) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the fields of a form that was sent, and the earlier questions in it, oldest first."""
    form = (await request.body()).decode("utf-8", "replace")
    try:
        pairs = parse_qsl(form, keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError:
        raise Problem(400, "The form has too many fields: send one question and the earlier ones.") from None
    return dict(pairs), tuple(value for name, value in pairs if name == "history")


def _unanswered(policy: str, fields: Mapping[str, str]) -> Unanswered:
    """Return what the form of the page passes on. Raises Problem (422) if the page did not write it."""
    sent = {name: fields.get(name) for name in ("answer_id", "outcome", "question")}
    try:
        given = UnansweredIn.model_validate({**sent, "policy": policy})
    except ValidationError:
        raise Problem(422, "This question cannot be passed on: ask it again.") from None
    return Unanswered(given.answer_id, given.policy, Outcome(given.outcome), given.question)


async def _answer_page(
    request: Request, fields: Mapping[str, str], history: tuple[str, ...], *, linked: bool
) -> Response:
    """Answer `fields["question"]` and render the page. Nothing from the request is shown before the guard has cleaned
    it.

    linked: whether the question came in a link.
    """
    typed = fields.get("question", "")
    language = known_language(fields.get("language", ""))
    service = service_of(request)
    page, status, headers = {**_empty_form(request), "linked": linked}, 200, {}
    try:
        service.policies.offer(request.scope)
        client = await service.admit(address_of(request))
        served = await service.policies.served(service.policies.offer(request.scope))
        earlier = await _clean_history(service, history)
        work = service.answer(Question(typed, earlier, language), served, client)
        note_outcome(request, work)
        reply = await work
    except Problem as problem:
        # Keep the text in the form, so that the visitor can send it again. Read no more of it than a question may
        # have: this is also the path for clients that send too much.
        status, headers = problem.status, problem.headers
        page |= {"problem": _WORDS.get(status, "unavailable"), "wait": problem.retry_after}
        page |= {"typed": await asyncio.to_thread(service.cleaned, typed)}
        page |= {"history": await _clean_history(service, history)}
    else:
        asked = reply.answer.question
        page |= _shown(reply.answer, reply.next_steps)
        can_pass_on = service.keeps_feedback and reply.answer.outcome in UNANSWERED and asked and not linked
        page |= {"answer_id": reply.id if can_pass_on else None}
        if reply.answer.outcome is Outcome.TOO_LONG:
            page |= {"typed": await asyncio.to_thread(service.cleaned, typed, MAX_QUESTION_CHARS), "history": earlier}
        elif linked:
            page |= {"typed": asked}
        else:
            page |= {"asked": asked, "earlier": earlier, "history": (*earlier, *([asked] if asked else []))}
    return render_page(request.scope, "ask.html", status=status, headers=headers, language=language, **page)


async def _load(request: Request) -> ServedPolicy | None:
    """Return the policy that a page is for, loaded. Returns None if it is the default one and is not loaded yet.

    Raises Problem if there is no such policy, or if it cannot be loaded.
    """
    policies = service_of(request).policies
    if not policies.chosen(request.scope) and not policies.ready:
        return None
    return await policies.served(policies.offer(request.scope))


def _empty_form(request: Request) -> dict[str, Any]:
    """Return the values of a page without an answer. pause, notice: the owner's switches, or None."""
    service = service_of(request)
    served = service.policies.in_memory(request.scope)

    return {
        "pause": served and service.switchboard.pause(served.policy),
        "notice": served and service.switchboard.notice(served.policy),
        "feedback_days": service.retention_days,
        "answer_id": None,
        "passed_on": False,
        "typed": "",
        "answer": None,
        "asked": "",
        "history": (),
        "earlier": (),
        "problem": None,
        "linked": False,
    }


def _shown(answer: Answer, next_steps: Sequence[Contact]) -> dict[str, Any]:
    """Return what the page shows of an answer. places: where to go next, the best first, each once."""
    return {
        "answer": answer,
        "places": answer.route_first(next_steps),
        "urgent": answer.outcome is Outcome.URGENT,
    }


async def _clean_history(service: Service, questions: tuple[str, ...]) -> tuple[str, ...]:
    """Return the newest earlier questions, at most `max_history`, cleaned, without those that become empty."""
    newest = questions[max(0, len(questions) - service.max_history) :]
    cleaned = await asyncio.to_thread(lambda: [service.cleaned(question) for question in newest])
    return tuple(question for question in cleaned if question)
