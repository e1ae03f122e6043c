"""Pages for people: the widget's page, the same without JavaScript, what is kept, and the interface's documentation."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from starlette.responses import HTMLResponse, RedirectResponse

from bot.api.problems import Problem
from bot.api.routes import address_of, note_outcome, service_of
from bot.api.schemas import MAX_HISTORY
from bot.api.service import Question
from bot.compose import page_words
from bot.templates import templates
from bot.types import Outcome

router = APIRouter(include_in_schema=False)

# Each language by its own name.
LANGUAGES = {
    "en": "English",
    "es": "Español",
    "pt": "Português",
    "zh": "中文",
    "ht": "Kreyòl ayisyen",
    "vi": "Tiếng Việt",
}

_CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_CSP_WIDGET = f"{_CSP}; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
# Swagger UI draws its icons from data: addresses.
_CSP_DOCS = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_MAX_FIELDS = MAX_HISTORY + 10

_templates = templates(Path(__file__).resolve().parent / "templates")


@router.get("/")
async def home(request: Request) -> Response:
    """The widget on a page of its own."""
    return _page(request, "home.html", _CSP_WIDGET, **_about(request))


@router.api_route("/ask", methods=["GET", "POST"])
async def ask(request: Request) -> Response:
    """The form, and what it brings back.

    It is sent by POST, so that what was typed stays out of addresses, and so out of histories and logs on the way. With
    `question` in the address the same answer comes by GET: so a question that is nobody's can be linked to.
    """
    pairs = request.query_params.multi_items()
    if request.method == "POST":
        try:
            form = (await request.body()).decode("utf-8", "replace")
            pairs = parse_qsl(form, keep_blank_values=True, max_num_fields=_MAX_FIELDS)
        except ValueError:
            raise Problem(400, "The form has too many fields.") from None
    return await _ask(request, dict(pairs), [value for name, value in pairs if name == "history"])


@router.get("/privacy")
async def privacy(request: Request) -> Response:
    """What this chat keeps, as the settings in force say."""
    service = service_of(request)
    return _page(
        request,
        "privacy.html",
        _CSP,
        **_about(request),
        keeps_feedback=service.keeps_feedback,
        retention_days=service.retention_days,
    )


@router.get("/demo")
async def demo() -> Response:
    """To the demo, which stands in a folder of its own."""
    return RedirectResponse("/demo/")


@router.get("/docs")
async def docs(request: Request) -> Response:
    """The OpenAPI document, to read and to try."""
    return _page(request, "docs.html", _CSP_DOCS)


async def _ask(request: Request, fields: Mapping[str, str], history: list[str]) -> Response:
    typed = fields.get("question", "")
    language = language_of(fields)
    earlier = tuple(history[-MAX_HISTORY:])
    page: dict[str, Any] = {"typed": "", "answer": None, "history": earlier, "problem": None, "language": language}
    status, headers = 200, {}
    if "question" in fields:
        service = service_of(request)
        try:
            service.desks()
            await service.let_in(address_of(request))
            work = service.answer(Question(typed, earlier, None, language))
            note_outcome(request, work)
            answer = await work
        except Problem as problem:
            # What was typed stays in the form, to be sent again.
            status, headers = problem.status, problem.headers
            words = "too_many" if status == 429 else "unavailable"
            page |= {"problem": words, "wait": problem.retry_after, "typed": typed}
        else:
            shown = answer["question"]
            page |= {"answer": answer, "opening": _opening(answer), "history": (*earlier, *([shown] if shown else []))}
            page |= {"earlier": earlier}
    return _page(request, "ask.html", _CSP, status, headers, **_about(request), **page)


def _opening(answer: Mapping[str, Any]) -> str:
    """What an answer says besides its quotes, such as "Yes."; all of it, where it is not made of them."""
    said = " ".join(f"{' '.join(c['quote'].split())} [{c['number']}]" for c in answer["citations"])
    return str(answer["text"]).removesuffix(said).strip()


def _warned(warning: Mapping[str, Any], say: Mapping[str, str]) -> str:
    """The words of a warning, with the kinds of personal data by their names."""
    kinds = ", ".join(say.get(f"kind_{kind}", kind.replace("_", " ")) for kind in warning["kinds"])
    return say[f"warning_{warning['code']}"].format(kinds=kinds)


def language_of(fields: Mapping[str, str]) -> str:
    """The language asked for, English where it is none of ours."""
    language = fields.get("language", "")
    return language if language in LANGUAGES else "en"


def _about(request: Request) -> dict[str, Any]:
    """The service's own policy, as far as it is loaded."""
    service = service_of(request)
    desk = service.desk(None) if service.ready else None
    return {"policy": desk.policy if desk else None, "starters": desk.starters if desk else ()}


def _page(
    request: Request,
    template: str,
    csp: str,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: Any,
) -> Response:
    language = values.pop("language", None) or language_of(request.query_params)
    say = page_words(language)
    html = _templates.get_template(template).render(
        language=language,
        languages=LANGUAGES,
        say=say,
        warned=partial(_warned, say=say),
        path=request.scope["path"],
        answered=str(Outcome.ANSWERED),
        **values,
    )
    return HTMLResponse(html, status, {"Content-Security-Policy": csp, "Content-Language": language, **(headers or {})})
