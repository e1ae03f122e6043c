"""Renders pages: texts in the visitor's language, dates in words, and URLs that work under any path on the host."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from starlette.datastructures import QueryParams
from starlette.responses import HTMLResponse, Response
from starlette.types import Scope

from bot.service.drafts import FOR_DRAFTS
from bot.templates import templates
from bot.types import QuestionWarning
from bot.wording import date_in_words, languages_of, page_words, spoken

# The name of each language, in that language.
LANGUAGES = {
    "en": "English",
    "es": "Español",
    "pt": "Português",
    "zh": "中文",
    "ht": "Kreyòl ayisyen",
    "vi": "Tiếng Việt",
}

CSP = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"
CSP_WIDGET = f"{CSP}; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
# Swagger UI draws its icons from data: URLs.
CSP_DOCS = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'"
)

_templates = templates(Path(__file__).resolve().parent / "templates")


def render_page(
    scope: Scope,
    template: str,
    csp: str = CSP,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    *,
    language: str | None = None,
    **values: Any,
) -> Response:
    """Render a template as a response.

    language: a code. If it is None, the URL's `language` parameter decides; any code that is unknown, or that the
    policy's owner does not offer, becomes English.
    """
    own = _own_policy(scope)
    language = spoken(language or QueryParams(scope["query_string"]).get("language", ""), own["policy"])
    say = page_words(language, own["policy"])
    html = _templates.get_template(template).render(
        language=language,
        languages={code: LANGUAGES[code] for code in languages_of(own["policy"])},
        say=say,
        warned=partial(_warned, say=say),
        in_words=partial(date_in_words, language=language),
        base=path_to_top(scope),
        **own,
        **values,
    )
    frames = " ".join(("'self'", *own["origins"]))
    sent = {"Content-Security-Policy": f"{csp}; frame-ancestors {frames}", "Content-Language": language}
    return HTMLResponse(html, status, {**sent, **(headers or {})})


def known_language(code: str) -> str:
    """Return `code` if it is one of our languages, otherwise `en`."""
    return code if code in LANGUAGES else "en"


def path_to_top(scope: Scope) -> str:
    """Return the relative URL of the service's home page, such as `../`.

    It is right under any path that a proxy puts the service at, whether or not the setting serve.root_path names it.
    """
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    return "../" * (path.count(b"/") - 1) or "./"


def _warned(warning: QuestionWarning, say: Mapping[str, str]) -> str:
    """Return a warning's text, with the names of the kinds of personal data."""
    kinds = ", ".join(say.get(f"kind_{kind}", kind.replace("_", " ")) for kind in warning.kinds)
    return say[f"warning_{warning.code}"].format(kinds=kinds)


def _own_policy(scope: Scope) -> dict[str, Any]:
    """Return the policy that the page is for and its starter questions, if it is loaded, and the sites that may show
    the page in a frame."""
    service = scope["app"].state.drafts if FOR_DRAFTS in scope else scope["app"].state.service
    served = service.policies.in_memory(scope)
    return {
        "policy": served.policy if served else None,
        "starters": served.starters if served else (),
        "origins": service.policies.frames(scope),
    }
