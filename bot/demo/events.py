"""Checks what the demo's page may send: one strict schema for each event, derived from the finished page.

Gradio looks for file descriptions (`{"path": …, "meta": {"_type": "gradio.FileData"}}`) at any depth of any value, and
copies or fetches what they name. Therefore a visitor's values may only be strings and lists of strings, and Gradio gets
a body that this module has written.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from types import GenericAlias
from typing import Annotated, Any, Literal

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.blocks import Block
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from bot.settings import GuardSettings
from bot.types import AskPolicyError
from bot.usage.values import MAX_QUESTION_CHARS

# The same limit as in the HTTP API. A question above the guard's own, lower limit gets the outcome `too_long`.
_Words = Annotated[str, Field(max_length=MAX_QUESTION_CHARS)]
# The number of the component that triggered the event, which differs between processes, and a name that the page makes
# up for each visit. Neither is passed to Gradio, which would keep a copy of the page for each name.
_Number = Annotated[int, Field(ge=0, le=1_000_000)]
_Session = Annotated[str, Field(pattern=r"^[0-9a-z]{1,32}$")]


class _Exact(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Chosen(_Exact):
    """The data that the page's script sends with an event: see assets/browse.js."""

    question: _Words


class Refused(Exception):  # noqa: N818 (refusing a body is not a fault of the program)
    """Raised if a body is refused. Its message says why, in one sentence."""


class Events:
    """Reads and checks the bodies of the page's events."""

    def __init__(self, page: gr.Blocks, guard: GuardSettings) -> None:
        """Derive one schema for each event of the page. Raises AskPolicyError if an input's type is unknown here."""
        # The page sends back the questions that it received: as many as the bot reads, and the newest one.
        earlier = Annotated[list[_Words], Field(max_length=guard.max_history + 1)]
        self._shapes = {number: _shape(event, earlier) for number, event in page.fns.items()}

    def read(self, body: bytes) -> bytes:
        """Check the body that a visitor sent, and return the one for Gradio. Raises Refused if the page sends no such
        body."""
        sent = _parse(body)
        number = sent.get("fn_index") if isinstance(sent, dict) else None
        shape = self._shapes.get(number) if type(number) is int else None
        if shape is None:
            raise Refused(_UNKNOWN)
        try:
            event = shape.model_validate(sent)
        except ValidationError as error:
            kinds = {problem["type"] for problem in error.errors(include_url=False, include_input=False)}
            raise Refused(_LONG if kinds == {"string_too_long"} else _UNKNOWN) from None
        return event.model_dump_json(exclude={"trigger_id", "session_hash"}).encode()


_UNKNOWN = "The demo does not understand this request: reload the page and ask again."
_LONG = f"This is too long: ask in at most {MAX_QUESTION_CHARS:,} characters."
_NO_JSON = "The body is not JSON: send one JSON object as UTF-8, without duplicate keys."


def _parse(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Refused(_NO_JSON) from None


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("duplicate key")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _shape(event: BlockFunction, earlier: Any) -> type[_Exact]:
    values = tuple(_value(component, earlier) for component in event.inputs)
    fields: dict[str, Any] = {
        "fn_index": (Literal[event._id], ...),
        # JSON has a list here, and pydantic must turn it into a tuple. Its items are still strict.
        "data": (GenericAlias(tuple, values), Field(strict=False)),
        "trigger_id": (_Number | None, None),
        "event_data": (_Chosen, ...) if event.collects_event_data else (None, None),
        "session_hash": (_Session | None, None),
    }
    shape: type[_Exact] = create_model("Event", __base__=_Exact, **fields)
    return shape


def _value(component: Block, earlier: Any) -> Any:
    match component:
        case gr.Button():
            return Literal[component.value]
        case gr.Textbox():
            return _Words
        case gr.JSON():
            return earlier
    raise AskPolicyError(f"The demo's page has a {type(component).__name__}: define in {__name__} what it may send.")
