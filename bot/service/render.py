"""Renders pages: the words of a language, dates in words, and addresses that hold under any path on the host."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from starlette.datastructures import QueryParams
from starlette.responses import HTMLResponse, Response
from starlette.types import Scope

from bot.templates import templates
from bot.types import Warning
from bot.wording import page_words

# Each language by its own name.
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
# Swagger UI draws its icons from data: addresses.
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

    language: English if it is none of ours; the one that the address asks for if it is not given.
    """
    language = known_language(language or QueryParams(scope["query_string"]).get("language", ""))
    say = page_words(language)
    html = _templates.get_template(template).render(
        language=language,
        languages=LANGUAGES,
        say=say,
        warned=partial(_warned, say=say),
        in_words=partial(date_in_words, language=language),
        base=path_to_top(scope),
        **_own_policy(scope),
        **values,
    )
    frames = " ".join(("'self'", *scope["app"].state.origins))
    sent = {"Content-Security-Policy": f"{csp}; frame-ancestors {frames}", "Content-Language": language}
    return HTMLResponse(html, status, {**sent, **(headers or {})})


def known_language(code: str) -> str:
    """The code of one of our languages; English for any other."""
    return code if code in LANGUAGES else "en"


def path_to_top(scope: Scope) -> str:
    """The relative address of the service's home page, such as `../`.

    It holds under whatever path a proxy offers the service, whether or not the setting serve.root_path says so.
    """
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    return "../" * (path.count(b"/") - 1) or "./"


def date_in_words(value: str, language: str) -> str:
    """A date such as 2023-06-05 as `June 5, 2023`; anything else, which an owner may have written, stays as it is."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return value
    say = page_words(language)
    month = say["months"].split(", ")[day.month - 1]
    return say["date"].format(day=day.day, month=month, year=day.year)


def _warned(warning: Warning, say: Mapping[str, str]) -> str:
    """The words of a warning, with the kinds of personal data by their names."""
    kinds = ", ".join(say.get(f"kind_{kind}", kind.replace("_", " ")) for kind in warning.kinds)
    return say[f"warning_{warning.code}"].format(kinds=kinds)


def _own_policy(scope: Scope) -> dict[str, Any]:
    """The service's own policy and its starter questions, once they are loaded."""
    service = scope["app"].state.service
    served = service.served_policy(None) if service.ready else None
    return {"policy": served.policy if served else None, "starters": served.starters if served else ()}
