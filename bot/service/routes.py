"""The JSON interface."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse

from bot.service import metrics
from bot.service.limits import Kind
from bot.service.negotiation import prefers
from bot.service.problems import MEDIA_TYPE, problem_body
from bot.service.schemas import AnswerOut, AskIn, FeedbackIn, FeedbackOut, HealthOut, PoliciesOut, PolicyOut, ReadyOut
from bot.service.service import Question, Reply, ServedPolicy, Service
from bot.service.stream import stream_response
from bot.types import Outcome, Policy
from bot.usage.feedback import Feedback

router = APIRouter()

_PROBLEMS = {
    400: "The body is not JSON, or the Host header names no host.",
    403: "The request comes from a page of a site that the setting serve.origins does not name.",
    404: "There is no policy with this id.",
    408: "The body did not arrive in time.",
    413: "The body is too large.",
    415: "The body is not declared as application/json.",
    422: "The body is JSON and does not fit.",
    429: "Too many questions, or too much feedback, from this address.",
    503: "Not ready, or too many questions at once.",
    507: "There is no room for more feedback, or for more words in it.",
}
_RETRY_AFTER = {
    "Retry-After": {"description": "Seconds after which it may be tried again.", "schema": {"type": "integer"}}
}


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The error responses of a route for the OpenAPI document."""
    return {
        status: {
            "description": _PROBLEMS[status],
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/ProblemOut"},
                    "example": problem_body(status, _PROBLEMS[status]),
                }
            },
            **({"headers": _RETRY_AFTER} if status in (429, 503) else {}),
        }
        for status in statuses
    }


_EVENTS = (
    'event: stage\r\ndata: {"stage": "received"}\r\n\r\nevent: stage\r\ndata: {"stage": "searching"}\r\n\r\n'
    'event: answer\r\ndata: {"id": "…", "outcome": "answered", …}\r\n\r\n'
)


def service_of(request: Request) -> Service:
    """The service that this application was made with."""
    service: Service = request.app.state.service
    return service


def address_of(request: Request) -> str:
    """Who asks, for the rate limit alone."""
    return request.client.host if request.client else ""


def note_outcome(request: Request, reply: asyncio.Future[Reply]) -> None:
    """Let the request's line in the log say how the question ended, once it has."""

    def note(reply: asyncio.Future[Reply]) -> None:
        if not reply.cancelled() and reply.exception() is None:
            answer = reply.result().answer
            codes = [warning.code for warning in answer.warnings]
            request.state.log = {"outcome": str(answer.outcome), "warnings": codes}

    reply.add_done_callback(note)


@router.post(
    "/v1/answers",
    response_model=AnswerOut,
    tags=["questions"],
    summary="Ask a question",
    responses={
        200: {
            "description": "The answer, whatever its outcome. With `Accept: text/event-stream` as events: `stage` "
            "while it is worked on, then exactly one `answer` (the same JSON) or `error` (a problem).",
            "content": {"text/event-stream": {"schema": {"type": "string"}, "example": _EVENTS}},
        },
        **_problems(400, 403, 404, 408, 413, 415, 422, 429, 503),
    },
)
async def ask(asked: AskIn, request: Request) -> Response:
    """One question, with the earlier ones of the conversation. Nothing of it is kept but the count of its outcome."""
    service = service_of(request)
    service.served_policy(asked.policy)
    client = await service.let_in(address_of(request))
    reply = service.answer(Question(asked.question, tuple(asked.history), asked.policy, asked.language), client)
    note_outcome(request, reply)
    if _wants_events(request):
        return stream_response(reply, service.stop_seconds)
    return JSONResponse((await reply).to_json())


def _wants_events(request: Request) -> bool:
    return prefers(request.headers.get("accept", ""), "text/event-stream", "application/json")


@router.post(
    "/v1/feedback",
    status_code=201,
    response_model=FeedbackOut,
    tags=["questions"],
    summary="Say whether an answer helped",
    responses={
        201: {"description": "It is kept."},
        **_problems(400, 403, 404, 408, 413, 415, 422, 429, 503, 507),
    },
)
async def give_feedback(given: FeedbackIn, request: Request) -> Response:
    """A second verdict on the same answer takes the place of the first. Personal data in it is removed.

    If there is no room for more words the verdict is kept without them, and the status is 507.
    """
    service = service_of(request)
    client = await service.let_in(address_of(request), Kind.FEEDBACK)
    feedback = Feedback(
        answer_id=given.answer_id,
        policy=given.policy,
        outcome=Outcome(given.outcome),
        helpful=given.helpful,
        reason=given.reason,
        comment=given.comment,
        question=given.question,
    )
    return JSONResponse({"id": await service.keep(feedback, client)}, 201)


@router.get(
    "/v1/policies",
    response_model=PoliciesOut,
    tags=["policies"],
    summary="The policies that can be asked",
    responses=_problems(503),
)
async def list_policies(request: Request) -> Response:
    """The service's own policy stands first."""
    return JSONResponse({"policies": [_summary(served.policy) for served in service_of(request).served_policies()]})


@router.get(
    "/v1/policies/{id}",
    response_model=PolicyOut,
    tags=["policies"],
    summary="One policy by section",
    responses=_problems(404, 503),
)
async def show_policy(id: Annotated[str, Path(examples=["massgov"])], request: Request) -> Response:
    """Its text by section and sentence, its contacts, and questions to begin with."""
    return JSONResponse(_full(service_of(request).served_policy(id)))


@router.get("/healthz", response_model=HealthOut, tags=["operation"], summary="Does the process run?")
async def healthz() -> Response:
    """200 as soon as the process runs, whatever else is wrong."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz", response_model=ReadyOut, tags=["operation"], summary="Can it answer?", responses=_problems(503))
async def readyz(request: Request) -> Response:
    """200 once the index is verified and loaded. Until then 503; the log says why, `askpolicy check` how to fix it.
    `failed_reload` is there if the last reload failed: what was loaded before it goes on answering."""
    service = service_of(request)
    service.served_policies()
    failed = service.failed_reload
    return JSONResponse({"status": "ready"} | ({"failed_reload": asdict(failed)} if failed else {}))


@router.get(
    "/metrics",
    tags=["operation"],
    summary="Counts and times for Prometheus",
    response_class=Response,
    responses={
        200: {
            "description": "Prometheus' text format.",
            "content": {"text/plain": {"schema": {"type": "string"}, "example": "askpolicy_feedback_total 3.0"}},
        }
    },
)
async def show_metrics(request: Request) -> Response:
    """Questions by outcome, latency, warnings, feedback, requests by route; of all workers together."""
    return Response(service_of(request).metrics.exposition(), media_type=metrics.CONTENT_TYPE)


def _summary(policy: Policy) -> dict[str, Any]:
    return {
        "id": policy.id,
        "title": policy.title,
        "site": policy.site,
        "url": policy.url,
        "version": policy.sha256[:12],
        "effective": policy.effective,
        "updated": policy.updated,
    }


def _full(served: ServedPolicy) -> dict[str, Any]:
    policy = served.policy
    sentences: dict[str, list[dict[str, Any]]] = {section.id: [] for section in policy.sections}
    for sentence in policy.sentences:
        place = {"index": sentence.index, "text": sentence.text, "start": sentence.start, "end": sentence.end}
        sentences[sentence.section_id].append(place)
    return {
        **_summary(policy),
        "contacts": [{"role": c.role, "name": c.name, "url": c.url} for c in policy.contacts],
        "sections": [
            {"id": section.id, "headings": list(section.headings), "sentences": sentences[section.id]}
            for section in policy.sections
        ],
        "starters": list(served.starters),
        "max_question_chars": served.bot.settings.guard.max_question_chars,
    }
