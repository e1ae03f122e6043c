"""The routes of the JSON API."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from bot.service import metrics
from bot.service.drafts import FOR_DRAFTS
from bot.service.limits import Kind
from bot.service.loading import ServedPolicy
from bot.service.negotiation import prefers
from bot.service.problems import MEDIA_TYPE, problem_body
from bot.service.schemas import (
    AnswerOut,
    AskIn,
    FeedbackIn,
    FeedbackOut,
    HealthOut,
    PoliciesOut,
    PolicyOut,
    ReadyOut,
    UnansweredIn,
)
from bot.service.service import Question, Reply, Service
from bot.service.stream import stream_response
from bot.service.summaries import summary
from bot.service.switchboard import to_json
from bot.types import Outcome, Policy
from bot.usage.values import Feedback, Unanswered
from bot.wording import own_labels

router = APIRouter()

_PROBLEMS = {
    400: "The body is not JSON, or the Host header is not a host name.",
    403: "The request comes from a page on a site that neither serve.origins nor the policy's manifest names.",
    404: "There is no policy with this id, or the address is another policy's.",
    408: "The body did not arrive in time.",
    413: "The body is too large.",
    415: "The body is not declared as application/json.",
    422: "The body is JSON but does not match the schema.",
    429: "There were too many questions, or too much feedback, from this address.",
    503: "The service is not ready or paused, the policy cannot be loaded, or there are too many questions at once.",
    507: "There is no room for more feedback, or for more comments and questions with it.",
}
_RETRY_AFTER = {"Retry-After": {"description": "Seconds to wait before another try.", "schema": {"type": "integer"}}}


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return a route's error responses for the OpenAPI document."""
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
    """Return the application's Service."""
    state = request.app.state
    service: Service = state.drafts if FOR_DRAFTS in request.scope else state.service
    return service


def address_of(request: Request) -> str:
    """Return the client's network address, which is used only for the rate limit."""
    return request.client.host if request.client else ""


def note_outcome(request: Request, reply: asyncio.Future[Reply]) -> None:
    """Add the outcome and the warning codes to the request's line in the log, once there is an answer."""

    def note(reply: asyncio.Future[Reply]) -> None:
        if not reply.cancelled() and reply.exception() is None:  # codespell:ignore cancelled
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
            "description": "The answer, whatever its outcome. With `Accept: text/event-stream`, it comes as events: "
            "`stage` while it is in progress, then exactly one `answer` (the same JSON) or `error` (a problem).",
            "content": {"text/event-stream": {"schema": {"type": "string"}, "example": _EVENTS}},
        },
        **_problems(400, 403, 404, 408, 413, 415, 422, 429, 503),
    },
)
async def ask(asked: AskIn, request: Request) -> Response:
    """Answer one question, given the earlier ones of the conversation.

    Only a count of outcomes is kept.
    """
    service = service_of(request)
    offer = service.policies.offer(request.scope, asked.policy)
    client = await service.admit(address_of(request))
    served = await service.policies.served(offer)
    reply = service.answer(Question(asked.question, tuple(asked.history), asked.language), served, client)
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
        201: {"description": "The feedback was kept."},
        **_problems(400, 403, 404, 408, 413, 415, 422, 429, 503, 507),
    },
)
async def give_feedback(given: FeedbackIn, request: Request) -> Response:
    """Keep a visitor's verdict on an answer. A second verdict on the same answer replaces the first.

    Personal data in it is removed. If there is no room for more comments and questions, the verdict is kept without
    them, and the status is 507.
    """
    service = service_of(request)
    client = await service.admit(address_of(request), Kind.FEEDBACK)
    offer = service.policies.offer(request.scope, given.policy)
    feedback = Feedback(
        answer_id=given.answer_id,
        policy=offer.id,
        outcome=Outcome(given.outcome),
        helpful=given.helpful,
        reason=given.reason,
        comment=given.comment,
        question=given.question,
    )
    return JSONResponse({"id": await service.keep(feedback, client)}, 201)


@router.post(
    "/v1/unanswered",
    status_code=201,
    response_model=FeedbackOut,
    tags=["questions"],
    summary="Pass a question without an answer on to the owner",
    responses={
        201: {"description": "The question was kept."},
        **_problems(400, 403, 404, 408, 413, 415, 422, 429, 503, 507),
    },
)
async def pass_on(given: UnansweredIn, request: Request) -> Response:
    """Keep a question, if the visitor asks for that, with the day and its outcome, and nothing else.

    Personal data in it is removed. It counts toward the same limit as feedback.
    """
    service = service_of(request)
    client = await service.admit(address_of(request), Kind.FEEDBACK)
    offer = service.policies.offer(request.scope, given.policy)
    question = Unanswered(given.answer_id, offer.id, Outcome(given.outcome), given.question)
    return JSONResponse({"id": await service.keep(question, client)}, 201)


@router.get(
    "/v1/policies",
    response_model=PoliciesOut,
    tags=["policies"],
    summary="List the policies that you can ask about",
    responses=_problems(503),
)
async def list_policies(request: Request) -> Response:
    """Return all policies, the default one first; or, at an address that answers from one policy only, that one."""
    return JSONResponse({"policies": await asyncio.to_thread(service_of(request).policies.summaries, request.scope)})


@router.get(
    "/v1/policies/{id}",
    response_model=PolicyOut,
    tags=["policies"],
    summary="Show one policy by section",
    responses=_problems(404, 503),
)
async def show_policy(
    id: Annotated[str, Path(examples=["massgov"])],
    request: Request,
    version: Annotated[
        str | None, Query(description="A version, as an answer names it; the one in use if none.")
    ] = None,
) -> Response:
    """Return a policy's text by section and sentence, its contacts, and its starter questions.

    With `version`, the text is that of an earlier version, so that old citations still lead to the words they quoted.
    """
    service = service_of(request)
    offer = service.policies.offer(request.scope, id)
    served = await service.policies.served(offer)
    shown = await asyncio.to_thread(service.policies.version, offer, served, version)
    versions = await asyncio.to_thread(service.policies.versions, offer, served)
    return JSONResponse(_full(service, served, shown) | {"versions": versions})


@router.get("/healthz", response_model=HealthOut, tags=["operation"], summary="Is the process running?")
async def healthz() -> Response:
    """Return 200 as soon as the process is running, whatever else is wrong."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz", response_model=ReadyOut, tags=["operation"], summary="Is it ready?", responses=_problems(503))
async def readyz(request: Request) -> Response:
    """Return 200 once the index is verified and loaded; 503 until then, and when the service is about to stop.

    The log says why, and `askpolicy check` says how to fix it. `failed_reload` is present if the last reload failed;
    the service then still answers from the old content.
    """
    service = service_of(request)
    service.check_takes_more()
    failed = service.failed_reload
    return JSONResponse({"status": "ready"} | ({"failed_reload": asdict(failed)} if failed else {}))


@router.get(
    "/metrics",
    tags=["operation"],
    summary="Read counts and times for Prometheus",
    response_class=Response,
    responses={
        200: {
            "description": "Prometheus text format.",
            "content": {"text/plain": {"schema": {"type": "string"}, "example": "askpolicy_feedback_total 3.0"}},
        }
    },
)
async def show_metrics(request: Request) -> Response:
    """Return the sums over all workers: questions by policy and outcome, latency, load, requests by route, and more."""
    service = service_of(request)
    counts = service.metrics.exposition(service.state)
    return Response(counts, media_type=metrics.CONTENT_TYPE)


def _full(service: Service, served: ServedPolicy, shown: Policy) -> dict[str, Any]:
    policy = served.policy
    sentences: dict[str, list[dict[str, Any]]] = {section.id: [] for section in shown.sections}
    for sentence in shown.sentences:
        place = {"index": sentence.index, "text": sentence.text, "start": sentence.start, "end": sentence.end}
        sentences[sentence.section_id].append(place)
    return {
        **summary(shown),
        "contacts": [{"role": c.role, "name": c.name, "url": c.url} for c in policy.contacts],
        "sections": [
            {"id": section.id, "headings": list(section.headings), "sentences": sentences[section.id]}
            for section in shown.sections
        ],
        "starters": list(served.starters),
        "max_question_chars": served.bot.settings.guard.max_question_chars,
        "public_records": policy.public_records,
        "feedback_days": service.retention_days,
        "paused": to_json(service.switchboard.pause(policy)),
        "notice": to_json(service.switchboard.notice(policy)),
        "wording": own_labels(policy),
    }
