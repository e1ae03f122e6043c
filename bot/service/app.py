"""Assembles the HTTP application: routes, middleware, error handlers, and the OpenAPI document."""

from __future__ import annotations

import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from importlib.util import find_spec
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.routing import Route
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from bot import __version__
from bot.service import pages, problems, routes
from bot.service.assets import asset_routes
from bot.service.channel import Channel, ToParent
from bot.service.content import Content
from bot.service.demos import Demos
from bot.service.drafts import draft_settings
from bot.service.limits import Shared, make_limit
from bot.service.loading import ServedPolicy
from bot.service.metrics import Metrics
from bot.service.middleware import DEMO, BodyLimit, DemoLimit, Outermost, SiteLimit
from bot.service.schemas import ProblemOut
from bot.service.service import Service
from bot.settings import ServeSettings, Settings
from bot.tracing import exporting

# How long an application without a parent waits for its index. After that it takes requests, and answers 503 for now.
_WAIT_SECONDS = 3.0
# FastAPI's own would record paths, queries, and messages of exceptions; bot.tracing records none of these.
_NO_TELEMETRY: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
_log = logging.getLogger("askpolicy.app")

_DESCRIPTION = """
Answers questions about a privacy policy in the policy's own words. Every sentence is cited and linked to its place in
the policy.

**Errors** are problem details (RFC 9457), or an HTML page if the client asks for `text/html`. They never repeat what
the client sent.

**Limits.** A request body may have at most {max_body_bytes:,} bytes. One network address may ask {per_minute}; above
that the status is 429. If the service is overloaded or not ready, the status is 503. Both come with `Retry-After`.

**Several policies.** A request names a policy by its id; without one, it is about the default policy. Below
`/p/{{id}}/`, as in `/p/{{id}}/v1/answers`, and at a host name of its own, everything is about one policy.

**Other sites.** A browser may call this API from another site's page only if the setting `serve.origins` or the
policy's manifest names that site. Otherwise the status is 403.

**Privacy.** The service sets no cookies and keeps no questions. Leave personal data out of questions; the service
removes what it recognizes before anything else reads them.
"""


def create_app(
    settings: Settings,
    shared: Shared | None = None,
    channel: Channel | None = None,
    content: Content | None = None,
) -> FastAPI:
    """Create the application.

    shared: what it shares with the other workers of the same service, if there are any. channel: leads to their parent.
    content: where they keep copies of what they loaded.

    The default policy loads in the background after startup: /healthz answers immediately, /readyz once it is loaded.
    """
    metrics = Metrics()
    limit, secret = make_limit(settings, shared), _secret(settings, shared)
    service = Service(settings, limit, secret, metrics, content, partial(_when_stale, channel))
    for_drafts = draft_settings(settings)
    drafts = Service(for_drafts, limit, secret, metrics) if for_drafts else None
    demos = Demos(service) if _offers_demo(settings) else None
    app = FastAPI(
        title="AskPolicy",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        lifespan=lambda _: _running(settings, service, drafts, demos, channel),
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
        exception_handlers={
            problems.Problem: problems.on_problem,
            HTTPException: problems.on_http_exception,
            RequestValidationError: problems.on_invalid,
        },
        routes=list(asset_routes()),
        telemetry=_NO_TELEMETRY,
    )
    app.state.service, app.state.drafts = service, drafts
    app.include_router(routes.router)
    app.include_router(pages.router)
    if demos:
        app.routes.append(Route(f"{DEMO}/{{rest:path}}", demos))
    app.openapi = lambda: _openapi(app, settings)  # type: ignore[method-assign]
    _add_middleware(app, settings.serve, service, metrics, drafts=drafts is not None)
    return app


@asynccontextmanager
async def _running(
    settings: Settings, service: Service, drafts: Service | None, demos: Demos | None, channel: Channel | None
) -> AsyncIterator[None]:
    """Start what works in the background before the first request, and stop it after the last."""
    if channel is not None:
        channel.on_reload, channel.on_drain = service.note_reload, service.note_drain
    with exporting(settings.tracing):
        service.start(partial(_when_ready, demos, channel), partial(_when_not_ready, channel))
        if drafts is not None:
            drafts.start(lambda _: None, partial(_log.error, "The drafts cannot be served: %s"))
        # Take no questions before they can be answered, if that is soon or if other workers answer in the meantime.
        if channel is None:
            await service.policies.wait_for_first_try(_WAIT_SECONDS)
        else:
            await channel.wait_until_open()
        yield
        service.stop()
        if drafts is not None:
            drafts.stop()


def _add_middleware(app: FastAPI, serve: ServeSettings, service: Service, metrics: Metrics, *, drafts: bool) -> None:
    """Add what applies to every request. The last one added is the outermost."""
    app.add_middleware(DemoLimit, admit=service.admit)
    app.add_middleware(BodyLimit, max_bytes=serve.max_body_bytes, seconds=serve.body_seconds)
    app.add_middleware(SiteLimit, origins=service.policies.origins)
    app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=[str(network) for network in serve.trusted_proxies])
    token = serve.draft_token.get_secret_value() if serve.draft_token and drafts else None
    app.add_middleware(Outermost, metrics=metrics, root_path=serve.root_path, draft_token=token)


def _when_ready(demos: Demos | None, channel: Channel | None, served: ServedPolicy) -> None:
    if channel is not None:
        channel.ready()
    if demos is not None:
        demos.prepare(served)  # Gradio loads slowly, so everything else is ready first.


def _when_not_ready(channel: Channel | None, why: str) -> None:
    if channel is None:
        _log.error("Not ready: %s", why)
    else:
        channel.say(ToParent.FAILED, why)  # The parent logs it, since a failed reload is reported differently.


def _when_stale(channel: Channel | None, policy: str, why: str) -> None:
    if channel is not None:
        channel.say(ToParent.STALE, policy, why)  # The parent logs it and tells the other workers.


def _offers_demo(settings: Settings) -> bool:
    return settings.serve.demo and find_spec("gradio") is not None


def _secret(settings: Settings, shared: Shared | None) -> bytes:
    """Return the secret that turns network addresses into keys."""
    if settings.serve.address_secret is not None:
        return settings.serve.address_secret.get_secret_value().encode()
    return shared.secret if shared else secrets.token_bytes(32)


def _operation_id(route: APIRoute) -> str:
    return route.name


def _openapi(app: FastAPI, settings: Settings) -> dict[str, Any]:
    """Return the OpenAPI document of the JSON API, with problem details as its errors."""
    if app.openapi_schema is None:
        per_minute = settings.serve.questions_per_minute
        document = get_openapi(
            title=app.title,
            version=app.version,
            summary="Answers from a privacy policy, in the policy's own words",
            description=_DESCRIPTION.format(
                max_body_bytes=settings.serve.max_body_bytes,
                per_minute=f"{per_minute:,} questions a minute" if per_minute else "as many questions as it likes",
            ),
            routes=app.routes,
            servers=[{"url": settings.serve.root_path}] if settings.serve.root_path else None,
            tags=[
                {"name": "questions", "description": "Ask a question, and say whether the answer helped."},
                {"name": "policies", "description": "The policies that you can ask about."},
                {"name": "operation", "description": "Health checks and metrics, for whoever runs the service."},
            ],
        )
        problem = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas = document["components"]["schemas"]
        schemas.update(problem.pop("$defs"))
        schemas["ProblemOut"] = problem
        _drop_default_errors(document)
        app.openapi_schema = document
    return app.openapi_schema


def _drop_default_errors(document: dict[str, Any]) -> None:
    """Remove the framework's own form of a 422, which it adds to every route that has a parameter."""
    for path in document["paths"].values():
        for operation in path.values():
            if "application/json" in operation["responses"].get("422", {}).get("content", {}):
                del operation["responses"]["422"]
    for name in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(name, None)
