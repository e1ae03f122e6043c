"""Error responses, which never repeat what the visitor sent.

Programs get problem details (RFC 9457); browsers get a page.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Scope

from bot.service.negotiation import prefers
from bot.service.render import render_page

MEDIA_TYPE = "application/problem+json"

_DETAILS = {
    400: "The body is not JSON: send one JSON object as UTF-8.",
    404: "There is nothing at this URL: see openapi.json for what there is.",
    405: "This URL does not support this method: see the Allow header.",
    406: "This is not available in a format that the Accept header allows.",
    413: "The request is too large.",
}
# The keys of a page's texts, by status. For other statuses, the page shows the detail, which is in English.
_PAGE_WORDS = {404: "no_page", 429: "too_many", 500: "failed", 503: "unavailable"}
# What is wrong with a field, by pydantic's error type. Pydantic's own messages may repeat the input.
_FIELD_DETAILS = {
    "missing": "This field is required.",
    "extra_forbidden": "There is an unknown field here: remove it.",
    "string_type": "This must be a string.",
    "string_unicode": "This must be a string of Unicode characters, without lone surrogates.",
    "string_too_long": "This is too long.",
    "string_too_short": "This is too short.",
    "string_pattern_mismatch": "This does not match the pattern in the OpenAPI document.",
    "list_type": "This must be a list.",
    "too_long": "This has too many items.",
    "bool_type": "This must be true or false.",
    "literal_error": "This is not one of the values that the OpenAPI document lists.",
    "model_attributes_type": "This must be a JSON object.",
}


class Problem(Exception):  # noqa: N818 (the RFC calls it so)
    """Ends a request with a problem response.

    status: the HTTP status. detail: one sentence that says what is wrong and how to fix it.
    retry_after: the seconds to wait before another try.
    """

    # What it is, for programs; the status says enough for most.
    type = "about:blank"

    def __init__(self, status: int, detail: str, *, retry_after: int | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.retry_after = retry_after

    @property
    def headers(self) -> dict[str, str]:
        """Return the Retry-After header, if `retry_after` is known."""
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}

    def body(self) -> dict[str, Any]:
        """Return the problem object."""
        return problem_body(self.status, self.detail) | {"type": self.type}


def problem_body(status: int, detail: str) -> dict[str, Any]:
    """Return a problem object: type, title, status, detail.

    The type is `about:blank`, since the status tells a program everything it needs.
    """
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}


def problem_response(
    scope: Scope,
    status: int,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    more: dict[str, Any] | None = None,
) -> Response:
    """Return a problem as a response, which is a page if the client asks for HTML.

    more: further members of the problem object, such as `errors`.
    """
    sent = {"Cache-Control": "no-store", "Vary": "Accept", **(headers or {})}
    if prefers(Headers(scope=scope).get("accept", ""), "text/html", "application/json"):
        words = _PAGE_WORDS.get(status, "no_answer")
        shown = "" if status in _PAGE_WORDS else detail
        wait = sent.get("Retry-After")
        return render_page(scope, "error.html", status=status, headers=sent, words=words, detail=shown, wait=wait)
    return Response(json.dumps(problem_body(status, detail) | (more or {})), status, sent, MEDIA_TYPE)


async def on_problem(request: Request, error: Problem) -> Response:
    """Return the response for a Problem."""
    return problem_response(request.scope, error.status, error.detail, headers=error.headers, more=error.body())


async def on_http_exception(request: Request, error: HTTPException) -> Response:
    """Return the response for a request that the framework refuses, in our words."""
    detail = _DETAILS.get(error.status_code, "The request cannot be answered.")
    headers = dict(error.headers or {})
    if "Allow" in headers:
        methods = {method.strip() for method in headers["Allow"].split(",")}
        # The middleware accepts HEAD for every route with GET.
        headers["Allow"] = ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))
    return problem_response(request.scope, error.status_code, detail, headers=headers)


async def on_invalid(request: Request, error: RequestValidationError) -> Response:
    """Return the response for a request that does not match the schema: 400, 415, or 422."""
    found = error.errors()
    if any(item["type"] == "json_invalid" for item in found):
        return problem_response(request.scope, 400, _DETAILS[400])
    if found[0]["loc"] == ("body",) and not _is_json(request.headers.get("content-type", "")):
        detail = "Send the body as JSON, with the header Content-Type: application/json."
        return problem_response(request.scope, 415, detail)
    detail = "The request does not match the schema: see errors, and the OpenAPI document."
    return problem_response(request.scope, 422, detail, more={"errors": [_field(item) for item in found]})


def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "application/json"


def _field(item: Mapping[str, Any]) -> dict[str, str]:
    """Return where and what: `pointer` is a JSON pointer into the body or a parameter's name, `detail` a sentence."""
    place, *path = item["loc"]
    if item["type"] == "extra_forbidden":
        path = path[:-1]  # the visitor chose the name of an unknown field
    where = "#" + "".join(f"/{part}" for part in path) if place == "body" else "/".join(map(str, path))
    return {"pointer": where, "detail": _FIELD_DETAILS.get(item["type"], "This is not valid.")}
