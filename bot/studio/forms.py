"""The body of a request -> fields."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from fastapi import HTTPException, Request

_MAX_FIELDS = 5_000


class Form:
    """The fields of a form, which may repeat."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._pairs = pairs

    def one(self, name: str) -> str:
        """Return the last value of a field, "" if there is none."""
        return next((value for key, value in reversed(self._pairs) if key == name), "")

    def all(self, name: str) -> list[str]:
        """Return all values of a field."""
        return [value for key, value in self._pairs if key == name]

    def numbers(self, name: str) -> list[int]:
        """Return all values of a field that are numbers."""
        return [int(value) for value in self.all(name) if value.isascii() and value.isdigit() and len(value) < 10]


async def read_form(request: Request) -> Form:
    """Read a form. Raises HTTPException (400) if it has too many fields."""
    body = (await request.body()).decode("utf-8", "replace")
    try:
        return Form(parse_qsl(body, keep_blank_values=True, max_num_fields=_MAX_FIELDS))
    except ValueError:
        raise HTTPException(400, "The form has too many fields.") from None


async def read_json(request: Request) -> dict[str, Any]:
    """Read a JSON object. Raises HTTPException (400) if it is not one."""
    try:
        record = json.loads(await request.body())
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict):
        raise HTTPException(400, "The body is not a JSON object.")
    return record
